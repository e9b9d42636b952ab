"""The list of a person's conversations, with what waits for their answer. Costs the same for one as for five hundred."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from alumni_site.core.prepared import Key, Keys, Moment, Texts, number_of, prepared
from messaging.models import (
    Attachment,
    Conversation,
    ConversationKind,
    GroupInvitation,
    HiddenMessage,
    Message,
    MessageRequest,
    Participation,
    RequestStatus,
)
from messaging.querysets import out_of_sight
from messaging.reading.people import Correspondent, People, capacity_words, name_of, people_of
from messaging.reading.shown import event_words, shortened
from messaging.reading.threads import on_behalf_of, own_choices
from messaging.reading.unread import how_many, unread_counts
from messaging.standing import other_account
from profiles.viewers import Viewer

THREADS_ON_A_PAGE = 15
_MOST_WAITING = 50
_LETTERS_OF_A_PREVIEW = 120
# What is read of a row and of what it leads to: to fetch all of it takes a third as long again.
_OF_A_THREAD = (
    "conversation_id",
    "user_id",
    "joined_seq",
    "read_seq",
    "draft",
    "muted_until",
    "archived_at",
    "archived_seq",
    "pinned_at",
    "conversation__uuid",
    "conversation__kind",
    "conversation__name",
    "conversation__direct_key",
    "conversation__last_seq",
    "conversation__last_message_at",
    "conversation__closed_at",
    "conversation__request__status",
)
_OF_A_REQUEST = ("uuid", "sender_id", "sender_role", "asked_at", "conversation__uuid", "on_behalf_of__name")
_OF_AN_INVITATION = ("uuid", "invited_by_id", "created_at", "conversation__uuid", "conversation__name")


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest message in one line. `words` is empty where the viewer may not see it, or deleted it for themselves."""

    words: str
    sender: Correspondent | None
    is_mine: bool
    is_event: bool
    is_deleted: bool
    is_hidden: bool
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class ListedThread:
    """`title` is the name of a group, or of the other person."""

    uuid: UUID
    kind: str
    title: str
    other: Correspondent | None
    preview: Preview | None
    last_message_at: datetime
    unread: int
    is_muted: bool
    is_archived: bool
    is_pinned: bool
    is_waiting: bool
    has_draft: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request the viewer has got."""

    uuid: UUID
    conversation: UUID
    sender: Correspondent | None
    body: str
    sent_at: datetime
    sender_role: str
    on_behalf_of: str

    @property
    def acts_for(self) -> str:
        return capacity_words(self.sender_role, self.on_behalf_of)


@dataclass(frozen=True, slots=True)
class ListedInvitation:
    """An invitation the viewer has got: the group's name, who asks, how many take part, and no message."""

    uuid: UUID
    group: str
    invited_by: Correspondent | None
    people_count: int
    invited_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The newest of what waits for the viewer's answer, requests before invitations, and how many there are in all."""

    requests: tuple[ListedRequest, ...]
    invitations: tuple[ListedInvitation, ...]
    total: int


@dataclass(frozen=True, slots=True)
class UnreadThread:
    """A conversation with something new in it. `title` is the name of a group, or of the other person."""

    uuid: UUID
    title: str
    other: Correspondent | None
    unread: int
    last_message_at: datetime

    @property
    def how_many(self) -> str:
        return how_many(self.unread)


@dataclass(frozen=True, slots=True)
class Inbox:
    requests: tuple[ListedRequest, ...]
    invitations: tuple[ListedInvitation, ...]
    threads: tuple[ListedThread, ...]
    page: int
    has_next: bool
    archived: bool = False

    @property
    def has_previous(self) -> bool:
        return self.page > 1


def inbox(viewer: Viewer, *, archived: bool = False, page: int = 1) -> Inbox:
    """One page of a person's conversations, pinned ones first, then the newest; and everything that waits for their answer."""
    page = max(1, page)
    if viewer.user is None or not viewer.user.is_member:
        return Inbox((), (), (), page, has_next=False, archived=archived)
    me = viewer.user.pk
    rows = _page(me, out_of_sight(viewer), timezone.now(), archived=archived, page=page)
    has_next, rows = len(rows) > THREADS_ON_A_PAGE, rows[:THREADS_ON_A_PAGE]
    requests = _requests(me, viewer.hidden_account_ids, most=_MOST_WAITING)
    invitations = _invitations(me, viewer.hidden_account_ids, most=_MOST_WAITING)
    newest = _newest_messages(me, [*(row.conversation_id for row in rows), *(each.conversation_id for each in requests)])
    unread = unread_counts(viewer, [row.conversation_id for row in rows])
    others = {row.conversation_id: other_account(row.conversation, me) for row in rows}
    people = people_of(
        viewer,
        {
            *others.values(),
            *(message.sender_id for message in newest.values()),
            *(each.sender_id for each in requests),
            *(each.invited_by_id for each in invitations),
        },
    )
    return Inbox(
        requests=tuple(_request(each, newest.get(each.conversation_id), people) for each in requests),
        invitations=tuple(_invitation(each, people) for each in invitations),
        threads=tuple(
            _thread(row, others[row.conversation_id], newest.get(row.conversation_id), unread[row.conversation_id], people, me)
            for row in rows
        ),
        page=page,
        has_next=has_next,
        archived=archived,
    )


def unread_total(viewer: Viewer) -> int:
    """How many conversations have something unread, requests that wait among them; muted ones are not counted."""
    if viewer.user is None or not viewer.user.is_member:
        return 0
    return int(_number_unread.first(viewer.user.pk, out_of_sight(viewer), viewer.hidden_account_ids, timezone.now()))


def waiting(viewer: Viewer, *, most: int) -> Waiting:
    """What waits for the viewer's answer, at most so many of it."""
    if viewer.user is None or not viewer.user.is_member:
        return Waiting((), (), 0)
    me, hidden = viewer.user.pk, viewer.hidden_account_ids
    total = _number_of_requests.first(me, hidden) + _number_of_invitations.first(me, hidden)
    if not total:
        return Waiting((), (), 0)
    requests = _requests(me, hidden, most=most)
    invitations = _invitations(me, hidden, most=most)[: most - len(requests)]
    newest = _newest_messages(me, [each.conversation_id for each in requests])
    people = people_of(viewer, {*(each.sender_id for each in requests), *(each.invited_by_id for each in invitations)})
    return Waiting(
        requests=tuple(_request(each, newest.get(each.conversation_id), people) for each in requests),
        invitations=tuple(_invitation(each, people) for each in invitations),
        total=total,
    )


def put_away_requests(viewer: Viewer) -> tuple[ListedRequest, ...]:
    """The newest requests that the viewer has put away: they find them here, and nobody else knows."""
    if viewer.user is None or not viewer.user.is_member:
        return ()
    me = viewer.user.pk
    found = MessageRequest.objects.put_away_by(me, viewer.hidden_account_ids).select_related("conversation", "on_behalf_of")
    requests = list(found.only(*_OF_A_REQUEST).order_by("-asked_at", "-pk")[:_MOST_WAITING])
    newest = _newest_messages(me, [each.conversation_id for each in requests])
    people = people_of(viewer, {each.sender_id for each in requests})
    return tuple(_request(each, newest.get(each.conversation_id), people) for each in requests)


def waiting_invitation(viewer: Viewer, uuid: UUID) -> ListedInvitation | None:
    """One invitation that waits for the viewer's answer, however many others do. None is a 404."""
    if viewer.user is None or not viewer.user.is_member:
        return None
    found = _counted_invitations(viewer.user.pk, viewer.hidden_account_ids).filter(uuid=uuid).first()
    return _invitation(found, people_of(viewer, [found.invited_by_id])) if found is not None else None


def unread_threads(viewer: Viewer, *, most: int) -> tuple[tuple[UnreadThread, ...], int]:
    """The newest conversations with something new, at most so many, and how many there are in all; no muted ones."""
    if viewer.user is None or not viewer.user.is_member:
        return (), 0
    of_mine = (viewer.user.pk, out_of_sight(viewer), viewer.hidden_account_ids, timezone.now())
    total = _number_with_news.first(*of_mine)
    if not total:
        return (), 0
    shown = _newest_with_news(*of_mine, most=most)
    others = {row.pk: other_account(row.conversation, viewer.user.pk) for row in shown}
    people = people_of(viewer, others.values())
    unread = unread_counts(viewer, [row.conversation_id for row in shown])
    return tuple(_unread(row, unread[row.conversation_id], people.get(others[row.pk])) for row in shown), total


def _unread(row: Participation, unread: int, other: Correspondent | None) -> UnreadThread:
    conversation = row.conversation
    return UnreadThread(
        uuid=conversation.uuid,
        title=_title(conversation, other),
        other=other,
        unread=unread,
        last_message_at=conversation.last_message_at,
    )


def _title(conversation: Conversation, other: Correspondent | None) -> str:
    return name_of(other) if conversation.kind == ConversationKind.DIRECT else conversation.name


# What is read here every page asks for, of one account: its key, conversations with people it does not see, those people, and
# the time.


def _with_news(rows: Any, hidden: Keys, now: Moment) -> Any:
    return rows.with_unread(hidden).exclude(muted_until__gt=now)


@prepared
def _number_unread(account: Key, out_of_sight: Texts, hidden: Keys, now: Moment) -> QuerySet[Any]:
    return number_of(_with_news(Participation.objects.in_sight_of(account, out_of_sight), hidden, now))


@prepared
def _number_with_news(account: Key, out_of_sight: Texts, hidden: Keys, now: Moment) -> QuerySet[Any]:
    return number_of(_with_news(_listed(account, out_of_sight, now, archived=False), hidden, now))


@prepared
def _newest_with_news(account: Key, out_of_sight: Texts, hidden: Keys, now: Moment, *, most: int) -> QuerySet[Participation]:
    rows = _with_news(_listed(account, out_of_sight, now, archived=False), hidden, now)
    return rows.order_by("-conversation__last_message_at", "-pk")[:most]


@prepared
def _page(account: Key, out_of_sight: Texts, now: Moment, *, archived: bool, page: int) -> QuerySet[Participation]:
    """One more than stand on a page: then there is another page."""
    start = (page - 1) * THREADS_ON_A_PAGE
    return _listed(account, out_of_sight, now, archived=archived)[start : start + THREADS_ON_A_PAGE + 1]


def _listed(account: Key, out_of_sight: Texts, now: Moment, *, archived: bool) -> QuerySet[Participation]:
    is_muted = Q(muted_until__gt=now)
    is_archived = Q(archived_at__isnull=False) & (is_muted | Q(conversation__last_seq__lte=F("archived_seq")))
    rows = Participation.objects.in_sight_of(account, out_of_sight)
    rows = rows.filter(is_archived) if archived else rows.exclude(is_archived)
    # What waits for the account's own answer is no conversation yet.
    rows = rows.exclude(conversation__request__recipient=account, conversation__request__status=RequestStatus.WAITING)
    return (
        rows.select_related("conversation", "conversation__request")
        .only(*_OF_A_THREAD)
        .order_by(F("pinned_at").asc(nulls_last=True), "-conversation__last_message_at", "-pk")
    )


@prepared
def _number_of_requests(account: Key, hidden: Keys) -> QuerySet[Any]:
    return number_of(MessageRequest.objects.waiting_for(account, hidden))


@prepared
def _requests(account: Key, hidden: Keys, *, most: int) -> QuerySet[MessageRequest]:
    received = MessageRequest.objects.waiting_for(account, hidden).select_related("conversation", "on_behalf_of")
    return received.only(*_OF_A_REQUEST).order_by("-asked_at", "-pk")[:most]


@prepared
def _number_of_invitations(account: Key, hidden: Keys) -> QuerySet[Any]:
    return number_of(GroupInvitation.objects.waiting_for(account, hidden))


@prepared
def _invitations(account: Key, hidden: Keys, *, most: int) -> QuerySet[GroupInvitation]:
    return _counted_invitations(account, hidden)[:most]


def _counted_invitations(account: Any, hidden: Any) -> QuerySet[GroupInvitation]:
    """With how many take part in the group."""
    present = Participation.objects.present().filter(conversation=OuterRef("conversation")).order_by()
    counted = GroupInvitation.objects.waiting_for(account, hidden).annotate(
        people_count=Coalesce(Subquery(present.values("conversation").annotate(count=Count("pk")).values("count")), 0)
    )
    return counted.select_related("conversation").only(*_OF_AN_INVITATION).order_by("-created_at", "-pk")


def _newest_messages(account: int, conversation_ids: Iterable[int]) -> dict[int, Message]:
    """The newest message of each, with what decides whether it is shown."""
    return {message.conversation_id: message for message in _newest(account, conversation_ids)}


@prepared
def _newest(account: Key, conversations: Keys) -> QuerySet[Message]:
    return (
        Message.objects.filter(conversation__in=conversations, seq=F("conversation__last_seq"))
        .annotate(
            hidden_for_me=Exists(HiddenMessage.objects.filter(message=OuterRef("pk"), user=account)),
            with_files=Exists(Attachment.objects.filter(message=OuterRef("pk"))),
        )
        .only("conversation_id", "seq", "sender_id", "body", "event", "deleted_at", "is_removed")
    )


def _thread(row: Participation, other_id: int | None, message: Any, unread: int, people: People, me: int) -> ListedThread:
    conversation = row.conversation
    own = own_choices(row, conversation.last_seq)
    other = people.get(other_id)
    request = getattr(conversation, "request", None)
    return ListedThread(
        uuid=conversation.uuid,
        kind=conversation.kind,
        title=_title(conversation, other),
        other=other,
        preview=_preview(row, message, people, me),
        last_message_at=conversation.last_message_at,
        unread=unread,
        is_muted=own.is_muted,
        is_archived=own.is_archived,
        is_pinned=own.is_pinned,
        is_waiting=request is not None and request.status in (RequestStatus.WAITING, RequestStatus.IGNORED),
        has_draft=bool(row.draft),
        is_closed=conversation.closed_at is not None,
    )


def _preview(row: Participation, message: Any, people: People, me: int) -> Preview | None:
    if message is None or message.seq <= row.joined_seq:
        return None
    sender, is_event = people.get(message.sender_id), bool(message.event)
    is_hidden = not is_event and people.is_hidden(message.sender_id)
    is_gone = message.deleted_at is not None or message.is_removed
    if is_event:
        words = event_words(message.event, name_of(sender))
    else:
        words = "" if is_hidden or is_gone or message.hidden_for_me else shortened(message.body, _LETTERS_OF_A_PREVIEW)
    return Preview(
        words=words,
        sender=sender,
        is_mine=message.sender_id == me and not is_event,
        is_event=is_event,
        is_deleted=is_gone and not is_hidden,
        is_hidden=is_hidden,
        has_attachments=message.with_files and not (is_hidden or is_gone or message.hidden_for_me),
    )


def _request(request: MessageRequest, message: Any, people: People) -> ListedRequest:
    body = message.body if message is not None and message.deleted_at is None and not message.is_removed else ""
    return ListedRequest(
        uuid=request.uuid,
        conversation=request.conversation.uuid,
        sender=people.get(request.sender_id),
        body=body,
        sent_at=request.asked_at,
        sender_role=request.sender_role,
        on_behalf_of=on_behalf_of(request),
    )


def _invitation(invitation: Any, people: People) -> ListedInvitation:
    return ListedInvitation(
        uuid=invitation.uuid,
        group=invitation.conversation.name,
        invited_by=people.get(invitation.invited_by_id),
        people_count=invitation.people_count,
        invited_at=invitation.created_at,
    )
