"""Registry of the kinds of notifications. An app declares its kinds in `AppConfig.ready`; this app knows none of them.

How a kind is declared, told and read is written down in docs/notifications.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Data = Mapping[str, Any]


class MailPace(models.TextChoices):
    """How soon something is told by mail."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NEVER = "never", _("No e-mail")


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

    `group_words` says several of one group in one sentence: it takes the newest `data` and how many there are. Without it
    `describe` says the newest.

    `outside` takes the same and says it in a mail or a push, where the words of the page would tell too much: who and
    where, never what. Without it mails use the words of the page.

    `load` is what names are looked up with: it takes the reader and the `data` of many notifications, and returns as many,
    in the same order, with what the words need; in a fixed number of queries, and through disclosure for that reader.

    `is_still_wanted` is asked with the id of the recipient and `data` right before a mail or a push goes out, and says no
    when what it tells is read elsewhere, gone, or not for this person any more (a block, say).

    `in_app`, `mail` and `push` hold until a person chooses otherwise. A kind that may not be turned off is always shown in
    the app and mailed at the pace declared here. Nothing is mailed or pushed before `delay` has passed.
    """

    key: str
    label: str | Promise
    describe: Callable[[Data], Notice]
    icon: str = "Bell"
    in_app: bool = True
    mail: MailPace = MailPace.DAILY
    push: bool = False
    may_be_turned_off: bool = True
    delay: timedelta = timedelta()
    group_words: Callable[[Data, int], Notice] | None = None
    outside: Callable[[Data, int], Notice] | None = None
    load: Callable[[Any, Sequence[Data]], Sequence[Data]] | None = None
    is_still_wanted: Callable[[int, Data], bool] | None = None
    # Of whom the kind is shown on the page of choices: an adviser's kinds are nothing to a member.
    shown_to: Callable[[Any], bool] = lambda viewer: True

    def in_words(self, data: Data, count: int = 1) -> Notice:
        """What the page says of `count` tellings, the newest of which is `data` (as `load` returned it)."""
        if count > 1 and self.group_words is not None:
            return self.group_words(data, count)
        return self.describe(data)

    def in_words_outside(self, data: Data, count: int = 1) -> Notice:
        """What a mail or a push says of the same."""
        return self.outside(data, count) if self.outside is not None else self.in_words(data, count)


_kinds: dict[str, NotificationKind] = {}


def register_kind(kind: NotificationKind) -> None:
    """Add a kind. A key stands once: registering it again replaces the kind."""
    _kinds[kind.key] = kind


def kinds() -> dict[str, NotificationKind]:
    """Every kind there is, by key."""
    return dict(_kinds)
