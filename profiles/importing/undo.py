"""Takes an import back: old facts are put back, and people whom it made and nobody has claimed are removed.

Whoever has been changed since stays as they are, whole: nobody ends up with half of each.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alumni_site.core.indexing import mark_changed
from privacy.services import record
from profiles.accounts.services.claiming import settle_roles_after_undo
from profiles.documents import PEOPLE
from profiles.importing.apply import ROWS_AT_ONCE
from profiles.importing.columns import COLUMNS_BY_NAME, Kind
from profiles.importing.plan import EXCHANGE_FIELDS, ORGANISATION_COLUMNS, PERSON_FIELDS, KnownExchange, KnownPerson, load_people
from profiles.importing.status import move
from profiles.models import CorrectionRequest, Exchange, ImportedPerson, ImportRun, Organisation, OrganisationName, Profile
from profiles.models.imports import ImportedPersonState, ImportStatus
from profiles.models.organisations import organisation_key

PEOPLE_IN_CHUNK = 200

_DATES = ("start_date", "end_date", "homecoming_date")

CLAIMED, CHANGED, ADDRESS = "claimed", "changed", "address"
REASONS: dict[str, str | Promise] = {
    CLAIMED: _("Has an account by now, and stays"),
    CHANGED: _("Was changed after the import, and stays as it is"),
    ADDRESS: _("Somebody else has the old e-mail address by now, so all stays as it is"),
}

Changes = dict[str, list[Any]]


@dataclass
class _Now:
    """What the database has on the people of one chunk: by profile id, organisations by key, exchanges somebody asked about."""

    people: dict[int, KnownPerson]
    organisations: dict[str, int]
    questioned: set[int]


def undo_run(run: ImportRun) -> None:
    """Take back what an import wrote. May be cut off anywhere and run again."""
    written = run.people.filter(state=ImportedPersonState.WRITTEN)
    # New people first: they may have got an address that somebody now gets back.
    for chunk in _chunks(written.filter(is_new=True)):
        _undo_chunk(run, chunk)
    # All who got another address at once: they may have handed theirs on to each other.
    _undo_chunk(run, list(written.filter(changes__person__has_key="email")))
    for chunk in _chunks(written):
        _undo_chunk(run, chunk)
    _finish(run)


def _chunks(people: QuerySet[ImportedPerson]) -> Iterator[list[ImportedPerson]]:
    """Those left, until none is: each chunk is undone before the next is asked for."""
    while chunk := list(people.order_by("pk")[:PEOPLE_IN_CHUNK]):
        yield chunk


@transaction.atomic
def _undo_chunk(run: ImportRun, people: Sequence[ImportedPerson]) -> None:
    if not people:
        return
    now = _load(people)
    for person in people:
        profile = now.people.get(person.profile_id or 0)
        person.reason = _reason_to_stay(person, profile, now) if profile else ""
    _keep_where_the_address_is_taken(people)
    undone = [person for person in people if not person.reason and person.profile_id in now.people]
    _put_back([person for person in undone if not person.is_new], now)
    came_home = [person.profile_id for person in undone if person.profile_id and not person.is_new and _brought_home(person)]
    settle_roles_after_undo(came_home, actor=run.undone_by)
    mark_changed(PEOPLE, [person.profile_id for person in undone if person.profile_id], withhold=True)
    Profile.objects.filter(pk__in=[person.profile_id for person in undone if person.is_new]).delete()
    for person in people:
        person.state = ImportedPersonState.KEPT if person.reason else ImportedPersonState.UNDONE
    ImportedPerson.objects.bulk_update(people, ["state", "reason"], batch_size=ROWS_AT_ONCE)
    ImportRun.objects.filter(pk=run.pk).update(rows_done=F("rows_done") + len(people), alive_at=timezone.now())


def _load(people: Sequence[ImportedPerson]) -> _Now:
    wanted = Q(pk__in=[person.profile_id for person in people if person.profile_id])
    known, exchanges = load_people(wanted, lock=True)
    texts = [text for person in people for one in person.changes["exchanges"] for text in _organisation_texts(one["changes"])]
    texts += [exchange.values[column] for exchange in exchanges.values() for column in ORGANISATION_COLUMNS]
    keys = {organisation_key(text) for text in texts if text}
    names = OrganisationName.objects.filter(key__in=keys).values_list("key", "organisation_id")
    questioned = CorrectionRequest.objects.filter(exchange__in=[exchange.pk for exchange in exchanges.values()])
    return _Now(known, dict(names), set(questioned.values_list("exchange_id", flat=True)))


def _reason_to_stay(person: ImportedPerson, profile: KnownPerson, now: _Now) -> str:
    if person.is_new and profile.is_claimed:
        return CLAIMED
    facts: Changes = person.changes["person"]
    columns: Iterable[str] = PERSON_FIELDS if person.is_new else facts
    if any(not _is_still(column, profile.values[column], facts, now) for column in columns):
        return CHANGED
    made = {one["exchange_id"] for one in person.changes["exchanges"]}
    if person.is_new and set(profile.exchanges) != made:
        return CHANGED
    exchanges = ((profile.exchanges.get(one["exchange_id"]), one) for one in person.changes["exchanges"])
    return "" if all(exchange and _exchange_is_still(exchange, one, now) for exchange, one in exchanges) else CHANGED


def _exchange_is_still(exchange: KnownExchange, one: dict[str, Any], now: _Now) -> bool:
    changes: Changes = one["changes"]
    columns: Iterable[str] = EXCHANGE_FIELDS if one["is_new"] else changes
    if any(not _is_still(column, exchange.values[column], changes, now) for column in columns):
        return False
    if one["is_new"]:
        # Somebody who asked about it would lose the question with it.
        return exchange.pk not in now.questioned
    dates = (_old(column, changes[column][0], now) if column in changes else exchange.values[column] for column in _DATES)
    start, *later = dates
    return not any(start and day and day < start for day in later)


def _is_still(column: str, value: Any, changes: Changes, now: _Now) -> bool:
    """Whether a value is the one that the import wrote, or still empty where it wrote none."""
    written = changes[column][1] if column in changes else None
    if column in ORGANISATION_COLUMNS and value and written:
        return now.organisations.get(organisation_key(value)) == now.organisations.get(organisation_key(written))
    return (value.isoformat() if isinstance(value, date) else value or None) == written


def _brought_home(person: ImportedPerson) -> bool:
    """Whether the import brought a homecoming date, which makes members of participants."""
    return any("homecoming_date" in one["changes"] for one in person.changes["exchanges"])


def _organisation_texts(changes: Changes) -> list[str]:
    return [text for column in ORGANISATION_COLUMNS for text in changes.get(column, [])]


def _keep_where_the_address_is_taken(people: Sequence[ImportedPerson]) -> None:
    """Nobody gets an address back that somebody else has now; who keeps theirs may be in the way of another."""
    while True:
        back = {
            old: person
            for person in people
            if not person.reason and not person.is_new and (old := person.changes["person"].get("email", [None])[0])
        }
        given_up = [person.profile_id for person in back.values()]
        given_up += [person.profile_id for person in people if not person.reason and person.is_new]
        taken = Profile.objects.filter(email_on_file__in=back).exclude(pk__in=[pk for pk in given_up if pk])
        addresses = list(taken.values_list("email_on_file", flat=True))
        if not addresses:
            return
        for address in addresses:
            back[address].reason = ADDRESS


def _put_back(people: Sequence[ImportedPerson], now: _Now) -> None:
    moved = [person.profile_id for person in people if person.profile_id and "email" in person.changes["person"]]
    Profile.objects.filter(pk__in=moved).update(email_on_file="")
    at = timezone.now()
    for person in people:
        profile = now.people[person.profile_id or 0]
        facts = {PERSON_FIELDS[column]: _old(column, pair[0], now) for column, pair in person.changes["person"].items()}
        if facts:
            Profile.objects.filter(pk=profile.pk).update(**facts, updated_at=at)
        for one in person.changes["exchanges"]:
            stays = Exchange.objects.filter(pk=profile.exchanges[one["exchange_id"]].pk)
            if one["is_new"]:
                stays.delete()
            else:
                values = {EXCHANGE_FIELDS[column]: _old(column, pair[0], now) for column, pair in one["changes"].items()}
                stays.update(**values, updated_at=at)


def _old(column: str, value: Any, now: _Now) -> Any:
    """A value as the database takes it; None when there was nothing."""
    kind = COLUMNS_BY_NAME[column].kind
    if value is None:
        return None if kind in {Kind.DATE, Kind.YEAR, Kind.ORGANISATION} else ""
    if kind == Kind.DATE:
        return date.fromisoformat(value)
    return now.organisations.get(organisation_key(value)) if kind == Kind.ORGANISATION else value


@transaction.atomic
def _finish(run: ImportRun) -> None:
    _remove_organisations(run)
    states = dict(
        run.people.filter(state__in=[ImportedPersonState.UNDONE, ImportedPersonState.KEPT])
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    counts = {"undone": states.get(ImportedPersonState.UNDONE, 0), "kept": states.get(ImportedPersonState.KEPT, 0)}
    move(run, ImportStatus.UNDONE, undone_at=timezone.now(), totals={**run.totals, "undo": counts})
    record(actor=run.undone_by, action="profiles.import_undone", thing=run, details=counts)


def _remove_organisations(run: ImportRun) -> None:
    """Organisations that the import made, and that nobody uses and nobody has given another name."""
    made = Organisation.objects.filter(pk__in=run.organisations.values("organisation"))
    unused = made.filter(exchanges_sent=None, exchanges_hosted=None, role_grants=None)
    only_own = unused.annotate(_names=Count("names")).filter(_names=1)
    Organisation.objects.filter(pk__in=list(only_own.values_list("pk", flat=True))).delete()
