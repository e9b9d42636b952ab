"""Whether the parts that the network needs answer. Apps register theirs in `AppConfig.ready`; `/readyz` asks them all."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from alumni_site.core.heartbeats import living_processes

logger = structlog.get_logger(__name__)

SECONDS_TO_ANSWER = 3.0


class NotReady(Exception):
    """A part is not ready. The message says why, for an operator: no personal data, no addresses, no secrets."""


@dataclass(frozen=True)
class Answer:
    """What one part answered. `error` is empty when it is ready."""

    name: str
    milliseconds: int
    error: str = ""


_checks: dict[str, Callable[[], None]] = {}


def register_readiness(name: str, check: Callable[[], None]) -> None:
    """Declare a part. `check` returns when it is ready and raises when not: `NotReady` with words, or anything else."""
    _checks[name] = check


def ask_all(seconds: float | None = None) -> list[Answer]:
    """Ask every part at once. One that has not answered within `seconds` is not ready, and nobody waits longer for it."""
    questions = [_Question(name, check) for name, check in _checks.items()]
    for question in questions:
        question.start()
    deadline = time.monotonic() + (SECONDS_TO_ANSWER if seconds is None else seconds)
    for question in questions:
        question.join(max(0.0, deadline - time.monotonic()))
    return [question.answer for question in questions]


class _Question(threading.Thread):
    """One part, asked in a thread that nobody waits for when it hangs."""

    def __init__(self, name: str, check: Callable[[], None]) -> None:
        super().__init__(name=f"ready-{name}", daemon=True)
        self.check = check
        self.began = time.monotonic()
        self.answer = Answer(name, 0, "no answer in time")

    def run(self) -> None:
        error = ""
        try:
            self.check()
        except NotReady as reason:
            error = str(reason)
        except Exception as failure:
            # Its message may hold addresses and passwords of servers; the kind is enough here, the log has the rest.
            error = type(failure).__name__
            logger.warning("not_ready", part=self.answer.name, exc_info=failure)
        finally:
            connections.close_all()
        self.answer = Answer(self.answer.name, round((time.monotonic() - self.began) * 1000), error)


_is_migrated = False


def database_answers() -> None:
    """Raises when the database cannot be read, or lacks migrations of this version."""
    global _is_migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    # Slow to find out, and true for as long as this process runs once it is.
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise NotReady("migrations are missing: run manage.py migrate")
        _is_migrated = True


def cache_answers() -> None:
    """Raises when what is put into the cache does not come out again."""
    cache.set("readyz", "yes", 30)
    if cache.get("readyz") != "yes":
        raise NotReady("the cache forgets")


def service_answers(service: str) -> Callable[[], None]:
    """A check that a background service of that name lives in some process."""

    def check() -> None:
        if not living_processes(service):
            raise NotReady(f"no {service} has given a sign of life")

    return check
