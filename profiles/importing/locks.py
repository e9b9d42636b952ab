"""One import writes at a time. The lock dies with its holder, so a process that is killed blocks nobody."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict

# Any number that no other advisory lock of the network uses.
_ADVISORY_LOCK = 6_201_963
_SECONDS_BETWEEN_TRIES = 0.2


@contextmanager
def only_import(*, wait: float) -> Iterator[None]:
    """Hold the lock that every import and undo takes before it writes. Waits `wait` seconds for it at most.

    PostgreSQL keeps the lock with the connection; on SQLite, where all writers are on one machine, it is a locked file.
    Raises `Conflict` when another holds it for longer than that.
    """
    deadline = time.monotonic() + wait
    lock = _database_lock if connection.vendor == "postgresql" else _file_lock
    with lock() as try_it:
        while not try_it():
            if time.monotonic() >= deadline:
                raise Conflict(_("Another import is writing now. Try again when it has finished."), code="import_busy")
            time.sleep(_SECONDS_BETWEEN_TRIES)
        yield


class _FileLock:
    def __init__(self, file: IO[str]) -> None:
        self.file = file

    def __call__(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def _file_lock() -> Iterator[_FileLock]:
    with (settings.DATA_DIR / "import.lock").open("a") as file:
        yield _FileLock(file)


class _DatabaseLock:
    is_held = False

    def __call__(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
            self.is_held = bool(cursor.fetchone()[0])
        return self.is_held


@contextmanager
def _database_lock() -> Iterator[_DatabaseLock]:
    lock = _DatabaseLock()
    try:
        yield lock
    finally:
        if lock.is_held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
