"""What tests send to: a mail server that can be made to fall silent, a push service, and the browser behind it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications.webpush import encode


@dataclass
class MailSink:
    """`silent_after` is "" (answers as it should), "data" (takes a mail, and never says so) or "connect" (never greets)."""

    port: int = 0
    silent_after: str = ""
    messages: list[Message] = field(default_factory=list)
    # Set when it has fallen silent: the test may strike.
    is_silent: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def close(self) -> None:
        for connection in self._open:
            connection.close()

    def _talk(self, connection: socket.socket) -> None:
        if self.silent_after == "connect":
            self.is_silent.set()
            return
        lines = connection.makefile("rb")

        def say(text: str) -> None:
            connection.sendall(f"{text}\r\n".encode())

        say("220 sink")
        try:
            for line in lines:
                word = line.strip().upper()[:4]
                if word == b"DATA":
                    say("354 go on")
                    self.messages.append(message_from_bytes(_read_mail(lines)))
                    if self.silent_after == "data":
                        self.is_silent.set()
                        return
                    say("250 taken")
                elif word == b"QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")
        except OSError:
            return


def _read_mail(lines: Any) -> bytes:
    raw = b""
    for line in lines:
        if line == b".\r\n":
            return raw
        raw += line[1:] if line.startswith(b"..") else line
    return raw


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sink = MailSink(port=listener.getsockname()[1])
        threading.Thread(target=sink.serve, args=(listener,), daemon=True).start()
        try:
            yield sink
        finally:
            sink.close()


@dataclass
class PushSink:
    """What came, as (path, headers, body). Answers `status`."""

    origin: str = ""
    status: int = 201
    pushes: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def push_sink(port: int = 0) -> Iterator[PushSink]:
    """On this port, or on one that is free."""
    sink = PushSink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.pushes.append((self.path, dict(self.headers), body))
            self.send_response(sink.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sink.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Receiver:
    """The browser that a push is meant for: holds the keys, and reads what was written for it (RFC 8291)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)

    @property
    def p256dh(self) -> str:
        return encode(self.point)

    def read(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender, secret = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\0" + self.point + sender
        material = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        return AESGCM(key).decrypt(nonce, secret, None).rstrip(b"\x02")
