"""From a table to rows that mean something, each with its problems, and what the rows of one file say against each other."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from profiles.importing.columns import COLUMNS, COLUMNS_BY_NAME, STAYS_REJECTED, Column, Headings, Kind, match_headings
from profiles.importing.problems import Problem
from profiles.importing.tables import Cell, Table, TableRow
from profiles.importing.values import (
    check_date,
    clean_text,
    date_in_text,
    parse_country_cell,
    parse_date,
    parse_email,
    parse_year,
    text_problem,
)
from profiles.models.organisations import organisation_key
from profiles.of_age import year_under_age

# What an adviser has said that a text means: column -> text -> country code.
Corrections = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class ImportRow:
    """One row in our own words. "" and None say nothing: what the network has is then kept."""

    source: TableRow
    participant_id: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    birth_year: int | None = None
    exchange_id: str = ""
    programme: str = ""
    sending_organisation: str = ""
    sending_country: str = ""
    host_organisation: str = ""
    host_country: str = ""
    start_date: date | None = None
    end_date: date | None = None
    role: str = ""
    homecoming_date: date | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def line(self) -> int:
        return self.source.line

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class ParsedFile:
    """`organisation_countries` has, by key, the country of each organisation on which all rows agree."""

    table: Table
    headings: Headings
    rows: list[ImportRow]
    organisation_countries: dict[str, str] = field(default_factory=dict)

    def problem(self, code: str, column: str = "", value: object = "", **details: Any) -> Problem:
        """A problem with the file's own heading of the column in it."""
        header = self.headings.header(column) if column else ""
        return Problem(code, column, header, str(value), details)


def parse_table(table: Table, corrections: Corrections | None = None) -> ParsedFile:
    """The rows of a table with all that the file itself shows to be wrong.

    `corrections` say which country was meant by a text that is none. Raises `UnusableFile` when the headings do not do.
    """
    headings = match_headings(table.headers, line=table.header_line)
    columns = [(column, headings.places[column.name]) for column in COLUMNS if column.name in headings.places]
    parsed = ParsedFile(table, headings, [])
    errors = headings.errors
    for source in table.rows:
        row = ImportRow(_as_given_back(source, errors))
        for column, place in columns:
            _read_cell(row, column, place, headings.headers[place], corrections or {})
        _check_row(parsed, row)
        parsed.rows.append(row)
    _join_organisations(parsed)
    _check_people(parsed)
    _check_exchanges(parsed)
    _check_emails(parsed)
    return parsed


def _as_given_back(source: TableRow, errors: Iterable[int]) -> TableRow:
    """A row of our own file of rejected rows, with its problem as long as its error says that it is to be mended by hand."""
    if source.problem or not any(source.text(place).startswith(STAYS_REJECTED) for place in errors):
        return source
    return replace(source, problem=Problem("quotes_to_mend"))


def _read_cell(row: ImportRow, column: Column, place: int, header: str, corrections: Corrections) -> None:
    cell = row.source.cells[place] if place < len(row.source.cells) else ""
    value = _value(column, cell, corrections)
    if isinstance(value, Problem):
        row.problems.append(Problem(value.code, column.name, header, value.value, value.details))
    elif value != "":
        setattr(row, column.name, value)
    elif column.required:
        row.problems.append(Problem("required", column.name, header))


def _value(column: Column, cell: Cell, corrections: Corrections) -> str | int | date | Problem:
    """What a cell means, "" when it is empty."""
    if isinstance(cell, date):
        return check_date(cell, cell.isoformat()) if column.kind == Kind.DATE else Problem("date_in_text", value=str(cell))
    text = clean_text(cell)
    if not text:
        return ""
    if problem := text_problem(text):
        return problem
    if column.kind != Kind.DATE and (day := date_in_text(text)):
        return Problem("date_in_text", value=day)
    if column.kind == Kind.COUNTRY:
        return corrections.get(column.name, {}).get(text) or parse_country_cell(text)
    if parse := _PARSERS.get(column.kind):
        return parse(text)
    is_long = len(text) > column.most or (column.kind == Kind.ORGANISATION and len(organisation_key(text)) > column.most)
    return Problem("too_long", value=text, details={"most": column.most}) if is_long else text


_PARSERS: dict[Kind, Callable[[str], Any]] = {Kind.DATE: parse_date, Kind.YEAR: parse_year, Kind.EMAIL: parse_email}


def _check_row(parsed: ParsedFile, row: ImportRow) -> None:
    if row.source.problem:
        row.problems = [row.source.problem]
        return
    if row.email and len(row.email) > COLUMNS_BY_NAME["email"].most:
        row.problems.append(parsed.problem("too_long", "email", row.email, most=COLUMNS_BY_NAME["email"].most))
    beyond = [row.source.text(place) for place in range(len(parsed.headings.headers), len(row.source.cells))]
    if more := [text for text in map(clean_text, beyond) if text]:
        row.problems.append(parsed.problem("too_many_cells", value=" | ".join(more)))
    row.problems.extend(date_problems(parsed, row.start_date, row.end_date, row.homecoming_date))


def date_problems(parsed: ParsedFile, start: date | None, end: date | None, home: date | None) -> list[Problem]:
    """What is wrong with the dates of an exchange, held against each other."""
    problems = []
    if start and end and end < start:
        problems.append(parsed.problem("end_before_start", "end_date", end, **_dates(start=start, end=end)))
    if start and home and home < start:
        problems.append(parsed.problem("home_before_start", "homecoming_date", home, **_dates(start=start, homecoming=home)))
    return problems


def _dates(**days: date) -> dict[str, str]:
    return {name: day.strftime("%d.%m.%Y") for name, day in days.items()}


def age_problem(parsed: ParsedFile, birth_year: int | None, start: date | None, end: date | None) -> Problem | None:
    """Somebody who would have gone on the exchange under age."""
    year = year_under_age(birth_year, start, end)
    return parsed.problem("under_18", "birth_year", birth_year, birth_year=birth_year, year=year) if year else None


def _join_organisations(parsed: ParsedFile) -> None:
    """Spellings of one organisation become the first of them; its country is told when no two rows differ on it."""
    spellings: dict[str, str] = {}
    countries: dict[str, set[str]] = defaultdict(set)
    for row in parsed.rows:
        for column, country in (("sending_organisation", row.sending_country), ("host_organisation", row.host_country)):
            if name := getattr(row, column):
                key = organisation_key(name)
                setattr(row, column, spellings.setdefault(key, name))
                countries[key].add(country)
    agreed = {key: found - {""} for key, found in countries.items()}
    parsed.organisation_countries = {key: next(iter(found)) for key, found in agreed.items() if len(found) == 1}


def _check_people(parsed: ParsedFile) -> None:
    """A person has one name and one year of birth in all rows, and is of age. Addresses may differ from exchange to exchange."""
    for participant_id, rows in _grouped(parsed.rows, lambda row: row.participant_id).items():
        for column in ("first_name", "last_name", "birth_year"):
            saying = [row for row in rows if getattr(row, column)]
            if len({getattr(row, column) for row in saying}) > 1:
                lines = [row.line for row in saying]
                for row in saying:
                    value = getattr(row, column)
                    details = {"participant_id": participant_id, "lines": lines}
                    row.problems.append(parsed.problem("person_differs", column, value, **details))
        birth_years = {row.birth_year for row in rows if row.birth_year}
        birth_year = birth_years.pop() if len(birth_years) == 1 else None
        for row in rows:
            if problem := age_problem(parsed, birth_year, row.start_date, row.end_date):
                row.problems.append(problem)


def _check_exchanges(parsed: ParsedFile) -> None:
    """One exchange in several rows is the same row again, or nobody knows which is right."""
    for exchange_id, rows in _grouped(parsed.rows, lambda row: row.exchange_id).items():
        if len({_content(row) for row in rows}) == 1:
            continue
        lines = [row.line for row in rows]
        for row in rows:
            row.problems.append(parsed.problem("exchange_twice", "exchange_id", exchange_id, lines=lines))


def _check_emails(parsed: ParsedFile) -> None:
    """An address is one person's."""
    for email, rows in _grouped(parsed.rows, lambda row: row.email).items():
        if len({row.participant_id for row in rows}) > 1:
            lines = [row.line for row in rows]
            for row in rows:
                row.problems.append(parsed.problem("email_twice", "email", email, lines=lines))


def _content(row: ImportRow) -> Hashable:
    """What a row says of an exchange; two spellings of an organisation are one."""
    return (
        *(row.participant_id, row.programme, row.role),
        *(organisation_key(row.sending_organisation), organisation_key(row.host_organisation)),
        *(row.sending_country, row.host_country, row.start_date, row.end_date, row.homecoming_date),
        *((problem.column, problem.value) for problem in row.problems),
    )


def _grouped(rows: Iterable[ImportRow], key: Callable[[ImportRow], str]) -> dict[str, list[ImportRow]]:
    groups: dict[str, list[ImportRow]] = defaultdict(list)
    for row in rows:
        if key(row):
            groups[key(row)].append(row)
    return groups
