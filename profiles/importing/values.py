"""What the text in a cell means. Nothing here guesses: what is not exactly a date, a year, a country is a problem."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from profiles.countries import parse_country, suggest_country
from profiles.importing.problems import Problem

FIRST_YEAR = 1920
LAST_YEAR = 2100

# Zero-width signs that come along from web pages. The two joiners stay: scripts of South Asia need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
_UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
# What spreadsheet programs show when a formula fails, in English and in Norwegian.
_CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
    | {"#I/T", "#VERDI!", "#NAVN?", "#REFERANSE!"}
)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4})(?:[ T]0?0[:.]00(?:[:.]00)?)?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.]) ?\d{1,2}\1 ?'?\d{2}", re.ASCII)
_DATE_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00:00", re.ASCII)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
# Programs that take an empty cell for a missing number write whole years as 1990.0.
_YEAR = re.compile(r"(\d{4})(?:[.,]0+)?", re.ASCII)


def clean_text(text: str) -> str:
    """One line of text: composed letters, no invisible signs, single ordinary spaces, none at the ends."""
    cleaned = text if text.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    cleaned = " ".join(cleaned.split())
    # Most cells are clean, and the same object need not be held twice.
    return text if cleaned == text else cleaned


def text_problem(text: str) -> Problem | None:
    """What is wrong with a cell whatever its column: an error that the spreadsheet shows, or letters that are lost."""
    if text.startswith("#") and text.upper() in _CELL_ERRORS:
        return Problem("cell_error", value=text)
    if "\ufffd" in text:
        return Problem("lost_letters", value=text)
    if _UNSHOWABLE.search(text):
        return Problem("control_signs", value=_UNSHOWABLE.sub("�", text))
    return None


def parse_date(text: str) -> date | Problem:
    """ISO 8601, or day, month and year with `.`, `/` or `-` between. The day comes first, always."""
    if found := _ISO.fullmatch(text):
        return _date(text, year=found[1], month=found[3], day=found[4])
    if found := _DAY_FIRST.fullmatch(text):
        return _date(text, year=found[4], month=found[3], day=found[1])
    if _SHORT_YEAR.fullmatch(text):
        return Problem("short_year_in_date", value=text)
    return Problem("number_as_date" if _NUMBER.fullmatch(text) else "bad_date", value=text)


def date_in_text(text: str) -> str:
    """The date when a text is one as spreadsheets write theirs, with the time of day, which no name or number is; else ""."""
    found = _DATE_WITH_TIME.fullmatch(text)
    return found[1] if found else ""


def check_date(value: date, text: str) -> date | Problem:
    """The date itself, unless its year is out of the question."""
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else Problem("year_out_of_range", value=text)


def parse_year(text: str) -> int | Problem:
    """A year with four digits, not before 1920."""
    found = _YEAR.fullmatch(text)
    if found is None:
        is_short = text.isascii() and text.isdigit() and len(text) == len("90")
        return Problem("short_year" if is_short else "bad_year", value=text)
    year = int(found[1])
    if year < FIRST_YEAR:
        return Problem("early_year", value=found[1])
    return year if year <= LAST_YEAR else Problem("bad_year", value=text)


@lru_cache(maxsize=4096)
def parse_country_cell(text: str) -> str | Problem:
    """The ISO 3166-1 alpha-2 code of a country. What it may have meant comes along with the problem."""
    code = parse_country(text)
    if code is not None:
        return code
    suggested = suggest_country(text, "en")
    codes = [found for name in suggested.split(" / ") if (found := parse_country(name))] if suggested else []
    return Problem("bad_country", value=text, details={"countries": codes} if codes else {})


@lru_cache(maxsize=4096)
def parse_email(text: str) -> str | Problem:
    """An address in lower case."""
    try:
        validate_email(text)
    except ValidationError:
        return Problem("bad_email", value=text)
    return text.lower()


def _date(text: str, *, year: str, month: str, day: str) -> date | Problem:
    try:
        return check_date(date(int(year), int(month), int(day)), text)
    except ValueError:
        pass
    try:
        turned = date(int(year), int(day), int(month))
    except ValueError:
        return Problem("no_such_day", value=text)
    if text.startswith(year):
        return Problem("day_before_month", value=text, details={"turned": turned.isoformat()})
    return Problem("month_first", value=text, details={"turned": turned.strftime("%d.%m.%Y")})
