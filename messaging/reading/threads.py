"""One conversation, and windows of its messages both ways. Costs the same for ten messages as for ten thousand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from alumni_site.core.prepared import Key, Keys, Number, Texts, Unique, prepared
from messaging.models import Conversation, Message, MessageRequest, MessagingSettings, Participation
from messaging.policies import Refusal, why_not_send
from messaging.querysets import out_of_sight
from messaging.reading.people import Correspondent, People, people_of
from messaging.reading.shown import ShownMessage, shown_messages
from messaging.standing import Standing, other_account, standing_of
from profiles.viewers import Viewer

MESSAGES_IN_A_WINDOW = 30
_MOST_IN_A_WINDOW = 200
# Before this number every message is.
_NO_END = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ThreadPerson:
    """Somebody who takes part now. `read_seq` is how far they have read, None when one of the two does not show it."""

    person: Correspondent | None
    is_owner: bool
    is_me: bool
    read_seq: int | None


@dataclass(frozen=True, slots=True)
class OwnChoices:
    """What the viewer has chosen about the conversation."""

    read_seq: int
    draft: str
    is_muted: bool
    is_archived: bool
    is_pinned: bool
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """Where the request stands that the conversation began with, as this viewer may know it: `is_waiting` and `is_mine` are
    all they are told; one that is ignored waits. `on_behalf_of` names the mission or the partner."""

    uuid: UUID
    is_mine: bool
    is_waiting: bool
    sender_role: str
    on_behalf_of: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`refusal` says why the viewer may not write now. `joined_seq` and `known`, those who take part by their accounts, are for
    reading messages, not for pages."""

    uuid: UUID
    kind: str
    title: str
    other: Correspondent | None
    people: tuple[ThreadPerson, ...]
    own: OwnChoices
    request: ShownRequest | None
    is_owner: bool
    is_closed: bool
    may_write: bool
    refusal: Refusal | None
    last_seq: int
    last_change: int
    conversation: Conversation = field(repr=False)
    known: People = field(repr=False)
    joined_seq: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Messages in order. `has_before` and `has_after` say whether there are more on either side."""

    messages: tuple[ShownMessage, ...]
    has_before: bool
    has_after: bool

    @property
    def first(self) -> int | None:
        return self.messages[0].seq if self.messages else None

    @property
    def last(self) -> int | None:
        return self.messages[-1].seq if self.messages else None


@dataclass(frozen=True, slots=True)
class Missed:
    """What a page that knew everything up to `after` lacks, in order, once. It knows everything up to `last` and `last_change`
    then, and asks again from there when `has_more`."""

    messages: tuple[ShownMessage, ...]
    changed: tuple[ShownMessage, ...]
    last: int
    last_change: int
    has_more: bool


def thread(viewer: Viewer, uuid: UUID) -> Thread | None:
    """A conversation the viewer takes part in, or None, which is a 404."""
    if viewer.user is None or not viewer.user.is_member:
        return None
    conversation = _conversation.first(viewer.user.pk, out_of_sight(viewer), uuid)
    if conversation is None:
        return None
    standing = standing_of(viewer.user.pk, conversation)
    if standing is None:
        return None
    return _thread(viewer, viewer.user.pk, conversation, standing)


@prepared
def _conversation(account: Key, out_of_sight: Texts, uuid: Unique) -> QuerySet[Conversation]:
    found = Conversation.objects.in_sight_of(account, out_of_sight).filter(uuid=uuid)
    return found.select_related("request__on_behalf_of").order_by()


@prepared
def _present_in(conversation: Key) -> QuerySet[Participation]:
    return Participation.objects.present().filter(conversation=conversation).order_by("joined_at", "pk")


def _thread(viewer: Viewer, me: int, conversation: Conversation, standing: Standing) -> Thread:
    rows = _present_in(conversation.pk)
    own = next(row for row in rows if row.user_id == me)
    request = getattr(conversation, "request", None)
    other = other_account(conversation, me)
    people = people_of(viewer, [row.user_id for row in rows])
    hiding = _who_hide_what_they_read(rows) if standing.shows_read_state and standing.is_talking else None
    refusal = why_not_send(standing)
    return Thread(
        uuid=conversation.uuid,
        kind=conversation.kind,
        title=conversation.name,
        other=people.get(other),
        people=tuple(
            ThreadPerson(
                person=people.get(row.user_id),
                is_owner=row.is_owner and not people.is_hidden(row.user_id),
                is_me=row.user_id == me,
                read_seq=None if hiding is None or row.user_id in hiding or people.is_hidden(row.user_id) else row.read_seq,
            )
            for row in rows
        ),
        own=own_choices(own, standing.last_seq),
        request=_shown_request(request, me),
        is_owner=own.is_owner,
        is_closed=standing.is_closed,
        may_write=refusal is None,
        refusal=refusal,
        last_seq=standing.last_seq,
        last_change=standing.last_change,
        conversation=conversation,
        known=people,
        joined_seq=standing.joined_seq,
    )


def window(
    viewer: Viewer,
    thread: Thread,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    on: date | None = None,
    limit: int = MESSAGES_IN_A_WINDOW,
) -> Window:
    """Messages of a thread: the newest, or those before or after a number, around one, or from a day on (the reader's)."""
    limit = max(1, min(limit, _MOST_IN_A_WINDOW))
    whose = (viewer.user.pk if viewer.user is not None else 0, thread.conversation.pk, thread.joined_seq)
    if on is not None:
        # A day after the last message shows the newest.
        first = _first_of_day(_readable(*whose), on)
        after = first - 1 if first is not None else None
    if around is not None:
        half = limit // 2
        earlier, later = _earlier(*whose, around, limit=half + 1), _later(*whose, around, limit=limit - half + 1)
        found = [*earlier[:half][::-1], *later[: limit - half]]
        has_before, has_after = len(earlier) > half, len(later) > limit - half
    elif after is not None:
        found = _later(*whose, after + 1, limit=limit + 1)
        found, has_after = found[:limit], len(found) > limit
        has_before = bool(_earlier(*whose, after + 1, limit=1))
    else:
        found = _earlier(*whose, before if before is not None else _NO_END, limit=limit + 1)
        found, has_before = found[:limit][::-1], len(found) > limit
        has_after = before is not None and bool(_later(*whose, before, limit=1))
    shown = shown_messages(viewer, found, joined_seq=thread.joined_seq, known=thread.known)
    return Window(tuple(shown), has_before, has_after)


def missed(
    viewer: Viewer, conversation: Conversation, *, after: int, changes_after: int | None = None, limit: int = 200
) -> Missed:
    """What came and what changed since a page last heard. `conversation` was found through `visible_to`; who takes no part in
    it any more gets nothing."""
    standing = standing_of(viewer.user.pk, conversation) if viewer.user is not None and viewer.user.is_member else None
    if standing is None:
        return Missed((), (), after, changes_after or 0, has_more=False)
    # The numbers were read first: what is written meanwhile is asked for next time, and nothing is taken for known.
    messages = _readable(viewer.user.pk if viewer.user is not None else 0, conversation.pk, standing.joined_seq)
    new = list(messages.filter(seq__gt=after, seq__lte=standing.last_seq).order_by("seq")[: limit + 1])
    more_new, new = len(new) > limit, new[:limit]
    changed: list[Message] = []
    if changes_after is not None:
        since = messages.filter(change__gt=changes_after, change__lte=standing.last_change, seq__lte=after)
        changed = list(since.order_by("change")[: limit + 1])
    more_changed, changed = len(changed) > limit, changed[:limit]
    shown = shown_messages(viewer, [*new, *changed], joined_seq=standing.joined_seq)
    return Missed(
        messages=tuple(shown[: len(new)]),
        changed=tuple(shown[len(new) :]),
        last=new[-1].seq if more_new else max(after, standing.last_seq),
        last_change=changed[-1].change if more_changed else standing.last_change,
        has_more=more_new or more_changed,
    )


def _readable(account: Any, conversation: Any, joined_seq: Any) -> QuerySet[Message]:
    """Messages of a conversation this account takes part in, from when it joined, without those it deleted for itself. The three
    are numbers, or what stands for them in a prepared query."""
    messages = Message.objects.filter(conversation=conversation, seq__gt=joined_seq)
    return messages.exclude(hidden__user=account).select_related("reply_to")


@prepared
def _earlier(account: Key, conversation: Key, joined_seq: Number, seq: Number, *, limit: int) -> QuerySet[Message]:
    """The last ones before this number, the last first."""
    return _readable(account, conversation, joined_seq).filter(seq__lt=seq).order_by("-seq")[:limit]


@prepared
def _later(account: Key, conversation: Key, joined_seq: Number, seq: Number, *, limit: int) -> QuerySet[Message]:
    """The first ones from this number on."""
    return _readable(account, conversation, joined_seq).filter(seq__gte=seq).order_by("seq")[:limit]


def _first_of_day(messages: QuerySet[Message], day: date) -> int | None:
    """The number of the first message from that day on, in the reader's own time zone."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    return messages.filter(sent_at__gte=start).order_by("sent_at").values_list("seq", flat=True).first()


def _who_hide_what_they_read(rows: Sequence[Participation]) -> frozenset[int]:
    return frozenset(_hiding_among(row.user_id for row in rows))


@prepared
def _hiding_among(accounts: Keys) -> QuerySet[Any]:
    return MessagingSettings.objects.filter(user__in=accounts, shows_read_state=False).values_list("user", flat=True)


def own_choices(own: Participation, last_seq: int) -> OwnChoices:
    is_muted = own.muted_until is not None and own.muted_until > timezone.now()
    return OwnChoices(
        read_seq=own.read_seq,
        draft=own.draft,
        is_muted=is_muted,
        is_archived=own.archived_at is not None and (is_muted or last_seq <= own.archived_seq),
        is_pinned=own.pinned_at is not None,
        muted_until=own.muted_until if is_muted else None,
    )


def _shown_request(request: MessageRequest | None, me: int) -> ShownRequest | None:
    if request is None:
        return None
    is_mine = request.sender_id == me
    waits: tuple[str, ...] = ("waiting", "ignored") if is_mine else ("waiting",)
    return ShownRequest(
        uuid=request.uuid,
        is_mine=is_mine,
        is_waiting=request.status in waits,
        sender_role=request.sender_role,
        on_behalf_of=on_behalf_of(request),
    )


def on_behalf_of(request: Any) -> str:
    """The name of the mission or the partner somebody writes for; fetch it with the request."""
    return request.on_behalf_of.name if request.on_behalf_of is not None else ""
