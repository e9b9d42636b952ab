"""From text to words, once, for both engines, for queries and for highlights alike. Folding itself is in the core.

Engines get words that are folded already and only split them at spaces, so that they cannot differ. Two words that fold
to the same are the same word to a searcher. See docs/decisions/one-analysis-in-python.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from alumni_site.core.folding import MAX_WORD_LENGTH, SHAPES, Word, folded_words, words_of

_LONGEST_NAME = 150

_HYPHENATED = re.compile(r"w+(?:'w+)*(?:-w+(?:'w+)*)+")

# A letter is allowed one slip in a short word, two in a long one, as people make them.
_LETTERS_FOR_ONE_SLIP = 4
_LETTERS_FOR_TWO_SLIPS = 8


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, and its hyphenated ones joined, each with its place; `folded` are all of them for a first look."""

    single: tuple[Word, ...]
    joined: tuple[Word, ...]
    folded: frozenset[str]


def analysed(text: str) -> Words:
    """Every word of a text. Names of skills, countries and organisations are met again and again, and remembered."""
    return _analysed_name(text) if len(text) <= _LONGEST_NAME else _analysed(text)


def _analysed(text: str) -> Words:
    single, joined = tuple(words_of(text)), tuple(hyphenated_words_of(text))
    return Words(single, joined, frozenset(word.folded for word in (*single, *joined)))


_analysed_name = lru_cache(maxsize=20_000)(_analysed)


def hyphenated_words_of(text: str) -> Iterator[Word]:
    """Every hyphenated word of a text as one, with its place: Anne-Marie is also Annemarie."""
    for match in _HYPHENATED.finditer(text.translate(SHAPES)):
        start, end = match.span()
        if folded := "".join(folded_words(text[start:end]))[:MAX_WORD_LENGTH]:
            yield Word(start, end, folded)


def joined_words(text: str) -> list[str]:
    """Every hyphenated word of a text as one, in order."""
    return [word.folded for word in hyphenated_words_of(text)]


def index_values(text: str) -> list[str]:
    """What an engine is given for a text: its words with spaces between, and hyphenated words joined, each by itself so
    that no phrase goes across."""
    words = " ".join(folded_words(text))
    return [words, *joined_words(text)] if words else []


def slips_allowed(word: str) -> int:
    """How many letters of a folded word may be wrong, missing, too many or swapped with the next. None where digits are:
    2018 is no mistake for 2019."""
    if any(sign.isdigit() for sign in word) or len(word) < _LETTERS_FOR_ONE_SLIP:
        return 0
    return 1 if len(word) < _LETTERS_FOR_TWO_SLIPS else 2


def sort_key(name: str) -> str:
    """What to order names by: accents and case do not count; æ, ø and å come after z, as both written forms have it."""
    letters = unicodedata.normalize("NFC", name).casefold().replace("æ", "{").replace("ø", "|").replace("å", "}")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w{|}]+", " ", plain).split())
