"""The panels of messages on my page: what waits for an answer, and what is new."""

from typing import Any

from alumni_site.core.panels import Panel, PanelPlace, register_panel
from messaging.reading import unread_threads, waiting
from profiles.policies import acts_as_member
from profiles.viewers import Viewer

MOST_SHOWN = 3


def register() -> None:
    """Called when the app is ready."""
    register_panel(Panel("asks", PanelPlace.ME_MAIN, "messaging/panels/_asks.html", asks_panel, order=10))
    register_panel(Panel("unread", PanelPlace.ME_MAIN, "messaging/panels/_unread.html", unread_panel, order=15))


def asks_panel(viewer: Viewer) -> dict[str, Any] | None:
    """Who wants to write to the member, and who invites them to a group; no panel when nobody does."""
    if not acts_as_member(viewer):
        return None
    found = waiting(viewer, most=MOST_SHOWN)
    return {"waiting": found, "has_more": found.total > MOST_SHOWN} if found.total else None


def unread_panel(viewer: Viewer) -> dict[str, Any] | None:
    """The conversations with something new; no panel when there are none."""
    if not acts_as_member(viewer):
        return None
    threads, total = unread_threads(viewer, most=MOST_SHOWN)
    return {"threads": threads, "total": total, "has_more": total > MOST_SHOWN} if threads else None
