"""The same result by country of residence, for the map and its table."""

from dataclasses import dataclass, replace

from alumni_site.core.countries import country_name, sort_key
from alumni_site.core.geo import country_point
from alumni_site.core.templatetags.maps import CountryDot
from profiles.viewers import Viewer
from search.forms import PeopleAddress, View
from search.people import PeopleResults

# A country with fewer people is left out for everybody but Norec: one dot with "1" on it points at a person.
FLOOR = 2
FLOOR_FOR_NOREC = 1


@dataclass(frozen=True, slots=True)
class CountryRow:
    """People who live in one country; `url` shows them as cards."""

    name: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ByCountry:
    """A result by country. `left_out` are the people of it who are in none of the rows; nothing tells why."""

    rows: list[CountryRow]
    dots: list[CountryDot]
    left_out: int
    floor: int


def by_country(viewer: Viewer, results: PeopleResults, address: PeopleAddress, path: str) -> ByCountry:
    """The people of a result by country of residence, those with most first. Addresses begin with `path`."""
    chosen = results.query.filters.get("country_residence", ())
    floor = FLOOR_FOR_NOREC if viewer.is_norec else FLOOR
    rows, dots = [], []
    for item in results.facets.get("country_residence", []):
        # The facet's own counts ignore its own choice; the map is of the result.
        if item.count < floor or (chosen and item.value not in chosen):
            continue
        only = replace(address.query, filters={**address.query.filters, "country_residence": (item.value,)}, page=1)
        url = f"{path}?{address.query_string(query=only, view=View.CARDS)}"
        rows.append(CountryRow(country_name(item.value), item.count, url))
        if country_point(item.value):
            dots.append(CountryDot(item.value, item.count, url))
    rows.sort(key=lambda row: (-row.count, sort_key(row.name)))
    return ByCountry(rows, dots, max(0, results.total - sum(row.count for row in rows)), floor)
