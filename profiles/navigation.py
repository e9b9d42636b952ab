"""Links to the pages of this app, and what one can do on somebody's profile."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alumni_site.core.navigation import NavigationItem, Place, register_navigation
from profiles.actions import ProfileAction, register_profile_action
from profiles.disclosure import DisclosedProfile
from profiles.policies import acts_as_member, can_correct_facts, can_edit_organisations, can_edit_vocabulary
from profiles.viewers import Viewer


def register() -> None:
    """Put this app's pages into the menus. Called when the app is ready."""
    register_navigation(NavigationItem(Place.ACCOUNT, _("My page"), "my_page", order=10, shown_to=acts_as_member))
    register_navigation(NavigationItem(Place.ACCOUNT, _("My profile"), "edit_profile", order=20, shown_to=_has_profile))
    register_navigation(NavigationItem(Place.ACCOUNT, _("Who sees what"), "visibility", order=30, shown_to=_has_profile))
    register_navigation(
        NavigationItem(
            Place.STAFF, _("Corrections"), "staff_corrections", order=40, shown_to=can_correct_facts, count=_waiting_corrections
        )
    )
    register_navigation(
        NavigationItem(
            Place.STAFF, _("Vocabulary"), "staff_vocabulary", order=50, shown_to=can_edit_vocabulary, count=_waiting_proposals
        )
    )
    register_navigation(
        NavigationItem(Place.STAFF, _("Organisations"), "staff_organisations", order=60, shown_to=can_edit_organisations)
    )
    register_profile_action(ProfileAction("record", "profiles/actions/_record.html", _record, order=90))
    register_profile_action(ProfileAction("block", "profiles/actions/_block.html", _block, order=900, quiet=True))


def _has_profile(viewer: Viewer) -> bool:
    return acts_as_member(viewer) and viewer.profile_id is not None


def _waiting_corrections(viewer: Viewer) -> int:
    from profiles.models import CorrectionRequest
    from profiles.models.exchanges import CorrectionStatus

    return CorrectionRequest.objects.filter(status=CorrectionStatus.OPEN).count()


def _waiting_proposals(viewer: Viewer) -> int:
    from profiles.vocabulary_lists import waiting_proposals

    return waiting_proposals().count()


def _record(viewer: Viewer, person: DisclosedProfile) -> dict[str, Any] | None:
    return {} if can_correct_facts(viewer) else None


def _block(viewer: Viewer, person: DisclosedProfile) -> dict[str, Any] | None:
    from profiles.accounts.policies import can_block
    from profiles.models import Profile

    return {} if can_block(viewer, Profile.objects.get(pk=person.id)) else None
