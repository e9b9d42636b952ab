"""What a member may take back: the last thing they saved, for a while, in their own session."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

_KEY = "undo"
# How long "Undo" is offered. After that a page should not be cluttered with it.
_SECONDS = 15 * 60


@dataclass(frozen=True)
class Undo:
    """`what` names the thing that was saved; `before` and `token` are what its service needs to put it back."""

    what: str
    before: Any
    token: str
    at: float


def remember(session: SessionBase, *, what: str, before: Any, token: str) -> None:
    """Offer to take back what was just saved, in place of what was offered before."""
    session[_KEY] = asdict(Undo(what, before, token, time.time()))


def offered(session: SessionBase) -> Undo | None:
    """What may be taken back now, if anything."""
    stored = session.get(_KEY)
    undo = Undo(**stored) if stored else None
    return undo if undo and time.time() - undo.at < _SECONDS else None


def forget(session: SessionBase) -> None:
    """Offer nothing any more."""
    session.pop(_KEY, None)
