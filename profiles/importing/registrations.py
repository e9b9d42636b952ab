"""The link to the imports, and the job that forgets old ones."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from alumni_site.core.navigation import NavigationItem, Place, register_navigation
from alumni_site.core.schedule import register_job
from profiles.importing.forgetting import forget_old_imports
from profiles.importing.policies import can_import_participants


def register() -> None:
    """Called when the app is ready."""
    register_navigation(NavigationItem(Place.STAFF, _("Imports"), "staff_imports", order=10, shown_to=can_import_participants))
    register_job("forget-old-imports", every=timedelta(hours=1), run=forget_old_imports)
