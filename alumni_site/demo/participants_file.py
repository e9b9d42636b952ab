"""A participant list such as Norec could send, of people who do not exist: for trying out and measuring the import."""

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

from alumni_site.demo.drafts import ExchangeDraft, PersonDraft
from alumni_site.demo.people import make_person
from alumni_site.demo.world import demo_world, rng_for
from profiles.countries import country_name
from profiles.importing.columns import COLUMNS

# Another seed than the demo's own: the file brings new people into it.
FILE_SEED = 2
_FIRST_NUMBER = 500_000
ROWS_PER_MISTAKE = 40

Row = dict[str, str]

# How the messy file calls the columns: as Norwegian spreadsheets do, in the order somebody once made.
_MESSY_HEADINGS = {
    "last_name": "Etternavn",
    "first_name": "FORNAVN",
    "participant_id": "Participant-ID",
    "birth_year": "Fødselsår",
    "email": "E-post",
    "exchange_id": "exchange id",
    "programme": "Program",
    "sending_organisation": "Sending Organisation",
    "sending_country": "Avsenderland",
    "host_organisation": "host_organisation",
    "host_country": "Vertsland",
    "start_date": "Startdato",
    "end_date": "Sluttdato",
    "role": "Rolle",
    "homecoming_date": "Hjemkomst",
    "comment": "Kommentar",
    "paid": "Utbetalt?",
}
_FORMER_NAMES = {"MM": "Burma", "CD": "Zaire", "LK": "Ceylon", "ZW": "Rhodesia"}


def write_participants_file(
    path: Path, *, rows: int, seed: int = FILE_SEED, mess: bool = False, rows_per_mistake: int = ROWS_PER_MISTAKE
) -> Counter[str]:
    """Write `rows` rows, one an exchange, as CSV, or with tabs when the name ends in .tsv.

    Without `mess` every row can be imported. With it the file has the headings, spaces, dates and names that people make,
    which an import understands, and one row in `rows_per_mistake` has a mistake for which it must be rejected, now and then
    with the row that it contradicts. Returns how many rows have which mistake.
    """
    clean = islice(_clean_rows(seed), rows)
    headings = _MESSY_HEADINGS if mess else {column.name: column.name for column in COLUMNS}
    delimiter = "\t" if path.suffix == ".tsv" else ";" if mess else ","
    mistakes: Counter[str] = Counter()
    with path.open("w", encoding="utf-8-sig" if mess else "utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(headings.values())
        for row in _messed(clean, seed, rows_per_mistake, mistakes) if mess else clean:
            writer.writerow(row.get(name, "") for name in headings)
        if mess:
            writer.writerows([[""] * len(headings)] * 3)
    return mistakes


def _clean_rows(seed: int) -> Iterator[Row]:
    world = demo_world(seed)
    for number in count(1):
        person = make_person(world, number)
        for exchange in person.exchanges:
            participant_id = str(_FIRST_NUMBER + number)
            yield {
                **row_of(person, exchange),
                "participant_id": participant_id,
                "email": person.email_on_file.replace("@", f".{participant_id}@"),
                "exchange_id": f"{_FIRST_NUMBER}-{exchange.exchange_id}",
            }


def row_of(person: PersonDraft, exchange: ExchangeDraft) -> Row:
    """What Norec knows of one exchange, by the names of `profiles.importing.columns`."""
    sending, host = exchange.sending_organisation, exchange.host_organisation
    return {
        "participant_id": person.participant_id or "",
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email_on_file,
        "birth_year": str(person.birth_year),
        "exchange_id": exchange.exchange_id,
        "programme": exchange.programme,
        "sending_organisation": sending.name if sending else "",
        "sending_country": country_name(exchange.from_country, "nn"),
        "host_organisation": host.name if host else "",
        "host_country": country_name(exchange.to_country, "nn"),
        "start_date": exchange.start.isoformat(),
        "end_date": exchange.end.isoformat(),
        "role": exchange.role,
        "homecoming_date": exchange.homecoming_date.isoformat() if exchange.homecoming_date else "",
    }


def _messed(rows: Iterator[Row], seed: int, rows_per_mistake: int, mistakes: Counter[str]) -> Iterator[Row]:
    rng = rng_for(seed, "mess")
    kinds = list(_MISTAKES)
    good: Row | None = None
    somebody_else: Row | None = None
    for place, row in enumerate(rows, start=1):
        if good and good["participant_id"] != row["participant_id"]:
            somebody_else = good
        if somebody_else and place % rows_per_mistake == 0:
            kind = kinds[place // rows_per_mistake % len(kinds)]
            mistakes[kind] += 1
            yield _untidy(rng, _MISTAKES[kind](row, somebody_else))
        else:
            good = row
            yield _untidy(rng, row)


def _untidy(rng: random.Random, row: Row) -> Row:
    """The same facts, as a tired person on an old machine writes them."""
    untidy = {**row, "comment": rng.choice(["", "", "ok", "ring tilbake\nettermiddag", "=SUM(A1:A9)", "– sjå e-post"])}
    for name in ("sending_country", "host_country"):
        untidy[name] = _other_country_name(rng, row[name])
    for name in ("start_date", "end_date", "homecoming_date"):
        untidy[name] = _other_date(rng, row[name])
    for name in ("sending_organisation", "host_organisation"):
        untidy[name] = rng.choice([row[name], row[name], row[name].upper(), row[name].replace(" ", "  ")])
    untidy["email"] = rng.choice([row["email"], row["email"], row["email"].upper()])
    untidy["role"] = rng.choice(["", "", "", "=", "+", "-", "@"]) + row["role"]
    for name in rng.sample(list(row), 4):
        untidy[name] = rng.choice([" {} ", "{}\u00a0", "\u00a0{}", "{}  "]).format(untidy[name])
    return untidy


def _other_country_name(rng: random.Random, name: str) -> str:
    code = _codes_by_name().get(name)
    if code is None:
        return name
    names = [name, country_name(code, "nb"), country_name(code, "en"), code, code.lower(), _FORMER_NAMES.get(code, name)]
    return rng.choice(names)


def _codes_by_name() -> dict[str, str]:
    return {country_name(code, "nn"): code for code in demo_world(FILE_SEED).countries}


def _other_date(rng: random.Random, date: str) -> str:
    parts = date.split("-")
    if len(parts) != len(("year", "month", "day")):
        return date
    year, month, day = parts
    return rng.choice([date, f"{day}.{month}.{year}", f"{day}/{month}/{year}", f"{int(day)}.{int(month)}.{year}"])


def _year_of(row: Row) -> int:
    return int(row["start_date"][:4])


# Each makes one row that cannot be imported, out of a good one and an earlier good one of somebody else.
_MISTAKES: dict[str, Callable[[Row, Row], Row]] = {
    "two-digit year": lambda row, _: {**row, "start_date": f"12.03.{row['start_date'][2:4]}"},
    "month first": lambda row, _: {**row, "start_date": f"03/25/{_year_of(row)}"},
    "unknown country": lambda row, _: {**row, "host_country": "Neapl"},
    "somebody else's e-mail": lambda row, other: {**row, "email": other["email"] or "nobody at all"},
    "ends before it starts": lambda row, _: {**row, "end_date": f"{_year_of(row) - 1}-01-01"},
    "born before 1920": lambda row, _: {**row, "birth_year": "1919"},
    "under 18": lambda row, _: {**row, "birth_year": str(_year_of(row) - 15)},
    "no first name": lambda row, _: {**row, "first_name": " "},
    "another name": lambda row, other: {**other, "exchange_id": row["exchange_id"], "last_name": "Somebody-Else"},
    "one exchange twice": lambda row, other: {**other, "role": "Something else"},
}
