"""A small server that speaks clamd's INSTREAM on a real socket, and finds the EICAR test file."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.messaging.samples import EICAR


@contextmanager
def scanner(*, unix: Path | None = None, answer: bytes | None = None) -> Iterator[str]:
    """Its address, as CLAMAV_URL takes it. `answer` is what it says to everything."""
    family = socket.AF_UNIX if unix else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(str(unix) if unix else ("127.0.0.1", 0))
        server.listen(16)
        threading.Thread(target=_serve, args=(server, answer), daemon=True).start()
        yield f"unix://{unix}" if unix else f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, answer: bytes | None) -> None:
    while True:
        try:
            client, _address = server.accept()
        except OSError:
            return
        with client:
            _answer(client, answer)


def _answer(client: socket.socket, answer: bytes | None) -> None:
    assert _exactly(client, 10) == b"zINSTREAM\0"
    content = b""
    while length := struct.unpack("!I", _exactly(client, 4))[0]:
        content += _exactly(client, length)
    found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
    client.sendall(found if answer is None else answer)


def _exactly(client: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = client.recv(length - len(content))
        assert more
        content += more
    return content
