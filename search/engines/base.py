"""The small interface between the resource bank and an engine. Both engines give the same answers to it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any, Protocol

from alumni_site.core.errors import NetworkError
from search.indexed import SEPARATOR
from search.queries import FACETS, PeopleQuery

# id of the object -> audience -> document, as a `DocumentSource` builds them; an id without documents is deleted.
Documents = Mapping[int, Mapping[str, Mapping[str, Any]]]


NO_INDEX = "There is no search index yet: it is built when the network starts, and by manage.py rebuild_index."


class SearchUnavailable(NetworkError):
    """The engine does not answer. Pages say so in words; the drainer tries again."""

    code = "search_unavailable"


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many people of the result have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class EngineResults:
    """`ids` are one page, in order; `total` and `facets` are of the whole result. `numbers` says how many values each facet
    has, of which `facets` may hold the first ones only. `forgiven` says that nobody fitted the text as it was typed, so that
    near misses were taken."""

    total: int
    ids: list[int]
    facets: dict[str, list[FacetCount]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    forgiven: bool = False


class SuggestionKind(StrEnum):
    PERSON = "person"
    SKILL = "skill"
    PLACE = "place"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class RawSuggestion:
    """`value` is the id of a profile, the code of a skill, a place's name or the UUID of an organisation."""

    kind: SuggestionKind
    value: str
    count: int


# So many values of a facet are given at most, besides those chosen, unless it is asked for whole. Only organisations and
# skills have more.
MAX_VALUES_SHOWN = 200


# Of each facet: every value, and how many have it.
Counts = Mapping[str, Collection[tuple[str, int]]]
_VALUE, _COUNT = itemgetter(0), itemgetter(1)


def results_of(
    query: PeopleQuery,
    total: int,
    ids: list[int],
    counts: Counts,
    *,
    facets: Collection[str] = FACETS,
    whole: Collection[str] = (),
    forgiven: bool = False,
) -> EngineResults:
    """What an engine has found, with each facet's values most first and equal ones by value. Those that are not in `whole`
    are cut; chosen values stay in."""
    shown, numbers = {}, {}
    for facet in facets:
        limit = None if facet in whole else MAX_VALUES_SHOWN
        shown[facet], numbers[facet] = _shown(counts.get(facet, ()), query.filters.get(facet, ()), limit)
    return EngineResults(total, ids, shown, numbers, forgiven)


def _shown(counts: Collection[tuple[str, int]], chosen: Collection[str], limit: int | None) -> tuple[list[FacetCount], int]:
    """The values to show, and how many there are."""
    # Sorting keeps equal ones in their order: twice with a simple key is quicker than once with one made for it.
    ordered = sorted(counts, key=_VALUE)
    ordered.sort(key=_COUNT, reverse=True)
    shown = [FacetCount(value, count) for value, count in ordered[:limit]]
    if not chosen:
        return shown, len(ordered)
    missing = set(chosen).difference(item.value for item in shown)
    further = dict(ordered[len(shown) :])
    shown += [FacetCount(value, further.get(value, 0)) for value in sorted(missing)]
    return shown, len(ordered) + len(missing.difference(further))


def collected_suggestions(kind: SuggestionKind, entries: Iterable[tuple[str, int]], limit: int) -> list[RawSuggestion]:
    """From entries as `search.indexed` makes them, with their counts: each value once, most first."""
    counts: dict[str, int] = {}
    for entry, count in entries:
        value = entry.rpartition(SEPARATOR)[2]
        # Several names of one thing begin alike. Whoever has it has all its names, so each count is the count.
        counts[value] = max(count, counts.get(value, 0))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [RawSuggestion(kind, value, count) for value, count in ordered[:limit] if count]


class SearchEngine(Protocol):
    """One index of people. Every read is for one audience and leaves out `exclude_ids` wholly: hits, total, counts and
    suggestions. Every method raises `SearchUnavailable` when the engine does not answer or has no index yet."""

    def search(
        self,
        query: PeopleQuery,
        audience: str,
        exclude_ids: Collection[int],
        *,
        facets: Collection[str] = FACETS,
        whole: Collection[str] = (),
    ) -> EngineResults:
        """One page, and the counts of these facets: of those in `whole` every value, of the others the most frequent."""
        ...

    def suggest(self, prefix: str, audience: str, exclude_ids: Collection[int], limit: int) -> list[RawSuggestion]:
        """Up to `limit` of each kind."""
        ...

    def has_index(self) -> bool:
        """Whether there is an index that this version of the code can read."""
        ...

    def apply(self, documents: Documents) -> None:
        """Put these objects' documents in the place of what the index has of them, and return when every search sees it.

        Only for the one who holds the writer's lock.
        """
        ...

    def take_over(self) -> None:
        """See to it that nothing an earlier writer or builder asked for is carried out from now on. After the writer's lock is
        taken, before the first `apply`."""
        ...

    def release(self) -> None:
        """Let go of what writing holds on to. Before the writer's lock is given back."""
        ...

    def begin_build(self) -> "IndexBuild":
        """Start an index beside the one in use, and remove what earlier builds left behind.

        Only for the one who holds the builder's lock.
        """
        ...

    def digests(self) -> Iterator[tuple[int, str, int]]:
        """Object id, audience and digest of every document in the index, in no order."""
        ...


class IndexBuild(Protocol):
    """An index that is being built beside the one in use."""

    def apply(self, documents: Documents, *, fresh: bool = False) -> None:
        """As `SearchEngine.apply`, into the new index. `fresh` says that none of these objects is in it yet."""
        ...

    def swap(self) -> None:
        """Make it the one in use, at once for every search that begins from now on, and remove the old one. Only for the one
        who holds the writer's lock."""
        ...

    def discard(self) -> None:
        """Give it up, unless it is the one in use."""
        ...
