"""A background task that tells open pages something."""

from django.db import transaction
from django_tasks import task

from alumni_site.core.broadcast import broadcast


@task()
def tell(group: str, number: int) -> None:
    with transaction.atomic():
        broadcast(group, {"type": "told", "v": 1, "number": number})


@task()
def tell_and_undo(group: str) -> None:
    with transaction.atomic():
        broadcast(group, {"type": "never", "v": 1})
        transaction.set_rollback(True)
