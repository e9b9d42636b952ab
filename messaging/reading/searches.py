"""Search in one's own conversations, and only there. Nothing is found by words that the reader may not see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from messaging.models import ConversationKind, Message
from messaging.reading.people import Correspondent, name_of, people_of
from messaging.searching import places_of, words_asked_for
from messaging.standing import other_account
from profiles.viewers import Viewer

FOUND_ON_A_PAGE = 20
_LETTERS_BEFORE = 60
_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; templates put `<mark>` around what is `marked`."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class FoundMessage:
    conversation: UUID
    title: str
    other: Correspondent | None
    uuid: UUID
    seq: int
    sender: Correspondent | None
    is_mine: bool
    sent_at: datetime
    excerpt: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class SearchedMessages:
    text: str
    found: tuple[FoundMessage, ...]
    page: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.page > 1


def search_messages(viewer: Viewer, text: str, *, page: int = 1) -> SearchedMessages:
    """Messages with all these words, or words that begin so, the newest first."""
    page, words = max(1, page), words_asked_for(text)
    if viewer.user is None or not words:
        return SearchedMessages(text, (), page, has_next=False)
    messages = Message.objects.visible_to(viewer).filter(event="", deleted_at=None, is_removed=False)
    for word in words:
        messages = messages.filter(folded__contains=f" {word}")
    start = (page - 1) * FOUND_ON_A_PAGE
    rows = list(messages.select_related("conversation").order_by("-sent_at", "-pk")[start : start + FOUND_ON_A_PAGE + 1])
    has_next, rows = len(rows) > FOUND_ON_A_PAGE, rows[:FOUND_ON_A_PAGE]
    me = viewer.user.pk
    others = {row.conversation_id: other_account(row.conversation, me) for row in rows}
    people = people_of(viewer, {*others.values(), *(row.sender_id for row in rows)})
    found = []
    for row in rows:
        other = people.get(others[row.conversation_id])
        is_direct = row.conversation.kind == ConversationKind.DIRECT
        found.append(
            FoundMessage(
                conversation=row.conversation.uuid,
                title=name_of(other) if is_direct else row.conversation.name,
                other=other,
                uuid=row.uuid,
                seq=row.seq,
                sender=people.get(row.sender_id),
                is_mine=row.sender_id == me,
                sent_at=row.sent_at,
                excerpt=excerpt(row.body, words),
            )
        )
    return SearchedMessages(text, tuple(found), page, has_next)


def excerpt(text: str, words: list[str]) -> tuple[Segment, ...]:
    """A piece of the text from a little before the first match on, what is asked for marked in it."""
    places = places_of(text, words)
    start = max(0, places[0][0] - _LETTERS_BEFORE) if places else 0
    end = min(len(text), start + _LETTERS)
    segments: list[Segment] = [Segment("…")] if start else []
    at = start
    for first, last in places:
        if last > end:
            break
        segments += [Segment(text[at:first])] if first > at else []
        segments.append(Segment(text[first:last], marked=True))
        at = last
    segments += [Segment(text[at:end])] if at < end else []
    return (*segments, Segment("…")) if end < len(text) else tuple(segments)
