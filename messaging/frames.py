"""What goes over the socket, in both directions: docs/messaging-protocol.md, held against `protocol.schema.json` by tests.

Outgoing frames are made from what `messaging.reading` returns. Incoming ones are taken apart here; nothing else reads them.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from messaging.models.attachments import MOST_FILES
from messaging.models.messages import LONGEST_BODY

if TYPE_CHECKING:
    from messaging.reading import ShownMessage

VERSION = 1
LARGEST_FRAME = 64 * 1024
# A socket may send so many frames at once, and so many a second in the long run.
BURST = 20
FRAMES_PER_SECOND = 5
SECONDS_BETWEEN_PINGS = 25
MOST_HEADS = 20
LONGEST_EXCERPT = 200
# What a browser counts to without losing any.
_LARGEST_NUMBER = 2**53 - 1
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")

Frame = dict[str, Any]


class Refused(Exception):
    """A frame that is not one. `answers` and `client_id` are what could be read of it all the same."""

    def __init__(self, code: str, answers: str | None = None, client_id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.answers = answers
        self.client_id = client_id


@dataclass(frozen=True, slots=True)
class Incoming:
    """A frame a page has sent, with every field of the kind it must be."""

    type: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def take_apart(text: str) -> Incoming:
    """The frame in a text. Raises `Refused`; whatever the text is, nothing else."""
    if len(text) > LARGEST_FRAME or len(text.encode("utf-8", "surrogatepass")) > LARGEST_FRAME:
        raise Refused("too_large")
    try:
        frame = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(frame, dict):
        raise Refused("malformed")
    kind = frame.get("type")
    named = kind if isinstance(kind, str) and kind in _FIELDS else None
    client_id = frame.get("client_id")
    known_id = client_id if isinstance(client_id, str) and _UUID.fullmatch(client_id) else None
    if frame.get("v") is True or frame.get("v") != VERSION:
        raise Refused("unsupported_version" if "v" in frame else "malformed", named, known_id)
    if named is None:
        raise Refused("unknown_type" if isinstance(kind, str) else "malformed", None, known_id)
    try:
        fields = {name: read(frame[name]) if name in frame else _absent(name) for name, read in _FIELDS[named].items()}
    except ValueError:
        raise Refused("malformed", named, known_id) from None
    return Incoming(named, fields)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _absent(name: str) -> Any:
    if name not in _MAY_LACK:
        raise ValueError(name)
    return _MAY_LACK[name]


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise ValueError("not an id")
    return UUID(value)


def _uuid_or_none(value: Any) -> UUID | None:
    return None if value is None else _uuid(value)


def _uuids(most: int) -> Callable[[Any], tuple[UUID, ...]]:
    def read(value: Any) -> tuple[UUID, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not a short list")
        return tuple(dict.fromkeys(_uuid(item) for item in value))

    return read


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_NUMBER:
        raise ValueError("not a number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or _NOT_TEXT.search(value):
        raise ValueError("not a text")
    return value


_FIELDS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "send": {
        "conversation": _uuid,
        "client_id": _uuid,
        "body": _text,
        "reply_to": _uuid_or_none,
        "attachments": _uuids(MOST_FILES),
    },
    "resume": {"conversation": _uuid, "after": _number, "changes_after": _number},
    "read": {"conversation": _uuid, "seq": _number},
    "typing": {"conversation": _uuid},
    "ping": {"conversations": _uuids(MOST_HEADS)},
}
_MAY_LACK: dict[str, Any] = {"reply_to": None, "attachments": (), "changes_after": None, "conversations": ()}


def encoded(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def hello_frame(*, me: UUID, unread_total: int, notices_total: int) -> Frame:
    limits = {
        "frame_bytes": LARGEST_FRAME,
        "body": LONGEST_BODY,
        "attachments": MOST_FILES,
        "burst": BURST,
        "per_second": FRAMES_PER_SECOND,
    }
    totals = {"unread_total": unread_total, "notices_total": notices_total}
    return _frame("hello", me=str(me), **totals, now=_now(), ping_every=SECONDS_BETWEEN_PINGS, limits=limits)


def ack_frame(*, conversation: UUID, client_id: UUID, seq: int, id: UUID, sent_at: datetime) -> Frame:
    """Made when the message is committed, not before."""
    return _frame("ack", conversation=str(conversation), client_id=str(client_id), seq=seq, id=str(id), sent_at=_moment(sent_at))


def message_frame(conversation: UUID, shown: "ShownMessage") -> Frame:
    """A message as it is for everybody who takes part: nothing in it depends on who reads it."""
    return _frame("message", **_message(conversation, shown))


def changed_frame(conversation: UUID, shown: "ShownMessage") -> Frame:
    """A message as it is now, after an edit, a deletion or a reaction."""
    return _frame("changed", **_message(conversation, shown))


def gone_frame(conversation: UUID, *, seq: int, id: UUID, unread_total: int) -> Frame:
    """Somebody has deleted a message for themselves: goes to their own devices only."""
    return _frame("gone", conversation=str(conversation), seq=seq, id=str(id), unread_total=unread_total)


def resumed_frame(conversation: UUID, *, last: int, change: int) -> Frame:
    return _frame("resumed", conversation=str(conversation), last=last, change=change)


def read_frame(conversation: UUID, *, reader: UUID, seq: int, unread_total: int | None = None) -> Frame:
    """Who has read how far. `unread_total` only in the one for the reader's own devices."""
    more = {} if unread_total is None else {"unread_total": unread_total}
    return _frame("read", conversation=str(conversation), reader=str(reader), seq=seq, **more)


def typing_frame(conversation: UUID, *, sender: UUID, name: str) -> Frame:
    return _frame("typing", conversation=str(conversation), sender={"id": str(sender), "name": name})


def conversation_frame(conversation: UUID, what: str, *, unread_total: int | None = None) -> Frame:
    """The list, or this conversation, is to be fetched anew. `what` says why: see the protocol."""
    more = {} if unread_total is None else {"unread_total": unread_total}
    return _frame("conversation", conversation=str(conversation), what=what, **more)


def notices_frame() -> Frame:
    """How many notices wait is to be asked for anew."""
    return _frame("notices")


def pong_frame(heads: Iterable[tuple[UUID, int, int]]) -> Frame:
    """`heads`: of each conversation the number of its newest message and of its newest change."""
    shown = [{"conversation": str(uuid), "last": last, "change": change} for uuid, last, change in heads]
    return _frame("pong", now=_now(), heads=shown)


def error_frame(
    code: str,
    text: str,
    *,
    answers: str | None = None,
    client_id: UUID | str | None = None,
    conversation: UUID | None = None,
    retry_after: float | None = None,
) -> Frame:
    more = {
        "answers": answers,
        "client_id": None if client_id is None else str(client_id),
        "conversation": None if conversation is None else str(conversation),
        "retry_after": retry_after,
    }
    return _frame("error", code=code, text=text, **{name: value for name, value in more.items() if value is not None})


def people_in(frame: Mapping[str, Any]) -> frozenset[str]:
    """Ids of the people whose words or deeds are in a frame: who is hidden from a reader must not be there for them."""
    reply = frame.get("reply") or {}
    named = [frame.get("sender"), reply.get("sender")]
    ids = {person["id"] for person in named if person}
    ids.update(one for reaction in frame.get("reactions", ()) for one in reaction["by"])
    if "reader" in frame:
        ids.add(frame["reader"])
    return frozenset(ids)


def without_people(frame: Frame, hidden: frozenset[str]) -> Frame | None:
    """The frame as somebody gets it from whom these people are hidden. None when there is nothing left to tell."""
    sender = (frame.get("sender") or {}).get("id")
    if frame["type"] not in ("message", "changed"):
        return None if sender in hidden or frame.get("reader") in hidden else frame
    reactions = [
        {**reaction, "by": by} for reaction in frame["reactions"] if (by := [one for one in reaction["by"] if one not in hidden])
    ]
    shown = {**frame, "reactions": reactions}
    reply = frame["reply"]
    if reply and reply["sender"] and reply["sender"]["id"] in hidden:
        shown["reply"] = {**reply, "sender": None, "body": "", "is_hidden": True}
    if sender in hidden:
        shown |= {"sender": None, "body": "", "reply": None, "attachments": [], "is_hidden": True}
    return shown


def _message(conversation: UUID, shown: "ShownMessage") -> Frame:
    return {
        "conversation": str(conversation),
        "seq": shown.seq,
        "id": str(shown.uuid),
        "client_id": str(shown.client_id),
        "sender": _person(shown.sender),
        "body": shown.body,
        "sent_at": _moment(shown.sent_at),
        "event": shown.event,
        "reply": _reply(shown.reply),
        "edited_at": None if shown.edited_at is None else _moment(shown.edited_at),
        "is_deleted": shown.is_deleted,
        "is_removed": shown.is_removed,
        "is_hidden": shown.is_hidden,
        "reactions": [{"sign": one.sign, "by": by} for one in shown.reactions if (by := _ids(one.people))],
        "attachments": [_attachment(one) for one in shown.attachments],
        "change": shown.change,
    }


def _person(person: Any) -> Frame | None:
    """None for an account that is gone, and for somebody the reader does not see."""
    return None if person is None or person.id is None else {"id": str(person.id), "name": person.name}


def _ids(people: Iterable[Any]) -> list[str]:
    return [str(person.id) for person in people if person is not None and person.id is not None]


def _reply(reply: Any) -> Frame | None:
    if reply is None or reply.uuid is None:
        return None
    return {
        "id": str(reply.uuid),
        "seq": reply.seq,
        "sender": _person(reply.sender),
        "body": reply.body[:LONGEST_EXCERPT],
        "is_deleted": reply.is_deleted,
        "is_hidden": reply.is_hidden,
    }


def _attachment(attachment: Any) -> Frame:
    return {
        "id": str(attachment.uuid),
        "name": attachment.name,
        "kind": attachment.kind,
        "size": attachment.size,
        "url": reverse("message_file", args=[attachment.uuid, attachment.name]),
        "width": attachment.width,
        "height": attachment.height,
        "seconds": attachment.seconds,
    }


def _frame(type: str, **fields: Any) -> Frame:
    return {"v": VERSION, "type": type, **fields}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _now() -> str:
    return _moment(timezone.now())
