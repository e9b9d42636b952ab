"""What to take away from a question that nobody fits, and how many there would be."""

from dataclasses import dataclass, replace

from profiles.viewers import Viewer
from search.engines import get_engine
from search.facets import Labels, filters_in_use
from search.forms import PeopleAddress
from search.people import hidden_ids
from search.queries import PeopleQuery

SHOWN = 5


@dataclass(frozen=True, slots=True)
class WayOut:
    """One part of the question, in words, and the people who fit the rest of it."""

    without: str
    count: int
    url: str


def ways_out(viewer: Viewer, address: PeopleAddress, labels: Labels, path: str) -> list[WayOut]:
    """The parts of the question whose taking away helps, most people first; none when there is only one part or none.

    Raises `SearchUnavailable` when the engine does not answer.
    """
    parts: list[tuple[str, PeopleQuery]] = [
        (group.sentence, address.query.without(group.key)) for group in filters_in_use(address, labels, path)
    ]
    if address.query.text and parts:
        parts.append((address.query.text, replace(address.query, text="", page=1)))
    if len(parts) < 2:
        return []
    hidden = hidden_ids(viewer)
    ways = []
    for words, query in parts:
        found = get_engine().search(replace(query, page_size=1), viewer.audience.value, hidden, facets=())
        if found.total:
            ways.append(WayOut(words, found.total, f"{path}?{address.query_string(query=query)}"))
    return sorted(ways, key=lambda way: -way.count)[:SHOWN]
