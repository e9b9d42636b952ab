"""The link to the reports, for advisers; and the way to report somebody one has blocked."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from alumni_site.core.navigation import NavigationItem, Place, register_navigation
from messaging.moderation import notices
from messaging.moderation.policies import can_moderate
from profiles.accounts.blocked import register_report_addresses
from profiles.viewers import Viewer


def register() -> None:
    """Called when the app is ready."""
    notices.register()
    register_report_addresses(_report_addresses)
    register_navigation(
        NavigationItem(Place.STAFF, _("Reports"), "staff_reports", order=35, shown_to=can_moderate, count=_waiting)
    )


def _waiting(viewer: Viewer) -> int:
    from messaging.moderation.reading import waiting_count

    return waiting_count(viewer)


def _report_addresses(viewer: Viewer, accounts: Collection[int]) -> Mapping[int, str]:
    from messaging.moderation.reading import report_addresses

    return report_addresses(viewer, accounts)
