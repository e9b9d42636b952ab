"""The embedded default: web server in the main thread, every background service in a thread beside it."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from autobahn.websocket.protocol import PreparedMessage
from daphne import http_protocol
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from alumni_site.core.background import Background, service_names
from alumni_site.core.heartbeats import forget_other_processes

logger = structlog.get_logger(__name__)

Application = Callable[..., Awaitable[None]]

LARGEST_INCOMING = 256 * 1024
# What may wait in memory for one reader of a WebSocket, on top of the 64 kB Twisted fills before it says so.
MOST_UNREAD = 256 * 1024
# What the system keeps of it besides; by itself it lets this grow to megabytes a socket.
MOST_IN_THE_SYSTEM = 128 * 1024
TOO_SLOW = 4408
SECONDS_TO_OPEN = 30


class AddressInUse(Exception):
    """Somebody else listens on that port already."""


class Request(http_protocol.WebRequest):  # type: ignore[misc]
    """A request whose form only Django reads. Twisted would read it before, uploads too, and answers 400 to a form with
    nothing in it, which Wagtail's editor sends when it says that somebody is there.
    """

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802 - Twisted's name
        self._content_type = self.requestHeaders.getRawHeaders(b"content-type")
        self.requestHeaders.removeHeader(b"content-type")
        super().requestReceived(command, path, version)

    def process(self) -> None:
        if self._content_type:
            self.requestHeaders.setRawHeaders(b"content-type", self._content_type)
        super().process()


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise AddressInUse when something listens there, before any slow work is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressInUse(f"Port {port} on {host} is taken. Choose another: PORT={port + 1}") from error


def serve(
    *,
    host: str,
    port: int,
    on_ready: Callable[[], None] = lambda: None,
    handle_signals: bool = True,
    services: Sequence[str] | None = None,
) -> bool:
    """Serve until SIGINT or SIGTERM, with every service beside it (or those named), and stop them then. Returns False when the
    server could not listen."""
    application: Application = import_string(settings.ASGI_APPLICATION)
    if settings.PROCESSES == 1:
        # No other lives, whatever rows a killed one left. Not before here: a new database has no tables until now.
        forget_other_processes()
    background = Background(service_names() if services is None else services)
    server = NetworkServer(
        application=application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        signal_handlers=handle_signals,
        action_logger=log_websocket,
        ready_callable=on_ready,
        server_name="",
        # Pages send 64 kB at most, and are told so when it is more; this is for who does not listen.
        websocket_max_message_size=LARGEST_INCOMING,
        websocket_max_frame_size=LARGEST_INCOMING,
        # After a restart everybody comes back at once, and waits for a turn.
        websocket_handshake_timeout=SECONDS_TO_OPEN,
        websocket_connect_timeout=SECONDS_TO_OPEN,
    )
    if handle_signals:
        # A shell starts what it puts in the background with SIGINT ignored; whoever sends it all the same means it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    background.start()
    try:
        server.run()
    finally:
        left = background.finish()
        if left:
            logger.warning("services_cut_short", services=left)
    return not server.abort_start


class NetworkServer(Server):
    """Daphne's, with requests whose forms only Django reads, and WebSockets that do not keep more than so much for somebody who
    does not read."""

    def run(self) -> None:
        # Daphne makes its factories in `run` and has no other place to say which protocols they are to use.
        http_protocol.WebRequest = Request
        WebSocketFactory.protocol = PatientSocket
        super().run()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, PatientSocket):
            scope["drained"] = protocol.drained
        return super().create_application(protocol, scope)


class PatientSocket(WebSocketProtocol):
    """Keeps count of what was handed to a reader who has fallen behind. Too much, and they are cut off: they come back and ask
    for what they missed."""

    _is_behind = False
    _unread = 0
    _drained: "asyncio.Future[None] | None" = None
    _last_framed: tuple[str, PreparedMessage] = ("", PreparedMessage(b"", False, False, False))

    def onOpen(self) -> None:  # noqa: N802
        super().onOpen()
        # Say why a line is ended, rather than drop it.
        self.failByDrop = False
        self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_IN_THE_SYSTEM)
        # Until now the page's HTTP channel was told how fast the reader reads.
        self.transport.unregisterProducer()
        self.transport.registerProducer(_Reins(self), True)

    def drained(self) -> "asyncio.Future[None] | None":
        """What to wait for before more is sent, or None when the reader keeps up."""
        if not self._is_behind:
            return None
        if self._drained is None or self._drained.done():
            self._drained = asyncio.get_running_loop().create_future()
        return self._drained

    def serverSend(self, content: Any, binary: bool = False) -> None:  # noqa: N802
        if self.state != self.STATE_OPEN:
            return
        if self._is_behind:
            self._unread += len(content)
            if self._unread > MOST_UNREAD:
                self.sendClose(code=TOO_SLOW, reason="too_slow")
                return
        if binary:
            super().serverSend(content, binary)
        else:
            self.sendPreparedMessage(self._framed(content))

    def _framed(self, text: str) -> PreparedMessage:
        """The text as it goes over the line. What is told to many comes here for one after the other: it is made once."""
        known, framed = PatientSocket._last_framed
        if known is not text:
            framed = self.factory.prepareMessage(text.encode())
            PatientSocket._last_framed = (text, framed)
        return framed

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state == self.STATE_OPEN:
            self.sendClose(code=message.get("code") or 1000, reason=message.get("reason"))
            return
        super().handle_reply(message)

    def fall_behind(self) -> None:
        # Twisted says it again at each write until the reader has caught up.
        if not self._is_behind:
            self._is_behind, self._unread = True, 0

    def catch_up(self) -> None:
        self._is_behind = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)


@implementer(IPushProducer)
class _Reins:
    """Twisted's word on how fast a reader reads. Who does not read is not listened to either."""

    def __init__(self, socket: PatientSocket) -> None:
        self._socket = socket

    def pauseProducing(self) -> None:  # noqa: N802
        self._socket.fall_behind()
        self._socket.transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        self._socket.catch_up()
        self._socket.transport.resumeProducing()

    def stopProducing(self) -> None:  # noqa: N802
        self._socket.catch_up()


def log_websocket(protocol: str, action: str, details: dict[str, Any]) -> None:
    """Daphne's own access log holds addresses with what people searched for. Requests are logged by our middleware."""
    if protocol == "websocket":
        logger.info("websocket", action=action, path=details["path"].partition("?")[0])


def limit_concurrency(application: Application, most: int) -> Application:
    """Let at most so many HTTP requests run at once; the others wait their turn.

    Under ASGI each running request has a thread and a database connection of its own, with no limit on either.
    """
    gates: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}

    async def limited(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        gate = gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(most))
        async with gate:
            await application(scope, receive, send)

    return limited
