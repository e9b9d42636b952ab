"""What advisers do with imports on the staff pages. The work itself is done by the worker (`tasks`)."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.countries import country_codes
from profiles.importing.columns import COLUMNS_BY_NAME, Kind
from profiles.importing.forgetting import forget
from profiles.importing.policies import can_carry_on, can_import_participants, can_undo, is_silent
from profiles.importing.running import digest_of
from profiles.importing.status import AT_WORK, move
from profiles.importing.tables import MOST_BYTES
from profiles.importing.tasks import check_import, undo_import, write_import
from profiles.models import ImportRun
from profiles.models.imports import ImportStatus
from profiles.viewers import Viewer


class SameFile(Conflict):
    """The very same file is in hand already: `run` is that import."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(_("This file is here already. This is how it stands."), code="import_same_file")
        self.run = run


@transaction.atomic
def start_import(*, actor: Viewer, file: UploadedFile) -> ImportRun:
    """Take in a file and have it checked. Nothing is written to any person by this.

    Raises `NotAllowed`, `Invalid` for a file that is empty or too large, and `SameFile` when the same is in hand.
    """
    _require_adviser(actor)
    if not file.size:
        raise Invalid(_("The file is empty. Choose another."), code="empty")
    if file.size > MOST_BYTES:
        raise Invalid(_("The file is larger than %(most)s MB. Split it.") % {"most": MOST_BYTES // 1024**2}, code="too_big")
    content = file.read()
    digest = digest_of(content)
    in_hand = ImportRun.objects.filter(digest=digest, source="web", status__in=[*AT_WORK, ImportStatus.READY]).first()
    if in_hand is not None:
        raise SameFile(in_hand)
    run = ImportRun(
        started_by=actor.user, file_name=PurePath(file.name or "").name[-255:], digest=digest, alive_at=timezone.now()
    )
    run.file.save(f"{run.uuid}{PurePath(run.file_name).suffix[:8]}", ContentFile(content), save=False)
    run.save()
    record(actor=actor.user, action="profiles.import_started", thing=run, details={"bytes": file.size})
    check_import.enqueue(import_id=run.pk)
    return run


@transaction.atomic
def check_again(*, actor: Viewer, run: ImportRun, sheet: str | None = None) -> None:
    """Check the file anew, on another sheet when `sheet` names one. Raises `NotAllowed`, `Conflict`."""
    _require_adviser(actor)
    fields = {} if sheet is None else {"sheet": sheet[:100], "corrections": {}}
    move(run, ImportStatus.CHECKING, rows_done=0, refusal={}, **fields)
    check_import.enqueue(import_id=run.pk)


@transaction.atomic
def use_country(*, actor: Viewer, run: ImportRun, column: str, text: str, code: str) -> None:
    """Say which country was meant by a text in a column, for this import only; with no code, take that back.

    Raises `NotAllowed`, `Invalid` for what is no country, and `Conflict`.
    """
    _require_adviser(actor)
    known = COLUMNS_BY_NAME.get(column)
    if known is None or known.kind != Kind.COUNTRY or not text or (code and code not in country_codes()):
        raise Invalid(_("Choose a country from the list."), code="no_country")
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    meanings = dict(locked.corrections.get(column, {}))
    meanings.pop(text, None)
    if code:
        meanings[text] = code
    move(run, ImportStatus.CHECKING, rows_done=0, corrections={**locked.corrections, column: meanings})
    check_import.enqueue(import_id=run.pk)


@transaction.atomic
def choose_people(*, actor: Viewer, run: ImportRun, shown: Iterable[int], wanted: Iterable[int]) -> None:
    """Keep which of the changed people on a page are to be changed: of those `shown`, the `wanted`.

    Both are ids of `ImportedPerson`. Raises `NotAllowed`, and `Conflict` once the import has begun.
    """
    _require_adviser(actor)
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if locked.status != ImportStatus.READY:
        raise Conflict(_("This import has moved on. Look at how it stands now."), code="import_moved_on")
    people = run.people.filter(pk__in=list(shown), is_new=False)
    chosen = set(wanted)
    people.exclude(pk__in=chosen).update(is_wanted=False)
    people.filter(pk__in=chosen).update(is_wanted=True)


@transaction.atomic
def confirm_import(*, actor: Viewer, run: ImportRun) -> None:
    """Have the worker write what the preview shows. Raises `NotAllowed`; `Conflict` when another import is writing."""
    _require_adviser(actor)
    _require_nobody_writes(run)
    move(run, ImportStatus.IMPORTING, confirmed_by=actor.user, rows_done=0)
    record(actor=actor.user, action="profiles.import_confirmed", thing=run, details=run.totals.get("check", {}))
    write_import.enqueue(import_id=run.pk)


@transaction.atomic
def discard_import(*, actor: Viewer, run: ImportRun) -> None:
    """Put a file aside that is not to be imported, and forget what was in it. Raises `NotAllowed`, `Conflict`."""
    _require_adviser(actor)
    move(run, ImportStatus.DISCARDED)
    record(actor=actor.user, action="profiles.import_discarded", thing=run)
    forget(run)


@transaction.atomic
def undo(*, actor: Viewer, run: ImportRun) -> None:
    """Have the worker take an import back. Raises `NotAllowed`, and `Conflict` after seven days or when another writes."""
    _require_adviser(actor)
    if not can_undo(actor, run):
        raise Conflict(_("This import cannot be undone any more."), code="import_not_undoable")
    _require_nobody_writes(run)
    move(run, ImportStatus.UNDOING, undone_by=actor.user, rows_done=0)
    record(actor=actor.user, action="profiles.import_undo_started", thing=run)
    undo_import.enqueue(import_id=run.pk)


@transaction.atomic
def carry_on(*, actor: Viewer, run: ImportRun) -> None:
    """Begin again where an import was cut off. Raises `NotAllowed`; `Conflict` when it goes on by itself."""
    _require_adviser(actor)
    if not can_carry_on(actor, run):
        raise Conflict(_("This import has moved on. Look at how it stands now."), code="import_moved_on")
    record(actor=actor.user, action="profiles.import_carried_on", thing=run)
    if run.status == ImportStatus.STOPPED:
        _require_nobody_writes(run)
        move(run, ImportStatus.IMPORTING, refusal={})
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now())
    task = {ImportStatus.CHECKING: check_import, ImportStatus.UNDOING: undo_import}.get(ImportStatus(run.status), write_import)
    task.enqueue(import_id=run.pk)


def _require_adviser(actor: Viewer) -> None:
    if not can_import_participants(actor):
        raise NotAllowed(_("Only network advisers import participants."))


def _require_nobody_writes(run: ImportRun) -> None:
    writing = ImportRun.objects.filter(status__in=[ImportStatus.IMPORTING, ImportStatus.UNDOING]).exclude(pk=run.pk)
    for other in writing:
        if not is_silent(other):
            text = _("Another import is writing now: %(file)s. Try again when it has finished.")
            raise Conflict(text % {"file": other.file_name}, code="import_busy")
