"""Registry of what one can do on somebody's profile. Apps fill it in `AppConfig.ready`; the page knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from profiles.disclosure import DisclosedProfile
from profiles.viewers import Viewer


@dataclass(frozen=True)
class ProfileAction:
    """One thing to do, such as "Write a message".

    `load` takes the viewer and the person as disclosed to them, and returns what `template` needs, or None when this
    viewer cannot do it with this person: then nothing is shown. The template gets `action`: `action.person`, `action.viewer`
    and what was loaded. A `quiet` action is no offer but a way out, such as blocking: it stands small, below.
    """

    key: str
    template: str
    load: Callable[[Viewer, DisclosedProfile], Mapping[str, Any] | None]
    order: int = 100
    quiet: bool = False


@dataclass(frozen=True)
class LoadedAction:
    template: str
    quiet: bool
    context: dict[str, Any]


_actions: dict[str, ProfileAction] = {}


def register_profile_action(action: ProfileAction) -> None:
    """Add an action. A key stands once: registering it again replaces the action."""
    _actions[action.key] = action


def actions_for(viewer: Viewer, person: DisclosedProfile) -> list[LoadedAction]:
    """What this viewer can do on this person's profile, in order."""
    wanted = sorted(_actions.values(), key=lambda action: action.order)
    loaded = ((action, action.load(viewer, person)) for action in wanted)
    return [
        LoadedAction(action.template, action.quiet, {"person": person, "viewer": viewer, **context})
        for action, context in loaded
        if context is not None
    ]
