"""Tasks for the tests of the worker."""

from datetime import timedelta

from django_tasks import task

from alumni_site.core.retries import retried

ran: list[str] = []


@task()
def note(word: str) -> None:
    ran.append(word)


@task()
def fail() -> None:
    ran.append("fail")
    raise ValueError("as it should")


@task()
@retried(attempts=3, first_wait=timedelta(seconds=10))
def fail_and_retry() -> None:
    ran.append("retry")
    raise ValueError("as it should")
