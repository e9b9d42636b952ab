"""The small interface between the resource bank and an engine. Both engines give the same answers to it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from alumni_site.core.errors import NetworkError
from search.queries import PeopleQuery

# id of the object -> audience -> document, as a `DocumentSource` builds them; an id without documents is deleted.
Documents = Mapping[int, Mapping[str, Mapping[str, Any]]]
Progress = Callable[[int], None]


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
    """`ids` are one page, in order; `total` and `facets` are of the whole result. `forgiven` says that nothing fitted as
    it was typed, so that near misses were taken."""

    total: int
    ids: list[int]
    facets: dict[str, list[FacetCount]] = field(default_factory=dict)
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


class SearchEngine(Protocol):
    """Everything reads one audience, and leaves out `exclude_ids`, whole: hits, total, counts and suggestions."""

    def search(self, query: PeopleQuery, audience: str, exclude_ids: Collection[int]) -> EngineResults: ...

    def suggest(self, prefix: str, audience: str, exclude_ids: Collection[int], limit: int) -> list[RawSuggestion]: ...

    def is_ready(self) -> bool:
        """Whether there is an index and it answers."""
        ...

    def writer_lock(self) -> AbstractContextManager[bool]:
        """Held by the one who writes; yields False when somebody else does."""
        ...

    def apply(self, documents: Documents) -> None:
        """Replace all documents of these objects, and wait until every search sees it."""
        ...

    def rebuild(self, batches: Iterable[Documents]) -> AbstractContextManager["IndexBuild"]: ...

    def digests(self) -> Iterator[tuple[int, str, str]]:
        """Object id, audience and digest of every document in the index."""
        ...


class IndexBuild(Protocol):
    """An index that is built beside the one in use."""

    def add(self, documents: Documents) -> None: ...

    def swap(self) -> None: ...
