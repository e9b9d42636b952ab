"""Notifications as a page shows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from notifications.kinds import kinds
from notifications.models import Notification

# How many stand on "my page"; the rest are one press away.
ON_MY_PAGE = 4


@dataclass(frozen=True, slots=True)
class ShownNotice:
    uuid: UUID
    text: str
    url: str
    icon: str
    at: datetime
    is_unread: bool


def in_words(notification: Notification) -> ShownNotice:
    """A notification in the language of the moment. Its kind must be registered: `objects.of` finds no others."""
    kind = kinds()[notification.kind]
    notice = kind.describe(notification.data)
    return ShownNotice(
        uuid=notification.uuid,
        text=notice.text,
        url=notice.url,
        icon=kind.icon,
        at=notification.created_at,
        is_unread=notification.read_at is None,
    )


def unread_count(viewer: Any) -> int:
    """How many notices wait for this viewer: the number in the header."""
    return Notification.objects.of(viewer.user).unread().count() if viewer.is_signed_in else 0


def unread_panel(viewer: Any) -> dict[str, Any] | None:
    """What the panel on "my page" shows: the newest notices that wait, or None when none does."""
    if not viewer.is_signed_in:
        return None
    waiting = [in_words(item) for item in Notification.objects.of(viewer.user).unread()[: ON_MY_PAGE + 1]]
    return {"notices": waiting[:ON_MY_PAGE], "has_more": len(waiting) > ON_MY_PAGE} if waiting else None
