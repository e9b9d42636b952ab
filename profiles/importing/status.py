"""Every move an import may make from one status to another, and the one function that makes it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict
from profiles.models import ImportRun
from profiles.models.imports import ImportStatus

MOVES: dict[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.CHECKING: frozenset({ImportStatus.READY, ImportStatus.UNUSABLE, ImportStatus.DISCARDED}),
    ImportStatus.UNUSABLE: frozenset({ImportStatus.CHECKING, ImportStatus.DISCARDED}),
    ImportStatus.READY: frozenset({ImportStatus.CHECKING, ImportStatus.IMPORTING, ImportStatus.DISCARDED}),
    ImportStatus.DISCARDED: frozenset(),
    ImportStatus.IMPORTING: frozenset({ImportStatus.DONE, ImportStatus.STOPPED}),
    ImportStatus.STOPPED: frozenset({ImportStatus.IMPORTING, ImportStatus.UNDOING}),
    ImportStatus.DONE: frozenset({ImportStatus.UNDOING}),
    ImportStatus.UNDOING: frozenset({ImportStatus.UNDONE, ImportStatus.UNDOING}),
    ImportStatus.UNDONE: frozenset(),
}

# A worker has the import in its hands, or it is in the worker's queue.
AT_WORK = frozenset({ImportStatus.CHECKING, ImportStatus.IMPORTING, ImportStatus.UNDOING})


def move(run: ImportRun, to: ImportStatus, **fields: Any) -> None:
    """Give an import another status, and `fields` with it. Whoever else has the same in hand comes too late.

    Raises `Conflict` when the import is in no status from which this move may be made.
    """
    sources = [status for status, targets in MOVES.items() if to in targets]
    values = {"status": to, "alive_at": timezone.now(), "updated_at": timezone.now(), **fields}
    if not ImportRun.objects.filter(pk=run.pk, status__in=sources).update(**values):
        raise Conflict(_("This import has moved on. Look at how it stands now."), code="import_moved_on")
    run.refresh_from_db()
