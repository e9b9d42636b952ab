"""What the tests of the import pages have in common: an adviser who uploads files, and the real worker."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alumni_site.core.worker import run_next_task
from profiles.importing import services
from profiles.models import ImportRun
from profiles.viewers import Viewer
from tests.profiles.accounts_helpers import acting, adviser, signed_in
from tests.profiles.importing.files import csv_text


def run_tasks() -> None:
    """Let the worker do all that waits."""
    while run_next_task():
        pass


def adviser_viewer(**profile: Any) -> Viewer:
    return acting(adviser(**profile))


def adviser_client(**profile: Any) -> Client:
    return signed_in(adviser(**profile))


def upload(*rows: dict[str, Any], name: str = "participants.csv", content: bytes | None = None) -> SimpleUploadedFile:
    columns = list({key: None for one in rows for key in one})
    return SimpleUploadedFile(name, csv_text(rows, columns=columns).encode() if content is None else content)


def checked(actor: Viewer, *rows: dict[str, Any], **options: Any) -> ImportRun:
    """An import that has been uploaded and checked."""
    run = services.start_import(actor=actor, file=upload(*rows, **options))
    run_tasks()
    run.refresh_from_db()
    return run


def imported(actor: Viewer, *rows: dict[str, Any], **options: Any) -> ImportRun:
    """An import that has been uploaded, checked and written."""
    run = checked(actor, *rows, **options)
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    return run


def undone(actor: Viewer, run: ImportRun) -> ImportRun:
    services.undo(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    return run
