"""The open sockets of this process, and the way from the channel layer to them.

One channel of the layer serves all sockets of a process. Each of them listening by itself would cost a queue, a copy and two
wake-ups a frame, and the in-memory layer drops what does not fit into a queue of a hundred. What is told carries whom it is
for, as it was when it was written: nobody gets anything because somebody forgot to take them out of a group.
"""

import asyncio
import contextlib
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import structlog
from channels.layers import get_channel_layer

from messaging.channel_groups import EVERY_PROCESS

logger = structlog.get_logger(__name__)

MOST_SOCKETS_OF_ONE_ACCOUNT = 20
# Two messages are committed in order and told by two threads: the later waits so long for the earlier.
SECONDS_TO_WAIT_FOR_AN_EARLIER_ONE = 0.15
_MOST_CONVERSATIONS_IN_ORDER = 10_000
_SECONDS_AFTER_A_BREAK = 1.0

Told = Mapping[str, Any]


class Listener(Protocol):
    """A socket."""

    async def hear(self, told: Told, joined_seq: int) -> None:
        """Something for this account. `joined_seq` is where its owner came into the conversation it is about."""

    async def shut(self, code: int, reason: str) -> None: ...


class Hub:
    """All sockets of one event loop, by account."""

    def __init__(self) -> None:
        self._sockets: dict[int, dict[Listener, None]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None
        self._joined: asyncio.Future[None]
        self._order = InOrder(self._hand_out)

    async def add(self, account: int, socket: Listener) -> None:
        """Let a socket hear what is told to this account. One with too many loses its oldest."""
        self._sockets[account][socket] = None
        if self._task is None or self._task.done():
            self._joined = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._listen(self._joined))
        # Shielded: one page that leaves meanwhile must not take the others' way with it.
        await asyncio.shield(self._joined)
        while len(self._sockets[account]) > MOST_SOCKETS_OF_ONE_ACCOUNT:
            oldest = next(iter(self._sockets[account]))
            self.remove(account, oldest)
            await oldest.shut(4430, "too_many")

    def remove(self, account: int, socket: Listener) -> None:
        sockets = self._sockets.get(account)
        if sockets is None:
            return
        sockets.pop(socket, None)
        if not sockets:
            del self._sockets[account]
        if not self._sockets and self._task is not None:
            self._task.cancel()
            self._task = None
            self._order.forget()

    async def _listen(self, joined: "asyncio.Future[None]") -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            await layer.group_add(EVERY_PROCESS, channel)
        except Exception as error:
            joined.set_exception(error)
            return
        if not joined.done():
            joined.set_result(None)
        try:
            await self._pass_on(layer, channel)
        finally:
            with contextlib.suppress(Exception):
                await layer.group_discard(EVERY_PROCESS, channel)

    async def _pass_on(self, layer: Any, channel: str) -> None:
        while True:
            try:
                event = await layer.receive(channel)
            except Exception:
                # Redis is away. Pages find out by their pings what they missed.
                logger.warning("hub_deaf", exc_info=True)
                await asyncio.sleep(_SECONDS_AFTER_A_BREAK)
                continue
            await self._order.take(event["frame"])

    async def _hand_out(self, told: Told) -> None:
        for account, joined_seq in told["to"]:
            for socket in tuple(self._sockets.get(account, ())):
                try:
                    await socket.hear(told, joined_seq)
                except Exception:
                    # One broken socket must not keep anything from the others.
                    logger.warning("socket_not_told", exc_info=True)


class InOrder:
    """Passes messages of a conversation on by number, as far as possible: one that is missing is waited for, not long."""

    def __init__(self, pass_on: Any) -> None:
        self._pass_on = pass_on
        self._next: OrderedDict[str, int] = OrderedDict()
        self._early: dict[str, dict[int, Told]] = {}
        self._waits: dict[str, asyncio.Task[None]] = {}

    async def take(self, told: Told) -> None:
        if not told.get("seq"):
            await self._pass_on(told)
            return
        conversation, seq = told["conversation"], told["seq"]
        expected = self._next.get(conversation)
        if expected is None or seq <= expected:
            self._settle(conversation, max(seq + 1, expected or 0))
            await self._pass_on(told)
            await self._pass_on_early(conversation)
            return
        self._early.setdefault(conversation, {})[seq] = told
        if conversation not in self._waits:
            self._waits[conversation] = asyncio.create_task(self._give_up(conversation))

    def forget(self) -> None:
        for task in self._waits.values():
            task.cancel()
        self._next.clear()
        self._early.clear()
        self._waits.clear()

    async def _pass_on_early(self, conversation: str, *, whatever: bool = False) -> None:
        early = self._early.get(conversation)
        while early:
            seq = min(early)
            if not whatever and seq > self._next.get(conversation, 0):
                return
            told = early.pop(seq)
            self._settle(conversation, seq + 1)
            await self._pass_on(told)
        self._early.pop(conversation, None)

    async def _give_up(self, conversation: str) -> None:
        await asyncio.sleep(SECONDS_TO_WAIT_FOR_AN_EARLIER_ONE)
        self._waits.pop(conversation, None)
        await self._pass_on_early(conversation, whatever=True)

    def _settle(self, conversation: str, following: int) -> None:
        self._next[conversation] = following
        self._next.move_to_end(conversation)
        if len(self._next) > _MOST_CONVERSATIONS_IN_ORDER:
            self._next.popitem(last=False)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
