"""Countries and languages for people and files: lists to choose from, and what a text in a file means.

Names come from `alumni_site.core.countries`. `parse_country` never guesses: what is not exactly a name or code of one
country is nothing, and `suggest_country` is only for the words of an error message.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from babel.core import get_global
from rapidfuzz import fuzz, process

from alumni_site.core.countries import country_choices, country_codes, country_name, language_name, sort_key

__all__ = [
    "country_choices",
    "country_codes",
    "country_name",
    "language_choices",
    "language_codes",
    "language_name",
    "languages_of_country_name",
    "languages_of_language_name",
    "names_of_country",
    "names_of_language",
    "parse_country",
    "suggest_country",
]

_DATA = Path(__file__).parent / "vocabulary"
_LANGUAGES = ("nn", "nb", "en")
# What states call themselves before the name that everybody uses.
_FORMAL = re.compile(
    r"^(?:the )?(?:(?:federal|democratic|socialist|people s|islamic|united|arab) )*"
    r"(?:republic of|kingdom of|state of|sultanate of|commonwealth of|principality of|union of|republikken|kongeriket|staten|the)"
    r"(?: the)? "
)
_JOINING_WORDS = re.compile(r"\b(?:and|og|the|of)\b")
_WITHOUT_DECOMPOSITION = str.maketrans({"ø": "o", "æ": "ae", "ð": "d", "þ": "th", "ł": "l", "ß": "ss", "ı": "i"})
# The least likeness, of 100, at which a "did you mean" helps more than it puzzles.
_LIKE_ENOUGH = 75


def parse_country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of the country that `text` names, or None.

    Takes names in nynorsk, bokmål and English, formal, former and other common names, and ISO alpha-2 and alpha-3 codes.
    Case, accents, spaces and punctuation do not count, and ø, æ, å may be written o, ae, a (or oe, aa). A name that more
    than one country has had ("Kongo", "Korea") is None, as is anything misspelt.
    """
    # A code stands alone: "N/A" is no Namibia.
    code = _countries_by_code().get(text.strip().casefold())
    if code:
        return code
    table = _countries_by_name()
    words = _words(text)
    return table.get(_joined(words)) or table.get(_joined(_FORMAL.sub("", words)))


def suggest_country(text: str, language: str | None = None) -> str | None:
    """The name, in `language` or else the reader's, of what `text` may have meant, or None when nothing is near.

    A text that fits several countries gets all of them, with " / " between. For messages only, never for data.
    """
    key = _joined(_words(text))
    codes = _ambiguous_names().get(key)
    if codes is None:
        match = process.extractOne(key, _names_worth_suggesting(), scorer=fuzz.ratio, score_cutoff=_LIKE_ENOUGH)
        if match is None:
            return None
        codes = [_countries_by_name()[match[0]]]
    return " / ".join(country_name(code, language) for code in codes)


@cache
def names_of_country(code: str) -> tuple[str, ...]:
    """Every name a country goes by, in nynorsk, bokmål and English, former ones too: what it may be searched by."""
    names = [country_name(code, language) for language in _LANGUAGES]
    return tuple(dict.fromkeys([*names, *_read("countries.json")["other_names"].get(code, [])]))


@cache
def names_of_language(code: str) -> tuple[str, ...]:
    """The names of a language in nynorsk, bokmål and English, given as a BCP 47 code."""
    return tuple(dict.fromkeys(language_name(code, language) for language in _LANGUAGES))


def languages_of_country_name(code: str, name: str) -> list[str]:
    """Those of nynorsk, bokmål and English in which the country is called this today; none for its other names."""
    return [language for language in _LANGUAGES if country_name(code, language) == name]


def languages_of_language_name(code: str, name: str) -> list[str]:
    """Those of nynorsk, bokmål and English in which the language is called this."""
    return [language for language in _LANGUAGES if language_name(code, language) == name]


def language_codes() -> frozenset[str]:
    """The languages a member may say they speak. Nynorsk and bokmål are written forms: whoever speaks either speaks "no"."""
    return frozenset(_read("languages.json"))


def language_choices(language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of code and name of every language in `language_codes`, in the order of the reader's alphabet."""
    names = ((code, language_name(code, language)) for code in _read("languages.json"))
    return sorted(names, key=lambda pair: sort_key(pair[1], language))


@cache
def _read(file: str) -> Any:
    return json.loads((_DATA / file).read_text("utf-8"))


def _words(text: str) -> str:
    """Lower case, without accents, punctuation as single spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_WITHOUT_DECOMPOSITION))
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", letters))


def _joined(words: str) -> str:
    """The key of a name in the tables: no spaces, no joining words, "st" for "saint"."""
    return re.sub(r"^(?:saint|sankt) ", "st ", _JOINING_WORDS.sub("", words).strip()).replace(" ", "")


def _spellings(name: str) -> set[str]:
    """Keys of a name: as people with Norwegian letters write it, and as those without do."""
    return {_joined(_words(name)), _joined(_words(name.casefold().replace("ø", "oe").replace("å", "aa")))}


@cache
def _countries_by_code() -> dict[str, str]:
    codes = country_codes()
    table = {code.casefold(): code for code in codes}
    for alpha_3, targets in get_global("territory_aliases").items():
        if len(alpha_3) == len("NOR") and alpha_3.isalpha() and len(targets) == 1 and targets[0] in codes:
            table[alpha_3.casefold()] = targets[0]
    return table | {former.casefold(): code for former, code in _read("countries.json")["former_codes"].items()}


@cache
def _countries_by_name() -> dict[str, str]:
    other_names = _read("countries.json")["other_names"]
    table: dict[str, str] = {}
    for code in sorted(country_codes()):
        for name in [*(country_name(code, language) for language in _LANGUAGES), *other_names.get(code, [])]:
            for key in _spellings(name):
                if table.setdefault(key, code) != code:
                    raise ValueError(f"{name!r} is a name of {table[key]} and of {code}")
    for key in _ambiguous_names():
        table.pop(key, None)
    return table


@cache
def _ambiguous_names() -> dict[str, list[str]]:
    return {key: codes for name, codes in _read("countries.json")["ambiguous"].items() for key in _spellings(name)}


@cache
def _names_worth_suggesting() -> tuple[str, ...]:
    """Short names are like too many words."""
    return tuple(key for key in _countries_by_name() if len(key) >= len("Chad"))
