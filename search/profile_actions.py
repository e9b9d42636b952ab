"""What the resource bank offers on a person's profile: to keep the person."""

from typing import Any

from profiles.actions import ProfileAction, register_profile_action
from profiles.disclosure import DisclosedProfile
from profiles.viewers import Viewer
from search.models import SavedPerson
from search.policies import can_keep


def _save(viewer: Viewer, person: DisclosedProfile) -> dict[str, Any] | None:
    if not can_keep(viewer) or person.id == viewer.profile_id:
        return None
    return {"is_saved": bool(SavedPerson.objects.profile_ids_among(viewer.user, [person.id]))}


def register() -> None:
    """Add the actions. Called once, from `SearchConfig.ready`."""
    register_profile_action(ProfileAction("save_person", "search/_profile_save.html", _save, order=80))
