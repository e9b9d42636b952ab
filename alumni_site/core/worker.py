"""Runs background tasks in a thread. django-tasks-db's own worker is a command that installs signal handlers and sleeps;
its `run_task` is used as it is, the loop round it is ours: it wakes at once when a task is put in the queue in this process.
"""

import threading
from typing import Any

import structlog
from django.db import close_old_connections, transaction
from django.db.utils import OperationalError
from django_tasks.base import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks.signals import task_enqueued
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, is_locked_database_exception

from alumni_site.core.background import PROCESS
from alumni_site.core.retries import reap_lost_tasks, retry_if_wanted

logger = structlog.get_logger(__name__)

# Tasks that other processes put in the queue wait at most this long.
SECONDS_BETWEEN_LOOKS = 1.0


def run_worker(stop: threading.Event) -> None:
    """Run tasks as they come until `stop` is set. A task that is running is finished first."""
    wake = threading.Event()

    def task_was_enqueued(**_: Any) -> None:
        transaction.on_commit(wake.set)

    task_enqueued.connect(task_was_enqueued)
    try:
        reap_lost_tasks()
        while not stop.is_set():
            close_old_connections()
            if not run_next_task():
                wake.wait(SECONDS_BETWEEN_LOOKS)
                wake.clear()
    finally:
        task_enqueued.disconnect(task_was_enqueued)


def run_next_task() -> bool:
    """Run the task that is first in the queue. False when there was none."""
    # A look that takes no lock: on SQLite an idle worker must not hold up those who write.
    if not DBTaskResult.objects.ready().exists():
        return False
    claimed = _claim()
    if claimed is None:
        return False
    _runner().run_task(claimed)
    retry_if_wanted(claimed)
    return True


def _claim() -> DBTaskResult | None:
    ready = DBTaskResult.objects.ready().filter(backend_name=DEFAULT_TASK_BACKEND_ALIAS)
    try:
        with exclusive_transaction(ready.db):
            result = ready.get_locked()
            if result is not None:
                result.claim(PROCESS)
            return result
    except OperationalError as error:
        if is_locked_database_exception(error):
            return None
        raise


def _runner() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=False,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=PROCESS,
        excluded_queue_names=[],
    )
