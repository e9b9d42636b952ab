"""The columns of a participant list, and every heading they are known by in Norwegian and English spreadsheets."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from profiles.importing.problems import UnusableFile


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    DATE = "date"
    YEAR = "year"
    EMAIL = "email"


@dataclass(frozen=True)
class Column:
    """`name` is what the documentation calls it; `most` the longest text it may hold."""

    name: str
    label: str | Promise
    aliases: tuple[str, ...]
    kind: Kind = Kind.TEXT
    most: int = 0
    required: bool = False


COLUMNS: tuple[Column, ...] = (
    Column(
        "participant_id",
        _("Participant number"),
        (
            *("participant no", "participant nr", "participant number"),
            *("deltakar-ID", "deltakarnummer", "deltakarnr", "deltaker-ID", "deltakernummer", "deltakernr"),
        ),
        most=64,
        required=True,
    ),
    Column(
        "first_name",
        _("First name"),
        (
            *("given name", "given names", "first names"),
            *("førenamn", "fornamn", "fornavn", "for- og mellomnamn", "for- og mellomnavn"),
        ),
        most=100,
        required=True,
    ),
    Column(
        "last_name",
        _("Last name"),
        ("surname", "family name", "etternamn", "etternavn", "familienamn", "familienavn"),
        most=100,
        required=True,
    ),
    Column(
        "email",
        _("E-mail"),
        ("e-mail address", "mail", "e-post", "e-postadresse", "mailadresse"),
        Kind.EMAIL,
        most=254,
    ),
    Column("birth_year", _("Year of birth"), ("born", "year born", "fødselsår", "fødeår", "født", "fødd", "født år"), Kind.YEAR),
    Column(
        "exchange_id",
        _("Exchange number"),
        (
            *("exchange no", "exchange nr", "exchange number"),
            *("utvekslings-ID", "utveksling-ID", "utvekslingsnummer", "utvekslingsnr"),
            *("opphalds-ID", "opphaldsnummer", "oppholds-ID", "oppholdsnummer"),
        ),
        most=64,
        required=True,
    ),
    Column(
        "programme",
        _("Programme"),
        ("program", "programme name", "programnamn", "programnavn", "ordning", "tilskotsordning", "tilskuddsordning"),
        most=120,
    ),
    Column(
        "sending_organisation",
        _("Sending organisation"),
        (
            *("sending organization", "sender organisation", "sending partner", "home organisation", "home organization"),
            *("avsendarorganisasjon", "avsendande organisasjon", "sendarorganisasjon", "sendande organisasjon"),
            *("avsenderorganisasjon", "avsendende organisasjon", "senderorganisasjon", "sendende organisasjon"),
            *("utsendarorganisasjon", "utsenderorganisasjon", "heimeorganisasjon", "hjemmeorganisasjon", "avsendar", "avsender"),
        ),
        Kind.ORGANISATION,
        most=250,
    ),
    Column(
        "sending_country",
        _("Sending country"),
        (
            *("from country", "country from", "home country"),
            *("avsendarland", "avsenderland", "sendarland", "senderland", "utsendarland", "utsenderland"),
            *("fråland", "fraland", "frå land", "land frå", "fra land", "land fra", "heimland", "hjemland"),
        ),
        Kind.COUNTRY,
    ),
    Column(
        "host_organisation",
        _("Host organisation"),
        (
            *("host organization", "hosting organisation", "hosting organization", "host partner"),
            *("receiving organisation", "receiving organization"),
            *("vertsorganisasjon", "vertskapsorganisasjon", "mottakarorganisasjon", "mottakande organisasjon"),
            *("mottakerorganisasjon", "mottakende organisasjon", "vert", "vertskap"),
        ),
        Kind.ORGANISATION,
        most=250,
    ),
    Column(
        "host_country",
        _("Host country"),
        (
            *("hosting country", "receiving country", "to country", "country to"),
            *("vertsland", "vertskapsland", "mottakarland", "mottakerland", "tilland", "til land", "land til"),
        ),
        Kind.COUNTRY,
    ),
    Column(
        "start_date",
        _("Start date"),
        (
            *("start", "from date", "date from"),
            *("startdato", "frå dato", "fra dato", "oppstart", "oppstartsdato", "utreise", "utreisedato", "avreise"),
        ),
        Kind.DATE,
    ),
    Column(
        "end_date",
        _("End date"),
        (
            *("end", "to date", "date to"),
            *("slutt", "sluttdato", "til dato", "avslutning", "avslutningsdato", "avsluttingsdato"),
            *("heimreise", "heimreisedato", "hjemreise", "hjemreisedato"),
        ),
        Kind.DATE,
    ),
    Column("role", _("Role"), ("position", "job title", "rolle", "stilling", "stillingstittel", "jobbtittel"), most=160),
    Column(
        "homecoming_date",
        _("Homecoming date"),
        (
            *("homecoming", "homecoming training"),
            *("heimkomst", "heimkomstdato", "dato for heimkomst", "heimkomstkurs"),
            *("hjemkomst", "hjemkomstdato", "dato for hjemkomst", "hjemkomstkurs"),
        ),
        Kind.DATE,
    ),
)
COLUMNS_BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
REQUIRED: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.required)

# The column that our own files of rejected rows have on top: known, and never taken for somebody's data.
ERROR_COLUMN = "error"
# How that cell begins when the others look sound, written anew: the row stays rejected until a person has emptied it.
STAYS_REJECTED = "! "

_LIKE_ENOUGH = 80
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "ð": "d"})


@dataclass(frozen=True)
class Headings:
    """What the first line of a file means: the place of each column that is there, and the headings that mean nothing here."""

    places: dict[str, int]
    headers: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def errors(self) -> list[int]:
        """The places of what we ourselves wrote in a file of rejected rows."""
        return [place for place, header in enumerate(self.headers) if is_own_heading(header)]

    def header(self, column: str) -> str:
        """The file's own heading of a column."""
        place = self.places.get(column)
        return column if place is None else self.headers[place]


def header_key(text: str) -> str:
    """What the spellings of one heading have in common: case, accents, spaces, `-`, `_`, other punctuation do not count."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return "".join(sign for sign in folded if sign.isalnum())


def is_own_heading(header: str) -> bool:
    """Whether a column is the one that we write on top of rejected rows."""
    return header_key(header) == ERROR_COLUMN


def column_of(header: str) -> str | None:
    """The name of the column that a heading means. What stands in brackets after it, such as a date format, is passed over."""
    return _names().get(header_key(header)) or _names().get(header_key(header.partition("(")[0]))


def count_known(headers: Sequence[str]) -> int:
    """How many of these are headings of a participant list."""
    return sum(column_of(header) is not None for header in headers)


def match_headings(headers: Sequence[str], *, line: int) -> Headings:
    """What these headings mean. `line` is where they stand, for the message.

    Raises `UnusableFile` when a required one is missing, or when two mean the same column.
    """
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, header in enumerate(headers):
        name = column_of(header)
        if name is None:
            if header and not is_own_heading(header):
                ignored.append(header)
        elif name in places:
            raise UnusableFile("doubled_heading", column=name, headers=[headers[places[name]], header])
        else:
            places[name] = place
    _require_all(places, ignored, line)
    return Headings(places, tuple(headers), tuple(ignored))


def _require_all(places: dict[str, int], ignored: list[str], line: int) -> None:
    if not places:
        raise UnusableFile("no_headings", line=line, required=list(REQUIRED))
    missing = [name for name in REQUIRED if name not in places]
    if not missing:
        return
    near = sorted({found for name in missing if (found := _near(name, ignored))})
    raise UnusableFile("missing_heading_near" if near else "missing_heading", line=line, missing=missing, near=near)


def _near(name: str, ignored: list[str]) -> str | None:
    """The heading that may have been meant, for the message only."""
    known = [key for key, column in _names().items() if column == name]
    scored = ((process.extractOne(header_key(header), known, scorer=fuzz.ratio), header) for header in ignored)
    best = max(((match[1], header) for match, header in scored if match), default=(0, ""))
    return best[1] if best[0] >= _LIKE_ENOUGH else None


@cache
def _names() -> dict[str, str]:
    """Every key that means a column. Norwegian letters may also be written aa and oe."""
    table: dict[str, str] = {}
    for column in COLUMNS:
        for alias in (column.name, *column.aliases):
            for key in (header_key(alias), header_key(alias.replace("å", "aa").replace("ø", "oe"))):
                if table.setdefault(key, column.name) != column.name:
                    raise ValueError(f"{alias!r} means {table[key]} and {column.name}")
    return table
