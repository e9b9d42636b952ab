"""What this app tells members outside its pages: who has written and where, never what.

A message writes nothing for those who get it. `tell_unread_messages`, run by the schedule, finds conversations with something
that has waited for ten minutes, and tells each person once; requests and invitations are told at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Greatest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from messaging.models import (
    Conversation,
    ConversationKind,
    GroupInvitation,
    Message,
    MessageRequest,
    Participation,
    RequestStatus,
)
from messaging.reading.people import People, name_of, people_of
from messaging.reading.unread import how_many, unread_counts
from messaging.standing import other_account
from notifications.kinds import MailPace, Notice, NotificationKind, register_kind
from notifications.services import mark_group_read, notify, notify_many
from profiles.models import Block, User
from profiles.viewers import Viewer, viewer_for

MESSAGE = "messaging.message"
MESSAGE_REQUEST = "messaging.request"
REQUEST_ANSWERED = "messaging.request_answered"
GROUP_INVITATION = "messaging.invitation"

TIME_BEFORE_TELLING = timedelta(minutes=10)
_MOST_AT_A_TIME = 500


def register() -> None:
    """Declare the kinds. Called when the app is ready."""
    register_kind(
        NotificationKind(
            MESSAGE,
            _("New messages"),
            _messages_in_words,
            icon="Chat2",
            mail=MailPace.AT_ONCE,
            push=True,
            group_words=_messages_in_words,
            load=_with_names,
            is_still_wanted=_is_unread,
        )
    )
    register_kind(
        NotificationKind(
            MESSAGE_REQUEST,
            _("Requests from people who want to write to you"),
            _request_in_words,
            icon="Chat2",
            mail=MailPace.DAILY,
            load=_with_names,
            is_still_wanted=_is_request_waiting,
        )
    )
    register_kind(
        NotificationKind(
            REQUEST_ANSWERED,
            _("Answers to your requests"),
            _answer_in_words,
            icon="Chat2",
            mail=MailPace.DAILY,
            load=_with_names,
            is_still_wanted=_is_answer_so,
        )
    )
    register_kind(
        NotificationKind(
            GROUP_INVITATION,
            _("Invitations to groups"),
            _invitation_in_words,
            icon="PersonGroup",
            mail=MailPace.DAILY,
            load=_with_names,
            is_still_wanted=_is_invitation_waiting,
        )
    )


# --- telling -------------------------------------------------------------------------------------------------------------


def tell_of_request(request: MessageRequest) -> None:
    """Tell the recipient of a request at once."""
    data = {"request": str(request.uuid)}
    notify(recipient=request.recipient, kind=MESSAGE_REQUEST, data=data, group=str(request.uuid))


def tell_of_answer(request: MessageRequest) -> None:
    """Tell the sender of a request that it is accepted or declined; never that it was put away."""
    uuid = str(request.conversation.uuid)
    data = {"conversation": uuid, "is_yes": request.status == RequestStatus.ACCEPTED}
    notify(recipient=request.sender, kind=REQUEST_ANSWERED, data=data, group=uuid)


def tell_of_invitation(conversation: Conversation, people: Iterable[User]) -> None:
    """Tell these people, all at once, that they are asked to join a group."""
    uuid = str(conversation.uuid)
    notify_many(recipients=people, kind=GROUP_INVITATION, data={"group": uuid}, group=uuid)


def forget_request(request: MessageRequest) -> None:
    """It is answered, or taken back: nothing more is told of it."""
    mark_group_read(user=request.recipient, kind=MESSAGE_REQUEST, group=str(request.uuid))


def forget_answer(user: User, conversation: UUID) -> None:
    """They have seen in the conversation how their request was answered."""
    mark_group_read(user=user, kind=REQUEST_ANSWERED, group=str(conversation))


def forget_invitation(invitation: GroupInvitation) -> None:
    mark_group_read(user=invitation.invited, kind=GROUP_INVITATION, group=str(invitation.conversation.uuid))


def forget_messages(user: User, conversation: Conversation) -> None:
    """They have read the conversation: nothing more is told of it."""
    mark_group_read(user=user, kind=MESSAGE, group=str(conversation.uuid))


def tell_unread_messages() -> int:
    """Tell everybody of messages that have waited unread for ten minutes, once for each conversation and person. Safe to run
    twice, and at once. Returns how many were told."""
    told = 0
    for participation_id in list(_waiting().order_by("pk").values_list("pk", flat=True)[:_MOST_AT_A_TIME]):
        told += _tell_one(participation_id)
    return told


@transaction.atomic
def _tell_one(participation_id: int) -> int:
    # Found once more, with the row held: another who runs this, or the reader, may have been quicker.
    held = Participation.objects.select_for_update(of=("self",)).filter(pk=participation_id).order_by("pk")
    row = _waiting(held).select_related("conversation", "user").first()
    if row is None:
        return 0
    Participation.objects.filter(pk=row.pk).update(noticed_seq=row.conversation.last_seq)
    uuid = str(row.conversation.uuid)
    count = unread_counts(viewer_for(row.user), [row.conversation_id])[row.conversation_id]
    data = {"conversation": uuid, "count": count}
    return 1 if notify(recipient=row.user, kind=MESSAGE, data=data, group=uuid) is not None else 0


def _waiting(rows: Any = None) -> Any:
    """Those with something unread that nobody has told them of, the oldest of it ten minutes old."""
    now = timezone.now()
    known = Greatest("read_seq", "noticed_seq", "joined_seq")
    rows = Participation.objects.all() if rows is None else rows
    rows = rows.present().filter(conversation__last_seq__gt=known, user__status="active", user__is_active=True)
    rows = rows.exclude(muted_until__gt=now)
    # A request is told by itself, and one that was put away is not told.
    rows = rows.filter(Q(conversation__request=None) | Q(conversation__request__status=RequestStatus.ACCEPTED))
    unread = Message.objects.unread_in_place(after="known").filter(sent_at__lte=now - TIME_BEFORE_TELLING)
    made = Block.objects.filter(blocker=OuterRef("sender"), blocked=OuterRef(OuterRef("user")))
    received = Block.objects.filter(blocked=OuterRef("sender"), blocker=OuterRef(OuterRef("user")))
    unread = unread.exclude(Exists(made)).exclude(Exists(received))
    return rows.annotate(known=known).filter(Exists(unread))


# --- whether it is still so ----------------------------------------------------------------------------------------------


def _is_unread(user_id: int, data: Mapping[str, Any]) -> bool:
    viewer = viewer_for(User.objects.filter(pk=user_id).first())
    rows = Participation.objects.own_of(viewer).filter(conversation__uuid=data["conversation"])
    return rows.with_unread(viewer.hidden_account_ids).exclude(muted_until__gt=timezone.now()).exists()


def _is_request_waiting(user_id: int, data: Mapping[str, Any]) -> bool:
    user = User.objects.filter(pk=user_id).first()
    return MessageRequest.objects.received_by(viewer_for(user)).filter(uuid=data["request"]).exists()


def _is_answer_so(user_id: int, data: Mapping[str, Any]) -> bool:
    user = User.objects.filter(pk=user_id).first()
    visible = Conversation.objects.visible_to(viewer_for(user)).filter(uuid=data["conversation"])
    status = RequestStatus.ACCEPTED if data["is_yes"] else RequestStatus.DECLINED
    own = MessageRequest.objects.filter(conversation__in=visible, sender=user_id, status=status)
    return own.filter(recipient__status="active", recipient__is_active=True).exists()


def _is_invitation_waiting(user_id: int, data: Mapping[str, Any]) -> bool:
    user = User.objects.filter(pk=user_id).first()
    return GroupInvitation.objects.received_by(viewer_for(user)).filter(conversation__uuid__in=_uuids([data], "group")).exists()


# --- words ---------------------------------------------------------------------------------------------------------------


def _with_names(reader: Any, told: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Who and where, for one reader, in a fixed number of queries: names as they are now, nobody with a block between."""
    viewer = reader if isinstance(reader, Viewer) else viewer_for(reader)
    me = viewer.user.pk if viewer.user is not None else 0
    requests = {str(each.uuid): each for each in MessageRequest.objects.filter(uuid__in=_uuids(told, "request"), recipient=me)}
    invited = GroupInvitation.objects.select_related("conversation").filter(invited=me)
    # Asked more than once, it is the newest that counts.
    invited = invited.filter(conversation__uuid__in=_uuids(told, "group")).order_by("created_at", "pk")
    invitations = {str(each.conversation.uuid): each for each in invited}
    conversations = Conversation.objects.visible_to(viewer).filter(uuid__in=_uuids(told, "conversation"))
    talks = {str(each.uuid): each for each in conversations}
    counts = unread_counts(viewer, [each.pk for each in talks.values()])
    senders = _senders_of_unread(viewer, talks.values())
    people = people_of(
        viewer,
        {
            *(other_account(each, me) for each in talks.values()),
            *(each.sender_id for each in requests.values()),
            *(each.invited_by_id for each in invitations.values()),
            *(sender for each in senders.values() for sender in each),
        },
    )
    return [_named(data, me, people, requests, invitations, talks, counts, senders) for data in told]


def _named(
    data: Mapping[str, Any],
    me: int,
    people: People,
    requests: Mapping[str, MessageRequest],
    invitations: Mapping[str, GroupInvitation],
    talks: Mapping[str, Conversation],
    counts: Mapping[int, int],
    senders: Mapping[int, list[int | None]],
) -> dict[str, Any]:
    named = dict(data)
    if request := requests.get(data.get("request", "")):
        named["name"] = name_of(people.get(request.sender_id))
    if invitation := invitations.get(data.get("group", "")):
        named |= {"name": name_of(people.get(invitation.invited_by_id)), "where": invitation.conversation.name}
    if talk := talks.get(data.get("conversation", "")):
        if talk.kind == ConversationKind.DIRECT:
            named |= {"name": name_of(people.get(other_account(talk, me))), "where": ""}
        else:
            wrote = senders.get(talk.pk, [])
            named |= {"name": name_of(people.get(wrote[0])) if len(wrote) == 1 else "", "where": talk.name}
        # What has been read or taken away meanwhile keeps the number it was told with.
        named["count"] = counts.get(talk.pk) or data.get("count", 1)
    return named


def _senders_of_unread(viewer: Viewer, talks: Iterable[Conversation]) -> dict[int, list[int | None]]:
    """Who wrote what is unread, by the keys of the conversations told of."""
    places = Participation.objects.present().filter(user=viewer.user, conversation=OuterRef("conversation"))
    messages = Message.objects.filter(conversation__in=[talk.pk for talk in talks])
    unread = messages.unread_by(viewer.user, after=Subquery(places.values("read_seq")), hidden=viewer.hidden_account_ids)
    found: dict[int, list[int | None]] = {}
    for conversation_id, sender_id in unread.order_by().values_list("conversation", "sender").distinct():
        found.setdefault(conversation_id, []).append(sender_id)
    return found


def _messages_in_words(data: Mapping[str, Any], _told: int = 1) -> Notice:
    """How many are unread is counted when it is said, whatever number of times somebody was told of them."""
    count = max(1, data.get("count", 1))
    words = {"name": data.get("name", ""), "where": data.get("where", ""), "count": how_many(count)}
    if words["name"] and words["where"]:
        text = ngettext(
            "%(count)s new message from %(name)s in %(where)s", "%(count)s new messages from %(name)s in %(where)s", count
        )
    elif words["where"]:
        text = ngettext("%(count)s new message in %(where)s", "%(count)s new messages in %(where)s", count)
    elif words["name"]:
        text = ngettext("%(count)s new message from %(name)s", "%(count)s new messages from %(name)s", count)
    else:
        text = ngettext("%(count)s new message", "%(count)s new messages", count)
    return Notice(text % words, _address("conversation", data.get("conversation")))


def _request_in_words(data: Mapping[str, Any]) -> Notice:
    name = data.get("name")
    text = gettext("%(name)s wants to write to you.") % {"name": name} if name else gettext("Somebody wants to write to you.")
    return Notice(text, _address("messages"))


def _answer_in_words(data: Mapping[str, Any]) -> Notice:
    name = data.get("name")
    if not name:
        text = gettext("Your request to write to somebody is answered.")
    elif data.get("is_yes"):
        text = gettext("%(name)s says yes: you can write to each other.") % {"name": name}
    else:
        text = gettext("%(name)s thanks you for your request, and says no this time.") % {"name": name}
    return Notice(text, _address("conversation", data.get("conversation")))


def _invitation_in_words(data: Mapping[str, Any]) -> Notice:
    if not data.get("where"):
        return Notice(gettext("You are invited to a group."), _address("messages"))
    words = {"name": data.get("name", ""), "where": data["where"]}
    return Notice(gettext("%(name)s invites you to the group %(where)s.") % words, _address("messages"))


def _uuids(told: Sequence[Mapping[str, Any]], key: str) -> list[UUID]:
    return [UUID(data[key]) for data in told if data.get(key)]


def _address(name: str, uuid: str | None = None) -> str:
    try:
        return reverse(name, args=[uuid] if uuid else [])
    except NoReverseMatch:
        return "/messages/"
