"""Files of participants, and what they said about people, are kept for seven days and no longer."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from profiles.importing.policies import KEPT_FOR, is_silent
from profiles.importing.status import AT_WORK, move
from profiles.models import ImportRun
from profiles.models.imports import ImportStatus
from profiles.storage import private_storage

FOLDER = "imports"


def forget_old_imports(now: datetime | None = None) -> int:
    """Delete files and people of imports that are seven days old. Returns how many those were. Run by the schedule."""
    cutoff = (now or timezone.now()) - KEPT_FOR
    old = Q(finished_at__lt=cutoff) | Q(finished_at=None, created_at__lt=cutoff)
    runs = [run for run in ImportRun.objects.filter(old, is_forgotten=False) if run.status not in AT_WORK or is_silent(run)]
    for run in runs:
        with transaction.atomic():
            forget(run)
            if run.status == ImportStatus.READY:
                move(run, ImportStatus.DISCARDED)
    _delete_old_files(cutoff)
    return len(runs)


def forget(run: ImportRun) -> None:
    """Delete the file, and what it said about people. The counts and who did it stay."""
    run.people.all().delete()
    run.rejected_rows.all().delete()
    run.organisations.all().delete()
    name = run.file.name
    ImportRun.objects.filter(pk=run.pk).update(is_forgotten=True, file="", corrections={})
    run.refresh_from_db()
    if name:
        transaction.on_commit(lambda: private_storage().delete(name))


def _delete_old_files(cutoff: datetime) -> None:
    """Every file goes after seven days, also one whose import was never kept because the machine stopped there."""
    storage = private_storage()
    try:
        names = storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if storage.get_modified_time(path) < cutoff:
            storage.delete(path)
