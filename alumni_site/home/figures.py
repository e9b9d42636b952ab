"""What the front page says in numbers: sums of Norec's own facts, rounded, so that no number says anything of one person."""

from collections import Counter
from dataclasses import dataclass
from math import dist

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef

from alumni_site.core.geo import Point, country_point
from alumni_site.core.templatetags.maps import Route
from profiles.models import Exchange, Organisation, Profile

# Below this a number is not shown: it would be few enough to be people one knows.
SMALLEST_SHOWN = 20
FEWEST_ON_A_ROUTE = 5
ROUTES_SHOWN = 7
TOO_NEAR = 55  # units of the map: what lies nearer is one place to the eye
_KEPT_SECONDS = 600


@dataclass(frozen=True)
class Figures:
    """Rounded down; 0 where there are too few to say."""

    people: int
    countries: int
    organisations: int

    @property
    def people_text(self) -> str:
        return _grouped(self.people)

    @property
    def organisations_text(self) -> str:
        return _grouped(self.organisations)


_NONE = Figures(0, 0, 0)


def network_figures() -> Figures:
    """How many people have been on exchange, between how many countries and organisations. Kept for ten minutes."""
    return cache.get_or_set("home:figures", _count_figures, _KEPT_SECONDS) or _NONE


def frequent_routes() -> list[Route]:
    """The ways most people have gone, most frequent first: none that few have gone, none beside another. Kept for ten minutes."""
    return cache.get_or_set("home:routes", _count_routes, _KEPT_SECONDS) or []


def rounded_down(number: int) -> int:
    """Two leading digits at most, and 0 for what is too small to show: 12 345 is 12 000, 317 is 310, 19 is 0."""
    if number < SMALLEST_SHOWN:
        return 0
    unit = 10 ** max(len(str(number)) - 2, 1)
    return number // unit * unit


def _grouped(number: int) -> str:
    """Thousands set apart by a hard space, in all three languages alike: 12 000."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _count_figures() -> Figures:
    pairs = Exchange.objects.order_by().values_list("from_country", "to_country").distinct()
    countries = {code for pair in pairs for code in pair if code}
    people = rounded_down(Profile.objects.filter(exchanges__isnull=False).distinct().count())
    sent = Exchange.objects.filter(sending_organisation=OuterRef("pk"))
    hosted = Exchange.objects.filter(host_organisation=OuterRef("pk"))
    organisations = rounded_down(Organisation.objects.filter(Exists(sent) | Exists(hosted)).count())
    # How many countries says nothing of anybody, but only makes sense beside the people.
    return Figures(people, len(countries) if people else 0, organisations)


def _count_routes() -> list[Route]:
    """Both directions between two countries are one way: the picture draws it there and back anyway."""
    counted = (
        Exchange.objects.exclude(from_country="")
        .exclude(to_country="")
        .order_by()
        .values_list("from_country", "to_country")
        .annotate(people=Count("profile", distinct=True))
    )
    people: Counter[tuple[str, str]] = Counter()
    for origin, destination, number in counted:
        people[min(origin, destination), max(origin, destination)] += number
    chosen: dict[tuple[str, str], tuple[Point, Point]] = {}
    for (first, second), number in sorted(people.items(), key=lambda item: (-item[1], item[0])):
        # Norway first, so that the lines out spread from it.
        origin, destination = (second, first) if second == "NO" else (first, second)
        start, end = country_point(origin), country_point(destination)
        if start is None or end is None or number < FEWEST_ON_A_ROUTE or len(chosen) == ROUTES_SHOWN:
            continue
        if dist(start, end) >= TOO_NEAR and not any(_side_by_side((start, end), other) for other in chosen.values()):
            chosen[origin, destination] = (start, end)
    return [Route(origin, destination) for origin, destination in chosen]


def _side_by_side(way: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two ways would be drawn nearly on top of each other."""
    return any(dist(way[0], a) < TOO_NEAR and dist(way[1], b) < TOO_NEAR for a, b in (other, other[::-1]))
