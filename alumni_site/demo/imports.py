"""Two participant lists that Norec's adviser has uploaded in the demo: one is in, one waits to be looked at."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.base import ContentFile
from django.utils import timezone

from alumni_site.demo.drafts import PersonDraft
from alumni_site.demo.participants_file import row_of, write_participants_file
from alumni_site.demo.world import rng_for, uuid_from
from profiles.importing.columns import COLUMNS
from profiles.importing.locks import only_import
from profiles.importing.running import check_run, digest_of, write_run
from profiles.importing.status import move
from profiles.models import ImportRun, User
from profiles.models.imports import ImportStatus

_ROWS_WAITING = 60
_ROWS_PER_MISTAKE = 12
_SECONDS_TO_WAIT = 10.0


def make_imports(seed: int, people: list[PersonDraft], adviser: User) -> None:
    """Import a list that changes a little of what is known of `people`, and check one of new people without importing it.

    Both go through the import itself. Runs in the caller's transaction.
    """
    if people:
        _import(_upload(seed, "participants-corrected.csv", _list_of(people), adviser), adviser)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "participants-2026.csv"
        write_participants_file(path, rows=_ROWS_WAITING, seed=seed + 1, mess=True, rows_per_mistake=_ROWS_PER_MISTAKE)
        check_run(_upload(seed, path.name, path.read_bytes(), adviser))


def _list_of(people: list[PersonDraft]) -> bytes:
    """What is known of these people, and news of some: every seventh came home later, every ninth had another role."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in COLUMNS])
    writer.writeheader()
    rows = [row_of(person, exchange) for person in people for exchange in person.exchanges]
    for place, row in enumerate(rows, start=1):
        if place % 7 == 0 and row["homecoming_date"]:
            row["homecoming_date"] = (date.fromisoformat(row["homecoming_date"]) + timedelta(days=2)).isoformat()
        if place % 9 == 0:
            row["role"] = f"{row['role']} and mentor"
        writer.writerow(row)
    return text.getvalue().encode()


def _upload(seed: int, name: str, content: bytes, adviser: User) -> ImportRun:
    uuid = uuid_from(rng_for(seed, "import", name))
    run = ImportRun(uuid=uuid, file_name=name, digest=digest_of(content), started_by=adviser, alive_at=timezone.now())
    run.file.save(name, ContentFile(content), save=False)
    run.save()
    return run


def _import(run: ImportRun, adviser: User) -> None:
    check_run(run)
    move(run, ImportStatus.IMPORTING, confirmed_by=adviser)
    with only_import(wait=_SECONDS_TO_WAIT):
        write_run(run)
