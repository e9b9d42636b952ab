"""Which services live, told by rows they renew. A row that is old is of a process that was killed."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from alumni_site.core.background import PROCESS
from alumni_site.core.models import Heartbeat

# Six beats. A long write on SQLite may hold up one or two.
DEAD_AFTER = timedelta(seconds=30)


def beat(services: Iterable[str]) -> None:
    """Say that these services of this process live."""
    now = timezone.now()
    Heartbeat.objects.bulk_create(
        [Heartbeat(service=service, process=PROCESS, beat_at=now) for service in services],
        update_conflicts=True,
        unique_fields=["service", "process"],
        update_fields=["beat_at"],
    )


def stop_beating() -> None:
    """Say that this process ends."""
    Heartbeat.objects.filter(process=PROCESS).delete()


def forget_other_processes() -> None:
    """Say that no other process lives. Only for one that knows it is alone."""
    Heartbeat.objects.exclude(process=PROCESS).delete()


def living_processes(service: str) -> set[str]:
    """Processes whose service of that name has beaten lately."""
    alive = Heartbeat.objects.filter(service=service, beat_at__gte=timezone.now() - DEAD_AFTER)
    return set(alive.values_list("process", flat=True))


def forget_the_dead() -> None:
    """Remove rows that processes killed more than a day ago left behind."""
    Heartbeat.objects.filter(beat_at__lt=timezone.now() - timedelta(days=1)).delete()
