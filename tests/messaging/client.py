"""A page as the protocol wants it: an outbox, one socket, resume after every break. For tests against a real server."""

import asyncio
import contextlib
import json
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.messaging import protocol


@dataclass
class Device:
    """One browser of one person in one conversation. `shown` is what stands on the screen, in the order it was put there."""

    address: str
    cookie: str
    conversation: str
    account: str
    # The device's own clock, which must make no difference.
    clock_is_wrong_by: timedelta = timedelta()
    checks_frames: bool = True
    outbox: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    # Came again on a socket that had brought it already, after that socket was caught up.
    came_twice: int = 0
    breaks: int = 0
    errors: list[str] = field(default_factory=list)
    _last: int = 0
    _early: dict[int, dict[str, Any]] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _is_caught_up: bool = False
    _on_this_socket: set[int] = field(default_factory=set)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _has_written: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def last(self) -> int:
        """Everything up to this number is on the screen."""
        return self._last

    @property
    def is_there(self) -> bool:
        """Whether it is connected and has got what it missed."""
        return self._socket is not None and self._is_caught_up

    def write(self, text: str) -> None:
        """Put a message in the outbox, where it stays until the server has acknowledged it."""
        own_time = datetime.now(UTC) + self.clock_is_wrong_by
        self.outbox[str(uuid.uuid4())] = f"{text} (written at {own_time:%d %H:%M})"
        self._has_written.set()

    async def run(self) -> None:
        """Be open, and come back after every break, until `stop`."""
        tries = 0
        while not self._stop.is_set():
            try:
                await self._be_open()
                tries = 0
            except (OSError, InvalidHandshake, ConnectionClosed, EOFError, TimeoutError):
                tries += 1
            self.breaks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), random.uniform(0.05, min(1.0, 0.1 * 2**tries)))

    async def stop(self) -> None:
        self._stop.set()
        if self._socket is not None:
            await self._socket.close()

    def cut(self) -> None:
        """As when a cable is pulled: nobody says goodbye."""
        if self._socket is not None and self._socket.transport is not None:
            self._socket.transport.abort()

    async def _be_open(self) -> None:
        headers = {"Cookie": self.cookie}
        origin: Any = self.address
        address = self.address.replace("http", "ws") + "/ws/messages/"
        async with connect(address, additional_headers=headers, origin=origin, open_timeout=30, close_timeout=1) as socket:
            self._socket, self._is_caught_up = socket, False
            self._on_this_socket.clear()
            sending = asyncio.create_task(self._send_what_is_written(socket))
            try:
                async for text in socket:
                    await self._take(socket, protocol.received(text) if self.checks_frames else json.loads(text))
            finally:
                self._socket = None
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                    await sending

    async def _send_what_is_written(self, socket: ClientConnection) -> None:
        sent: set[str] = set()
        while True:
            for client_id in [one for one in self.outbox if one not in sent]:
                sent.add(client_id)
                await self._say(socket, "send", client_id=client_id, body=self.outbox.get(client_id, "gone meanwhile"))
                # The server takes twenty at once and five a second.
                await asyncio.sleep(0.21)
            self._has_written.clear()
            if all(one in sent for one in self.outbox):
                await self._has_written.wait()

    async def _say(self, socket: ClientConnection, type: str, **fields: Any) -> None:
        frame = {"v": 1, "type": type, "conversation": self.conversation, **fields}
        await socket.send(protocol.sent(frame) if self.checks_frames else json.dumps(frame))

    async def _take(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "hello":
            await self._say(socket, "resume", after=self._last)
        elif frame["type"] == "ack":
            self.outbox.pop(frame["client_id"], None)
            self.acknowledged[frame["client_id"]] = (frame["seq"], frame["id"])
        elif frame["type"] == "message":
            await self._take_message(socket, frame)
        elif frame["type"] == "resumed":
            self._is_caught_up = True
            self._show_early()
        elif frame["type"] == "error":
            self.errors.append(frame["code"])
            if frame["code"] in ("failed", "too_fast"):
                # Stays in the outbox: come back and send it again.
                await socket.close()

    async def _take_message(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        seq = frame["seq"]
        if seq in self._on_this_socket and self._is_caught_up:
            self.came_twice += 1
        self._on_this_socket.add(seq)
        if seq <= self._last:
            return
        self._early[seq] = frame
        if seq == self._last + 1:
            self._show_early()
        elif self._is_caught_up:
            self._is_caught_up = False
            await self._say(socket, "resume", after=self._last)

    def _show_early(self) -> None:
        while (frame := self._early.pop(self._last + 1, None)) is not None:
            self._last += 1
            self.shown.append(frame)


def faults(devices: Sequence[Device], stored: Sequence[dict[str, Any]]) -> list[str]:
    """What went wrong in one conversation, in words; `stored` are its messages in the database, by number."""
    found = []
    if [row["seq"] for row in stored] != list(range(1, len(stored) + 1)):
        found.append("the numbers in the database have holes")
    if len({(row["sender"], row["client_id"]) for row in stored}) != len(stored):
        found.append("a message is stored twice")
    by_id = {row["client_id"]: row for row in stored}
    whole = [(row["seq"], row["id"], row["body"]) for row in stored]
    for number, device in enumerate(devices):
        if device.outbox:
            found.append(f"device {number}: {len(device.outbox)} were never acknowledged")
        for client_id, (seq, ident) in device.acknowledged.items():
            row = by_id.get(client_id)
            if row is None or (row["seq"], row["id"], row["sender"]) != (seq, ident, device.account):
                found.append(f"device {number}: {client_id} was acknowledged as {seq} and is not there as that")
        if [(frame["seq"], frame["id"], frame["body"]) for frame in device.shown] != whole:
            found.append(f"device {number} shows {len(device.shown)} of {len(stored)}, or in another order")
    return found
