"""The socket on the server as it is served: what only a real line shows."""

import socket as sockets
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.messaging import protocol
from tests.messaging.kill_nine import Server
from tests.services.network import is_ready
from tests.services.place import own_place

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("served")]

SENDERS = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with own_place(tmp_path_factory.mktemp("served")) as place:
        running = Server(place)
        running.start()
        deadline = time.monotonic() + 120
        while not is_ready(running.address) and time.monotonic() < deadline:
            time.sleep(0.2)
        try:
            yield running
        finally:
            running.finish()


class Group:
    """Members of one group, with the cookie each has."""

    def __init__(self, server: Server, people: int) -> None:
        told = server.populate(1, people)
        self.server = server
        self.conversation: str = told["groups"][0]["conversation"]
        self.cookies = [f"{told['cookie']}={person['session']}" for person in told["groups"][0]["people"]]

    def open(self, number: int, **more: Any) -> ClientConnection:
        settings = {"origin": self.server.address, "additional_headers": {"Cookie": self.cookies[number]}, "open_timeout": 60}
        # Else a client with sixteen messages that nobody took reads no further, and waits ten seconds for the end of the line.
        settings["max_queue"] = None
        return connect(self.server.address.replace("http", "ws") + "/ws/messages/", **{**settings, **more})

    def frame(self, type: str, **fields: Any) -> str:
        return protocol.sent({"v": 1, "type": type, "conversation": self.conversation, **fields})

    def message(self, body: str) -> str:
        return self.frame("send", client_id=str(uuid.uuid4()), body=body)


def until(line: ClientConnection, type: str) -> dict[str, Any]:
    while (frame := protocol.received(line.recv(timeout=60)))["type"] != type:
        pass
    return frame


@pytest.mark.parametrize("origin", [None, "https://evil.example"])
def test_a_foreign_origin_or_none_is_refused(server: Server, origin: str | None) -> None:
    group = Group(server, 1)
    with pytest.raises(InvalidStatus) as refused, group.open(0, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_what_ends_one_line_ends_no_other(server: Server) -> None:
    group = Group(server, 3)
    with group.open(0) as well, group.open(1) as too_large, group.open(2) as garbled:
        for line in (well, too_large, garbled):
            until(line, "hello")
        too_large.send("x" * 300_000)
        # A text that is no UTF-8.
        garbled.socket.sendall(bytes([0x81, 0x82]) + b"\0\0\0\0" + b"\xff\xfe")
        for line, code in ((too_large, 1009), (garbled, 1007)):
            with pytest.raises(Exception, match=str(code)):
                line.recv(timeout=30)
        well.send(group.message("Still here"))
        assert until(well, "ack")["seq"] == 1


def test_many_who_write_at_once_get_numbers_without_holes(server: Server) -> None:
    group = Group(server, SENDERS)
    with ExitStack() as opened:
        lines = [opened.enter_context(group.open(number)) for number in range(SENDERS)]
        for line in lines:
            until(line, "hello")
        for line in lines:
            for which in range(3):
                line.send(group.message(f"Number {which}"))
        numbers = sorted(until(line, "ack")["seq"] for line in lines for _ in range(3))
    assert numbers == list(range(1, 3 * SENDERS + 1))
    assert [row["seq"] for row in server.stored(group.conversation)] == numbers


def test_who_does_not_read_is_cut_off_and_comes_back(server: Server) -> None:
    """The others get everything meanwhile, the server keeps no more than so much for them, and resuming brings it all."""
    group = Group(server, SENDERS)
    deaf = NotReading(server.port, group.cookies[0])
    before = memory(server)
    body = "å" * 9_500
    with ExitStack() as opened:
        lines = [opened.enter_context(group.open(number, max_size=None)) for number in range(1, SENDERS)]
        for line in lines:
            until(line, "hello")
        for _ in range(15):
            for line in lines:
                line.send(group.message(body))
            for line in lines:
                until(line, "ack")
        total = 15 * len(lines)
        assert len(server.stored(group.conversation)) == total
        # An answer can come before the message has gone out to all: whoever began to read now would not be slow.
        lines[0].send(group.message("The last"))
        for line in lines:
            while protocol.received(line.recv(timeout=60)).get("body") != "The last":
                pass
    assert deaf.is_cut_off(within=30)
    assert deaf.bytes_read < total * len(body.encode())
    assert memory(server) - before < 40 * 2**20
    with group.open(0, max_size=None) as again:
        until(again, "hello")
        again.send(group.frame("resume", after=0))
        seqs = []
        while (frame := protocol.received(again.recv(timeout=60)))["type"] != "resumed":
            seqs.append(frame["seq"])
    assert seqs == list(range(1, total + 2))


def memory(server: Server) -> int:
    status = Path(f"/proc/{server.number}/status").read_text("utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


class NotReading:
    """A page that has stopped reading, as a phone in a tunnel."""

    def __init__(self, port: int, cookie: str) -> None:
        self.bytes_read = 0
        self._line = sockets.socket()
        self._line.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        self._line.connect(("127.0.0.1", port))
        head = (
            f"GET /ws/messages/ HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {cookie}\r\n\r\n"
        )
        self._line.sendall(head.encode())
        self._line.settimeout(60)
        answer = b""
        while b'"hello"' not in answer:
            answer += self._line.recv(1024)
        assert b" 101 " in answer.split(b"\r\n")[0]

    def is_cut_off(self, within: float) -> bool:
        """Read what there still is. True when it ends."""
        deadline = time.monotonic() + within
        self._line.settimeout(1)
        while time.monotonic() < deadline:
            try:
                data = self._line.recv(65536)
            except TimeoutError:
                continue
            except ConnectionError:
                return True
            if not data:
                return True
            self.bytes_read += len(data)
        return False
