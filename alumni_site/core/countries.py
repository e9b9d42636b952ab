"""Names of countries and languages, from Unicode's CLDR through Babel, in the language of the reader.

`own_names.json` has the names that CLDR lacks in nynorsk, or that nobody here uses: "Ganda" for Luganda, say.
"""

import json
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from django.utils.translation import get_language

_LENGTH_OF_A_COUNTRY_CODE = 2
# Codes CLDR knows that are no country: groups, outlying areas without people, and codes kept for testing.
_NO_COUNTRIES = frozenset(
    {"AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "TF", "UM", "UN", "XA", "XB", "ZZ"}
)


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country (ISO 3166-1 alpha-2), in `language` or else in the reader's. Unknown codes stay codes."""
    code = code.upper()
    return _own_names("countries", language).get(code) or _locale(language).territories.get(code, code)


def language_name(code: str, language: str | None = None) -> str:
    """The name of a language, given as a BCP 47 code, in `language` or else in the reader's. Unknown codes stay codes."""
    return _own_names("languages", language).get(code) or _locale(language).languages.get(code.replace("-", "_"), code)


def country_codes() -> frozenset[str]:
    """Every country there is a name for."""
    names = map(str, Locale.parse("en").territories)
    return frozenset(code for code in names if len(code) == _LENGTH_OF_A_COUNTRY_CODE and code.isalpha()) - _NO_COUNTRIES


def country_choices(codes: Iterable[str] | None = None, language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of code and name, in the order of the alphabet of `language` or else the reader's, for a list to choose from."""
    names = ((code, country_name(code, language)) for code in (country_codes() if codes is None else codes))
    return sorted(names, key=lambda pair: sort_key(pair[1], language))


def sort_key(name: str, language: str | None = None) -> str:
    """What to sort names by: Norwegian has æ, ø, å after z, and everybody has é with e."""
    return _sort_key(name, (language or get_language() or "en")[:2] in ("nn", "nb"))


@lru_cache(maxsize=10_000)
def _sort_key(name: str, is_norwegian: bool) -> str:
    folded = name.casefold()
    if is_norwegian:
        folded = folded.replace("æ", "{").replace("ø", "|").replace("å", "}")
    return "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))


@cache
def _parsed(code: str) -> Locale:
    return Locale.parse(code)


@cache
def _own_names_file() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads((Path(__file__).parent / "own_names.json").read_text("utf-8"))


def _own_names(kind: str, language: str | None) -> dict[str, str]:
    return _own_names_file()[kind].get((language or get_language() or "en")[:2], {})


def _locale(language: str | None) -> Locale:
    return _parsed((language or get_language() or "en")[:2])
