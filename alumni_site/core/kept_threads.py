"""Threads with database connections of their own that stay open, for what is asked many times a second.

`sync_to_async` closes the connection after each call, as it must in threads that come and go: on SQLite that is a file opened,
three pragmas and a schema read anew for every frame of a socket. Here a few threads keep theirs.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connections

P = ParamSpec("P")
R = TypeVar("R")


class KeptThreads:
    """`await threads.run(function, …)` runs it in one of so many threads."""

    def __init__(self, name: str, most: int) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: _with_kept(function, *args, **kwargs))


def _with_kept(function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    try:
        return function(*args, **kwargs)
    except DatabaseError:
        # It may be the connection itself that is broken.
        connections.close_all()
        raise
    finally:
        for connection in connections.all(initialized_only=True):
            # On PostgreSQL this gives it back to the pool, which keeps it for whoever is next.
            if connection.vendor != "sqlite":
                connection.close()
