"""Sends frames to open pages after commit. What they say is made in `messaging.frames`. They are hints: the database is the
truth, and pages ask it for what they missed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from alumni_site.core.broadcast import broadcast
from messaging.channel_groups import conversation_group, person_group
from messaging.frames import changed_frame, conversation_frame, gone_frame, message_frame, read_frame
from messaging.models import Message
from messaging.reading.people import People, correspondent, people_of, somebody_hidden
from messaging.reading.shown import shown_attachments, shown_message, shown_messages
from profiles.models import User
from profiles.viewers import Viewer


def tell_conversation(conversation: UUID, frame: Mapping[str, Any]) -> None:
    """Tell everybody who takes part. The same frame goes to all: nothing in it may depend on who reads it, and a socket
    takes out what its reader may not see (people with a block between them)."""
    broadcast(conversation_group(conversation), frame)


def tell_person(user_id: int, frame: Mapping[str, Any]) -> None:
    """Tell one person, on all their devices."""
    broadcast(person_group(user_id), frame)


def tell_sent(actor: Viewer, message: Message, *, has_files: bool = False) -> None:
    """Tell of a new message. A plain one costs no query."""
    sender = message.sender
    people = People({sender.pk: correspondent(sender, actor)} if sender is not None else {}, frozenset(), somebody_hidden())
    if message.reply_to is not None:
        people = people_of(actor, [message.sender_id, message.reply_to.sender_id], frozenset())
    files = shown_attachments(message.pk) if has_files else []
    shown = shown_message(actor, message, people, attachments=files)
    tell_conversation(message.conversation.uuid, message_frame(message.conversation.uuid, shown))


def tell_changed(actor: Viewer, message: Message) -> None:
    """Tell that a message was edited, deleted, removed or answered with a sign."""
    shown = shown_messages(actor, [message], joined_seq=0, hidden=frozenset())[0]
    tell_conversation(message.conversation.uuid, changed_frame(message.conversation.uuid, shown))


def tell_gone(user_id: int, message: Message) -> None:
    """Tell one person's devices that they have deleted a message for themselves."""
    tell_person(user_id, gone_frame(message.conversation.uuid, seq=message.seq, id=message.uuid))


def tell_read(conversation: UUID, reader: User, seq: int, *, is_shown: bool) -> None:
    """Tell how far somebody has read: their own devices always, the others when they show it."""
    frame = read_frame(conversation, reader=reader.uuid, seq=seq)
    tell_person(reader.pk, frame)
    if is_shown:
        tell_conversation(conversation, frame)


def tell_person_about(user_id: int, conversation: UUID, what: str) -> None:
    """Tell one person that something about a conversation of theirs is new: `opened`, `removed`, `answered`, `choices`,
    `request`. The socket takes up or lets go of the conversation by it."""
    tell_person(user_id, conversation_frame(conversation, what))


def tell_about(conversation: UUID, what: str) -> None:
    """Tell all who take part that something about the conversation is new: `renamed`, `people`, `closed`."""
    tell_conversation(conversation, conversation_frame(conversation, what))
