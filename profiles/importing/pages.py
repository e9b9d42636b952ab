"""What the pages of an import show, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alumni_site.core.countries import country_name
from profiles.disclosure import disclose_many
from profiles.importing.columns import COLUMNS_BY_NAME, Kind
from profiles.importing.policies import can_carry_on, can_undo, is_silent, undoable_until
from profiles.importing.problems import Problem, unusable_text
from profiles.importing.undo import REASONS
from profiles.models import ImportedPerson, ImportRun, Profile, RejectedRow
from profiles.models.imports import ImportedPersonState, ImportStatus
from profiles.viewers import Viewer

# How many stand on the preview itself; the others are one press away. One more is shown rather than a link to one.
REJECTED_SHOWN, CHANGED_SHOWN, NEW_SHOWN = 4, 3, 5
ON_A_PAGE = 50

STEPS = (gettext_lazy("Choose file"), gettext_lazy("Check"), gettext_lazy("Import"), gettext_lazy("Result"))
_STEP_OF = {
    ImportStatus.CHECKING: 1,
    ImportStatus.UNUSABLE: 0,
    ImportStatus.READY: 1,
    ImportStatus.DISCARDED: 0,
    ImportStatus.IMPORTING: 2,
    ImportStatus.STOPPED: 2,
}


@dataclass(frozen=True)
class ChangeLine:
    """One fact: what was there ("" for nothing), and what comes instead."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownPerson:
    id: int
    name: str
    participant_id: str
    lines: str
    row_count: int
    is_wanted: bool
    changes: list[ChangeLine]
    exchanges: list[str]
    reason: str
    note: str


@dataclass(frozen=True)
class Suggestion:
    """A country that may have been meant, to be used with one press."""

    column: str
    text: str
    code: str

    @property
    def country(self) -> str:
        return country_name(self.code)


@dataclass(frozen=True)
class ShownReject:
    line: int
    name: str
    problems: list[Problem]
    suggestions: list[Suggestion]


@dataclass(frozen=True)
class Some:
    """The first few of many."""

    shown: list[Any]
    count: int

    @property
    def others(self) -> int:
        return self.count - len(self.shown)


def first_few(rows: Any, most: int) -> Some:
    """The first `most` of a queryset, or all when only one more is left."""
    count = rows.count()
    return Some(list(rows[: most if count > most + 1 else count]), count)


def steps_of(run: ImportRun | None) -> list[dict[str, Any]]:
    """The stops on the way, and at which of them this import is."""
    now = _STEP_OF.get(ImportStatus(run.status), len(STEPS) - 1) if run else 0
    return [{"label": label, "done": place < now, "current": place == now} for place, label in enumerate(STEPS)]


@dataclass(frozen=True)
class ShownRun:
    """One import in the list of all."""

    run: ImportRun
    started_by: str
    people: str
    colour: str


def shown_runs(runs: Iterable[ImportRun], viewer: Viewer) -> list[ShownRun]:
    """Imports for the list: who began each, and in words what came of it."""
    runs = list(runs)
    names = names_of({run.started_by_id for run in runs}, viewer)
    return [
        ShownRun(
            run, names.get(run.started_by_id or 0, ""), _result_in_words(run), _COLOUR_OF.get(ImportStatus(run.status), "neutral")
        )
        for run in runs
    ]


def names_of(user_ids: Iterable[int | None], viewer: Viewer) -> dict[int, str]:
    """The names of these accounts, as the viewer may see them."""
    people = Profile.objects.filter(user__in=[pk for pk in user_ids if pk]).with_account()
    owners = {profile.pk: profile.user_id or 0 for profile in people}
    return {owners[person.id]: person.name for person in disclose_many(people, viewer)}


def _result_in_words(run: ImportRun) -> str:
    if "undo" in run.totals:
        count = run.totals["undo"]["undone"]
        return ngettext("%(count)s person as before", "%(count)s people as before", count) % {"count": count}
    if "result" in run.totals:
        new, changed = run.totals["result"]["new_people"], run.totals["result"]["changed_people"]
        return _("%(new)s new, %(changed)s changed") % {"new": new, "changed": changed}
    return ""


_COLOUR_OF = {
    ImportStatus.READY: "marigold",
    ImportStatus.STOPPED: "danger",
    ImportStatus.UNUSABLE: "danger",
    ImportStatus.DONE: "accent",
}


def import_context(run: ImportRun, viewer: Viewer) -> dict[str, Any]:
    """What every page of an import needs."""
    result = run.totals.get("result", {})
    return {
        "run": run,
        "started_by": names_of([run.started_by_id], viewer).get(run.started_by_id or 0, ""),
        "steps": steps_of(run),
        "is_ready": run.status == ImportStatus.READY,
        "check": run.totals.get("check", {}),
        "check_seconds": max(1, round(run.check_seconds)),
        "result": result,
        "imported_count": result.get("new_people", 0) + result.get("changed_people", 0),
        "undone": run.totals.get("undo", {}),
        "can_undo": can_undo(viewer, run),
        "undo_until": undoable_until(run),
        "can_carry_on": can_carry_on(viewer, run),
        "is_silent": is_silent(run),
        "refusal": refusal_of(run),
        "other_sheets": [sheet for sheet in run.sheets if sheet != run.sheet],
    }


def refusal_of(run: ImportRun) -> str:
    """Why a file cannot be used, or why it stopped; "" when nothing is known of it."""
    return unusable_text(run.refusal["code"], run.refusal["details"]) if run.refusal else ""


def preview_context(run: ImportRun) -> dict[str, Any]:
    """What the preview shows besides: a few of everybody, and what is to be imported."""
    check = run.totals["check"]
    rejected = first_few(run.rejected_rows.all(), REJECTED_SHOWN)
    changed = first_few(run.people.filter(is_new=False), CHANGED_SHOWN)
    new = first_few(run.people.filter(is_new=True), NEW_SHOWN)
    return {
        "rejected": Some(shown_rejects(rejected.shown), rejected.count),
        "changed": Some(shown_people(changed.shown), changed.count),
        "new": Some(shown_people(new.shown), new.count),
        "going_in": check["rows"] - check["rejected"],
        "segments": segments_of(check),
        "meanings": meanings_of(run),
        **decision_context(run),
    }


def decision_context(run: ImportRun) -> dict[str, Any]:
    """How many people the button at the foot of the preview imports: all new ones, and the changed ones that are ticked."""
    check = run.totals["check"]
    changed = check["changed"] - run.people.filter(is_new=False, is_wanted=False).count()
    return {"new_count": check["new"], "changed_count": changed, "people_count": check["new"] + changed}


def choices_of(run: ImportRun) -> dict[str, int]:
    """How many choices advisers have made on the preview, by kind."""
    countries = sum(len(meanings) for meanings in run.corrections.values())
    return {"unticked": run.people.filter(is_wanted=False).count(), "countries": countries}


def result_context(run: ImportRun) -> dict[str, Any]:
    """What the page of an import that is done, or undone, shows besides: those who were not treated as the preview said."""
    differing = first_few(run.people.filter(state=ImportedPersonState.DIFFERS), ON_A_PAGE)
    kept = first_few(run.people.filter(state=ImportedPersonState.KEPT), ON_A_PAGE)
    return {
        "differing": Some(shown_people(differing.shown), differing.count),
        "kept": Some(shown_people(kept.shown), kept.count),
        "rejected_count": run.rejected_rows.count(),
    }


def shown_people(people: Iterable[ImportedPerson]) -> list[ShownPerson]:
    """People of an import with their changes in words."""
    return [
        ShownPerson(
            id=person.pk,
            name=person.name,
            participant_id=person.participant_id,
            lines=", ".join(map(str, person.lines)),
            row_count=len(person.lines),
            is_wanted=person.is_wanted,
            changes=list(_change_lines(person)),
            exchanges=[_exchange_in_words(one["changes"]) for one in person.changes["exchanges"]],
            reason=str(REASONS.get(person.reason, "")),
            note=_note(person),
        )
        for person in people
    ]


def _note(person: ImportedPerson) -> str:
    """Which of several addresses in the file is taken; "" where there is one."""
    older = person.changes.get("older_emails")
    if not older:
        return ""
    text = _("%(email)s is used: the newest exchange has it. Not used: %(others)s.")
    return text % {"email": person.changes["person"]["email"][1], "others": ", ".join(older)}


def shown_rejects(rows: Iterable[RejectedRow]) -> list[ShownReject]:
    """Rejected rows with what is wrong, what to do, and the countries that may have been meant."""
    shown = []
    for row in rows:
        problems = [Problem.from_json(data) for data in row.problems]
        suggestions = [Suggestion(one.column, one.value, code) for one in problems for code in one.suggestions]
        shown.append(ShownReject(row.line, row.name, problems, suggestions))
    return shown


def meanings_of(run: ImportRun) -> list[Suggestion]:
    """What advisers have said that texts of the file mean."""
    return [
        Suggestion(column, text, code) for column, meanings in run.corrections.items() for text, code in sorted(meanings.items())
    ]


def segments_of(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The bar of rows by outcome: where each part begins and how wide it is, of 1000. No part is too narrow to be seen."""
    parts = [(colour, counts.get(outcome, 0)) for outcome, colour in _COLOURS.items() if counts.get(outcome)]
    room = _BAR - _GAP * (len(parts) - 1)
    total = sum(count for _colour, count in parts)
    widths = [max(_NARROWEST, room * count // total) for _colour, count in parts]
    segments, x = [], 0
    for (colour, _count), width in zip(parts, widths, strict=True):
        # What the narrow ones have taken, the widest gives.
        width -= (sum(widths) - room) if width == max(widths) and sum(widths) > room else 0
        segments.append({"colour": colour, "x": x, "width": width})
        x += width + _GAP
    return segments


_BAR, _GAP, _NARROWEST = 1000, 3, 16
_COLOURS = {"created": "accent", "updated": "marigold", "unchanged": "neutral", "rejected": "madder"}


def _change_lines(person: ImportedPerson) -> Iterable[ChangeLine]:
    for column, (old, new) in person.changes["person"].items():
        yield ChangeLine(str(COLUMNS_BY_NAME[column].label), in_words(column, old), in_words(column, new))
    several = len(person.changes["exchanges"]) > 1
    for one in person.changes["exchanges"]:
        if one["is_new"]:
            yield ChangeLine(
                _("New exchange %(number)s") % {"number": one["exchange_id"]}, "", _exchange_in_words(one["changes"])
            )
            continue
        for column, (old, new) in one["changes"].items():
            label = str(COLUMNS_BY_NAME[column].label)
            label = f"{label} ({one['exchange_id']})" if several else label
            yield ChangeLine(label, in_words(column, old), in_words(column, new))


def _exchange_in_words(changes: Mapping[str, list[Any]]) -> str:
    values = {column: in_words(column, new) for column, (_old, new) in changes.items()}
    ends = [
        ", ".join(filter(None, [values.get(organisation), values.get(country)]))
        for organisation, country in (("sending_organisation", "sending_country"), ("host_organisation", "host_country"))
    ]
    days = " – ".join(filter(None, [values.get("start_date"), values.get("end_date")]))
    return " · ".join(filter(None, [" → ".join(filter(None, ends)), days, values.get("role")])) or _("no more is known of it")


def in_words(column: str, value: Any) -> str:
    """A value as `ImportedPerson.changes` keeps it, for a reader; "" for nothing."""
    if value is None:
        return ""
    kind = COLUMNS_BY_NAME[column].kind
    if kind == Kind.DATE:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return country_name(value) if kind == Kind.COUNTRY else str(value)
