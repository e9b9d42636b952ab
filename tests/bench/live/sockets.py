"""`python -m tests.bench.live.sockets`: a process that holds many sockets, sends when it is told to, and notes how long it took.

Reads one JSON object a line, answers one a line. As lean as it can be: what is measured is the server.
"""

import asyncio
import base64
import json
import os
import random
import re
import sys
import time
import uuid
from datetime import datetime
from typing import Any

_WRITTEN = re.compile(rb'"body": ?"bench (\d+) (\d+)"')
_SENT_AT = re.compile(rb'"sent_at":"([^"]+)Z"')


class Socket(asyncio.Protocol):
    """A WebSocket that only does what a server without compression asks of one."""

    def __init__(self, crowd: "Crowd", spot: dict[str, Any]) -> None:
        self.crowd, self.spot = crowd, spot
        self.is_open = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self.spot['path']} HTTP/1.1",
            f"Host: {self.crowd.host}",
            f"Origin: http://{self.crowd.host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Cookie: {self.spot.get('cookie', 'none=1')}",
        ]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open.done():
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.is_open.set_exception(ConnectionError(head[:100].decode("latin-1")))
                return
            self._buffer = bytearray(rest)
            self.is_open.set_result(None)
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.is_open.done():
            self.is_open.set_exception(ConnectionError("closed"))
        self.crowd.lost += 1

    def send(self, frame: dict[str, Any]) -> None:
        self._write(1, json.dumps(frame).encode())

    def _frame(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length or len(buffer) < start:
            return None
        opcode, payload = buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._write(10, payload)
        elif opcode == 1 and (written := _WRITTEN.search(payload)) is not None:
            self.crowd.delivered(int(written[1]), int(written[2]), payload)
        elif opcode == 1 and b'"type":"error"' in payload:
            self.crowd.errors.append(payload[:200].decode())

    def _write(self, opcode: int, payload: bytes) -> None:
        mask, length = os.urandom(4), len(payload)
        head = bytes([128 | opcode, 128 | length]) if length < 126 else bytes([128 | opcode, 254]) + length.to_bytes(2, "big")
        repeated = (mask * (length // 4 + 1))[:length]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(length, "big")
        self.transport.write(head + mask + masked)


class Crowd:
    """All sockets of this process."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.sockets: dict[str, list[Socket]] = {}
        self.milliseconds: list[float] = []
        self.from_writing: list[float] = []
        self.errors: list[str] = []
        self.phase = 0
        self.lost = 0

    def delivered(self, phase: int, sent: int, payload: bytes) -> None:
        if phase != self.phase:
            return
        self.milliseconds.append((time.monotonic_ns() - sent) / 1e6)
        if (written := _SENT_AT.search(payload)) is not None:
            moment = datetime.fromisoformat(written[1].decode() + "+00:00")
            self.from_writing.append((time.time() - moment.timestamp()) * 1000)

    async def open(self, kind: str, spots: list[dict[str, Any]]) -> dict[str, Any]:
        """Open these, a few at a time."""
        name, _, port = self.host.partition(":")
        gate = asyncio.Semaphore(4)

        async def one(spot: dict[str, Any]) -> Socket:
            async with gate:
                loop = asyncio.get_running_loop()
                _, socket = await loop.create_connection(lambda: Socket(self, spot), name, int(port))
                await asyncio.wait_for(socket.is_open, 120)
                return socket

        self.sockets[kind] = await asyncio.gather(*(one(spot) for spot in spots))
        return {"open": len(self.sockets[kind])}

    async def send(self, kind: str, phase: int, rate: float, seconds: float, settle: float) -> dict[str, Any]:
        """Send so many a second, evenly, each on a socket by chance; then wait a moment for the last to arrive."""
        self.phase, self.milliseconds, self.from_writing, self.errors = phase, [], [], []
        started, sent = time.monotonic(), 0
        while sent < rate * seconds:
            due = started + sent / rate
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            socket = random.choice(self.sockets[kind])
            fields = {"v": 1, "type": "send", "client_id": str(uuid.uuid4())}
            body = f"bench {phase} {time.monotonic_ns()}"
            socket.send({**fields, "conversation": socket.spot["conversation"], "body": body})
            sent += 1
        took = time.monotonic() - started
        await asyncio.sleep(settle)
        return {
            "sent": sent,
            "took": took,
            "milliseconds": self.milliseconds,
            "from_writing": self.from_writing,
            "errors": self.errors[:3],
            "lost": self.lost,
        }


async def main() -> None:
    loop = asyncio.get_running_loop()
    crowd = Crowd(json.loads(sys.stdin.readline())["host"])
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        does = {"open": crowd.open, "send": crowd.send}[command.pop("do")]
        print(json.dumps(await does(**command)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
