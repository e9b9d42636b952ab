"""What somebody asks of the resource bank: words, choices in facets, an order and a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

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
MAX_VALUES_IN_FACET = 80  # all years since 1963 may be chosen at once
MAX_VALUE_LENGTH = 120
MAX_RESULTS_TO_PAGE_THROUGH = 50_000
PAGE_SIZE = 24
MAX_PAGE_SIZE = 500


class Sort(StrEnum):
    RELEVANCE = "relevance"
    NAME = "name"
    LATEST = "latest"


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
        chosen = {facet: values for facet in FACETS if (values := _clean_values(_all_of(params, facet)))}
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
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that everybody is the answer."""
        return not self.text and not self.filters


def _all_of(params: Mapping[str, Any], name: str) -> list[str]:
    values = params.getlist(name) if hasattr(params, "getlist") else params.get(name, [])
    return [str(value) for value in ([values] if isinstance(values, str | int) else values)]


def _clean_values(values: list[str]) -> tuple[str, ...]:
    cleaned = (value.replace("\x00", "").strip() for value in values)
    return tuple(dict.fromkeys(value for value in cleaned if 0 < len(value) <= MAX_VALUE_LENGTH))[:MAX_VALUES_IN_FACET]


def _page_number(value: str, page_size: int) -> int:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
    return max(1, min(number, MAX_RESULTS_TO_PAGE_THROUGH // page_size))
