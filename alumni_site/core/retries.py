"""What happens to a background task that fails, or whose worker is killed: django-tasks-db has no answer of its own.

Every task takes primitive ids and is safe to run twice (docs/architecture.md), so a task whose worker was killed is simply
run again. A task that raises is run again only when it says so with `@retried`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from alumni_site.core.heartbeats import living_processes

logger = structlog.get_logger(__name__)

# A task that takes its worker down with it must not do so for ever.
MOST_ATTEMPTS_WHEN_KILLED = 3
WORKER = "worker"

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@dataclass(frozen=True)
class RetryPolicy:
    attempts: int
    first_wait: timedelta

    def wait_after(self, attempt: int) -> timedelta:
        """How long to wait after the attempt of that number, counted from one: twice as long each time."""
        return self.first_wait * 2 ** (attempt - 1)


def retried(*, attempts: int = 5, first_wait: timedelta = timedelta(seconds=30)) -> Callable[[AnyFunction], AnyFunction]:
    """Run the task again when it raises, at most `attempts` times in all. Stands below `@task()`, on the function itself."""

    def mark(function: AnyFunction) -> AnyFunction:
        function.retry_policy = RetryPolicy(attempts, first_wait)  # type: ignore[attr-defined]
        return function

    return mark


def retry_if_wanted(result: DBTaskResult) -> bool:
    """Put a task that has just failed back in the queue, when its policy says so. True when it was."""
    if result.status != TaskResultStatus.FAILED:
        return False
    policy = _policy_of(result)
    attempt = len(result.worker_ids)
    if policy is None or attempt >= policy.attempts:
        return False
    result.status = TaskResultStatus.READY
    result.run_after = timezone.now() + policy.wait_after(attempt)
    result.finished_at = None
    result.save(update_fields=["status", "run_after", "finished_at"])
    logger.info("task_retried", task=result.task_path, attempt=attempt)
    return True


def reap_lost_tasks() -> int:
    """Put tasks whose worker was killed back in the queue, or fail them after too many attempts. Returns how many there were."""
    alive = living_processes(WORKER)
    lost = [result for result in DBTaskResult.objects.running() if not result.worker_ids or result.worker_ids[-1] not in alive]
    return sum(_reap(result) for result in lost)


def _reap(result: DBTaskResult) -> int:
    # Still running, and still with the same worker: another reaper, or the worker itself, may have been quicker.
    row = DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at)
    if len(result.worker_ids) < MOST_ATTEMPTS_WHEN_KILLED:
        logger.warning("task_lost_and_run_again", task=result.task_path)
        return row.update(status=TaskResultStatus.READY, started_at=None)
    logger.error("task_lost_too_often", task=result.task_path)
    return row.update(
        status=TaskResultStatus.FAILED,
        finished_at=timezone.now(),
        exception_class_path="alumni_site.core.retries.WorkerLost",
        traceback="The worker was killed while it ran this task, each time it was tried.",
    )


def _policy_of(result: DBTaskResult) -> RetryPolicy | None:
    try:
        function = result.task.func
    except ImportError:  # a task that a newer version no longer has
        return None
    return getattr(function, "retry_policy", None)
