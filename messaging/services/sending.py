"""Messages: writing them, changing them, taking them away, answering with a sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NetworkError, NotAllowed
from messaging import policies
from messaging.attachments.services import attach, delete_files_of
from messaging.models import Conversation, HiddenMessage, Message, MessageVersion, Reaction
from messaging.models.messages import LONGEST_BODY, REACTIONS
from messaging.moderation import floods
from messaging.reading.inboxes import unread_total
from messaging.searching import cleaned, folded
from messaging.services.numbering import mark_own_read, take_change_number, take_number
from messaging.standing import standing_of
from messaging.telling import tell_changed, tell_gone, tell_sent
from profiles.models import User
from profiles.policies import acts_as_member
from profiles.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Sent:
    """`is_new` is False when this very message had been sent before."""

    message: Message
    is_new: bool


def send_message(
    *,
    actor: Viewer,
    conversation: Conversation,
    body: str,
    client_id: UUID,
    reply_to: UUID | None = None,
    attachments: Sequence[UUID] = (),
) -> Sent:
    """Write into a conversation. The same `client_id` again returns what was sent, and tells nobody.

    Raises `NotAllowed`, `Conflict` (closed, request_waiting) and `Invalid` (empty, too_long, attachment_not_ready, too_fast).
    """
    user = acting(actor)
    text = checked_body(body, may_be_empty=bool(attachments))
    try:
        # Before the transaction: what it notes for Norec stays when the message is refused.
        floods.check(actor=actor, conversation=conversation, folded_text=folded(text))
        with transaction.atomic():
            message = write_message(actor, conversation, text, client_id, reply_to, attachments)
    except (NetworkError, IntegrityError):
        # Sent before: at this very moment on another line, or before whatever it is that stops it now.
        earlier = sent_before(user, conversation, client_id)
        if earlier is None:
            raise
        return Sent(earlier, is_new=False)
    return Sent(message, is_new=True)


def write_message(
    actor: Viewer,
    conversation: Conversation,
    text: str,
    client_id: UUID,
    reply_to: UUID | None = None,
    attachments: Sequence[UUID] = (),
) -> Message:
    """Write words that are checked, in a transaction, and tell of them: `send_message` and `write_to` end here."""
    user = acting(actor)
    take_number(conversation.pk)
    standing = standing_of(user.pk, conversation)
    refusal = policies.why_not_send(standing)
    if refusal is not None or standing is None:
        raise refuse(refusal or policies.NOT_YOURS)
    message = Message(
        conversation=conversation,
        seq=standing.last_seq,
        sender=user,
        client_id=client_id,
        body=text,
        folded=folded(text),
        reply_to=_answered(actor, conversation, reply_to, standing.joined_seq) if reply_to is not None else None,
    )
    message.save(force_insert=True)
    if attachments:
        attach(actor=actor, message=message, uuids=attachments)
    mark_own_read(standing.participation_id, standing.last_seq)
    tell_sent(actor, message, has_files=bool(attachments))
    return message


def edit_message(*, actor: Viewer, message: Message, body: str) -> Message:
    """Change one's own words for a quarter of an hour; what they were is kept for reports. Raises `NotAllowed`, `Conflict`
    (too_late, closed) and `Invalid` (empty, too_long)."""
    with transaction.atomic():
        locked, change = _locked_for_change(message)
        if not policies.is_own(actor, locked) or policies.is_gone(locked):
            raise NotAllowed(_("You can only change your own messages."))
        if not policies.is_time_to_edit(locked):
            raise Conflict(_("You can change a message for 15 minutes after you sent it."), code="too_late")
        if not policies.can_edit(actor, locked):
            raise refuse(policies.CLOSED if locked.conversation.closed_at is not None else policies.NOT_YOURS)
        text = checked_body(body, may_be_empty=locked.attachments.exists())
        if text == locked.body:
            return locked
        MessageVersion.objects.create(message=locked, body=locked.body)
        locked.body, locked.folded, locked.edited_at, locked.change = text, folded(text), timezone.now(), change
        locked.save(update_fields=["body", "folded", "edited_at", "change"])
        tell_changed(actor, locked)
    return locked


def delete_for_all(*, actor: Viewer, message: Message) -> Message:
    """Take one's own message away from everybody. A mark stays; the words are kept for reports. Raises `NotAllowed`."""
    with transaction.atomic():
        locked, change = _locked_for_change(message)
        if policies.is_own(actor, locked) and locked.deleted_at is not None:
            return locked
        if not policies.can_delete_for_all(actor, locked):
            raise NotAllowed(_("You can only delete your own messages."))
        MessageVersion.objects.create(message=locked, body=locked.body)
        locked.body, locked.folded, locked.deleted_at, locked.change = "", "", timezone.now(), change
        locked.save(update_fields=["body", "folded", "deleted_at", "change"])
        locked.reactions.all().delete()
        delete_files_of(locked)
        tell_changed(actor, locked)
    return locked


def delete_for_me(*, actor: Viewer, message: Message) -> None:
    """Never show this message to me again, on any device. Nobody else notices. Raises `NotAllowed`."""
    user = acting(actor)
    with transaction.atomic():
        if HiddenMessage.objects.filter(message=message, user=user).exists():
            return
        if not policies.can_delete_for_me(actor, message):
            raise NotAllowed(str(policies.NOT_YOURS.words))
        HiddenMessage.objects.bulk_create([HiddenMessage(message=message, user=user)], ignore_conflicts=True)
        tell_gone(user.pk, message, unread_total=unread_total(actor))


def set_reaction(*, actor: Viewer, message: Message, sign: str, is_on: bool) -> Message:
    """Put one of the signs under a message, or take it away. Twice is once. Raises `NotAllowed` and `Invalid`."""
    user = acting(actor)
    if sign not in REACTIONS:
        raise Invalid(_("Choose one of the signs."), code="unknown_sign")
    with transaction.atomic():
        locked, change = _locked_for_change(message)
        if not policies.can_react(actor, locked):
            raise NotAllowed(_("You cannot answer this message with a sign."))
        own = Reaction.objects.filter(message=locked, user=user, sign=sign)
        if own.exists() == is_on:
            return locked
        if is_on:
            Reaction.objects.create(message=locked, user=user, sign=sign)
        else:
            own.delete()
        locked.change = change
        locked.save(update_fields=["change"])
        tell_changed(actor, locked)
    return locked


def acting(actor: Viewer) -> User:
    """The account that acts. Raises `NotAllowed` for everybody who is no active member."""
    if not acts_as_member(actor) or actor.user is None:
        raise NotAllowed(str(policies.NOT_A_MEMBER.words))
    return actor.user


def refuse(refusal: policies.Refusal) -> NetworkError:
    """The error that says why not."""
    kind = Conflict if refusal.code in ("closed", "request_waiting", "too_many_requests", "too_many_people") else NotAllowed
    return kind(str(refusal.words), code=refusal.code)


def checked_body(body: str, *, may_be_empty: bool = False) -> str:
    """The words as they are kept. Raises `Invalid`."""
    text = cleaned(body)
    if not text and not may_be_empty:
        raise Invalid(_("Write something first."), code="empty")
    if len(text) > LONGEST_BODY:
        raise Invalid(_("A message can have 10 000 characters. Write a shorter one, or two."), code="too_long")
    return text


def sent_before(user: User, conversation: Conversation, client_id: UUID) -> Message | None:
    return Message.objects.filter(conversation=conversation, sender=user, client_id=client_id).first()


def _answered(actor: Viewer, conversation: Conversation, uuid: UUID, joined_seq: int) -> Message | None:
    """The message that is answered. One that is not there, or not for this person to see, is no reason to lose the answer."""
    found = Message.objects.filter(conversation=conversation, uuid=uuid, seq__gt=joined_seq, event="")
    return found.exclude(hidden__user=actor.user).first()


def _locked_for_change(message: Message) -> tuple[Message, int]:
    """The message as it is now, held together with its conversation until the end of the transaction, and the number that its
    change gets."""
    take_change_number(message.conversation_id)
    locked = Message.objects.select_related("conversation", "reply_to").get(pk=message.pk)
    return locked, locked.conversation.last_change
