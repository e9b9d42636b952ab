"""Where messages stand in the bar, and the way to them from somebody's profile."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from alumni_site.core.navigation import NavigationItem, Place, register_navigation
from messaging.policies import can_write_to
from messaging.reading import unread_total
from profiles.actions import ProfileAction, register_profile_action
from profiles.disclosure import DisclosedProfile
from profiles.models import Profile
from profiles.policies import acts_as_member
from profiles.viewers import Viewer


def register() -> None:
    register_navigation(
        NavigationItem(
            Place.TOOLS, _("Messages"), "messages", order=10, icon="Chat2", shown_to=acts_as_member, count=unread_total
        )
    )
    register_profile_action(ProfileAction("write_message", "messaging/_write_action.html", _may_write, order=10))


def _may_write(viewer: Viewer, person: DisclosedProfile) -> Mapping[str, Any] | None:
    profile = Profile.objects.select_related("user").filter(pk=person.id).first()
    return {} if profile is not None and can_write_to(viewer, profile) else None
