"""The panels of this app on my page."""

from typing import Any

from alumni_site.core.panels import Panel, PanelPlace, register_panel
from profiles.models import CorrectionRequest, Profile
from profiles.models.exchanges import CorrectionStatus
from profiles.overview import stops
from profiles.policies import acts_as_member
from profiles.viewers import Viewer
from profiles.visibility import standing

# How many of the things still to do are named at a time.
_NEXT = 2


def register() -> None:
    """Called when the app is ready."""
    register_panel(Panel("standing", PanelPlace.ME_SIDE, "profiles/panels/_standing.html", standing_panel, order=10))
    register_panel(Panel("findable", PanelPlace.ME_SIDE, "profiles/panels/_findable.html", findable_panel, order=20))
    register_panel(Panel("corrections", PanelPlace.ME_SIDE, "profiles/panels/_corrections.html", corrections_panel, order=60))


def standing_panel(viewer: Viewer) -> dict[str, Any] | None:
    """Who can find this member now, and the button that hides them."""
    profile = _own(viewer)
    if profile is None:
        return None
    return {
        "sentence": standing(profile),
        "has_chosen": profile.visibility_chosen_at is not None,
        "is_paused": profile.is_paused,
    }


def findable_panel(viewer: Viewer) -> dict[str, Any] | None:
    """How many of the things that make a person easier to find are done, and the next two."""
    profile = _own(viewer)
    if profile is None:
        return None
    every = stops(Profile.objects.with_disclosable().get(pk=profile.pk))
    missing = [stop for stop in every if not stop.done]
    return {"done": len(every) - len(missing), "total": len(every), "next": missing[:_NEXT]}


def corrections_panel(viewer: Viewer) -> dict[str, Any] | None:
    """How many corrections the member waits for; no panel when none."""
    if viewer.profile_id is None or not acts_as_member(viewer):
        return None
    waiting = CorrectionRequest.objects.filter(profile=viewer.profile_id, status=CorrectionStatus.OPEN).count()
    return {"waiting": waiting} if waiting else None


def _own(viewer: Viewer) -> Profile | None:
    if viewer.profile_id is None or not acts_as_member(viewer):
        return None
    return Profile.objects.filter(pk=viewer.profile_id).first()
