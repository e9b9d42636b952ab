"""Notifications as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from alumni_site.core.prepared import Key, Texts, number_of, prepared
from notifications.kinds import Data, kinds
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


def in_words(reader: Any, notifications: Sequence[Notification]) -> list[ShownNotice]:
    """Notifications in the language of the moment. Their kinds must be registered: `objects.of` finds no others.

    Costs what the kinds' own `load` costs, once for each kind.
    """
    loaded = loaded_data(reader, notifications)
    return [_shown(notification, loaded[notification.pk]) for notification in notifications]


def loaded_data(reader: Any, notifications: Sequence[Notification]) -> dict[int, Data]:
    """What each needs for its words, by its id: its own data, and what its kind looks up for this reader."""
    by_kind: dict[str, list[Notification]] = {}
    for notification in notifications:
        by_kind.setdefault(notification.kind, []).append(notification)
    loaded: dict[int, Data] = {}
    for key, told in by_kind.items():
        load = kinds()[key].load
        data = [notification.data for notification in told]
        found = load(reader, data) if load is not None else data
        loaded |= {notification.pk: each for notification, each in zip(told, found, strict=True)}
    return loaded


def _shown(notification: Notification, data: Data) -> ShownNotice:
    kind = kinds()[notification.kind]
    notice = kind.in_words(data, notification.count)
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
    return unread_count_of(viewer.user) if viewer.is_signed_in else 0


def unread_count_of(person: Any) -> int:
    return int(_unread_of.first(person.pk, kinds()))


@prepared
def _unread_of(person: Key, kinds: Texts) -> QuerySet[Any]:
    return number_of(Notification.objects.told(person, kinds).unread())


def unread_panel(viewer: Any) -> dict[str, Any] | None:
    """What the panel on "my page" shows: the newest notices that wait, or None when none does."""
    if not viewer.is_signed_in:
        return None
    waiting = list(Notification.objects.of(viewer.user).unread()[: ON_MY_PAGE + 1])
    return {"notices": in_words(viewer.user, waiting[:ON_MY_PAGE]), "has_more": len(waiting) > ON_MY_PAGE} if waiting else None
