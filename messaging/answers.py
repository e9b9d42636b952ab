"""What the network answers to the frames of a page. Asks the database; runs in a thread, never in the event loop."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from time import monotonic
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.utils import translation
from django.utils.translation import gettext as _

from alumni_site.core.errors import NetworkError
from alumni_site.core.languages import supported_language
from messaging import frames
from messaging.frames import Frame, Incoming, Refused
from messaging.models import Conversation, MessagingSettings
from messaging.policies import can_send
from messaging.reading import missed, unread_total
from messaging.services.choices import mark_read
from messaging.services.sending import send_message
from messaging.telling import fingerprint_of, tell_conversation
from notifications.reading import unread_count
from profiles.disclosure import name_in_conversation
from profiles.middleware import viewer_of
from profiles.models import Block, User
from profiles.viewers import Viewer

logger = structlog.get_logger(__name__)

MESSAGES_IN_A_PAGE = 200
SECONDS_TO_TRUST_A_READER = 60


class Ended(Exception):
    """This socket belongs to nobody who may use it any more."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a socket was opened with: its session, and the language of its browser."""

    session_key: str
    language: str

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.session_key)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose socket it is, as it was when it was last looked up."""

    viewer: Viewer
    uuid: UUID
    name: str
    language: str
    # Accounts with a block between them and this one, by the ids they have in frames.
    hidden: frozenset[str] = frozenset()
    shows_read_state: bool = True
    looked_up: float = field(default_factory=monotonic)

    @property
    def is_fresh(self) -> bool:
        return monotonic() - self.looked_up < SECONDS_TO_TRUST_A_READER


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was missed: the frames, and from where to ask for the next ones."""

    frames: list[Frame]
    last: int
    change: int
    has_more: bool


def account_of(ticket: Ticket) -> int | None:
    """The account a session names, if it names any. Whether it may still do so is for `look_up` to say."""
    named = _session(ticket).get(SESSION_KEY)
    return None if named is None else int(named)


def look_up(ticket: Ticket) -> Reader:
    """Whose session it is now, and what they may see. Raises `Ended`."""
    viewer, user = _now(ticket)
    chosen = MessagingSettings.objects.filter(user=user.pk).values_list("shows_read_state", flat=True).first()
    hidden = User.objects.filter(pk__in=viewer.hidden_account_ids).values_list("uuid", flat=True)
    return Reader(
        viewer=viewer,
        uuid=user.uuid,
        name=name_in_conversation(user),
        language=supported_language(user.language) or ticket.language,
        hidden=frozenset(str(uuid) for uuid in hidden),
        shows_read_state=chosen is not False,
    )


def _now(ticket: Ticket) -> tuple[Viewer, User]:
    request: Any = SimpleNamespace(session=_session(ticket))
    request.user = get_user(request)
    if not request.user.is_authenticated:
        raise Ended(4401, "signed_out")
    if not request.user.is_member:
        raise Ended(4403, "not_a_member")
    return viewer_of(request), request.user


def _session(ticket: Ticket) -> "_SessionToRead":
    if not ticket.session_key:
        return _SessionToRead()
    return _SessionToRead(import_module(settings.SESSION_ENGINE).SessionStore(ticket.session_key).load())


class _SessionToRead(dict[str, Any]):
    """What a session holds. Django would end one that no longer fits the account; a password that is being changed in another
    request may be about to renew it."""

    def flush(self) -> None: ...

    def cycle_key(self) -> None: ...


def begin(ticket: Ticket) -> tuple[Reader, Frame]:
    """Who it is, and what a socket says first. Raises `Ended`."""
    reader = look_up(ticket)
    totals = {"unread_total": unread_total(reader.viewer), "notices_total": unread_count(reader.viewer)}
    return reader, frames.hello_frame(me=reader.uuid, **totals)


def answer(ticket: Ticket, reader: Reader, incoming: Incoming) -> tuple[Reader, list[Frame]]:
    """The answer to anything but `resume`. Raises `Ended`; everything else that goes wrong is an answer."""
    if not reader.is_fresh:
        reader = look_up(ticket)
    elif incoming.type != "ping":
        reader = replace(reader, viewer=_now(ticket)[0])
    with translation.override(reader.language):
        try:
            return reader, _ANSWERS[incoming.type](reader, incoming)
        except NetworkError as error:
            return reader, [refusal(incoming, error.code, str(error.message), getattr(error, "retry_after", None))]
        except Conversation.DoesNotExist:
            return reader, [refusal(incoming, "not_found")]
        except Exception:
            logger.exception("frame_failed", type=incoming.type)
            return reader, [refusal(incoming, "failed")]


def page_of_missed(
    ticket: Ticket, reader: Reader, incoming: Incoming, after: int, changes_after: int | None
) -> tuple[Reader, Page]:
    """The next of what was missed. Raises `Ended` and `Refused`."""
    reader = replace(reader, viewer=_now(ticket)[0])
    try:
        conversation = _conversation(reader, incoming)
        found = missed(reader.viewer, conversation, after=after, changes_after=changes_after, limit=MESSAGES_IN_A_PAGE)
    except Conversation.DoesNotExist:
        raise Refused("not_found") from None
    except Exception:
        logger.exception("frame_failed", type=incoming.type)
        raise Refused("failed") from None
    shown = [frames.message_frame(conversation.uuid, message) for message in found.messages]
    shown += [frames.changed_frame(conversation.uuid, message) for message in found.changed]
    return reader, Page(shown, found.last, found.last_change, found.has_more)


def refusal(incoming: Incoming, code: str, text: str = "", retry_after: float | None = None) -> Frame:
    """The error that answers a frame. The words are in the language that is active."""
    return frames.error_frame(
        code,
        text or error_words(code),
        answers=incoming.type,
        client_id=incoming.fields.get("client_id"),
        conversation=incoming.fields.get("conversation"),
        retry_after=retry_after,
    )


def error_words(code: str) -> str:
    """What an error of the socket itself says, in the language that is active."""
    words = {
        "malformed": _("The page sent something that cannot be read. Load it again."),
        "unknown_type": _("The page sent something that is not known here. Load it again."),
        "unsupported_version": _("The page is from another version. Load it again."),
        "too_large": _("This is too large to send. Write a shorter message, or two."),
        "too_fast": _("You send very fast. Wait a moment."),
        "not_found": _("This conversation is not there, or it is not yours."),
    }
    return words.get(code) or _("Something went wrong here. Try again.")


def _conversation(reader: Reader, incoming: Incoming) -> Conversation:
    return Conversation.objects.visible_to(reader.viewer).get(uuid=incoming["conversation"])


def _send(reader: Reader, incoming: Incoming) -> list[Frame]:
    sent = send_message(
        actor=reader.viewer,
        conversation=_conversation(reader, incoming),
        body=incoming["body"],
        client_id=incoming["client_id"],
        reply_to=incoming["reply_to"],
        attachments=incoming["attachments"],
    )
    message = sent.message
    return [
        frames.ack_frame(
            conversation=incoming["conversation"],
            client_id=message.client_id,
            seq=message.seq,
            id=message.uuid,
            sent_at=message.sent_at,
        )
    ]


def _read(reader: Reader, incoming: Incoming) -> list[Frame]:
    mark_read(actor=reader.viewer, conversation=_conversation(reader, incoming), seq=incoming["seq"])
    return []


def _typing(reader: Reader, incoming: Incoming) -> list[Frame]:
    conversation = _conversation(reader, incoming)
    if can_send(reader.viewer, conversation):
        tell_conversation(conversation.uuid, frames.typing_frame(conversation.uuid, sender=reader.uuid, name=reader.name))
    return []


def _ping(reader: Reader, incoming: Incoming) -> list[Frame]:
    named = incoming["conversations"]
    if not named:
        return [frames.pong_frame(())]
    # Who it is may be a minute old here; who has blocked whom may not.
    hidden = Block.objects.accounts_hidden_from(reader.viewer.user)
    viewer = replace(reader.viewer, hidden_account_ids=hidden)
    visible = Conversation.objects.visible_to(viewer).filter(uuid__in=named)
    return [frames.pong_frame(visible.values_list("uuid", "last_seq", "last_change"))]


_ANSWERS: dict[str, Callable[[Reader, Incoming], list[Frame]]] = {
    "send": _send,
    "read": _read,
    "typing": _typing,
    "ping": _ping,
}
