"""Regular work: when it runs, and that it runs once."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from alumni_site.core import schedule
from alumni_site.core.background import PROCESS
from alumni_site.core.models import ScheduledJob
from alumni_site.core.schedule import LEASE, Job, jobs, register_job, run_due_jobs, run_job

EVERY = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry, empty, for the test to fill."""
    monkeypatch.setattr(schedule, "_jobs", {})


def due(name: str, **fields: object) -> ScheduledJob:
    return ScheduledJob.objects.create(name=name, next_run_at=timezone.now() - timedelta(seconds=1), **fields)


def seconds_until(moment: datetime) -> float:
    return (moment - timezone.now()).total_seconds()


@pytest.mark.django_db
def test_a_due_job_runs_and_is_due_again_later() -> None:
    ran: list[int] = []
    register_job("count", every=EVERY, run=lambda: ran.append(1))
    due("count")
    assert run_due_jobs() == ["count"]
    assert run_due_jobs() == []
    assert ran == [1]
    row = ScheduledJob.objects.get()
    assert EVERY.total_seconds() - 5 < seconds_until(row.next_run_at) <= EVERY.total_seconds()
    assert (row.leased_to, row.leased_until, row.failures) == ("", None, 0)


@pytest.mark.django_db
def test_a_job_that_fails_is_counted_and_tried_again_next_time() -> None:
    def fail() -> None:
        raise ValueError("as it should")

    register_job("fail", every=EVERY, run=fail)
    row = due("fail", failures=1)
    assert run_due_jobs() == ["fail"]
    row.refresh_from_db()
    assert (row.failures, row.leased_to) == (2, "")
    assert row.next_run_at > timezone.now()


@pytest.mark.django_db
def test_a_job_that_another_process_is_at_waits_until_its_lease_ends() -> None:
    ran: list[int] = []
    register_job("count", every=EVERY, run=lambda: ran.append(1))
    row = due("count", leased_to="other", leased_until=timezone.now() + LEASE)
    assert run_due_jobs() == []
    ScheduledJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert run_due_jobs() == ["count"]
    row.refresh_from_db()
    assert (ran, row.leased_to) == ([1], "")


@pytest.mark.django_db
def test_a_job_that_lost_its_lease_leaves_the_row_to_the_other() -> None:
    def slow() -> None:
        ScheduledJob.objects.update(leased_to="other", leased_until=timezone.now() + LEASE)

    register_job("slow", every=EVERY, run=slow)
    row = due("slow")
    assert run_due_jobs() == ["slow"]
    row.refresh_from_db()
    assert row.leased_to == "other"


@pytest.mark.django_db
def test_a_row_whose_job_a_newer_version_has_dropped_is_left_alone() -> None:
    due("gone")
    assert run_due_jobs() == []


@pytest.mark.django_db(transaction=True)
def test_of_several_that_try_at_once_one_runs_it() -> None:
    ran: list[int] = []
    job = Job("count", EVERY, lambda: ran.append(1))
    due("count")
    start = threading.Barrier(4)
    answers: list[bool] = []

    def attempt() -> None:
        start.wait()
        try:
            answers.append(run_job(job))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [False, False, False, True]
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "LEASE", timedelta(seconds=0.8))
    seen: list[tuple[str, bool]] = []

    def long() -> None:
        threading.Event().wait(1.5)
        row = ScheduledJob.objects.get()
        seen.append((row.leased_to, row.leased_until is not None and row.leased_until > timezone.now()))

    register_job("long", every=EVERY, run=long)
    due("long")
    run_due_jobs()
    assert seen == [(PROCESS, True)]


def test_every_registered_job_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    register_job("one", every=EVERY, run=lambda: None)
    assert [job.name for job in jobs()] == ["one"]
