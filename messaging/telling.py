"""Sends frames to open pages after commit. What they say is made in `messaging.frames`; what takes them there is `messaging.hub`.

Call these in the transaction that writes what is told: whom it is for is looked up at once.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from alumni_site.core.broadcast import broadcast
from messaging.attachments.reading import attachments_of
from messaging.channel_groups import EVERY_PROCESS
from messaging.frames import (
    changed_frame,
    conversation_frame,
    encoded,
    gone_frame,
    message_frame,
    notices_frame,
    people_in,
    read_frame,
)
from messaging.models import Message, Participation
from messaging.reading.people import People, correspondent, people_of, somebody_hidden
from messaging.reading.shown import shown_message, shown_messages
from profiles.models import User
from profiles.viewers import Viewer


def tell_conversation(conversation: UUID, frame: Mapping[str, Any]) -> None:
    """Tell everybody who takes part now and may read what it is about. The same frame goes to all: nothing in it may depend on
    who reads it, and a socket takes out what its reader may not see (people with a block between them)."""
    present = Participation.objects.present().filter(conversation__uuid=conversation)
    if "seq" in frame and frame["type"] in ("message", "changed"):
        present = present.filter(joined_seq__lt=frame["seq"])
    _tell(present.values_list("user", "joined_seq"), frame)


def tell_sent(actor: Viewer, message: Message, *, has_files: bool = False) -> None:
    """Tell of a new message. A plain one costs no query but for whom it goes to."""
    sender = message.sender
    people = People({sender.pk: correspondent(sender, actor)} if sender is not None else {}, frozenset(), somebody_hidden())
    if message.reply_to is not None:
        people = people_of(actor, [message.sender_id, message.reply_to.sender_id], frozenset())
    files = attachments_of([message]).get(message.pk, ()) if has_files else ()
    shown = shown_message(actor, message, people, attachments=files)
    tell_conversation(message.conversation.uuid, message_frame(message.conversation.uuid, shown))


def tell_changed(actor: Viewer, message: Message) -> None:
    """Tell that a message was edited, deleted, removed or answered with a sign."""
    shown = shown_messages(actor, [message], joined_seq=0, hidden=frozenset())[0]
    tell_conversation(message.conversation.uuid, changed_frame(message.conversation.uuid, shown))


def tell_gone(user_id: int, message: Message, *, unread_total: int) -> None:
    """Tell one person's devices that they have deleted a message for themselves."""
    tell_person(user_id, gone_frame(message.conversation.uuid, seq=message.seq, id=message.uuid, unread_total=unread_total))


def tell_read(conversation: UUID, reader: User, seq: int, *, is_shown: bool, unread_total: int) -> None:
    """Tell how far somebody has read: their own devices always, the others when they are shown it (see `mark_read`)."""
    tell_person(reader.pk, read_frame(conversation, reader=reader.uuid, seq=seq, unread_total=unread_total))
    if is_shown:
        others = Participation.objects.present().filter(conversation__uuid=conversation).exclude(user=reader)
        _tell(others.values_list("user", "joined_seq"), read_frame(conversation, reader=reader.uuid, seq=seq))


def tell_person_about(user_id: int, conversation: UUID, what: str) -> None:
    """Tell one person that something about a conversation of theirs is new: `opened`, `removed`, `answered`, `choices`,
    `request`."""
    tell_person(user_id, conversation_frame(conversation, what))


def tell_about(conversation: UUID, what: str) -> None:
    """Tell all who take part that something about the conversation is new: `renamed`, `people`, `closed`."""
    tell_conversation(conversation, conversation_frame(conversation, what))


def tell_person(user_id: int, frame: Mapping[str, Any]) -> None:
    """Tell one person, on all their devices."""
    _tell([(user_id, 0)], frame)


def tell_notices(user_ids: list[int]) -> None:
    """Tell these people's devices that how many notices wait for them has changed."""
    _tell([(user_id, 0) for user_id in user_ids], notices_frame())


def look_again(user_ids: Iterable[int]) -> None:
    """Have every socket of these accounts ask anew who it belongs to and what they may see: they may have been signed out,
    suspended, or one may have blocked the other."""
    broadcast(EVERY_PROCESS, {"kind": "look_again", "to": [[user_id, 0] for user_id in user_ids]})


def end_session(user_id: int, session_key: str) -> None:
    """Shut every socket that was opened with this session."""
    broadcast(EVERY_PROCESS, {"kind": "session_ended", "to": [[user_id, 0]], "session": fingerprint_of(session_key)})


def fingerprint_of(session_key: str) -> str:
    """Names a session to other processes without giving it away."""
    return sha256(session_key.encode()).hexdigest()


def _tell(to: Iterable[tuple[int, int]], frame: Mapping[str, Any]) -> None:
    told: dict[str, Any] = {
        "kind": "frame",
        "to": [list(pair) for pair in to],
        "type": frame["type"],
        "conversation": frame.get("conversation"),
        # Words are put together once, whoever they go to.
        "text": encoded(frame),
        "people": sorted(people_in(frame)),
    }
    if frame["type"] == "message":
        told["seq"] = frame["seq"]
    if frame.get("reply"):
        told["reply_seq"] = frame["reply"]["seq"]
    if told["to"]:
        broadcast(EVERY_PROCESS, told)
