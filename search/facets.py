"""The filter column: the values of each facet with their names in the reader's language, and the filters in use as a sentence.

Names are looked up for what is shown, two queries whatever that is, so that what staff rename is new on the next page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from alumni_site.core.countries import country_name, language_name, sort_key
from alumni_site.core.prepared import Texts, Uniques, prepared
from profiles.models import FormerOrganisation, Organisation, Term
from profiles.models.exchanges import Direction
from profiles.models.people import OpenTo
from profiles.models.vocabulary import TermStatus
from search.analysis import folded_words
from search.engines.base import FacetCount
from search.forms import PeopleAddress
from search.queries import PeopleQuery

SHOWN_AT_FIRST = 5
SHOWN_WHEN_ASKED = 400
# A list of more than these has a field to find a value by its name.
_LONGEST_WITHOUT_FIELD = 20
# A run of years at least this long is written as a span.
_SHORTEST_SPAN = 3

_TERM_FACETS = ("skill", "sector", "sdg")
_ORGANISATION_FACETS = ("sending_organisation", "host_organisation")


@dataclass(frozen=True)
class FacetKind:
    """How one facet is presented. `more` says "Show 24 more topics" in the reader's language."""

    key: str
    legend: str | Promise
    more: Callable[[int], str]
    # Less used facets are folded until one of their values is chosen.
    is_folded: bool = False


def _more_countries(count: int) -> str:
    return ngettext("Show %(count)s more country", "Show %(count)s more countries", count) % {"count": count}


def _more_organisations(count: int) -> str:
    return ngettext("Show %(count)s more organisation", "Show %(count)s more organisations", count) % {"count": count}


def _more_topics(count: int) -> str:
    return ngettext("Show %(count)s more topic", "Show %(count)s more topics", count) % {"count": count}


def _more_languages(count: int) -> str:
    return ngettext("Show %(count)s more language", "Show %(count)s more languages", count) % {"count": count}


def _more_years(count: int) -> str:
    return ngettext("Show %(count)s more year", "Show %(count)s more years", count) % {"count": count}


def _more_others(count: int) -> str:
    return ngettext("Show %(count)s more", "Show %(count)s more", count) % {"count": count}


# In the order of the column, and of the sentence.
FACET_KINDS: tuple[FacetKind, ...] = (
    FacetKind("skill", gettext_lazy("Knows about"), _more_topics),
    FacetKind("country_residence", gettext_lazy("Lives in"), _more_countries),
    FacetKind("open_to", gettext_lazy("Open to"), _more_others),
    FacetKind("language", gettext_lazy("Speaks"), _more_languages),
    FacetKind("country_from", gettext_lazy("Exchange from"), _more_countries),
    FacetKind("country_to", gettext_lazy("Exchange to"), _more_countries),
    FacetKind("year", gettext_lazy("Year of exchange"), _more_years),
    FacetKind("direction", gettext_lazy("Direction"), _more_others, is_folded=True),
    FacetKind("sector", gettext_lazy("Sector"), _more_topics, is_folded=True),
    FacetKind("sdg", gettext_lazy("Development goal"), _more_topics, is_folded=True),
    FacetKind("sending_organisation", gettext_lazy("Sent by"), _more_organisations, is_folded=True),
    FacetKind("host_organisation", gettext_lazy("Hosted by"), _more_organisations, is_folded=True),
)
_LEGENDS = {kind.key: kind.legend for kind in FACET_KINDS}


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick."""

    value: str
    label: str
    count: int
    is_chosen: bool

    @property
    def unit(self) -> str:
        """What the number counts, for those who hear the page."""
        return ngettext("person", "people", self.count)


@dataclass(frozen=True, slots=True)
class Facet:
    """One block of the column. `more` is the text of the button that shows the rest, empty when all are there; `find` are
    the words that the options have in their names, and `note` says which are not here."""

    key: str
    legend: str
    options: list[Option]
    more: str
    is_folded: bool
    is_open: bool
    has_field: bool = False
    find: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PickedValue:
    """A filter in use; `url` is the same page without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Picked:
    """The filters in use of one facet: "Lives in Kenya or Uganda"."""

    key: str
    legend: str
    values: list[PickedValue]

    @property
    def sentence(self) -> str:
        """The group in words."""
        either = _("or")
        return f"{self.legend} {f' {either} '.join(value.label for value in self.values)}"


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of terms and organisations, and which has taken the place of one that is merged."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    successors: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def kept(self) -> frozenset[tuple[str, str]]:
        """What others were merged into: it exists, even where its name was not asked for."""
        return frozenset((kind, code) for (kind, _gone), code in self.successors.items())

    def of(self, facet: str, value: str) -> str:
        """The name of a value in the reader's language; empty when there is no such value."""
        reader = _FIXED.get(facet)
        return reader(value) if reader else self.names.get((_namespace(facet), value), "")


def load_labels(values: Mapping[str, Iterable[str]]) -> Labels:
    """Names for these values, by facet: one query for terms and one for organisations; one more where some are gone."""
    codes = {value for facet in _TERM_FACETS for value in values.get(facet, ())}
    uuids = {value for facet in _ORGANISATION_FACETS for value in values.get(facet, ())}
    language = get_language() or "en"
    column = f"name_{language}" if language in ("nn", "nb") else "name_en"
    names: dict[tuple[str, str], str] = {}
    successors: dict[tuple[str, str], str] = {}
    for kind, code, name, status, successor in _terms(codes, column=column):
        if status == TermStatus.IN_USE:
            names[kind, code] = f"{code}. {name}" if kind == "sdg" else name
        elif successor:
            successors[kind, code] = successor
    for uuid, name in _organisations(uuids):
        names["organisation", str(uuid)] = name
    gone = {uuid for uuid in uuids if ("organisation", uuid) not in names}
    former = FormerOrganisation.objects.filter(uuid__in=gone) if gone else FormerOrganisation.objects.none()
    for uuid, successor in former.values_list("uuid", "organisation__uuid"):
        successors.update({(facet, str(uuid)): str(successor) for facet in _ORGANISATION_FACETS})
    return Labels(names, successors)


@prepared
def _terms(codes: Texts, *, column: str) -> QuerySet[Any]:
    return Term.objects.filter(code__in=codes).values_list("kind", "code", column, "status", "merged_into__code")


@prepared
def _organisations(uuids: Uniques) -> QuerySet[Any]:
    return Organisation.objects.filter(uuid__in=uuids).values_list("uuid", "name")


def with_successors(query: PeopleQuery, labels: Labels) -> PeopleQuery:
    """The question with terms and organisations that were merged as what they were merged into."""
    filters = {
        facet: tuple(sorted({labels.successors.get((facet, value), value) for value in values}))
        for facet, values in query.filters.items()
    }
    return query if filters == query.filters else replace(query, filters=filters)


def known_part(query: PeopleQuery, labels: Labels) -> PeopleQuery:
    """The question without the values that do not exist."""
    kept = {
        facet: tuple(value for value in values if labels.of(facet, value) or (facet, value) in labels.kept)
        for facet, values in query.filters.items()
    }
    filters = {facet: values for facet, values in kept.items() if values}
    return query if filters == query.filters else replace(query, filters=filters, page=1)


def values_to_name(address: PeopleAddress, counts: Mapping[str, list[FacetCount]]) -> dict[str, set[str]]:
    """The values whose names the page needs: those chosen, and those that are shown or looked through."""
    return {
        facet: {*address.query.filters.get(facet, ()), *(count.value for count in _looked_at(address, facet, values))}
        for facet, values in counts.items()
    }


def filter_column(
    address: PeopleAddress, counts: Mapping[str, list[FacetCount]], numbers: Mapping[str, int], labels: Labels
) -> list[Facet]:
    """The facets that have anything to choose, in order."""
    facets = (_facet(kind, address, counts.get(kind.key, []), numbers.get(kind.key, 0), labels) for kind in FACET_KINDS)
    # A year that is wrong stands in its field even where no year can be chosen.
    return [facet for facet in facets if facet.options or facet.find or (facet.key == "year" and address.has_wrong_year)]


def filters_in_use(address: PeopleAddress, labels: Labels, path: str) -> list[Picked]:
    """The chosen filters, in words, each with the address (below `path`) of the page without it."""
    groups = []
    for kind in FACET_KINDS:
        values = address.query.filters.get(kind.key, ())
        runs = _runs_of_years(values) if kind.key == "year" else [(value, value) for value in values]
        shown = [_picked(address, kind.key, run, labels, path) for run in runs]
        if shown:
            groups.append(Picked(kind.key, str(kind.legend), shown if kind.key == "year" else _by_name(shown)))
    return groups


def legend_of(facet: str) -> str:
    """The heading of a facet, in the reader's language."""
    return str(_LEGENDS[facet])


def _facet(kind: FacetKind, address: PeopleAddress, counts: list[FacetCount], number: int, labels: Labels) -> Facet:
    chosen = address.query.filters.get(kind.key, ())
    is_whole = address.more == kind.key
    if is_whole and address.find:
        wanted = folded_words(address.find)
        counts = [count for count in counts if count.value in chosen or _has_all(labels.of(kind.key, count.value), wanted)]
        number = len(counts)
    limit = SHOWN_WHEN_ASKED if is_whole else SHOWN_AT_FIRST
    if kind.key == "year":
        counts = sorted(counts, key=lambda count: count.value, reverse=True)
    shown = [count for place, count in enumerate(counts) if place < limit or count.value in chosen]
    named = ((count, labels.of(kind.key, count.value)) for count in shown)
    # Norwegian writes languages with a small letter, but not at the beginning of a line.
    options = [Option(count.value, capfirst(name), count.count, count.value in chosen) for count, name in named if name]
    if kind.key != "year":
        # A short list by how many, a long one by the alphabet, with what is chosen on top.
        options.sort(key=lambda option: (not option.is_chosen if is_whole else -option.count, sort_key(option.label)))
    left = number - len(shown)
    return Facet(
        key=kind.key,
        legend=str(kind.legend),
        options=options,
        more=kind.more(left) if left and not is_whole else "",
        is_folded=kind.is_folded,
        is_open=bool(chosen) or is_whole,
        has_field=is_whole and kind.key != "year" and (number > _LONGEST_WITHOUT_FIELD or bool(address.find)),
        find=address.find if is_whole else "",
        note=_note(address, options, left) if is_whole else "",
    )


def _note(address: PeopleAddress, options: list[Option], left: int) -> str:
    if left:
        return _("The %(count)s most frequent are shown. Find others by their name.") % {"count": SHOWN_WHEN_ASKED}
    if address.find and all(option.is_chosen for option in options):
        return _("Nothing in this list is called that.")
    return ""


def _has_all(name: str, words: list[str]) -> bool:
    folded = " ".join(folded_words(name))
    return bool(folded) and all(word in folded for word in words)


def _looked_at(address: PeopleAddress, facet: str, counts: list[FacetCount]) -> list[FacetCount]:
    if address.more != facet:
        return counts[:SHOWN_AT_FIRST]
    return counts if address.find else counts[:SHOWN_WHEN_ASKED]


def _picked(address: PeopleAddress, facet: str, run: tuple[str, str], labels: Labels, path: str) -> PickedValue:
    first, last = run
    rest = address.query
    for value in [value for value in rest.filters[facet] if value == first or (facet == "year" and first <= value <= last)]:
        rest = rest.without(facet, value)
    label = labels.of(facet, first) if first == last else f"{first}–{last}"
    return PickedValue(label, f"{path}?{address.query_string(query=rest)}")


def _by_name(values: list[PickedValue]) -> list[PickedValue]:
    return sorted(values, key=lambda value: sort_key(value.label))


def _runs_of_years(years: Iterable[str]) -> list[tuple[str, str]]:
    """First and last of each run of years without a gap; runs that are too short for a span are single years."""
    runs: list[list[str]] = []
    for year in sorted(years):
        if runs and int(runs[-1][-1]) + 1 == int(year):
            runs[-1].append(year)
        else:
            runs.append([year])
    spans = [[(run[0], run[-1])] if len(run) >= _SHORTEST_SPAN else [(year, year) for year in run] for run in runs]
    return [span for group in spans for span in group]


def _namespace(facet: str) -> str:
    return "organisation" if facet in _ORGANISATION_FACETS else facet


def _choice_label(choices: type[Direction] | type[OpenTo]) -> Callable[[str], str]:
    return lambda value: str(choices(value).label) if value in choices.values else ""


# Facets whose values have names without the database.
_FIXED: dict[str, Callable[[str], str]] = {
    "country_from": country_name,
    "country_to": country_name,
    "country_residence": country_name,
    "language": language_name,
    "year": str,
    "direction": _choice_label(Direction),
    "open_to": _choice_label(OpenTo),
}
