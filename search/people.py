"""Finding people: the use case under the search page, the command, the export and saved searches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from alumni_site.core.countries import country_name
from alumni_site.core.indexing import withheld_ids
from alumni_site.core.languages import foreign_language
from alumni_site.core.prepared import Keys, prepared
from profiles.disclosure import DisclosedProfile, disclose_many
from profiles.documents import PEOPLE, other_names_of
from profiles.models import Organisation, Profile, Term
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.viewers import Viewer
from search.analysis import folded_words
from search.engines import get_engine
from search.engines.base import EngineResults, FacetCount, RawSuggestion, SuggestionKind
from search.highlights import Highlighter, Segment, Segments
from search.queries import FACETS, MAX_PAGE_SIZE, PeopleQuery

__all__ = ["Hit", "PeopleResults", "Segment", "Suggestion", "count_people", "matching_ids", "search_people", "suggest"]

_SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A person found, and why.

    `highlights` has the fields that matched, each with its marked texts: `name`, `name_then`, `headline`, `about` (an
    excerpt, or a note on a skill), `work`, `roles` (in exchanges), `place`, `country`, `skills`, `sectors`, `sdgs`,
    `organisations`, `countries` (of exchanges) and `languages`. What was found by another of its names has that name after
    it: "Solar energy (solenergi)".
    """

    profile: DisclosedProfile
    highlights: dict[str, list[Segments]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeopleResults:
    """`facets` has every facet of `FACETS`: values with their counts, most first, those chosen always among them; of a long
    one only the first, unless it was asked for whole. `numbers` says how many values there are.

    `forgiven` says that nobody has the words as they were typed, and that these come close.
    """

    query: PeopleQuery
    total: int
    hits: list[Hit]
    facets: dict[str, list[FacetCount]]
    numbers: dict[str, int] = field(default_factory=dict)
    forgiven: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.query.page_size))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`name` is for the reader, in their language; `other` another of its names, which begins with what was typed, and
    `language` that one's, where it is not the page's. `value` goes into the address: a profile's UUID for a person, the
    facet value for a skill (`skill=`) and an organisation (`host_organisation=` or `sending_organisation=`), the words
    themselves for a place (`q=`)."""

    kind: SuggestionKind
    name: str
    value: str
    count: int = 1
    other: str = ""
    language: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} ({self.other})" if self.other else self.name


def search_people(viewer: Viewer, query: PeopleQuery, *, whole: Collection[str] = ()) -> PeopleResults:
    """The people this viewer may find for this question, as far as they may see them. The facets in `whole` come with every
    value.

    The people of the page are read from the database and disclosed anew, so that nothing old can be shown. Costs a fixed
    number of database queries. Raises `SearchUnavailable` when the engine does not answer.
    """
    found = _ask_engine(viewer, query, whole=whole)
    people = _people(viewer, found.ids)
    highlighter = _highlighter(query, found, people)
    return PeopleResults(
        query=query,
        # Whoever was deleted or hid a moment ago is not here any more, and is not counted.
        total=found.total - (len(found.ids) - len(people)),
        hits=[Hit(person, highlighter.highlights(person)) for person in people],
        facets=found.facets,
        numbers=found.numbers,
        forgiven=found.forgiven,
    )


def count_people(viewer: Viewer, query: PeopleQuery) -> int:
    """How many people this viewer finds. Raises `SearchUnavailable` when the engine does not answer."""
    return _ask_engine(viewer, replace(query, page=1, page_size=1), facets=()).total


def matching_ids(viewer: Viewer, query: PeopleQuery, *, limit: int) -> list[int]:
    """Ids of the profiles this viewer finds, in the order of the query, at most `limit`.

    Raises `SearchUnavailable` when the engine does not answer.
    """
    ids: list[int] = []
    page = replace(query, page=1, page_size=min(limit, MAX_PAGE_SIZE))
    while len(ids) < limit:
        found = _ask_engine(viewer, page, facets=())
        seen = set(Profile.objects.visible_to(viewer).filter(pk__in=found.ids).values_list("pk", flat=True))
        ids += [pk for pk in found.ids if pk in seen]
        if page.page * page.page_size >= found.total:
            break
        page = replace(page, page=page.page + 1)
    return ids[:limit]


def suggest(viewer: Viewer, prefix: str, *, limit: int = 8) -> list[Suggestion]:
    """What the viewer may be about to type: people, skills, places and organisations that someone shows them, in that
    order, each kind with its share of `limit`.

    Raises `SearchUnavailable` when the engine does not answer.
    """
    typed = " ".join(folded_words(prefix))
    if len(typed) < _SHORTEST_PREFIX:
        return []
    raw = get_engine().suggest(prefix, viewer.audience.value, hidden_ids(viewer), limit)
    language = get_language() or "en"
    found = [
        _people_suggested(viewer, _of_kind(raw, SuggestionKind.PERSON)),
        _skills_suggested(_of_kind(raw, SuggestionKind.SKILL), typed, language),
        _places_suggested(_of_kind(raw, SuggestionKind.PLACE), language),
        _organisations_suggested(_of_kind(raw, SuggestionKind.ORGANISATION)),
    ]
    return _shared_out(found, limit)


def hidden_ids(viewer: Viewer) -> set[int]:
    """Profiles that no search of this viewer may reach: on either side of a block, or hidden since the index was written."""
    return {*withheld_ids(PEOPLE), *viewer.hidden_profile_ids}


def _ask_engine(
    viewer: Viewer, query: PeopleQuery, *, facets: Collection[str] = FACETS, whole: Collection[str] = ()
) -> EngineResults:
    # Before the engine looks: once a change is no longer withheld, every search that begins later sees it.
    hidden = hidden_ids(viewer)
    return get_engine().search(query, viewer.audience.value, hidden, facets=facets, whole=whole)


def _people(viewer: Viewer, ids: Sequence[int]) -> list[DisclosedProfile]:
    profiles = {profile.pk: profile for profile in _profiles(ids)}
    return disclose_many((profiles[pk] for pk in ids if pk in profiles), viewer)


@prepared
def _profiles(ids: Keys) -> QuerySet[Profile]:
    return Profile.objects.filter(pk__in=ids).with_account()


def _highlighter(query: PeopleQuery, found: EngineResults, people: list[DisclosedProfile]) -> Highlighter:
    # Also where no words are searched for: a page asks the database as often whatever it shows.
    return Highlighter(query.clauses, found.forgiven, get_language() or "en", other_names_of(people))


def _of_kind(raw: Iterable[RawSuggestion], kind: SuggestionKind) -> dict[str, int]:
    return {item.value: item.count for item in raw if item.kind == kind}


def _people_suggested(viewer: Viewer, found: dict[str, int]) -> list[Suggestion]:
    people = _people(viewer, [int(pk) for pk in found])
    return [Suggestion(SuggestionKind.PERSON, person.name, str(person.uuid)) for person in people]


def _skills_suggested(found: dict[str, int], typed: str, language: str) -> list[Suggestion]:
    """By the reader's own name for the skill; where that does not begin like this, with the name that does after it."""
    terms = Term.objects.filter(kind=TermKind.SKILL, code__in=found, status=TermStatus.IN_USE).prefetch_related("aliases")
    suggestions = []
    for term in terms:
        name = term.name_in(language)
        others = [("nn", term.name_nn), ("nb", term.name_nb), ("en", term.name_en)]
        others += [(alias.language, alias.name) for alias in term.aliases.all()]
        other = "" if _begins(name, typed) else next((other for _, other in others if _begins(other, typed)), "")
        spoken = foreign_language([spoken for spoken, each in others if each == other], language)
        suggestions.append(Suggestion(SuggestionKind.SKILL, name, term.code, found[term.code], other, spoken))
    return sorted(suggestions, key=lambda item: (bool(item.other), -item.count, item.value))


def _places_suggested(found: dict[str, int], language: str) -> list[Suggestion]:
    labels = {value: country_name(value[1:], language) if value.startswith("=") else value for value in found}
    return [Suggestion(SuggestionKind.PLACE, labels[value], labels[value], count) for value, count in found.items()]


def _organisations_suggested(found: dict[str, int]) -> list[Suggestion]:
    names = dict(Organisation.objects.filter(uuid__in=[UUID(value) for value in found]).values_list("uuid", "name"))
    return [
        Suggestion(SuggestionKind.ORGANISATION, names[UUID(value)], value, count)
        for value, count in found.items()
        if UUID(value) in names
    ]


def _begins(name: str, typed: str) -> bool:
    words = folded_words(name)
    return any(" ".join(words[at:]).startswith(typed) for at in range(len(words)))


def _shared_out(kinds: list[list[Suggestion]], limit: int) -> list[Suggestion]:
    """One of each kind in turn until there are `limit`, then each kind together again."""
    taken = [0] * len(kinds)
    while sum(taken) < limit and any(count < len(kind) for count, kind in zip(taken, kinds, strict=True)):
        for at, kind in enumerate(kinds):
            if taken[at] < len(kind) and sum(taken) < limit:
                taken[at] += 1
    return [item for count, kind in zip(taken, kinds, strict=True) for item in kind[:count]]
