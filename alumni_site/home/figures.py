"""What the front page says in numbers: sums of Norec's own facts, rounded, so that no number says anything of one person."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count

from alumni_site.core.templatetags.maps import Route
from profiles.models import Exchange, Organisation, Profile

# Below this a number is not shown: it would be few enough to be people one knows.
SMALLEST_SHOWN = 20
FEWEST_ON_A_ROUTE = 5
ROUTES_SHOWN = 7
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
    """The ways most people have gone, most frequent first, none that few have gone. Kept for ten minutes."""
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
    # How many countries says nothing of anybody, but only makes sense beside the people.
    return Figures(people, len(countries) if people else 0, rounded_down(Organisation.objects.count()))


def _count_routes() -> list[Route]:
    """Both directions between two countries are one way: the picture draws it there and back anyway."""
    counted = (
        Exchange.objects.exclude(from_country="")
        .exclude(to_country="")
        .order_by()
        .values_list("from_country", "to_country")
        .annotate(people=Count("profile", distinct=True))
    )
    ways: dict[tuple[str, str], int] = {}
    for origin, destination, people in counted:
        way = (origin, destination) if (destination, origin) not in ways else (destination, origin)
        ways[way] = ways.get(way, 0) + people
    enough = sorted((way for way, people in ways.items() if people >= FEWEST_ON_A_ROUTE), key=lambda way: (-ways[way], way))
    return [Route(origin, destination) for origin, destination in enough[:ROUTES_SHOWN]]
