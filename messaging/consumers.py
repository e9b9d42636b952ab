"""The socket of messages, `/ws/messages/`: who it is, frames in, answers and what is told out. docs/messaging-protocol.md."""

import asyncio
import json
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine
from time import monotonic
from types import SimpleNamespace
from typing import Any, Self

import structlog
from django.conf import settings
from django.utils import translation

from alumni_site.core.kept_threads import KeptThreads
from alumni_site.core.languages import language_of_browser
from messaging import answers, frames
from messaging.answers import Ended, Reader, Ticket
from messaging.frames import Frame, Incoming, Refused
from messaging.hub import Told, hub_of_this_loop

logger = structlog.get_logger(__name__)

threads = KeptThreads("messages", settings.MESSAGING_THREADS)

SECONDS_BETWEEN_TYPING = 3
SECONDS_TO_RENEW = 1
# What waits for an answer. A page has the outbox; here it is only kept while it is worked on.
MOST_WAITING = 32
# Errors in a row before a socket that only makes noise is shut.
MOST_ERRORS = 200
MOST_CONVERSATIONS_KNOWN = 100
MOST_HELD = 500
# The reader has read nothing for so long while it was owed something.
SECONDS_TO_DRAIN = 30


class MessagesConsumer:
    """One open socket. Everything it does is done in order; what is told comes in between."""

    def __init__(self) -> None:
        self._send: Callable[[dict[str, Any]], Awaitable[None]]
        # What to wait for until the reader has read enough, if they are behind: see alumni_site.core.serving.
        self._drained: Callable[[], Awaitable[None] | None] = _nothing
        self._ticket: Ticket
        self._account: int | None = None
        self._reader: Reader | None = None
        self._is_shut = False
        self._waiting: deque[Incoming] = deque()
        self._worker: asyncio.Task[None] | None = None
        # Whose socket it is is being asked anew; what is told meanwhile waits until that is sure.
        self._looking: asyncio.Task[None] | None = None
        self._must_look = False
        self._unsure: list[tuple[Told, int]] = []
        self._allowance = Allowance(frames.BURST, frames.FRAMES_PER_SECOND)
        self._errors = 0
        self._typed_at: dict[Any, float] = {}
        # Of each conversation this page asked for: the highest number it was sent.
        self._sent: OrderedDict[str, int] = OrderedDict()
        # The conversation that is being caught up with, and what was written in it meanwhile.
        self._resuming: str | None = None
        self._held: list[tuple[int, str]] = []

    @classmethod
    def as_asgi(cls) -> Callable[..., Awaitable[None]]:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            await cls().run(scope, receive, send)

        return application

    async def run(self, scope: Any, receive: Any, send: Any) -> Self:
        self._send = send
        self._drained = scope.get("drained", _nothing)
        await receive()
        await send({"type": "websocket.accept"})
        hub = hub_of_this_loop()
        try:
            if await self._begin(scope):
                while (event := await receive())["type"] != "websocket.disconnect":
                    await self._take(event)
        finally:
            self._is_shut = True
            if self._account is not None:
                hub.remove(self._account, self)
            for task in (self._worker, self._looking):
                if task is not None:
                    task.cancel()
        return self

    async def hear(self, told: Told, joined_seq: int) -> None:
        """Something told to this account: see messaging.telling."""
        if self._is_shut:
            return
        if told["kind"] == "session_ended":
            if told["session"] == self._ticket.fingerprint:
                await self.shut(4401, "signed_out")
        elif told["kind"] == "look_again":
            self._look_again()
        elif self._reader is not None:
            await self._hear_frame(told, joined_seq, self._reader)
        elif self._looking is not None and len(self._unsure) < MOST_HELD:
            self._unsure.append((told, joined_seq))

    async def shut(self, code: int, reason: str) -> None:
        if not self._is_shut:
            self._is_shut = True
            await self._send({"type": "websocket.close", "code": code, "reason": reason})

    async def _begin(self, scope: Any) -> bool:
        browser: Any = SimpleNamespace(COOKIES=scope.get("cookies", {}), headers=_headers(scope))
        self._ticket = Ticket(scope["cookies"].get(settings.SESSION_COOKIE_NAME, ""), language_of_browser(browser))
        account = await threads.run(answers.account_of, self._ticket)
        if account is None:
            await self.shut(4401, "signed_out")
            return False
        # First heard, then looked up: whatever changes from here on is told.
        self._account = account
        await hub_of_this_loop().add(account, self)
        try:
            reader, hello = await threads.run(answers.begin, self._ticket)
        except Ended as ended:
            await self.shut(ended.code, ended.reason)
            return False
        await self._say(hello)
        if self._looking is None:
            self._reader = reader
        return not self._is_shut

    # What a page sends

    async def _take(self, event: Any) -> None:
        if self._is_shut:
            return
        if (wait := self._allowance.take()) > 0:
            await self._error("too_fast", retry_after=round(wait, 2))
            return
        try:
            if event.get("text") is None:
                raise Refused("malformed")
            incoming = frames.take_apart(event["text"])
        except Refused as refused:
            await self._error(refused.code, answers=refused.answers, client_id=refused.client_id)
            return
        self._errors = 0
        if incoming.type != "typing" or self._may_tell_typing(incoming):
            await self._put(incoming)

    def _may_tell_typing(self, incoming: Incoming) -> bool:
        now = monotonic()
        conversation = incoming["conversation"]
        self._typed_at = {key: at for key, at in self._typed_at.items() if now - at < SECONDS_BETWEEN_TYPING}
        return self._typed_at.setdefault(conversation, now) == now

    async def _put(self, incoming: Incoming) -> None:
        """Have something done when its turn comes."""
        if len(self._waiting) >= MOST_WAITING:
            await self._error("too_fast", answers=incoming.type, client_id=incoming.fields.get("client_id"), retry_after=1)
            return
        self._waiting.append(incoming)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._or_shut(self._work()))

    async def _or_shut(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Ended as ended:
            await self.shut(ended.code, ended.reason)
        except TimeoutError:
            await self.shut(4408, "too_slow")
        except Exception:
            logger.exception("socket_failed")
            await self.shut(1011, "failed")

    async def _work(self) -> None:
        while self._waiting and not self._is_shut:
            if self._reader is not None:
                await self._do(self._waiting.popleft(), self._reader)
            elif self._looking is not None and not self._looking.done():
                await asyncio.wait([self._looking])
            else:
                return

    async def _do(self, incoming: Incoming, reader: Reader) -> None:
        if incoming.type == "resume":
            await self._resume(incoming, reader)
            return
        known, said = await threads.run(answers.answer, self._ticket, reader, incoming)
        if self._reader is reader:
            self._reader = known
        for frame in said:
            await self._say(frame)

    def _look_again(self) -> None:
        self._must_look, self._reader = True, None
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._or_shut(self._look()))

    async def _look(self) -> None:
        while self._must_look:
            self._must_look = False
            try:
                reader = await threads.run(answers.look_up, self._ticket)
            except Ended:
                # A changed password renews the session a moment after it has ended it.
                await asyncio.sleep(SECONDS_TO_RENEW)
                reader = await threads.run(answers.look_up, self._ticket)
        self._reader = reader
        unsure, self._unsure = self._unsure, []
        for told, joined_seq in unsure:
            await self._hear_frame(told, joined_seq, reader)

    # What was missed

    async def _resume(self, incoming: Incoming, reader: Reader) -> None:
        conversation = str(incoming["conversation"])
        self._resuming = conversation
        try:
            last, change = await self._send_missed(incoming, reader)
            await self._say(frames.resumed_frame(incoming["conversation"], last=last, change=change))
            self._know(conversation, last)
            for seq, text in sorted(self._held):
                await self._pass_on(conversation, seq, text)
        except Refused as refused:
            with translation.override(self._language):
                await self._say(answers.refusal(incoming, refused.code))
        finally:
            self._resuming = None
            self._held.clear()

    async def _send_missed(self, incoming: Incoming, reader: Reader) -> tuple[int, int]:
        after, changes_after = incoming["after"], incoming["changes_after"]
        while True:
            reader, page = await threads.run(answers.page_of_missed, self._ticket, reader, incoming, after, changes_after)
            for frame in page.frames:
                await self._say(frame)
                # No faster than it is read, however much was missed.
                if (drained := self._drained()) is not None:
                    await asyncio.wait_for(drained, SECONDS_TO_DRAIN)
            after, changes_after = page.last, None if changes_after is None else page.change
            if not page.has_more or self._is_shut:
                return page.last, page.change

    def _know(self, conversation: str, seq: int) -> None:
        self._sent[conversation] = seq
        self._sent.move_to_end(conversation)
        if len(self._sent) > MOST_CONVERSATIONS_KNOWN:
            self._sent.popitem(last=False)

    # What is told

    async def _hear_frame(self, told: Told, joined_seq: int, reader: Reader) -> None:
        if told["type"] == "read" and not reader.shows_read_state and str(reader.uuid) not in told["people"]:
            return
        if told["type"] == "typing" and str(reader.uuid) in told["people"]:
            return
        text: str | None = told["text"]
        if not reader.hidden.isdisjoint(told["people"]) or told.get("reply_seq", joined_seq + 1) <= joined_seq:
            text = _for_this_reader(told["text"], reader.hidden, joined_seq)
        if text is None:
            return
        if told["type"] != "message":
            await self._say_text(text)
        elif told["conversation"] != self._resuming:
            await self._pass_on(told["conversation"], told["seq"], text)
        elif len(self._held) < MOST_HELD:
            self._held.append((told["seq"], text))

    async def _pass_on(self, conversation: str, seq: int, text: str) -> None:
        sent = self._sent.get(conversation)
        if sent is None:
            await self._say_text(text)
        elif seq > sent:
            self._sent[conversation] = seq
            await self._say_text(text)

    # Saying

    @property
    def _language(self) -> str:
        return self._reader.language if self._reader is not None else self._ticket.language

    async def _error(self, code: str, **more: Any) -> None:
        self._errors += 1
        if self._errors > MOST_ERRORS:
            await self.shut(4429, "too_fast")
            return
        with translation.override(self._language):
            text = answers.error_words(code)
        await self._say(frames.error_frame(code, text, **more))

    async def _say(self, frame: Frame) -> None:
        if self._reader is not None and self._reader.hidden and frame["type"] in ("message", "changed"):
            # Reading has hidden them already; here it is made sure of.
            frame = frames.without_people(frame, self._reader.hidden) or frame
        await self._say_text(frames.encoded(frame))

    async def _say_text(self, text: str) -> None:
        if not self._is_shut:
            await self._send({"type": "websocket.send", "text": text})


class Allowance:
    """So many at once, and so many a second in the long run."""

    __slots__ = ("_at", "_left", "_most", "_per_second")

    def __init__(self, most: float, per_second: float) -> None:
        self._most, self._per_second = most, per_second
        self._left, self._at = float(most), monotonic()

    def take(self) -> float:
        """Take one. Returns 0, or how many seconds to wait for one."""
        now = monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._per_second
        self._left -= 1
        return 0.0


def _for_this_reader(text: str, hidden: frozenset[str], joined_seq: int) -> str | None:
    """A frame without what this one reader may not see, or nothing when nothing is left."""
    frame = frames.without_people(json.loads(text), hidden)
    if frame is None:
        return None
    if frame.get("reply") and frame["reply"]["seq"] <= joined_seq:
        frame = {**frame, "reply": {**frame["reply"], "sender": None, "body": "", "is_hidden": True}}
    return frames.encoded(frame)


def _headers(scope: Any) -> dict[str, str]:
    """The one header the language is found by."""
    found = [value.decode("latin1") for name, value in scope["headers"] if name == b"accept-language"]
    return {"Accept-Language": found[0] if found else ""}


def _nothing() -> None:
    return None
