"""Who may import participant lists, and what may be done with an import as it stands."""

from datetime import timedelta

from django.utils import timezone

from profiles.importing.status import AT_WORK, MOVES
from profiles.models import ImportRun
from profiles.models.imports import ImportSource, ImportStatus
from profiles.policies import acts_as_adviser
from profiles.viewers import Viewer

# How long an import can be undone, and how long its people and its file are kept.
KEPT_FOR = timedelta(days=7)
# Whatever works on an import tells of itself every few seconds.
_SILENT_FOR = timedelta(minutes=2)


def can_import_participants(actor: Viewer) -> bool:
    """Norec's advisers, while they act as one."""
    return acts_as_adviser(actor)


def can_undo(actor: Viewer, run: ImportRun) -> bool:
    """For seven days, also when it stopped on the way; whether it was made here or at the command line."""
    return can_import_participants(actor) and is_undoable(run)


def is_undoable(run: ImportRun) -> bool:
    return (
        run.status in {ImportStatus.DONE, ImportStatus.STOPPED} and not run.is_forgotten and timezone.now() < undoable_until(run)
    )


def undoable_until(run: ImportRun):  # type: ignore[no-untyped-def]
    """The moment after which an import stays."""
    return (run.finished_at or run.created_at) + KEPT_FOR


def can_discard(actor: Viewer, run: ImportRun) -> bool:
    """As long as nothing of it has been written."""
    return can_import_participants(actor) and ImportStatus.DISCARDED in MOVES[ImportStatus(run.status)]


def is_silent(run: ImportRun) -> bool:
    """Whether an import that should be going on has not been heard of for so long that its worker must be gone."""
    return run.status in AT_WORK and (run.alive_at is None or timezone.now() - run.alive_at > _SILENT_FOR)


def can_carry_on(actor: Viewer, run: ImportRun) -> bool:
    """Begin again where it was cut off. A command's file is not here: the command itself must be run again."""
    has_file = run.source == ImportSource.WEB and not run.is_forgotten
    is_cut_off = run.status == ImportStatus.STOPPED or is_silent(run)
    return can_import_participants(actor) and is_cut_off and (has_file or run.status == ImportStatus.UNDOING)
