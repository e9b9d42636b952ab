"""Conversations about something of another app: a mentorship, an event, a request. That app decides who takes part and when
it ends, and asks its own policies first; it calls these within the transaction of what it does."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from messaging.models import Conversation, ConversationKind, Participation
from messaging.services.groups import checked_name, close, take_in, take_out
from messaging.services.numbering import note_event
from messaging.telling import tell_about
from profiles.models import User


@transaction.atomic
def open_topic_conversation(*, kind: str, uuid: UUID, name: str, users: Iterable[User]) -> Conversation:
    """The conversation of that thing, opened when there is none yet: twice is once. `kind` is a code of the app, such as
    "mentoring.mentorship". An open one that was closed is opened again."""
    conversation, is_new = Conversation.objects.get_or_create(
        topic_kind=kind, topic_uuid=uuid, defaults={"kind": ConversationKind.TOPIC, "name": checked_name(name)}
    )
    if is_new:
        for user in users:
            take_in(conversation, user)
        return conversation
    if conversation.closed_at is not None:
        Conversation.objects.filter(pk=conversation.pk).update(closed_at=None)
        conversation.closed_at = None
    set_topic_participants(conversation=conversation, users=users)
    return conversation


@transaction.atomic
def set_topic_participants(*, conversation: Conversation, users: Iterable[User]) -> None:
    """Let these take part, and nobody else. Who comes reads what is written from then on."""
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk, kind=ConversationKind.TOPIC)
    wanted = {user.pk: user for user in users}
    present = {
        row.user_id: row.user for row in Participation.objects.present().filter(conversation=locked).select_related("user")
    }
    for user_id in present.keys() - wanted.keys():
        take_out(locked, present[user_id])
        note_event(locked, "left", present[user_id])
    for user_id in wanted.keys() - present.keys():
        take_in(locked, wanted[user_id])
        note_event(locked, "joined", wanted[user_id])
    if wanted.keys() != present.keys():
        tell_about(locked.uuid, "people")


@transaction.atomic
def close_topic_conversation(*, conversation: Conversation) -> None:
    """What it was about has ended: it can be read, and nobody writes any more. Closing twice keeps the first time."""
    close(Conversation.objects.select_for_update().get(pk=conversation.pk, kind=ConversationKind.TOPIC))
