"""Background tasks: run, retried, and taken up again after a kill."""

import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from alumni_site.core.background import PROCESS
from alumni_site.core.heartbeats import DEAD_AFTER, beat
from alumni_site.core.models import Heartbeat
from alumni_site.core.retries import MOST_ATTEMPTS_WHEN_KILLED, reap_lost_tasks
from alumni_site.core.worker import run_next_task, run_worker
from tests.core import sample_tasks


@pytest.fixture(autouse=True)
def ran(db: None) -> list[str]:
    """What the sample tasks did. The queue is empty but for them: making the first pages puts tasks in it."""
    DBTaskResult.objects.all().delete()
    sample_tasks.ran.clear()
    return sample_tasks.ran


def the_task() -> DBTaskResult:
    return DBTaskResult.objects.get()


def running(*workers: str) -> DBTaskResult:
    """A task that the last of these workers is at."""
    sample_tasks.note.enqueue("lost")
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=list(workers), started_at=timezone.now())
    return the_task()


def test_tasks_run_one_by_one_in_their_order(ran: list[str]) -> None:
    sample_tasks.note.enqueue("one")
    sample_tasks.note.enqueue("two")
    assert [run_next_task(), run_next_task(), run_next_task()] == [True, True, False]
    assert ran == ["one", "two"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {TaskResultStatus.SUCCESSFUL}


def test_a_task_that_raises_fails_once_and_for_all(ran: list[str]) -> None:
    sample_tasks.fail.enqueue()
    assert [run_next_task(), run_next_task()] == [True, False]
    assert ran == ["fail"]
    assert the_task().status == TaskResultStatus.FAILED


def test_a_retried_task_waits_longer_each_time_and_then_fails(ran: list[str]) -> None:
    sample_tasks.fail_and_retry.enqueue()
    waits = []
    for _ in range(3):
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        before = timezone.now()
        assert run_next_task()
        waits.append(round((the_task().run_after - before).total_seconds()))
        assert not run_next_task()
    assert ran == ["retry"] * 3
    assert waits[:2] == [10, 20]
    assert the_task().status == TaskResultStatus.FAILED


def test_a_task_whose_worker_was_killed_is_run_again(ran: list[str]) -> None:
    running("killed-worker")
    assert reap_lost_tasks() == 1
    assert the_task().status == TaskResultStatus.READY
    assert run_next_task()
    assert ran == ["lost"]
    assert the_task().worker_ids == ["killed-worker", PROCESS]


def test_a_task_of_a_living_worker_is_left_alone() -> None:
    beat(["worker"])
    running(PROCESS)
    assert reap_lost_tasks() == 0
    assert the_task().status == TaskResultStatus.RUNNING
    Heartbeat.objects.update(beat_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))
    assert reap_lost_tasks() == 1


def test_a_task_that_kills_every_worker_is_given_up() -> None:
    running(*["killed-worker"] * MOST_ATTEMPTS_WHEN_KILLED)
    assert reap_lost_tasks() == 1
    task = the_task()
    assert (task.status, task.exception_class_path) == (TaskResultStatus.FAILED, "alumni_site.core.retries.WorkerLost")
    assert reap_lost_tasks() == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_wakes_at_once_and_stops_when_told(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # So long between looks that only waking explains a quick answer.
    monkeypatch.setattr("alumni_site.core.worker.SECONDS_BETWEEN_LOOKS", 20.0)
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(stop,), daemon=True)
    thread.start()
    time.sleep(0.5)
    sample_tasks.note.enqueue("woken")
    deadline = time.monotonic() + 10
    while not ran and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ran == ["woken"]
    stop.set()
    sample_tasks.note.enqueue("last")  # wakes it, so that it sees it is to stop
    thread.join(10)
    assert not thread.is_alive()
