"""How two people who do not talk yet begin: a request with one text, and what its recipient makes of it."""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alumni_site.core.errors import Conflict, NotAllowed
from messaging import policies
from messaging.models import (
    Conversation,
    ConversationKind,
    GroupInvitation,
    Message,
    MessageRequest,
    MessagingSettings,
    Participation,
    RequestStatus,
)
from messaging.moderation import floods
from messaging.moves import REQUEST_MOVES, Side, is_allowed
from messaging.notices import forget_request, tell_of_answer, tell_of_request
from messaging.policies import Refusal
from messaging.searching import folded
from messaging.services.numbering import mark_own_read, take_number
from messaging.services.sending import Sent, acting, checked_body, refuse, sent_before, write_message
from messaging.standing import direct_key
from messaging.telling import tell_person_about, tell_sent
from profiles.accounts.services.blocks import block_account
from profiles.models import Block, Profile, User
from profiles.viewers import Viewer

TOO_MANY = Refusal(
    "too_many_requests",
    _("You have written to many new people today. Write to more tomorrow."),
)
TOO_SOON = Refusal("too_many_requests", _("You took back a request to this person a short while ago. Ask again tomorrow."))


def write_to(*, actor: Viewer, profile: Profile, body: str, client_id: UUID) -> Sent:
    """Write to a person: goes on with the conversation there is, accepts the request they have sent, or sends them one.

    Raises `NotAllowed` (not_allowed, limited, norms_not_agreed), `Conflict` (request_waiting, too_many_requests) and `Invalid`
    (empty, too_long, too_fast).
    """
    user = acting(actor)
    if (refusal := policies.why_not_write_to(actor, profile)) is not None:
        raise refuse(refusal)
    recipient = User.objects.get(pk=profile.user_id)
    text = checked_body(body)
    conversation = Conversation.objects.filter(direct_key=direct_key(user.pk, recipient.pk)).first()
    if conversation is not None and (earlier := sent_before(user, conversation, client_id)) is not None:
        return Sent(earlier, is_new=False)
    # Before the transaction: what it notes for Norec stays when the message is refused.
    key = direct_key(user.pk, recipient.pk)
    floods.check(actor=actor, conversation=conversation, folded_text=folded(text), direct_key=key)
    with transaction.atomic():
        try:
            with transaction.atomic():
                # Two who write to each other at the same moment have one conversation: the second waits here for the first.
                conversation = _conversation_between(user, recipient)
        except IntegrityError:
            conversation = Conversation.objects.select_for_update().get(direct_key=direct_key(user.pk, recipient.pk))
        if (earlier := sent_before(user, conversation, client_id)) is not None:
            return Sent(earlier, is_new=False)
        request = MessageRequest.objects.filter(conversation=conversation).first()
        if request is None and conversation.last_seq == 0:
            return Sent(_ask(actor, user, recipient, conversation, None, text, client_id), is_new=True)
        if request is None or request.status == RequestStatus.ACCEPTED:
            return Sent(write_message(actor, conversation, text, client_id), is_new=True)
        if _is_possible("accept", request, user):
            _move(request, "accept")
            message = write_message(actor, conversation, text, client_id)
            _tell_accepted(request)
            return Sent(message, is_new=True)
        return Sent(_ask(actor, user, recipient, conversation, request, text, client_id), is_new=True)


def accept_request(*, actor: Viewer, request: MessageRequest) -> MessageRequest:
    """Both may write from now on. Doing it twice is doing it once. Raises `NotAllowed` and `Conflict`."""
    with transaction.atomic():
        locked = _answered(actor, request, "accept")
        _tell_accepted(locked)
    return locked


def ignore_request(*, actor: Viewer, request: MessageRequest) -> MessageRequest:
    """Put it away. The sender cannot tell: to them it waits, and what they ask later goes the same way."""
    with transaction.atomic():
        locked = _answered(actor, request, "ignore")
        MessageRequest.objects.filter(pk=locked.pk).update(ignored_at=timezone.now())
        tell_person_about(locked.recipient_id, locked.conversation.uuid, "removed")
    return locked


def restore_request(*, actor: Viewer, request: MessageRequest) -> MessageRequest:
    """Take out again what was put away: it waits, as it did to its sender all the while. Raises `NotAllowed` and `Conflict`."""
    with transaction.atomic():
        locked = _answered(actor, request, "restore")
        MessageRequest.objects.filter(pk=locked.pk).update(answered_at=None, ignored_at=None)
        tell_person_about(locked.recipient_id, locked.conversation.uuid, "request")
    return locked


def decline_request(*, actor: Viewer, request: MessageRequest) -> MessageRequest:
    """No, thank you. The sender cannot ask again for 90 days; the recipient may write whenever they like."""
    with transaction.atomic():
        locked = _answered(actor, request, "decline")
        # Put away before, it is answered now: what they ask later is heard.
        MessageRequest.objects.filter(pk=locked.pk).update(ignored_at=None)
        tell_person_about(locked.recipient_id, locked.conversation.uuid, "removed")
        tell_person_about(locked.sender_id, locked.conversation.uuid, "answered")
    return locked


def withdraw_request(*, actor: Viewer, request: MessageRequest) -> MessageRequest:
    """Take it back: it is gone for the recipient, as if it had not been sent. Raises `NotAllowed` and `Conflict`."""
    with transaction.atomic():
        locked = _answered(actor, request, "withdraw")
        tell_person_about(locked.recipient_id, locked.conversation.uuid, "removed")
        tell_person_about(locked.sender_id, locked.conversation.uuid, "answered")
    return locked


def block_sender(*, actor: Viewer, request: MessageRequest) -> None:
    """Want nothing to do with whoever sent this. Raises `NotAllowed`."""
    user = acting(actor)
    if request.recipient_id != user.pk:
        raise NotAllowed(str(policies.NOT_YOURS.words))
    with transaction.atomic():
        block_account(actor=actor, account=request.sender)
        if request.status == RequestStatus.WAITING:
            ignore_request(actor=actor, request=request)
        tell_person_about(user.pk, request.conversation.uuid, "removed")


def _conversation_between(user: User, recipient: User) -> Conversation:
    key = direct_key(user.pk, recipient.pk)
    found = Conversation.objects.select_for_update().filter(direct_key=key).first()
    return found or Conversation.objects.create(kind=ConversationKind.DIRECT, direct_key=key)


def _ask(
    actor: Viewer,
    user: User,
    recipient: User,
    conversation: Conversation,
    request: MessageRequest | None,
    text: str,
    client_id: UUID,
) -> Message:
    """Send the request, for the first time or anew."""
    _check_may_ask(actor, user, recipient, request)
    now, is_unheard = timezone.now(), request is not None and request.sender_id == user.pk and request.ignored_at is not None
    fields = {
        "sender": user,
        "recipient": recipient,
        "sender_role": actor.capacity.role if actor.capacity is not None else "",
        "on_behalf_of_id": actor.capacity.organisation_id if actor.capacity is not None else None,
        "status": RequestStatus.IGNORED if is_unheard else RequestStatus.WAITING,
        "asked_at": now,
        "answered_at": None,
        "ignored_at": request.ignored_at if request is not None and is_unheard else None,
    }
    request, _is_new = MessageRequest.objects.update_or_create(conversation=conversation, defaults=fields)
    for person in (user, recipient):
        Participation.objects.get_or_create(conversation=conversation, user=person)
    # What was asked before and came to nothing is not read now.
    Participation.objects.filter(conversation=conversation, user=recipient).update(
        joined_seq=conversation.last_seq, read_seq=conversation.last_seq
    )
    take_number(conversation.pk)
    conversation.refresh_from_db(fields=["last_seq", "last_message_at"])
    message = Message.objects.create(
        conversation=conversation, seq=conversation.last_seq, sender=user, client_id=client_id, body=text, folded=folded(text)
    )
    own = Participation.objects.get(conversation=conversation, user=user)
    mark_own_read(own.pk, message.seq)
    tell_person_about(user.pk, conversation.uuid, "opened")
    if not is_unheard:
        tell_person_about(recipient.pk, conversation.uuid, "request")
        tell_of_request(request)
    tell_sent(actor, message)
    return message


def _check_may_ask(actor: Viewer, user: User, recipient: User, request: MessageRequest | None) -> None:
    """Raises for what stops a new request: what the recipient said before, norms, a limit, too many today."""
    if (refusal := why_not_ask_again(user, request)) is not None:
        raise refuse(refusal)
    # Held until the end of the transaction: two requests at once are counted one after the other.
    list(MessagingSettings.objects.select_for_update().filter(user=user))
    if (refusal := policies.why_not_begin(actor) or policies.why_not_ask(actor, Profile.objects.get(user=recipient))) is not None:
        raise refuse(refusal)
    if first_contacts_today(user) >= policies.first_contacts_a_day(actor):
        raise refuse(TOO_MANY)


def why_not_ask_again(user: User, request: MessageRequest | None) -> Refusal | None:
    """What became of an earlier request that stops its sender from asking now. Whoever was asked may always write."""
    if request is None or request.recipient_id == user.pk:
        return None
    if not _is_possible("ask_again", request, user):
        return policies.REQUEST_WAITS
    since = timezone.now() - (request.answered_at or request.asked_at)
    if request.status == RequestStatus.DECLINED and since < policies.TIME_BEFORE_ASKING_AGAIN:
        return policies.DECLINED
    return TOO_SOON if request.status == RequestStatus.WITHDRAWN and since < policies.TIME_AFTER_TAKING_BACK else None


def first_contacts_today(user: User) -> int:
    """How many people somebody has turned to for the first time in the last 24 hours: by a request, or by an invitation to a
    group of somebody they do not talk with."""
    day_ago = timezone.now() - timedelta(days=1)
    asked = MessageRequest.objects.filter(sender=user, asked_at__gt=day_ago).count()
    talking = Conversation.objects.filter(kind=ConversationKind.DIRECT, participations__user=user).filter(
        Q(request=None) | Q(request__status=RequestStatus.ACCEPTED)
    )
    invited = GroupInvitation.objects.filter(invited_by=user, created_at__gt=day_ago)
    strangers = invited.exclude(invited__participations__conversation__in=talking)
    return asked + strangers.values("invited").distinct().count()


def _answered(actor: Viewer, request: MessageRequest, move: str) -> MessageRequest:
    user = acting(actor)
    locked = MessageRequest.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=request.pk)
    if _side(locked, user) != REQUEST_MOVES[move].by:
        raise NotAllowed(str(policies.NOT_YOURS.words))
    if locked.status == REQUEST_MOVES[move].after:
        return locked
    is_out_of_sight = move in ("accept", "decline", "restore") and _is_blocked(locked)
    if is_out_of_sight or not _is_possible(move, locked, user):
        raise Conflict(str(_("This request has been answered meanwhile.")), code="conflict")
    _move(locked, move)
    return locked


def _side(request: MessageRequest, user: User) -> Side | None:
    if request.sender_id == user.pk:
        return Side.SENDER
    return Side.RECIPIENT if request.recipient_id == user.pk else None


def _is_possible(move: str, request: MessageRequest, user: User) -> bool:
    side = _side(request, user)
    return side is not None and is_allowed(REQUEST_MOVES[move], by=side, status=request.status)


def _is_blocked(request: MessageRequest) -> bool:
    return Block.objects.between(request.sender_id, request.recipient_id).exists()


def _move(request: MessageRequest, move: str) -> None:
    request.status, request.answered_at = REQUEST_MOVES[move].after, timezone.now()
    request.save(update_fields=["status", "answered_at", "updated_at"])
    forget_request(request)
    if request.status in (RequestStatus.ACCEPTED, RequestStatus.DECLINED):
        tell_of_answer(request)


def _tell_accepted(request: MessageRequest) -> None:
    MessageRequest.objects.filter(pk=request.pk).update(ignored_at=None)
    for user_id in (request.sender_id, request.recipient_id):
        tell_person_about(user_id, request.conversation.uuid, "answered")
