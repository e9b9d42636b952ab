"""Saved searches as pages show them."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from profiles.audiences import Audience
from profiles.viewers import Viewer
from search.facets import Labels, Picked, filters_in_use, load_labels, with_successors
from search.forms import PeopleAddress
from search.models import SavedSearch
from search.policies import can_keep

ON_MY_PAGE = 4


@dataclass(frozen=True, slots=True)
class SavedSearchRow:
    """One saved search: its words and filters, where it leads, and the capacity it belongs to if that is another now."""

    search: SavedSearch
    text: str
    filters: list[Picked]
    url: str
    other_capacity: str


def saved_search_rows(viewer: Viewer, limit: int | None = None) -> list[SavedSearchRow]:
    """The viewer's searches by name, at most `limit`, with the filters of each in words. A fixed number of queries."""
    searches = list(SavedSearch.objects.of(viewer)[:limit])
    addresses = [PeopleAddress.from_params(QueryDict(search.query)) for search in searches]
    labels = _labels_of(addresses)
    if labels.successors:
        addresses = [replace(address, query=with_successors(address.query, labels)) for address in addresses]
        labels = _labels_of(addresses)
    path = reverse("people")
    return [
        SavedSearchRow(
            search=search,
            text=address.query.text,
            filters=filters_in_use(address, labels, path),
            url=f"{path}?{search.query}",
            other_capacity=str(Audience(search.audience).label) if search.audience != viewer.audience else "",
        )
        for search, address in zip(searches, addresses, strict=True)
    ]


def _labels_of(addresses: list[PeopleAddress]) -> Labels:
    wanted: dict[str, set[str]] = {}
    for address in addresses:
        for facet, values in address.query.filters.items():
            wanted.setdefault(facet, set()).update(values)
    return load_labels(wanted)


def saved_searches_panel(viewer: Viewer) -> dict[str, Any] | None:
    """What the panel on "my page" shows; None for who cannot keep searches."""
    if not can_keep(viewer):
        return None
    rows = saved_search_rows(viewer, ON_MY_PAGE + 1)
    return {"rows": rows[:ON_MY_PAGE], "has_more": len(rows) > ON_MY_PAGE}
