"""Registry of the kinds of notifications. An app declares its kinds in `AppConfig.ready`; this app knows none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification in words: one sentence, and the address (within the network) where the reader can do something about it."""

    text: str
    url: str


@dataclass(frozen=True)
class NotificationKind:
    """`key` is stable and stands in the database. `label` names the kind where a person chooses what to be told.

    `describe` takes the `data` of a notification and says it in the language of the moment. It must need no database: a
    page shows many.
    """

    key: str
    label: str | Promise
    describe: Callable[[Mapping[str, Any]], Notice]
    icon: str = "Bell"


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> None:
    """Add a kind. A key stands once: registering it again replaces the kind."""
    _kinds[kind.key] = kind


def kinds() -> dict[str, NotificationKind]:
    """Every kind there is, by key."""
    return dict(_kinds)
