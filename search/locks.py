"""Who may write to the search index, and who may build one: one process at a time, wherever it runs.

On PostgreSQL the lock is the database's own, and so holds across machines; otherwise it is a file under DATA_DIR. Either
is gone the moment its process dies.
"""

import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

WRITER = "writer"
BUILDER = "builder"
_SECONDS_BETWEEN_TRIES = 0.02


@contextmanager
def exclusive(name: str, *, wait: float = 0) -> Iterator[bool]:
    """Hold a lock for the block. Yields whether we have it: False when somebody else had it for `wait` seconds."""
    with _opened(name) as try_to_get:
        deadline = time.monotonic() + wait
        while not (mine := try_to_get()) and time.monotonic() < deadline:
            time.sleep(_SECONDS_BETWEEN_TRIES)
        yield mine


def is_held(name: str) -> bool:
    """Whether some process has the lock now."""
    if connection.vendor == "postgresql":
        return _is_held_in_postgresql(name)
    with _opened_file(name, fcntl.LOCK_SH) as try_to_get:
        return not try_to_get()


def _opened(name: str) -> AbstractContextManager[Callable[[], bool]]:
    return _opened_in_postgresql(name) if connection.vendor == "postgresql" else _opened_file(name, fcntl.LOCK_EX)


@contextmanager
def _opened_file(name: str, kind: int) -> Iterator[Callable[[], bool]]:
    folder = Path(settings.DATA_DIR) / "search"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a") as file:

        def try_to_get() -> bool:
            try:
                fcntl.flock(file, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield try_to_get


@contextmanager
def _opened_in_postgresql(name: str) -> Iterator[Callable[[], bool]]:
    """The lock belongs to a connection of its own: those of Django go back to a pool, and would take it along."""
    parameters = {**connection.get_connection_params(), "autocommit": True}
    with connection.Database.connect(**parameters) as own:  # type: ignore[attr-defined]

        def try_to_get() -> bool:
            row = own.execute("SELECT pg_try_advisory_lock(%s, %s)", _key(name)).fetchone()
            return bool(row[0])

        try:
            yield try_to_get
        finally:
            # The server notices that a connection is closed a little later, and the lock would be held until then.
            own.execute("SELECT pg_advisory_unlock_all()")


def _is_held_in_postgresql(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            _key(name),
        )
        return bool(cursor.fetchone()[0])


def _key(name: str) -> tuple[Any, Any]:
    """Two 31-bit numbers: one for the search of this site, one for the lock."""
    return (zlib.crc32(f"search {settings.ELASTICSEARCH_PREFIX}".encode()) >> 1, zlib.crc32(name.encode()) >> 1)
