"""Runs an import from end to end, chunk by chunk: at once for the command, by way of a preview for the staff pages.

Everything here may be cut off anywhere and run again.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import IntegrityError, reset_queries, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from privacy.services import record
from profiles.importing.apply import ROWS_AT_ONCE, write_people
from profiles.importing.plan import FilePerson, Outcome, PersonPlan, State, chunks_of, load_state, people_of, plan_people
from profiles.importing.problems import UnusableFile
from profiles.importing.reading import read_table
from profiles.importing.report import as_record, rejected_rows
from profiles.importing.rows import ParsedFile, parse_table
from profiles.importing.status import move
from profiles.models import ImportedOrganisation, ImportedPerson, ImportRun, RejectedRow
from profiles.models.imports import ImportedPersonState, ImportSource, ImportStatus

# Somebody else made the same person or organisation in the same moment: the chunk is planned again.
_ATTEMPTS = 3

# Rows by outcome, and "rejected".
Tally = Counter[str]
Progress = Callable[[int], object]


def digest_of(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def plan_file(parsed: ParsedFile, *, progress: Progress) -> Tally:
    """What the file would do; nothing is written. `progress` is told how many rows are done."""
    tally: Tally = Counter()
    done = 0
    for chunk in chunks_of(people_of(parsed)):
        _count(tally, plan_people(parsed, chunk, load_state(chunk)))
        done += _rows_in(chunk)
        progress(done)
    tally["rejected"] = len(rejected_rows(parsed))
    return tally


@contextmanager
def command_run(parsed: ParsedFile, path: Path) -> Iterator[ImportRun]:
    """The record of an import that a command makes. The lock of `only_import` must be held.

    Commands that were killed have left records that look as if they went on; since this one has the lock, they do not.
    """
    left_behind = ImportRun.objects.filter(source=ImportSource.COMMAND, status=ImportStatus.IMPORTING)
    for other in left_behind:
        move(other, ImportStatus.STOPPED)
    run = ImportRun.objects.create(
        source=ImportSource.COMMAND,
        status=ImportStatus.IMPORTING,
        file_name=path.name[-255:],
        digest=digest_of(path.read_bytes()),
        sheet=parsed.table.sheet,
        headers=list(parsed.headings.headers),
        ignored_columns=list(parsed.headings.ignored),
        delimiter=parsed.table.dialect.delimiter,
        rows_total=len(parsed.rows),
        alive_at=timezone.now(),
    )
    try:
        yield run
    except BaseException:
        move(run, ImportStatus.STOPPED)
        raise


def import_file(parsed: ParsedFile, run: ImportRun, *, progress: Progress) -> Tally:
    """Write what the file says, without a preview. Counts as `plan_file` does."""
    tally: Tally = Counter()
    done = 0
    for chunk in chunks_of(people_of(parsed)):
        done += _rows_in(chunk)
        _count(tally, _retried(partial(_import_chunk, parsed, run, chunk, done)))
        progress(done)
    tally["rejected"] = len(rejected_rows(parsed))
    _finish(parsed, run)
    return tally


def check_run(run: ImportRun) -> None:
    """Read the file of an import and keep what it would do, for the preview. Refuses one that cannot be used, with the reason."""
    started = time.monotonic()
    try:
        parsed = read_run(run)
    except UnusableFile as error:
        refusal = {"code": error.code, "details": error.details}
        move(run, ImportStatus.UNUSABLE, refusal=refusal, sheet=run.sheet, sheets=run.sheets)
        return
    ImportRun.objects.filter(pk=run.pk).update(rows_total=len(parsed.rows), rows_done=0)
    counts = _keep_preview(run, parsed)
    move(
        run,
        ImportStatus.READY,
        totals={"check": counts},
        headers=list(parsed.headings.headers),
        ignored_columns=list(parsed.headings.ignored),
        delimiter=parsed.table.dialect.delimiter,
        sheet=run.sheet,
        sheets=run.sheets,
        rows_done=len(parsed.rows),
        checked_at=timezone.now(),
        check_seconds=time.monotonic() - started,
    )


def write_run(run: ImportRun) -> None:
    """Write what the preview of an import showed, and nothing else: whoever has changed since is left as they are.

    Raises `UnusableFile` when the file is gone or is not the one that was checked.
    """
    parsed = read_run(run)
    done = 0
    for chunk in chunks_of(people_of(parsed)):
        done += _rows_in(chunk)
        _retried(partial(_write_chunk, parsed, run, chunk, done))
    _finish(parsed, run)


def read_run(run: ImportRun) -> ParsedFile:
    """The rows in the file of an import, with what advisers have said that its texts mean. `run` learns of the sheets.

    Raises `UnusableFile`, also when the file is gone or is not the one that was uploaded.
    """
    try:
        with run.file.open("rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:
        raise UnusableFile("gone") from error
    if digest_of(content) != run.digest:
        raise UnusableFile("changed_since")
    table = read_table(content, sheet=run.sheet)
    run.sheet, run.sheets = table.sheet, table.sheets
    parsed = parse_table(table, run.corrections)
    if not parsed.rows:
        raise UnusableFile("no_rows")
    return parsed


def _retried(write_chunk: Callable[[], list[PersonPlan]]) -> list[PersonPlan]:
    for _attempt in range(_ATTEMPTS - 1):
        try:
            return write_chunk()
        except IntegrityError:
            continue
    return write_chunk()


@transaction.atomic
def _import_chunk(parsed: ParsedFile, run: ImportRun, chunk: Sequence[FilePerson], done: int) -> list[PersonPlan]:
    state = load_state(chunk, lock=True)
    plans = plan_people(parsed, chunk, state)
    changing = _changing(plans)
    profile_ids = _write(parsed, run, changing, state)
    people = [_as_record(run, plan, ImportedPersonState.WRITTEN) for plan in changing]
    for person in people:
        person.profile_id = profile_ids[person.participant_id]
    ImportedPerson.objects.bulk_create(people, batch_size=ROWS_AT_ONCE)
    _report_progress(run, done)
    return plans


@transaction.atomic
def _write_chunk(parsed: ParsedFile, run: ImportRun, chunk: Sequence[FilePerson], done: int) -> list[PersonPlan]:
    shown = {person.participant_id: person for person in run.people.filter(participant_id__in=[p.participant_id for p in chunk])}
    closed = {key for key, person in shown.items() if person.state != ImportedPersonState.PLANNED or not person.is_wanted}
    people = [person for person in chunk if person.participant_id not in closed]
    state = load_state(people, lock=True)
    plans, differing = _as_shown(parsed, people, shown, state)
    profile_ids = _write(parsed, run, plans, state)
    for key, person in shown.items():
        _close(person, profile_ids.get(key), differing.get(key))
    ImportedPerson.objects.bulk_update(shown.values(), ["state", "profile", "rows_created", "rows_updated"])
    unseen = [plan for key, plan in differing.items() if key not in shown]
    ImportedPerson.objects.bulk_create(_as_record(run, plan, ImportedPersonState.DIFFERS) for plan in unseen)
    _report_progress(run, done)
    return plans


def _as_shown(
    parsed: ParsedFile, people: Sequence[FilePerson], shown: Mapping[str, ImportedPerson], state: State
) -> tuple[list[PersonPlan], dict[str, PersonPlan]]:
    """Plans that are what the preview showed, and by participant those that are not.

    Leaving one person as they are can change what another may get (an address), so it is planned again until all fit.
    """
    differing: dict[str, PersonPlan] = {}
    while True:
        plans = _changing(plan_people(parsed, people, state))
        different = {plan.participant_id: plan for plan in plans if not _was_shown(plan, shown)}
        if not different:
            return plans, differing
        differing |= different
        people = [person for person in people if person.participant_id not in different]


def _was_shown(plan: PersonPlan, shown: Mapping[str, ImportedPerson]) -> bool:
    person = shown.get(plan.participant_id)
    return person is not None and person.changes == plan.as_json()


def _close(person: ImportedPerson, profile_id: int | None, different: PersonPlan | None) -> None:
    """What became of somebody in the preview."""
    if person.state != ImportedPersonState.PLANNED:
        return
    if not person.is_wanted:
        person.state = ImportedPersonState.LEFT
    elif profile_id is not None:
        person.state, person.profile_id = ImportedPersonState.WRITTEN, profile_id
    else:
        person.state = ImportedPersonState.DIFFERS
        # Without a plan all rows of the person are rejected now, and counted as such.
        person.rows_created = different.count(Outcome.CREATED) if different else 0
        person.rows_updated = different.count(Outcome.UPDATED) if different else 0


def _write(parsed: ParsedFile, run: ImportRun, plans: Sequence[PersonPlan], state: State) -> dict[str, int]:
    """Write the plans and note the organisations that were made. Returns the profile of each participant."""
    written = write_people(plans, state.organisations, parsed.organisation_countries)
    ImportedOrganisation.objects.bulk_create(ImportedOrganisation(run=run, organisation_id=pk) for pk in written.organisation_ids)
    return written.profile_ids


def _keep_preview(run: ImportRun, parsed: ParsedFile) -> dict[str, int]:
    """Keep every new or changed person and every rejected row, in place of what an earlier check kept. Returns the counts."""
    unwanted = set(run.people.filter(is_wanted=False).values_list("participant_id", flat=True))
    run.people.all().delete()
    run.rejected_rows.all().delete()
    tally: Tally = Counter()
    done = 0
    for chunk in chunks_of(people_of(parsed)):
        plans = plan_people(parsed, chunk, load_state(chunk))
        _count(tally, plans)
        tally.update("new" if plan.is_new else "changed" if plan.is_changed else "same" for plan in plans)
        people = [_as_record(run, plan) for plan in _changing(plans)]
        for person in people:
            person.is_wanted = person.participant_id not in unwanted
        ImportedPerson.objects.bulk_create(people, batch_size=ROWS_AT_ONCE)
        done += _rows_in(chunk)
        _report_progress(run, done)
    rejected = rejected_rows(parsed)
    RejectedRow.objects.bulk_create((as_record(run, row, parsed.headings) for row in rejected), batch_size=ROWS_AT_ONCE)
    kinds = [*Outcome, "new", "changed", "same"]
    return {**{kind: tally[kind] for kind in kinds}, "rejected": len(rejected), "rows": len(parsed.rows)}


@transaction.atomic
def _finish(parsed: ParsedFile, run: ImportRun) -> None:
    """Keep the rejected rows, close the run with its result, and note it in the audit log."""
    records = (as_record(run, row, parsed.headings) for row in rejected_rows(parsed))
    RejectedRow.objects.bulk_create(records, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    result = _result_of(run)
    totals = {**run.totals, "result": result}
    move(run, ImportStatus.DONE, finished_at=timezone.now(), rows_done=run.rows_total, totals=totals)
    record(actor=run.confirmed_by, action="profiles.import_written", thing=run, details=result)


def _result_of(run: ImportRun) -> dict[str, int]:
    """What an import did, in rows by outcome and in people."""
    rows = {"created": 0, "updated": 0, "left": 0, "differing": 0}
    people = {"new_people": 0, "changed_people": 0, "left_people": 0, "differing_people": 0}
    groups = run.people.values("state", "is_new").annotate(
        created=Sum("rows_created"), updated=Sum("rows_updated"), people=Count("id")
    )
    for group in groups.order_by():
        kind = _KIND_OF_STATE.get(group["state"])
        if kind:
            rows[kind] += group["created"] + group["updated"]
            people[f"{kind}_people"] += group["people"]
        else:
            rows["created"] += group["created"]
            rows["updated"] += group["updated"]
            people["new_people" if group["is_new"] else "changed_people"] += group["people"]
    rejected = run.rejected_rows.count()
    unchanged = run.rows_total - rejected - sum(rows.values())
    return {**rows, "unchanged": unchanged, "rejected": rejected, **people}


_KIND_OF_STATE: dict[str, str] = {ImportedPersonState.LEFT: "left", ImportedPersonState.DIFFERS: "differing"}


def _as_record(run: ImportRun, plan: PersonPlan, state: ImportedPersonState = ImportedPersonState.PLANNED) -> ImportedPerson:
    return ImportedPerson(
        run=run,
        profile_id=plan.known.pk if plan.known else None,
        participant_id=plan.participant_id,
        name=plan.name,
        is_new=plan.is_new,
        lines=[row.line for row in plan.rows],
        rows_created=plan.count(Outcome.CREATED),
        rows_updated=plan.count(Outcome.UPDATED),
        changes=plan.as_json(),
        state=state,
    )


def _changing(plans: Iterable[PersonPlan]) -> list[PersonPlan]:
    return [plan for plan in plans if plan.is_new or plan.is_changed]


def _count(tally: Tally, plans: Iterable[PersonPlan]) -> None:
    for plan in plans:
        tally.update(outcome.value for outcome in plan.outcomes)


def _rows_in(chunk: Iterable[FilePerson]) -> int:
    return sum(len(person.rows) for person in chunk)


def _report_progress(run: ImportRun, done: int) -> None:
    ImportRun.objects.filter(pk=run.pk).update(rows_done=done, alive_at=timezone.now())
    # On a developer's machine Django keeps the text of every query: 40 MB for a large file.
    reset_queries()
