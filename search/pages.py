"""What the search page shows, put together from the result of a search. The view only renders it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.viewers import Viewer
from search.cards import Card, cards_of
from search.facets import (
    Facet,
    Labels,
    Picked,
    filter_column,
    filters_in_use,
    known_part,
    load_labels,
    values_to_name,
    with_successors,
)
from search.forms import FIRST_YEAR, PeopleAddress, View, last_year, saved_query_string
from search.models import SavedPerson, SavedSearch
from search.people import PeopleResults, search_people
from search.places import ByCountry, by_country
from search.policies import can_keep
from search.queries import MAX_RESULTS_TO_PAGE_THROUGH, PeopleQuery, Sort
from search.ways_out import WayOut, ways_out

# From this many on, a page says how to make them fewer.
MANY = 1000
_LONGEST_SUGGESTED_NAME = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a row of links: a view or a page."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Links to the pages of a result."""

    pages: Sequence[dict[str, object]] = ()
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everything the templates of a result need."""

    address: PeopleAddress
    path: str
    results: PeopleResults
    facets: list[Facet]
    picked: list[Picked]
    views: list[Choice]
    sorts: list[tuple[str, str, bool]]
    links: PageLinks
    kept_params: list[tuple[str, str]]
    cards: list[Card] = field(default_factory=list)
    countries: ByCountry | None = None
    ways_out: list[WayOut] = field(default_factory=list)
    saved_search: SavedSearch | None = None

    @property
    def total(self) -> int:
        return self.results.total

    @property
    def query(self) -> PeopleQuery:
        return self.address.query

    @property
    def url(self) -> str:
        """The shareable address."""
        string = self.address.query_string()
        return f"{self.path}?{string}" if string else self.path

    @property
    def cleared_url(self) -> str:
        """The same words, order and view, without any filter."""
        return f"{self.path}?{self.address.query_string(query=replace(self.query, filters={}, page=1))}"

    @property
    def save_string(self) -> str:
        return saved_query_string(self.query)

    @property
    def filters_count(self) -> int:
        return sum(len(group.values) for group in self.picked)

    @property
    def is_beyond(self) -> bool:
        """Whether the page asked for lies after the last one."""
        return self.total > 0 and self.query.page > self.last_page

    @property
    def last_page(self) -> int:
        return _last_page(self.results)

    @property
    def last_page_url(self) -> str:
        return f"{self.path}?{self.address.query_string(query=replace(self.query, page=self.last_page))}"

    @property
    def year_error(self) -> str:
        """What is said beside a year that is none."""
        return _("Write a year from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": last_year()}

    @property
    def is_many(self) -> bool:
        return self.total >= MANY

    @property
    def heading(self) -> str:
        """How many, in words; for the map also in how many countries."""
        if not self.total:
            return _("Nobody yet")
        people = ngettext("%(count)s person", "%(count)s people", self.total) % {"count": grouped(self.total)}
        if self.countries is None or not self.countries.rows:
            return people
        number = len(self.countries.rows)
        where = ngettext("%(people)s in %(count)s country", "%(people)s in %(count)s countries", number)
        return where % {"people": people, "count": number}

    @property
    def show_label(self) -> str:
        """The words of the button that closes the filters on a phone."""
        if not self.total:
            return _("Show people")
        return ngettext("Show %(count)s person", "Show %(count)s people", self.total) % {"count": grouped(self.total)}

    @property
    def is_empty_bank(self) -> bool:
        """Whether nobody at all is listed for this viewer."""
        return not self.total and self.query.is_empty

    @property
    def nobody_title(self) -> str:
        """What nobody fits, in words."""
        if not self.picked:
            return _("Nobody fits “%(text)s” yet") % {"text": self.query.text}
        number = self.filters_count
        if self.query.text:
            return _("Nobody fits both “%(text)s” and the filters yet") % {"text": self.query.text}
        return ngettext("Nobody fits this filter yet", "Nobody fits all %(count)s filters yet", number) % {"count": number}

    @property
    def suggested_name(self) -> str:
        """A name for the search: its words and filters, as far as there is room."""
        parts = [self.query.text, *(value.label for group in self.picked for value in group.values)]
        return Truncator(", ".join(filter(None, parts))).chars(_LONGEST_SUGGESTED_NAME) or _("Everybody")

    @property
    def export_url(self) -> str:
        return f"{reverse('export_people')}?{self.save_string}"

    @property
    def first_shown(self) -> int:
        return (self.query.page - 1) * self.query.page_size + 1

    @property
    def last_shown(self) -> int:
        return self.first_shown + len(self.cards) - 1


def people_page(viewer: Viewer, address: PeopleAddress, path: str) -> PeoplePage:
    """Search and lay out. `path` is the address of the page without its parameters.

    Raises `SearchUnavailable` when the engine does not answer.
    """
    results, labels, address = _search(viewer, address)
    keeper = viewer.user if can_keep(viewer) else None
    saved_ids = SavedPerson.objects.profile_ids_among(keeper, [hit.profile.id for hit in results.hits])
    return PeoplePage(
        address=address,
        path=path,
        results=results,
        facets=filter_column(address, results.facets, results.numbers, labels),
        picked=filters_in_use(address, labels, path),
        views=_views(address, path),
        sorts=_sorts(address.query.sort),
        links=_page_links(results, address, path),
        kept_params=[pair for pair in address.to_params(query=replace(address.query, page=1)) if pair[0] != "sort"],
        cards=cards_of(results.hits, saved_ids) if address.view != View.MAP else [],
        countries=by_country(viewer, results, address, path) if address.view == View.MAP else None,
        ways_out=ways_out(viewer, address, labels, path) if not results.total else [],
        saved_search=SavedSearch.objects.saved_as(viewer, saved_query_string(address.query)),
    )


def grouped(number: int) -> str:
    """A number with a hard space between thousands: 12 345."""
    return f"{number:,}".replace(",", "\u00a0")


def _search(viewer: Viewer, asked: PeopleAddress) -> tuple[PeopleResults, Labels, PeopleAddress]:
    """The result, the names it needs, and the address as it was understood: a term or an organisation that is not there is
    dropped, one that is merged becomes its successor, and the search is done again."""
    results = _results(viewer, asked)
    labels = load_labels(values_to_name(asked, results.facets))
    followed = with_successors(asked.query, labels)
    understood = known_part(followed, labels)
    if understood == asked.query:
        return results, labels, asked
    address = replace(asked, query=understood, has_lost_filters=asked.has_lost_filters or understood != followed)
    results = _results(viewer, address)
    return results, load_labels(values_to_name(address, results.facets)), address


def _results(viewer: Viewer, address: PeopleAddress) -> PeopleResults:
    whole = [address.more] if address.more else []
    if address.view != View.MAP:
        return search_people(viewer, address.query, whole=whole)
    # The map shows numbers and nobody: one person is the least that a search reads.
    return search_people(viewer, replace(address.query, page=1, page_size=1), whole=[*whole, "country_residence"])


def _last_page(results: PeopleResults) -> int:
    """The last page there is, or the last that may be gone to."""
    return min(results.pages, MAX_RESULTS_TO_PAGE_THROUGH // results.query.page_size)


def _views(address: PeopleAddress, path: str) -> list[Choice]:
    first = replace(address.query, page=1)
    names = {View.CARDS: _("Cards"), View.TABLE: _("Table"), View.MAP: _("Map")}
    return [
        Choice(name, f"{path}?{address.query_string(query=first, view=view)}", view == address.view)
        for view, name in names.items()
    ]


def _sorts(current: Sort) -> list[tuple[str, str, bool]]:
    names = {Sort.RELEVANCE: _("Best match"), Sort.NAME: _("Name"), Sort.LATEST: _("Latest exchange")}
    return [(sort.value, name, sort == current) for sort, name in names.items()]


def _page_links(results: PeopleResults, address: PeopleAddress, path: str) -> PageLinks:
    last = _last_page(results)
    here = address.query.page
    if last == 1 or here > last or address.view == View.MAP:
        return PageLinks()

    def url(number: int) -> str:
        return f"{path}?{address.query_string(query=replace(address.query, page=number))}"

    numbers = Paginator(range(last), 1).get_elided_page_range(here, on_each_side=1, on_ends=1)
    return PageLinks(
        pages=[{"number": n, "url": url(n) if isinstance(n, int) else "", "current": n == here} for n in numbers],
        previous_url=url(here - 1) if here > 1 else "",
        next_url=url(here + 1) if here < last else "",
    )
