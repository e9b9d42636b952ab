"""Messages as one viewer sees them: what pages and frames are made of. A window of any size costs the same queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from alumni_site.core.prepared import Keys, prepared
from messaging.attachments.reading import ShownAttachment, attachments_of
from messaging.models import Message, Reaction
from messaging.reading.people import Correspondent, People, name_of, people_of
from profiles.viewers import Viewer

# How much of the message that is answered stands above the answer.
_LETTERS_OF_A_QUOTE = 160


@dataclass(frozen=True, slots=True)
class ShownReply:
    """The message that is answered, in short. Without words when it is deleted, or not for this viewer to see."""

    uuid: UUID | None
    seq: int | None
    sender: Correspondent | None
    body: str
    is_deleted: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ShownReaction:
    """One sign and everybody whose it is, in the order they came."""

    sign: str
    people: tuple[Correspondent | None, ...]
    is_mine: bool

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """`sender` is None when the account is gone. A message that is deleted, removed or hidden has no body and nothing else
    of what was in it. `words` says what happened when the network itself tells something (`event`)."""

    uuid: UUID
    seq: int
    client_id: UUID
    sender: Correspondent | None
    is_mine: bool
    body: str
    event: str
    reply: ShownReply | None
    sent_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    is_removed: bool
    is_hidden: bool
    reactions: tuple[ShownReaction, ...]
    attachments: tuple[ShownAttachment, ...]
    change: int

    @property
    def words(self) -> str:
        return event_words(self.event, name_of(self.sender)) if self.event else self.body


def event_words(event: str, name: str) -> str:
    """What the network tells, in the reader's language. A code that a newer version knows is told as a change."""
    words = {
        "joined": gettext("%(name)s has joined."),
        "left": gettext("%(name)s has left."),
        "removed": gettext("%(name)s was taken out of the group."),
        "renamed": gettext("%(name)s has given the group a new name."),
        "new_owner": gettext("%(name)s runs the group now."),
    }
    return words.get(event, gettext("%(name)s has changed something.")) % {"name": name}


def shown_messages(
    viewer: Viewer,
    messages: Sequence[Message],
    *,
    joined_seq: int,
    hidden: frozenset[int] | None = None,
    known: People | None = None,
) -> list[ShownMessage]:
    """These messages of one conversation, fetched with `reply_to`, in three queries at most whatever they are. `hidden` and
    `known` as in `people_of`."""
    reactions = _reactions_to(message.pk for message in messages)
    attachments = attachments_of(messages)
    senders = {message.sender_id for message in messages}
    quoted = {message.reply_to.sender_id for message in messages if message.reply_to is not None}
    people = people_of(viewer, senders | quoted | {reaction.user_id for reaction in reactions}, hidden, known)
    by_message: dict[int, list[Reaction]] = defaultdict(list)
    for reaction in reactions:
        by_message[reaction.message_id].append(reaction)
    return [
        shown_message(
            viewer,
            message,
            people,
            joined_seq=joined_seq,
            reactions=by_message.get(message.pk, ()),
            attachments=attachments.get(message.pk, ()),
        )
        for message in messages
    ]


@prepared
def _reactions_to(messages: Keys) -> QuerySet[Reaction]:
    return Reaction.objects.filter(message__in=messages)


def shown_message(
    viewer: Viewer,
    message: Message,
    people: People,
    *,
    joined_seq: int = 0,
    reactions: Iterable[Reaction] = (),
    attachments: Iterable[ShownAttachment] = (),
) -> ShownMessage:
    """One message, with everything looked up already."""
    is_hidden = people.is_hidden(message.sender_id) and not message.event
    is_gone = is_hidden or message.deleted_at is not None or message.is_removed
    me = viewer.user.pk if viewer.user is not None else None
    return ShownMessage(
        uuid=message.uuid,
        seq=message.seq,
        client_id=message.client_id,
        sender=people.get(message.sender_id),
        is_mine=message.sender_id == me and not message.event,
        body="" if is_gone else message.body,
        event=message.event,
        reply=None if is_gone or message.reply_to is None else _reply(message.reply_to, people, joined_seq),
        sent_at=message.sent_at,
        edited_at=None if is_gone else message.edited_at,
        is_deleted=message.deleted_at is not None and not is_hidden,
        is_removed=message.is_removed and not is_hidden,
        is_hidden=is_hidden,
        reactions=() if is_gone else _reactions(reactions, people, me),
        attachments=() if is_gone else tuple(attachments),
        change=message.change,
    )


def _reply(quoted: Message, people: People, joined_seq: int) -> ShownReply:
    if quoted.seq <= joined_seq or people.is_hidden(quoted.sender_id):
        sender = people.get(quoted.sender_id) if quoted.seq > joined_seq else None
        return ShownReply(quoted.uuid, quoted.seq, sender, "", is_hidden=True)
    is_gone = quoted.deleted_at is not None or quoted.is_removed
    body = "" if is_gone else shortened(quoted.body)
    return ShownReply(quoted.uuid, quoted.seq, people.get(quoted.sender_id), body, is_deleted=is_gone)


def shortened(text: str, letters: int = _LETTERS_OF_A_QUOTE) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text[: letters * 2].split())
    return line if len(line) <= letters else line[: letters - 1].rstrip() + "…"


def _reactions(reactions: Iterable[Reaction], people: People, me: int | None) -> tuple[ShownReaction, ...]:
    by_sign: dict[str, list[int]] = {}
    for reaction in reactions:
        by_sign.setdefault(reaction.sign, []).append(reaction.user_id)
    return tuple(ShownReaction(sign, tuple(people.get(each) for each in whose), me in whose) for sign, whose in by_sign.items())
