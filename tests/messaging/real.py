"""Many at once on a database that is shared for real.

Tests on SQLite have their database in memory, with one connection for all threads: there nothing happens at once. Here it is
copied into a file, which each thread opens for itself, with the settings the network runs with. On PostgreSQL the test database
is real already.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections


@contextmanager
def real_database(folder: Path) -> Iterator[None]:
    """Within it threads work on a database that others work on too. The test needs `transaction=True`."""
    if connection.vendor != "sqlite":
        yield
        return
    path = folder / "db.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    before = connections.settings["default"]
    connections.settings["default"] = {**before, "NAME": str(path)}
    try:
        yield
    finally:
        connections.settings["default"] = before


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment, each in a thread with a connection of its own. Returns what each returned or raised."""
    start, results = threading.Barrier(len(work)), [None] * len(work)

    def run(number: int, do: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(60)
            results[number] = do()
        except Exception as error:
            results[number] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def by_itself(do: Callable[[], Any]) -> Any:
    """One thing, in a thread: it sees what the others have written."""
    result = at_once(do)[0]
    if isinstance(result, Exception):
        raise result
    return result
