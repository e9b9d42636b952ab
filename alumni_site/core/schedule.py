"""Regular work. Apps register jobs in `AppConfig.ready`; a row per job says when it is due and who is at it.

A job is run by one process at a time, holds a lease that is renewed while it runs, and is safe to run twice: a process
that is killed loses its lease, and another takes over. Long work belongs in a task that the job puts in the queue.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.db.models import F, Q
from django.utils import timezone

from alumni_site.core.background import PROCESS
from alumni_site.core.models import ScheduledJob

logger = structlog.get_logger(__name__)

SECONDS_BETWEEN_LOOKS = 2.0
LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[], object]


_jobs: dict[str, Job] = {}


def register_job(name: str, *, every: timedelta, run: Callable[[], object]) -> None:
    """Declare regular work. It first runs soon after start, then `every` so often after it ended. `run` is safe to run twice."""
    _jobs[name] = Job(name, every, run)


def jobs() -> list[Job]:
    """All regular work that is declared."""
    return list(_jobs.values())


def run_schedule(stop: threading.Event) -> None:
    """Run what is due until `stop` is set."""
    ScheduledJob.objects.bulk_create(
        [ScheduledJob(name=name, next_run_at=timezone.now()) for name in _jobs], ignore_conflicts=True
    )
    while not stop.is_set():
        close_old_connections()
        run_due_jobs(stop)
        stop.wait(SECONDS_BETWEEN_LOOKS)


def run_due_jobs(stop: threading.Event | None = None) -> list[str]:
    """Run every job that is due and that nobody else is at. Returns their names."""
    due = ScheduledJob.objects.filter(_claimable(), name__in=_jobs).order_by("next_run_at")
    done = []
    for name in list(due.values_list("name", flat=True)):
        if stop is not None and stop.is_set():
            break
        if run_job(_jobs[name]):
            done.append(name)
    return done


def run_job(job: Job) -> bool:
    """Run one job when it is due and nobody else is at it. False when it was not."""
    now = timezone.now()
    row = ScheduledJob.objects.filter(name=job.name)
    if not row.filter(_claimable()).update(leased_to=PROCESS, leased_until=now + LEASE, last_started_at=now):
        return False
    succeeded = False
    try:
        with _lease_renewed(job.name):
            job.run()
        succeeded = True
    except Exception:
        logger.exception("job_failed", job=job.name)
    finally:
        # Not when the lease was lost meanwhile: then the row is another's.
        row.filter(leased_to=PROCESS).update(
            leased_to="",
            leased_until=None,
            next_run_at=timezone.now() + job.every,
            last_finished_at=timezone.now(),
            failures=0 if succeeded else F("failures") + 1,
        )
    return True


def _claimable() -> Q:
    now = timezone.now()
    return Q(next_run_at__lte=now) & (Q(leased_until=None) | Q(leased_until__lt=now))


@contextmanager
def _lease_renewed(name: str) -> Iterator[None]:
    """Renew the lease from a thread of its own, however long the job takes."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE.total_seconds() / 4):
            try:
                ScheduledJob.objects.filter(name=name, leased_to=PROCESS).update(leased_until=timezone.now() + LEASE)
            except DatabaseError:
                logger.warning("lease_not_renewed", job=name)
        connections.close_all()

    thread = threading.Thread(target=renew, name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(5)
