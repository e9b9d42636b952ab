"""Numbers of messages and of their changes, without holes: who counts up holds the conversation until the end of the
transaction, so that two never get the same and nobody sees a number whose message is not there yet."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from messaging.models import Conversation, Message, Participation
from profiles.models import User


def take_number(conversation_id: int) -> None:
    """Count up for a message that is about to be written. The first thing in a transaction: it waits for others here."""
    now = timezone.now()
    Conversation.objects.filter(pk=conversation_id).update(last_seq=F("last_seq") + 1, last_message_at=now, updated_at=now)


def take_change_number(conversation_id: int) -> None:
    """Count up for a change to a message that is about to be made."""
    Conversation.objects.filter(pk=conversation_id).update(last_change=F("last_change") + 1, updated_at=timezone.now())


def note_event(conversation: Conversation, event: str, about: User) -> Message:
    """Let the network itself tell something about somebody, as a message with a number. Those who take part read it as such."""
    take_number(conversation.pk)
    conversation.refresh_from_db(fields=["last_seq", "last_message_at"])
    return Message.objects.create(conversation=conversation, seq=conversation.last_seq, sender=about, event=event)


def mark_own_read(participation_id: int, seq: int, **more: Any) -> None:
    """Writing reads, and what was a draft is sent."""
    Participation.objects.filter(pk=participation_id).update(
        read_seq=seq, read_at=timezone.now(), draft="", draft_saved_at=None, **more
    )
