"""The parameters of the search page's address, and the forms for what a member keeps.

Whatever stands in an address gives a page: what makes no sense is left out, the page says so, and everything is within bounds.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from alumni_site.core.countries import country_codes, language_name
from profiles.models.exchanges import Direction
from profiles.models.people import OpenTo
from search.models import SavedSearch
from search.queries import FACETS, MAX_VALUE_LENGTH, PeopleQuery, asked_values

# Few enough for a thin line, and for twelve names to be read.
PEOPLE_PER_PAGE = 12
# The first exchanges were in 1963.
FIRST_YEAR = 1963
_LONGEST_KEPT_YEAR = 20
_TERM = re.compile(r"[-a-zA-Z0-9_]{1,80}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONGEST_ADDRESS = 8000


class View(StrEnum):
    """How a result is shown."""

    CARDS = "cards"
    TABLE = "table"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class YearEnd:
    """One end of a span of years, as it was typed."""

    name: str
    typed: str = ""

    @property
    def label(self) -> str:
        return pgettext("year", "From") if self.name == "year_from" else pgettext("year", "To")

    @property
    def is_wrong(self) -> bool:
        return bool(self.typed and not _year(self.typed))


@dataclass(frozen=True, slots=True)
class PeopleAddress:
    """What an address of the search page asks for. `more` is the facet whose values are all to be shown, or of those only the
    ones that have `find` in their name.

    `has_lost_filters` says that the address has filters which are left out: else the answer would be wider than the
    question, without a word.
    """

    query: PeopleQuery
    view: View = View.CARDS
    more: str = ""
    find: str = ""
    has_lost_filters: bool = False
    year_ends: tuple[YearEnd, YearEnd] = (YearEnd("year_from"), YearEnd("year_to"))

    @classmethod
    def from_params(cls, params: Mapping[str, Any], *, page_size: int = PEOPLE_PER_PAGE) -> "PeopleAddress":
        """From `request.GET`. Never fails. Values that are none of their facet's kind are left out; whether a term or an
        organisation is there, the database says (`search.facets`)."""
        query = PeopleQuery.from_params(params, page_size=page_size)
        chosen = {facet: {clean_value(facet, value) for value in values} for facet, values in query.filters.items()}
        has_lost_filters = any("" in values for values in chosen.values()) or _asks_beyond(params, query)
        ends = (YearEnd("year_from", _typed_year(params, "year_from")), YearEnd("year_to", _typed_year(params, "year_to")))
        if years := _years_between(*ends):
            chosen["year"] = years
        filters = {facet: tuple(sorted(chosen[facet] - {""})) for facet in FACETS if facet in chosen}
        view, more = params.get("view", ""), _facet_shown_whole(params)
        return cls(
            query=replace(query, filters={facet: values for facet, values in filters.items() if values}),
            view=View(view) if view in set(View) else View.CARDS,
            more=more,
            find=_words_to_find(params, more) if more else "",
            has_lost_filters=has_lost_filters,
            year_ends=ends,
        )

    @property
    def has_wrong_year(self) -> bool:
        return any(end.is_wrong for end in self.year_ends)

    @property
    def is_understood(self) -> bool:
        """Whether nothing that narrows is left out."""
        return not self.has_lost_filters and not self.has_wrong_year

    def to_params(self, *, query: PeopleQuery | None = None, view: View | None = None) -> list[tuple[str, str]]:
        """Pairs for an address, always in the same order, with another query or view if given."""
        shown = view or self.view
        pairs = (query or self.query).to_params()
        return pairs + ([("view", shown.value)] if shown != View.CARDS else [])

    def query_string(self, *, query: PeopleQuery | None = None, view: View | None = None) -> str:
        """What stands after the ? of the shareable address. The same question gives the same string, always."""
        return urlencode(self.to_params(query=query, view=view))


def clean_value(facet: str, value: str) -> str:
    """A value as the facet writes it; empty when it is none of the facet's kind. Whether a term or an organisation is there,
    the database says (`search.facets`)."""
    return str(_CLEANERS[facet](value))


def last_year() -> int:
    """The last that can be asked for: exchanges that are planned end next year or the year after."""
    return timezone.localdate().year + 2


def saved_query_string(query: PeopleQuery) -> str:
    """A question as it is kept: words, filters and order, without the page."""
    return urlencode(replace(query, page=1).to_params())


class SaveSearchForm(forms.ModelForm[SavedSearch]):
    """The name of a search, and whether its owner wants to hear of new people."""

    class Meta:
        model = SavedSearch
        fields = ("name", "tells_of_new")
        labels = {"name": _("Name of the search"), "tells_of_new": _("Tell me when somebody new fits")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Give the search a name, so that you know it again.")
        self.fields["name"].widget.attrs["autocomplete"] = "off"


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class ExportForm(forms.Form):
    """What a file is for, and which kind it is to be."""

    purpose = forms.CharField(
        label=_("What do you need the file for?"),
        help_text=_("One sentence. It is kept in the log, with your name and the number of people."),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say what you need the file for."),
            "min_length": _("Say a little more: what is the file for?"),
        },
    )
    file_format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(FileFormat.XLSX.value, _("Excel (XLSX)")), (FileFormat.CSV.value, _("Text with semicolons (CSV)"))],
        initial=FileFormat.XLSX.value,
        widget=forms.RadioSelect,
    )


def _country(value: str) -> str:
    return code if (code := value.upper()) in _COUNTRIES else ""


def _language(value: str) -> str:
    return value if len(value) <= 11 and language_name(value, "en") != value else ""


def _year(value: str) -> str:
    number = int(value) if value.isascii() and value.isdigit() and len(value) == 4 else 0
    return value if FIRST_YEAR <= number <= last_year() else ""


def _asks_beyond(params: Mapping[str, Any], query: PeopleQuery) -> bool:
    """Whether there are more values than a question holds, or longer ones."""
    return any(len(asked_values(params, facet)) > len(query.filters.get(facet, ())) for facet in FACETS)


def _facet_shown_whole(params: Mapping[str, Any]) -> str:
    """The one whose button was pressed; else one that has words to find among its values."""
    asked = params.get("more", "")
    return asked if asked in FACETS else next((facet for facet in FACETS if _words_to_find(params, facet)), "")


def _words_to_find(params: Mapping[str, Any], facet: str) -> str:
    return str(params.get(f"{facet}_find", "")).replace("\x00", "").strip()[:MAX_VALUE_LENGTH]


def _typed_year(params: Mapping[str, Any], name: str) -> str:
    return str(params.get(name, "")).replace("\x00", "").strip()[:_LONGEST_KEPT_YEAR]


def _years_between(first: YearEnd, last: YearEnd) -> set[str]:
    """Every year from one to another, whichever is first; one alone goes to the other end. None when one is wrong: what was
    meant is not to be guessed."""
    if first.is_wrong or last.is_wrong or not (first.typed or last.typed):
        return set()
    low, high = sorted((int(first.typed or FIRST_YEAR), int(last.typed or last_year())))
    return {str(year) for year in range(low, high + 1)}


def _one_of(values: Iterable[str]) -> Any:
    known = frozenset(values)
    return lambda value: value if value in known else ""


def _matching(pattern: re.Pattern[str]) -> Any:
    return lambda value: value if pattern.fullmatch(value) else ""


_COUNTRIES = country_codes()
_CLEANERS: dict[str, Any] = {
    "country_from": _country,
    "country_to": _country,
    "country_residence": _country,
    "direction": _one_of(Direction.values),
    "sending_organisation": _matching(_UUID),
    "host_organisation": _matching(_UUID),
    "year": _year,
    "sdg": _matching(_TERM),
    "sector": _matching(_TERM),
    "skill": _matching(_TERM),
    "language": _language,
    "open_to": _one_of(OpenTo.values),
}
