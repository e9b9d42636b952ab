"""What a file would change: its people held against those in the database. Nothing is written here.

The same function makes the preview, the dry run and, inside the transaction that writes, the import itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from profiles.importing.rows import ImportRow, ParsedFile, age_problem, date_problems
from profiles.models import Exchange, OrganisationName, Profile, User
from profiles.models.organisations import organisation_key

PEOPLE_IN_CHUNK = 400

# Columns of a file, and the fields of the models they fill.
PERSON_FIELDS: dict[str, str] = {
    "first_name": "first_name",
    "last_name": "last_name",
    "birth_year": "birth_year",
    "email": "email_on_file",
}
EXCHANGE_FIELDS: dict[str, str] = {
    "programme": "programme",
    "sending_organisation": "sending_organisation_id",
    "sending_country": "from_country",
    "host_organisation": "host_organisation_id",
    "host_country": "to_country",
    "start_date": "start",
    "end_date": "end",
    "role": "role",
    "homecoming_date": "homecoming_date",
}
ORGANISATION_COLUMNS = ("sending_organisation", "host_organisation")

# column -> (what was there, what comes instead)
Changes = dict[str, tuple[Any, Any]]


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass
class FilePerson:
    """All rows of one participant."""

    participant_id: str
    rows: list[ImportRow]


@dataclass(slots=True)
class KnownExchange:
    """An exchange in the database, in the columns of a file; organisations by name."""

    pk: int
    exchange_id: str
    profile_id: int
    values: dict[str, Any]


@dataclass(slots=True)
class KnownPerson:
    pk: int
    participant_id: str | None
    is_claimed: bool
    values: dict[str, Any]
    exchanges: dict[str, KnownExchange] = field(default_factory=dict)


@dataclass
class State:
    """What the database has on the people of one chunk, read in a fixed number of queries."""

    people: dict[str, KnownPerson]
    exchanges: dict[str, KnownExchange]
    # Address -> participant_id of who has it on file, "" for a person without one; and of who signs in with it.
    email_owners: dict[str, str]
    login_owners: dict[str, str]
    # Key of a name -> organisation and its own name.
    organisations: dict[str, tuple[int, str]]


@dataclass
class ExchangePlan:
    exchange_id: str
    known: KnownExchange | None
    changes: Changes
    row: ImportRow

    @property
    def is_new(self) -> bool:
        return self.known is None


@dataclass
class PersonPlan:
    """What the accepted rows of one participant do. Nothing at all when there is no change."""

    participant_id: str
    known: KnownPerson | None
    changes: Changes
    exchanges: list[ExchangePlan]
    rows: list[ImportRow]
    outcomes: list[Outcome]
    # Addresses in the file that are not taken, because a newer exchange has another.
    older_emails: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def is_changed(self) -> bool:
        return bool(self.changes) or any(exchange.changes for exchange in self.exchanges)

    @property
    def name(self) -> str:
        """The name that Norec has on file after the import."""
        return " ".join(filter(None, (self.after("first_name"), self.after("last_name"))))

    def after(self, column: str) -> Any:
        """A fact about the person once the rows are in."""
        if column in self.changes:
            return self.changes[column][1]
        return self.known.values[column] if self.known else None

    def count(self, outcome: Outcome) -> int:
        return self.outcomes.count(outcome)

    def as_json(self) -> dict[str, Any]:
        """The changes as `ImportedPerson.changes` keeps them."""
        older = {"older_emails": self.older_emails} if self.older_emails and "email" in self.changes else {}
        return {
            **older,
            "person": _changes_as_json(self.changes),
            "exchanges": [
                {"exchange_id": plan.exchange_id, "is_new": plan.is_new, "changes": _changes_as_json(plan.changes)}
                for plan in self.exchanges
                if plan.is_new or plan.changes
            ],
        }


def people_of(parsed: ParsedFile) -> list[FilePerson]:
    """The participants of a file, in its order, with all their rows; rows without a participant number are no one's."""
    people: dict[str, FilePerson] = {}
    for row in parsed.rows:
        if row.participant_id:
            people.setdefault(row.participant_id, FilePerson(row.participant_id, [])).rows.append(row)
    return list(people.values())


def chunks_of(people: Sequence[FilePerson], size: int = PEOPLE_IN_CHUNK) -> Iterator[list[FilePerson]]:
    """People in chunks that are written in one transaction each. Those who hand an address on to each other stay together."""
    linked = _handing_over(people)
    chunk = [person for person in people if person.participant_id in linked]
    for person in people:
        if person.participant_id in linked:
            continue
        if len(chunk) >= size:
            yield chunk
            chunk = []
        chunk.append(person)
    if chunk:
        yield chunk


def load_state(people: Sequence[FilePerson], *, lock: bool = False) -> State:
    """What the database has on these people and on what their rows name. `lock` keeps others from changing it meanwhile."""
    rows = [row for person in people for row in person.rows]
    wanted = Q(participant_id__in=[person.participant_id for person in people])
    exchange_ids = {row.exchange_id for row in rows} - {""}
    known, exchanges = load_people(wanted, exchange_ids, lock=lock)
    emails = {row.email for row in rows} - {""}
    on_file = Profile.objects.annotate(_email=Lower("email_on_file")).filter(_email__in=emails)
    logins = User.objects.annotate(_email=Lower("email")).filter(_email__in=emails, profile__participant_id__isnull=False)
    keys = {organisation_key(name) for row in rows for name in (row.sending_organisation, row.host_organisation) if name}
    names = OrganisationName.objects.filter(key__in=keys).values_list("key", "organisation_id", "organisation__name")
    organisations = {key: (pk, name) for key, pk, name in names}
    # Changes speak of an organisation by its own name, whichever one the file has.
    organisations |= {organisation_key(name): (pk, name) for pk, name in organisations.values()}
    return State(
        people={str(person.participant_id): person for person in known.values()},
        exchanges=exchanges,
        email_owners={email: owner or "" for email, owner in on_file.values_list("_email", "participant_id")},
        login_owners=dict(logins.values_list("_email", "profile__participant_id")),
        organisations=organisations,
    )


def load_people(
    wanted: Q, exchange_ids: Iterable[str] = (), *, lock: bool = False
) -> tuple[dict[int, KnownPerson], dict[str, KnownExchange]]:
    """People by profile id, each with all their exchanges; and by number those exchanges, with the named ones of whomever."""
    profiles, stays = Profile.objects.order_by(), Exchange.objects.order_by()
    if lock:
        profiles, stays = profiles.select_for_update(), stays.select_for_update(of=("self",))
    rows = profiles.filter(wanted).values_list("pk", "participant_id", "user_id", *PERSON_FIELDS.values())
    people = {
        pk: KnownPerson(pk, participant_id, user_id is not None, dict(zip(PERSON_FIELDS, values, strict=True)))
        for pk, participant_id, user_id, *values in rows
    }
    fields = [f"{column}__name" if column in ORGANISATION_COLUMNS else name for column, name in EXCHANGE_FIELDS.items()]
    named = stays.filter(Q(profile_id__in=list(people)) | Q(exchange_id__in=list(exchange_ids)))
    exchanges: dict[str, KnownExchange] = {}
    for pk, exchange_id, profile_id, *values in named.values_list("pk", "exchange_id", "profile_id", *fields):
        exchange = KnownExchange(pk, exchange_id, profile_id, dict(zip(EXCHANGE_FIELDS, values, strict=True)))
        exchanges[exchange_id] = exchange
        if profile_id in people:
            people[profile_id].exchanges[exchange_id] = exchange
    return people, exchanges


def plan_people(parsed: ParsedFile, people: Sequence[FilePerson], state: State) -> list[PersonPlan]:
    """What these people's rows would do. A row that cannot go in gets its problem, and does nothing.

    Rejecting a row can make another impossible (an address that is then not given up), so it goes on until nothing more is
    rejected; each round rejects at least one row.
    """
    while True:
        plans = [_plan_person(person, state) for person in people]
        found = [problem for plan in plans for problem in _database_problems(parsed, plan, state)]
        found = found or _email_problems(parsed, plans, state)
        if not found:
            return [plan for plan in plans if plan.rows]
        for row, problem in found:
            row.problems.append(problem)


def _plan_person(person: FilePerson, state: State) -> PersonPlan:
    rows = [row for row in person.rows if not row.problems]
    known = state.people.get(person.participant_id)
    changes: Changes = {}
    emails = _emails_newest_first(rows, state)
    for column in PERSON_FIELDS:
        said = emails if column == "email" else [getattr(row, column) for row in rows]
        value = next(filter(None, said), None)
        old = known.values[column] if known else None
        if value and not _same(column, old, value):
            changes[column] = (old or None, value)
    exchanges: dict[str, ExchangePlan] = {}
    outcomes = []
    for row in rows:
        if row.exchange_id in exchanges:
            outcomes.append(Outcome.UNCHANGED)
            continue
        plan = exchanges[row.exchange_id] = _plan_exchange(row, state)
        is_updated = plan.changes or any(getattr(row, column) == new for column, (_old, new) in changes.items())
        outcomes.append(Outcome.CREATED if plan.is_new else Outcome.UPDATED if is_updated else Outcome.UNCHANGED)
    return PersonPlan(person.participant_id, known, changes, list(exchanges.values()), rows, outcomes, emails[1:])


def _emails_newest_first(rows: Sequence[ImportRow], state: State) -> list[str]:
    """The addresses of one person, each once: that of the exchange that started last comes first, then that of the later row."""

    def start(row: ImportRow) -> date:
        return _after(row, state.exchanges.get(row.exchange_id), "start_date") or date.min

    # Sorting keeps rows that started at once in their order.
    oldest_first = sorted(rows, key=start)
    return list(dict.fromkeys(row.email for row in reversed(oldest_first) if row.email))


def _plan_exchange(row: ImportRow, state: State) -> ExchangePlan:
    known = state.exchanges.get(row.exchange_id)
    changes: Changes = {}
    for column in EXCHANGE_FIELDS:
        value = getattr(row, column)
        if not value:
            continue
        if column in ORGANISATION_COLUMNS:
            # By whatever name it is known, an organisation is shown by its own.
            value = state.organisations.get(organisation_key(value), (0, value))[1]
        old = known.values[column] if known else None
        if not _same(column, old, value):
            changes[column] = (old or None, value)
    return ExchangePlan(row.exchange_id, known, changes, row)


def _same(column: str, old: Any, new: Any) -> bool:
    if column in ORGANISATION_COLUMNS and old:
        return organisation_key(old) == organisation_key(new)
    if column == "email" and old:
        return bool(old.lower() == new)
    return bool(old == new)


Found = list[tuple[ImportRow, Any]]


def _database_problems(parsed: ParsedFile, plan: PersonPlan, state: State) -> Found:
    """Rows of one person that do not go with what the database has."""
    found: Found = []
    birth_year = plan.after("birth_year")
    by_exchange = {exchange.exchange_id: exchange for exchange in plan.exchanges}
    for row in plan.rows:
        known = by_exchange[row.exchange_id].known
        if known and (plan.known is None or known.profile_id != plan.known.pk):
            found.append((row, parsed.problem("exchange_of_another", "exchange_id", row.exchange_id)))
            continue
        start, end, home = (_after(row, known, column) for column in ("start_date", "end_date", "homecoming_date"))
        found.extend((row, problem) for problem in date_problems(parsed, start, end, home))
        if problem := age_problem(parsed, birth_year, start, end):
            found.append((row, problem))
    if "birth_year" in plan.changes and plan.known:
        found.extend(_too_young_before(parsed, plan, by_exchange))
    return found


def _after(row: ImportRow, known: KnownExchange | None, column: str) -> date | None:
    """The value once the row is in."""
    return getattr(row, column) or (known.values[column] if known else None)


def _too_young_before(parsed: ParsedFile, plan: PersonPlan, by_exchange: dict[str, ExchangePlan]) -> Found:
    """A new year of birth must go with the exchanges that the file does not name, too."""
    others = [known for key, known in plan.known.exchanges.items() if key not in by_exchange] if plan.known else []
    birth_year = plan.changes["birth_year"][1]
    for other in others:
        start, end = other.values["start_date"], other.values["end_date"]
        if (start or end) and (problem := age_problem(parsed, birth_year, start, end)):
            return [(row, problem) for row in plan.rows if row.birth_year]
    return []


def _email_problems(parsed: ParsedFile, plans: Iterable[PersonPlan], state: State) -> Found:
    """An address that somebody else has, unless this same import gives them another."""
    plans = list(plans)
    given_up = {plan.participant_id for plan in plans if plan.known and "email" in plan.changes}
    found: Found = []
    for plan in plans:
        if "email" not in plan.changes:
            continue
        email = plan.changes["email"][1]
        owner, login = state.email_owners.get(email), state.login_owners.get(email)
        is_taken = owner not in (None, plan.participant_id) and owner not in given_up
        if is_taken or login not in (None, plan.participant_id):
            problem = parsed.problem("email_taken", "email", email)
            found.extend((row, problem) for row in plan.rows if row.email == email)
    return found


def _handing_over(people: Sequence[FilePerson]) -> set[str]:
    """Participants who get an address that another participant of the file has now, and those others."""
    wanted = {row.email: person.participant_id for person in people for row in person.rows if row.email}
    owners = Profile.objects.exclude(email_on_file="").exclude(participant_id=None).annotate(_email=Lower("email_on_file"))
    linked: set[str | None] = set()
    for email, owner in owners.values_list("_email", "participant_id").iterator(chunk_size=5000):
        if email in wanted and wanted[email] != owner:
            linked |= {wanted[email], owner}
    return {person.participant_id for person in people if person.participant_id in linked}


def _changes_as_json(changes: Changes) -> dict[str, list[Any]]:
    return {column: [_plain(old), _plain(new)] for column, (old, new) in changes.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
