"""Tell open pages something, from any thread.

The in-memory channel layer belongs to the event loop of the server, so a thread hands its frame to that loop. Over Redis
any process may send. Frames are hints, not records: save first, and let the page ask for what it missed.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any

import structlog
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import transaction

logger = structlog.get_logger(__name__)

# What a consumer calls its handler: `async def broadcast_frame(self, event)`, with the frame in `event["frame"]`.
MESSAGE_TYPE = "broadcast.frame"
SECONDS_TO_SEND = 5

_server_loop: asyncio.AbstractEventLoop | None = None
_own_loop: asyncio.AbstractEventLoop | None = None
_lock = threading.Lock()


def broadcast(group: str, frame: Mapping[str, Any]) -> None:
    """Send a frame to every page that listens to `group`, after the running transaction has been committed.

    Returns at once, and never raises for what goes wrong on the way. `frame` carries `type` and `v`, and goes out as JSON.
    """
    message = {"type": MESSAGE_TYPE, "frame": dict(frame)}
    transaction.on_commit(lambda: _send(group, message))


def remember_server_loop(application: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Wrap an ASGI application so that `broadcast` knows the event loop it is served on."""

    async def remembering(scope: Any, receive: Any, send: Any) -> None:
        global _server_loop
        _server_loop = asyncio.get_running_loop()
        await application(scope, receive, send)

    return remembering


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    loop = _loop_for(layer)
    if loop is None:
        # In memory, and no page has been served by this process: nobody can be listening.
        return
    future = asyncio.run_coroutine_threadsafe(layer.group_send(group, message), loop)
    future.add_done_callback(_log_failure)


def _loop_for(layer: Any) -> asyncio.AbstractEventLoop | None:
    if _server_loop is not None and _server_loop.is_running():
        return _server_loop
    return None if isinstance(layer, InMemoryChannelLayer) else _loop_of_our_own()


def _loop_of_our_own() -> asyncio.AbstractEventLoop:
    """One loop in one thread for a process that serves no pages, so that all frames share one connection to Redis."""
    global _own_loop
    with _lock:
        if _own_loop is None:
            _own_loop = asyncio.new_event_loop()
            threading.Thread(target=_own_loop.run_forever, name="broadcast", daemon=True).start()
        return _own_loop


def _log_failure(future: "Future[None]") -> None:
    if not future.cancelled() and future.exception() is not None:
        logger.warning("broadcast_failed", exc_info=future.exception())
