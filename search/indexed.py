"""From a document to what both engines store: folded words, facet values, the two orders and a digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from search.analysis import folded_words, index_values, sort_key
from search.queries import FACETS

# The fields words are looked for in, and what a word found there is worth.
FIELD_WEIGHTS: dict[str, int] = {"name": 6, "skills": 5, "headline": 4, "work": 3, "place": 2, "about": 1}
# What a field's weight is taken times for a word as it was typed, one that begins so, and one that is a slip away.
EXACT, BEGINNING, NEAR = 4, 3, 2

# Parts the words of a suggestion from its value.
SEPARATOR = "\x1f"

_DAY_AFTER_ALL = date(2150, 1, 1).toordinal()
_NO_DAY = (1 << 18) - 1
_LETTERS_IN_RANK = 9
_LONGEST_NAME = 150
_BITS_FOR_A_LETTER = 5


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """One document as both engines store it.

    `rank` orders by the latest exchange, newest first, then by the first letters of the name; `name_key` by the whole
    name. What is left equal goes by the object's id. `suggestions` are "kind, words, value" with `SEPARATOR` between.
    """

    texts: Mapping[str, list[str]]
    facets: Mapping[str, list[str]]
    suggestions: list[str]
    rank: int
    name_key: str
    digest: int


def indexed(document: Mapping[str, Any]) -> IndexedDocument:
    """What to store for a document of a `DocumentSource`."""
    name_key = sort_key(document["name"])
    return IndexedDocument(
        texts={field: values for field in FIELD_WEIGHTS if (values := _values(document["texts"].get(field, ())))},
        facets={facet: document["facets"][facet] for facet in FACETS if document["facets"].get(facet)},
        suggestions=_suggestions(document["suggestions"]),
        rank=_rank(document["latest_exchange"], name_key),
        name_key=name_key,
        digest=digest(document),
    )


def digest(document: Mapping[str, Any]) -> int:
    """A number that tells two contents apart: 63 bits of BLAKE2b over the document."""
    content = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()) >> 1


def _values(texts: Iterable[str]) -> list[str]:
    """Words of each text, each text by itself, so that no phrase goes across two."""
    return list(dict.fromkeys(value for text in texts for value in _values_of(text)))


def _values_of(text: str) -> tuple[str, ...]:
    """Names of skills, countries and organisations come again with every other person."""
    return _values_of_name(text) if len(text) <= _LONGEST_NAME else tuple(index_values(text))


@lru_cache(maxsize=50_000)
def _values_of_name(name: str) -> tuple[str, ...]:
    return tuple(index_values(name))


def _suggestions(suggestions: Iterable[tuple[str, str, list[str]]]) -> list[str]:
    """Each once, in order."""
    entries = (entry for kind, value, names in suggestions for entry in _entries(kind, value, tuple(names)))
    return list(dict.fromkeys(entries))


@lru_cache(maxsize=20_000)
def _entries(kind: str, value: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """An entry from each word of each name on, so that "sol" and "energi" both lead to "Solar energi"."""
    spoken = (folded_words(name) for name in names)
    return tuple(
        dict.fromkeys(SEPARATOR.join((kind, " ".join(words[at:]), value)) for words in spoken for at in range(len(words)))
    )


def _rank(latest_exchange: str, name_key: str) -> int:
    """Fits a signed 64-bit number: 18 bits of days backwards from far in the future, then nine letters of five bits."""
    rank = _DAY_AFTER_ALL - date.fromisoformat(latest_exchange).toordinal() if latest_exchange else _NO_DAY
    rank = min(max(rank, 0), _NO_DAY)
    for letter in name_key[:_LETTERS_IN_RANK].ljust(_LETTERS_IN_RANK):
        rank = (rank << _BITS_FOR_A_LETTER) | _number_of(letter)
    return rank


def _number_of(letter: str) -> int:
    """Space first, a to z, then æ, ø, å as `sort_key` writes them; whatever else there is last."""
    if letter == " ":
        return 0
    return 1 + ord(letter) - ord("a") if "a" <= letter <= "}" else (1 << _BITS_FOR_A_LETTER) - 1
