"""The embedded default: web server in the main thread, every background service in a thread beside it."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from django.conf import settings
from django.utils.module_loading import import_string

from alumni_site.core.background import Background, service_names
from alumni_site.core.heartbeats import forget_other_processes

logger = structlog.get_logger(__name__)

Application = Callable[..., Awaitable[None]]


class AddressInUse(Exception):
    """Somebody else listens on that port already."""


def ensure_port_is_free(host: str, port: int) -> None:
    """Raise AddressInUse when something listens there, before any slow work is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressInUse(f"Port {port} on {host} is taken. Choose another: PORT={port + 1}") from error


def serve(*, host: str, port: int, on_ready: Callable[[], None] = lambda: None, handle_signals: bool = True) -> bool:
    """Serve until SIGINT or SIGTERM, then stop every service. Returns False when the server could not listen."""
    application: Application = import_string(settings.ASGI_APPLICATION)
    if settings.PROCESSES == 1:
        # No other lives, whatever rows a killed one left. Not before here: a new database has no tables until now.
        forget_other_processes()
    background = Background(service_names())
    server = Server(
        application=application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        signal_handlers=handle_signals,
        action_logger=log_websocket,
        ready_callable=on_ready,
        server_name="",
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
