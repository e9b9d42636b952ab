"""Slows down who writes very many messages, or the same text to many, and flags it for Norec: that it was so, not the text.

What was sent lately is kept in the cache, and nowhere else: two look-ups there for each message, none in the database.
"""

import time
import zlib
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alumni_site.core.errors import Invalid
from messaging.models import Conversation, SpamFlag
from profiles.viewers import Viewer

FLOOD, COPIES = "flood", "copies"
_MINUTE, _HOUR = 60, 3600
# The same greeting to five people is no harm: only what is long enough to say something is compared.
SHORTEST_COMPARED = 40
CONVERSATIONS_WITH_SAME_TEXT = 5
_ALIKE = 0.6
_SKETCH = 32
_MOST_REMEMBERED = 100
# A flag is written once in a while, however fast somebody tries.
_SECONDS_BETWEEN_FLAGS = 10


class TooFast(Invalid):
    """Not now. `retry_after` says in how many seconds it may be tried again."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, code="too_fast")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Written:
    at: float
    conversation: str
    sketch: frozenset[int]


def check(*, actor: Viewer, conversation: Conversation | None, folded_text: str, direct_key: str = "") -> None:
    """Count a message that is about to be sent, and raise `TooFast` when it must wait.

    Call it before the transaction that writes the message, so that the flag stays when the message is refused.
    `conversation` is None when the message opens one: then `direct_key` tells it from others.
    """
    if actor.user is None:
        return
    _check_flood(actor.user.pk)
    if len(folded_text) >= SHORTEST_COMPARED:
        where = (conversation.direct_key or str(conversation.uuid)) if conversation is not None else direct_key
        _check_copies(actor.user.pk, where, folded_text)


def _check_flood(user_id: int) -> None:
    now = time.time()
    key = f"messages-a-minute:{user_id}:{int(now // _MINUTE)}"
    cache.add(key, 0, 2 * _MINUTE)
    try:
        count = cache.incr(key)
    except ValueError:  # put out of the cache between the two
        return
    if count > settings.MESSAGES_PER_MINUTE:
        _flag(user_id, FLOOD)
        raise _too_fast(ceil(_MINUTE - now % _MINUTE))


def _check_copies(user_id: int, conversation: str, text: str) -> None:
    now, key, sketch = time.time(), f"written-lately:{user_id}", _sketch(text)
    written: list[_Written] = [each for each in cache.get(key, ()) if each.at > now - _HOUR]
    alike = [each for each in written if _are_alike(each.sketch, sketch)]
    others = {each.conversation for each in alike} - {conversation}
    if len(others) + 1 >= CONVERSATIONS_WITH_SAME_TEXT:
        _flag(user_id, COPIES)
        # Free again when so many of them are an hour old that this one makes fewer than five.
        raise _too_fast(ceil(_frees_at(alike, conversation) - now))
    cache.set(key, [*written[-_MOST_REMEMBERED + 1 :], _Written(now, conversation, sketch)], _HOUR)


def _frees_at(alike: list[_Written], conversation: str) -> float:
    newest: dict[str, float] = {}
    for each in alike:
        newest[each.conversation] = each.at
    newest.pop(conversation, None)
    times = sorted(newest.values())
    return times[len(times) - (CONVERSATIONS_WITH_SAME_TEXT - 1)] + _HOUR


def _sketch(text: str) -> frozenset[int]:
    """The smallest hashes of its pairs of words: of two texts that are alike, most are the same. A name or a number that is
    changed from one copy to the next changes few of them."""
    words = "".join(sign if sign.isalpha() else " " for sign in text).split() or [text]
    pairs = {zlib.crc32(f"{first} {second}".encode()) for first, second in zip(words, [*words[1:], ""], strict=True)}
    return frozenset(sorted(pairs)[:_SKETCH])


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= _ALIKE * min(len(one), len(other)) and min(len(one), len(other)) * 2 >= max(len(one), len(other))


def _too_fast(seconds: int) -> TooFast:
    seconds = max(1, seconds)
    if seconds < 2 * _MINUTE:
        wait = ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    else:
        minutes = ceil(seconds / _MINUTE)
        wait = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return TooFast(_("That was many messages in a short time. Try again in %(wait)s.") % {"wait": wait}, retry_after=seconds)


def _flag(user_id: int, kind: str) -> None:
    if not cache.add(f"flagged:{kind}:{user_id}", 1, _SECONDS_BETWEEN_FLAGS):
        return
    again: dict[str, Any] = {"count": F("count") + 1, "last_at": timezone.now()}
    if SpamFlag.objects.filter(user=user_id, kind=kind, seen_at=None).update(**again):
        return
    try:
        with transaction.atomic():
            SpamFlag.objects.create(user_id=user_id, kind=kind)
    except IntegrityError:  # another line of the same person was quicker
        SpamFlag.objects.filter(user=user_id, kind=kind, seen_at=None).update(**again)
