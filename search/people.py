"""Finding people: the use case under the search page, the command, the export and saved searches."""

from dataclasses import dataclass, field

from profiles.disclosure import DisclosedProfile
from profiles.viewers import Viewer
from search.engines.base import FacetCount, SuggestionKind
from search.queries import PeopleQuery


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `marked` is what the viewer searched for. Templates put `<mark>` around it and escape as ever."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found, and why.

    `highlights` has the fields of `DisclosedProfile` that matched: `name`, `name_then`, `headline`, `about` (an excerpt),
    `work`, `place`, `country`, `skills`, `sectors`, `sdgs`, `organisations`, `countries`. Text fields have one entry,
    lists one for each of their values that matched. A skill found by another name of it has that name after it:
    "Solar energy (solenergi)".
    """

    profile: DisclosedProfile
    highlights: dict[str, list[tuple[Segment, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleResults:
    """`facets` has every facet of `FACETS`: values with their counts, most first, those chosen always among them.

    `forgiven` says that nobody has the words as they were typed, and that these come close.
    """

    query: PeopleQuery
    total: int
    hits: list[Hit]
    facets: dict[str, list[FacetCount]]
    forgiven: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.query.page_size))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`label` is for the reader, in their language. `value` goes into the address: a profile's UUID for a person, the
    facet value for a skill (`skill=`) and an organisation (`host_organisation=` or `sending_organisation=`), the words
    themselves for a place (`q=`)."""

    kind: SuggestionKind
    label: str
    value: str
    count: int = 1


def search_people(viewer: Viewer, query: PeopleQuery) -> PeopleResults:
    """The people this viewer may find for this question, as far as they may see them.

    Costs a fixed number of database queries. Raises `SearchUnavailable` when the engine does not answer.
    """
    raise NotImplementedError


def suggest(viewer: Viewer, prefix: str, *, limit: int = 8) -> list[Suggestion]:
    """What the viewer may be about to type: people, skills, places and organisations that someone shows them.

    Raises `SearchUnavailable` when the engine does not answer.
    """
    raise NotImplementedError
