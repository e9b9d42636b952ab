"""Messages as a page lays them out: days between them, who follows whom, and what the reader can do with each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from messaging.models import ConversationKind
from messaging.models.messages import REACTIONS
from messaging.policies import TIME_TO_EDIT
from messaging.reading.people import Correspondent, name_of
from messaging.reading.shown import ShownMessage, ShownReaction, ShownReply, shortened
from messaging.reading.threads import Thread
from messaging.views.links import with_links

# Messages of one person within this time stand close together, with no name between them.
_IN_ONE_BREATH = timedelta(minutes=10)
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Sign:
    sign: str
    count: int
    is_mine: bool
    names: str


@dataclass(frozen=True, slots=True)
class Row:
    """One message in its place. `day` is set on the first of a day; `moment` and `clock` are when it was sent, in the reader's
    time zone: for machines, and as it is read."""

    message: ShownMessage
    day: date | None
    is_first_new: bool
    is_next: bool
    is_read: bool
    can_edit: bool
    moment: str
    clock: str

    @property
    def is_gone(self) -> bool:
        return self.message.is_deleted or self.message.is_removed or self.message.is_hidden

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to it but words."""
        message = self.message
        has_more = message.event or message.reply or message.attachments or message.reactions or message.sender is None
        return not has_more and not self.is_gone

    @property
    def gone_words(self) -> str:
        if self.message.is_hidden:
            return _("A message from somebody you do not see")
        if self.message.is_removed:
            return _("Norec has removed this message.")
        return _("You have deleted this message.") if self.message.is_mine else _("This message is deleted.")

    @property
    def sender_id(self) -> str:
        return str(self.message.sender.id or "") if self.message.sender else ""

    @property
    def sender_name(self) -> str:
        return name_of(self.message.sender)

    @property
    def can_report(self) -> bool:
        """What its sender has deleted, too: its words are kept for that."""
        message = self.message
        return not message.is_mine and not message.is_removed and not message.is_hidden

    @property
    def reply_name(self) -> str:
        reply = self.message.reply
        return name_of(reply.sender) if reply and (reply.sender or not reply.is_hidden) else ""

    @property
    def reply_words(self) -> str:
        return reply_words(self.message.reply)

    @property
    def words_above_answers(self) -> str:
        """What stands of this message above an answer to it."""
        message = self.message
        is_gone = message.is_deleted or message.is_removed
        body = shortened(message.body)
        return reply_words(ShownReply(message.uuid, message.seq, message.sender, body, is_gone, message.is_hidden))

    @property
    def reactions(self) -> list[Sign]:
        return [_sign(reaction) for reaction in self.message.reactions]


def _sign(reaction: ShownReaction) -> Sign:
    return Sign(reaction.sign, reaction.count, reaction.is_mine, ", ".join(name_of(person) for person in reaction.people))


def reply_words(reply: ShownReply | None) -> str:
    if reply is None:
        return ""
    if reply.is_hidden:
        return _("A message you do not see")
    return _("This message is deleted.") if reply.is_deleted else reply.body or _("A file")


def rows(thread: Thread, messages: Sequence[ShownMessage], *, first_new: int | None = None) -> list[Row]:
    """The messages in their order. The line "new" stands above the one with that number."""
    others_read = read_by_other(thread)
    laid_out: list[Row] = []
    previous: ShownMessage | None = None
    previous_day: date | None = None
    for message in messages:
        is_first_new = message.seq == first_new
        row = _row(message, others_read)
        day = timezone.localtime(message.sent_at).date()
        is_new_day = day != previous_day
        follows = not is_new_day and not is_first_new and _follows(previous, message)
        laid_out.append(replace(row, day=day if is_new_day else None, is_first_new=is_first_new, is_next=follows))
        previous, previous_day = message, day
    return laid_out


def single_rows(thread: Thread, messages: Iterable[ShownMessage]) -> list[Row]:
    """Messages that take the place of what stands there already: no days, no names above."""
    others_read = read_by_other(thread)
    return [_row(message, others_read) for message in messages]


def _row(message: ShownMessage, others_read: int) -> Row:
    sent_at = timezone.localtime(message.sent_at)
    return Row(
        message=message,
        day=None,
        is_first_new=False,
        is_next=False,
        is_read=message.is_mine and message.seq <= others_read,
        can_edit=_can_edit(message),
        moment=sent_at.isoformat(),
        clock=date_format(sent_at, "TIME_FORMAT"),
    )


def read_by_other(thread: Thread) -> int:
    """How far the other of two has read. In a group nothing is said about it: it would be about somebody in particular."""
    if thread.kind != ConversationKind.DIRECT:
        return 0
    return max((person.read_seq or 0 for person in thread.people if not person.is_me), default=0)


def blank_rows(thread: Thread, me: UUID) -> dict[str, Row]:
    """What a new message looks like, of one's own and of somebody else's: the page's script fills it in."""
    now = timezone.now()

    def blank(is_mine: bool) -> Row:
        sender = Correspondent(id=me if is_mine else _NOBODY, name="")
        message = ShownMessage(
            uuid=_NOBODY, seq=0, client_id=_NOBODY, sender=sender, is_mine=is_mine, body="", event="", reply=None,
            sent_at=now, edited_at=None, is_deleted=False, is_removed=False, is_hidden=False, reactions=(),
            attachments=(), change=0,
        )  # fmt: skip
        return replace(_row(message, others_read=0), is_read=False, can_edit=is_mine)

    return {"mine": blank(True), "theirs": blank(False)}


def heading(thread: Thread) -> str:
    """What a conversation is called: the other person, or the name of the group or of what it belongs to."""
    if thread.kind == ConversationKind.DIRECT:
        return name_of(thread.other)
    return thread.title


# Stands where a word of a message goes; nobody's own words are looked through for it.
_PLACE = re.compile("\ue000([a-z]+)\ue000")


def _place(name: str) -> Any:
    return f"\ue000{name}\ue000"


class Bubbles:
    """The messages of a conversation as HTML. Those with nothing but words, of which most pages are made, differ in nothing but
    these: each kind is rendered once, and the words put in. A page would else take half as long again."""

    def __init__(self, thread: Thread) -> None:
        self._shared = {"thread": thread, "menus": Menus(thread), "is_group": thread.kind != ConversationKind.DIRECT}
        self._made: dict[tuple[bool, ...], str] = {}

    def of(self, row: Row) -> SafeString:
        if not row.is_plain:
            return self._rendered(row)
        message = row.message
        kind = (message.is_mine, row.is_next, row.is_read, row.can_edit, message.edited_at is not None)
        if kind not in self._made:
            self._made[kind] = self._rendered(_with_places(row))
        words = {
            "uuid": str(message.uuid),
            "seq": str(message.seq),
            "change": str(message.change),
            "client": str(message.client_id),
            "sender": row.sender_id,
            "name": conditional_escape(row.sender_name),
            "body": with_links(message.body),
            "moment": row.moment,
            "clock": conditional_escape(row.clock),
        }
        return mark_safe(_PLACE.sub(lambda place: words[place[1]], self._made[kind]))

    def _rendered(self, row: Row) -> SafeString:
        return mark_safe(render_to_string("messaging/_message.html", {**self._shared, "row": row}))


def _with_places(row: Row) -> Row:
    """The row without its own words."""
    sender = Correspondent(id=_place("sender"), name=_place("name"))
    ids = {"uuid": _place("uuid"), "seq": _place("seq"), "change": _place("change"), "client_id": _place("client")}
    message = replace(row.message, sender=sender, body=_place("body"), **ids)
    return replace(row, message=message, moment=_place("moment"), clock=_place("clock"))


class Menus:
    """The menus of a conversation's messages. Those that allow the same differ in nothing but the message: each kind is made
    once, and the message put in."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._made: dict[tuple[bool, bool, bool], str] = {}

    def of(self, row: Row) -> SafeString:
        kind = (self._thread.may_write and not row.is_gone, row.can_edit and not self._thread.is_closed, row.can_report)
        if kind not in self._made:
            self._made[kind] = self._make(*kind)
        return mark_safe(self._made[kind].replace(str(_NOBODY), str(row.message.uuid)))

    def _make(self, may_answer: bool, can_edit: bool, can_report: bool) -> str:
        allowed = {"may_answer": may_answer, "can_edit": can_edit, "can_report": can_report}
        known = {"message_uuid": _NOBODY, "thread_uuid": self._thread.uuid, "signs": REACTIONS}
        return render_to_string("messaging/_menu.html", {**allowed, **known})


def _follows(previous: ShownMessage | None, message: ShownMessage) -> bool:
    if previous is None or previous.event or message.event or previous.sender is None or message.sender is None:
        return False
    return previous.sender.id == message.sender.id and message.sent_at - previous.sent_at < _IN_ONE_BREATH


def _can_edit(message: ShownMessage) -> bool:
    return (
        message.is_mine and not message.is_deleted and not message.is_removed and timezone.now() - message.sent_at < TIME_TO_EDIT
    )
