"""What somebody asks of the resource bank: words, choices in facets, an order and a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from search.analysis import folded_words, joined_words, slips_allowed

# In the order of the filter column. The names stand in addresses: /people/?country_to=KE
FACETS: tuple[str, ...] = (
    "country_from",
    "country_to",
    "country_residence",
    "direction",
    "sending_organisation",
    "host_organisation",
    "year",
    "sdg",
    "sector",
    "skill",
    "language",
    "open_to",
)

# Bounds that keep any request, however silly, cheap.
MAX_TEXT_LENGTH = 500
MAX_CLAUSES = 12
MAX_VALUES_IN_FACET = 80  # all years since 1963 may be chosen at once
MAX_VALUE_LENGTH = 120
MAX_RESULTS_TO_PAGE_THROUGH = 50_000
PAGE_SIZE = 24
MAX_PAGE_SIZE = 500


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NAME = "name"
    LATEST = "latest"


_QUOTES = '"“”„«»'
# A phrase in quotes, or what stands between spaces.
_PART = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^\s{_QUOTES}]+)")
_SHORTEST_BEGINNING = 2


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a person found must have, somewhere: any of `spellings`, each one word or several that stand together.

    A word that begins with `beginning` will do too where `is_half_typed`. When nobody has all clauses as typed, it will do
    anywhere, and so will a word that is `slips` letters away.
    """

    spellings: tuple[tuple[str, ...], ...]
    beginning: str = ""
    is_half_typed: bool = False
    slips: int = 0

    @property
    def forgives(self) -> bool:
        """Whether more fits when nobody has it as typed."""
        return self.slips > 0 or bool(self.beginning and not self.is_half_typed)

    @property
    def word(self) -> str:
        """The word that may be misspelt. A phrase in quotes never is."""
        return self.spellings[0][0] if self.slips else ""


@lru_cache(maxsize=1024)
def parse_text(text: str) -> tuple[Clause, ...]:
    """What a typed text asks for; each of the clauses must hold. Every text parses; one without words gives none.

    What stands in quotes is a phrase, to be found as it is. The last word may be half typed. A hyphenated word is found
    written together, apart, and with its hyphen.
    """
    parts = [(phrase, word) for phrase, word in _PART.findall(text)]
    clauses: list[Clause] = []
    for number, (phrase, typed) in enumerate(parts):
        if phrase:
            words = tuple(folded_words(phrase))
            clauses += [Clause((words,))] if words else []
        else:
            clauses += _word_clauses(typed, is_last=number == len(parts) - 1)
    return tuple(dict.fromkeys(clauses))[:MAX_CLAUSES]


def _word_clauses(typed: str, *, is_last: bool) -> list[Clause]:
    """Usually one. Signs that are neither letters nor hyphens part what is typed into several."""
    words = folded_words(typed)
    joined = joined_words(typed)
    if len(joined) == 1 and joined[0] == "".join(words):
        return [Clause((tuple(joined), tuple(words)), joined[0], is_last, slips_allowed(joined[0]))]
    return [
        Clause(
            ((word,),),
            word if len(word) >= _SHORTEST_BEGINNING else "",
            is_last and at == len(words) - 1 and len(word) >= _SHORTEST_BEGINNING,
            slips_allowed(word),
        )
        for at, word in enumerate(words)
    ]


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """One question. Within a facet values are alternatives; between facets all must hold.

    `text` is what the person typed; "a phrase in quotes" stands together. `page` counts from 1. Build one from outside
    through `from_params`, which never fails and keeps everything within bounds.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, page_size: int = PAGE_SIZE) -> Self:
        """From the parameters of an address (`request.GET`, or a dict of lists). What makes no sense is left out."""
        chosen = {facet: values for facet in FACETS if (values := _within_bounds(asked_values(params, facet)))}
        sort = next(iter(_all_of(params, "sort")), "")
        return cls(
            text=next(iter(_all_of(params, "q")), "").replace("\x00", " ")[:MAX_TEXT_LENGTH].strip(),
            filters=chosen,
            sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
            page=_page_number(next(iter(_all_of(params, "page")), ""), page_size),
            page_size=page_size,
        )

    def to_params(self) -> list[tuple[str, str]]:
        """Pairs for `urlencode`, without what is as it is anyway. `from_params` gives the same query back."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(facet, value) for facet in FACETS for value in self.filters.get(facet, ())]
        pairs += [("sort", self.sort.value)] if self.sort != Sort.RELEVANCE else []
        return pairs + ([("page", str(self.page))] if self.page > 1 else [])

    def without(self, facet: str, value: str | None = None) -> "PeopleQuery":
        """The same question, page one, with one value of a facet or the whole facet taken away."""
        kept = tuple(other for other in self.filters.get(facet, ()) if value is not None and other != value)
        filters = {name: values for name, values in self.filters.items() if name != facet}
        return replace(self, filters={**filters, facet: kept} if kept else filters, page=1)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """What the text asks for."""
        return parse_text(self.text)

    @property
    def finds_nobody(self) -> bool:
        """Whether there is a text without a single letter or digit in it."""
        return bool(self.text) and not self.clauses

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that everybody is the answer."""
        return not self.text and not self.filters


def asked_values(params: Mapping[str, Any], facet: str) -> list[str]:
    """What the parameters of an address have for a facet, each value once, whether or not it makes sense."""
    cleaned = (value.replace("\x00", "").strip() for value in _all_of(params, facet))
    return list(dict.fromkeys(value for value in cleaned if value))


def _all_of(params: Mapping[str, Any], name: str) -> list[str]:
    values = params.getlist(name) if hasattr(params, "getlist") else params.get(name, [])
    return [str(value) for value in ([values] if isinstance(values, str | int) else values)]


def _within_bounds(values: list[str]) -> tuple[str, ...]:
    return tuple(value for value in values if len(value) <= MAX_VALUE_LENGTH)[:MAX_VALUES_IN_FACET]


def _page_number(value: str, page_size: int) -> int:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
    return max(1, min(number, MAX_RESULTS_TO_PAGE_THROUGH // page_size))
