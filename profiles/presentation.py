"""A disclosed profile as its page shows it: sentences, timeline, routes. Everything comes from what is disclosed."""

from dataclasses import dataclass
from datetime import date

from alumni_site.core.geo import MAP_HEIGHT, MAP_WIDTH, country_point
from alumni_site.core.templatetags.components import is_home
from alumni_site.core.templatetags.maps import Route
from profiles.disclosure import DisclosedExchange, DisclosedProfile, DisclosedTerm
from profiles.models.people import LanguageLevel, OpenTo
from profiles.sentences import inside_a_sentence, journey, more_exchanges, stay, work_there

# The part of the map shown is a square with all stops in it, this much larger than they need, and never a mere spot.
_ROOM_AROUND = 1.3
_SMALLEST_VIEW = 280.0


@dataclass(frozen=True)
class Stay:
    """One exchange in words."""

    exchange: DisclosedExchange
    when: str
    what: str
    is_away: bool


@dataclass(frozen=True)
class SpokenLanguage:
    code: str
    level: str


@dataclass(frozen=True)
class ProfilePage:
    """What the page of a person needs besides the person."""

    person: DisclosedProfile
    first: DisclosedExchange | None
    journey: str
    more: str
    stays: list[Stay]
    routes: list[Route]
    view: str
    languages: list[SpokenLanguage]
    open_to: list[str]
    goals: list[DisclosedTerm]
    now: str

    @property
    def is_away(self) -> bool:
        return bool(self.stays) and self.stays[0].is_away

    @property
    def phone_address(self) -> str:
        """The phone number as a link takes it."""
        return "".join(sign for sign in self.person.contact_phone if sign in "+0123456789")

    @property
    def sender(self) -> str:
        return self.first.sending_organisation.name if self.first and self.first.sending_organisation else ""

    @property
    def host(self) -> str:
        return self.first.host_organisation.name if self.first and self.first.host_organisation else ""


def profile_page(person: DisclosedProfile, today: date) -> ProfilePage:
    """The page of a person as whoever they were disclosed to sees it."""
    exchanges = person.exchanges
    stays = [Stay(exchange, stay(exchange), work_there(exchange), not is_home(exchange, today)) for exchange in exchanges]
    routes = [
        Route(one.exchange.from_country, one.exchange.to_country, away=one.is_away)
        for one in stays
        if one.exchange.from_country and one.exchange.to_country
    ]
    return ProfilePage(
        person=person,
        first=exchanges[0] if exchanges else None,
        journey=journey(exchanges[0], today) if exchanges else "",
        more=more_exchanges(exchanges[1:]),
        stays=stays,
        routes=routes,
        view=_view(routes),
        languages=[SpokenLanguage(item.code, str(LanguageLevel(item.level).label).lower()) for item in person.languages],
        open_to=[inside_a_sentence(str(OpenTo(item).label)) for item in person.open_to],
        goals=sorted(person.sdgs, key=lambda goal: (len(goal.code), goal.code)),
        now=", ".join(filter(None, [person.work_title, person.workplace])),
    )


def _view(routes: list[Route]) -> str:
    points = [point for route in routes for code in (route.origin, route.destination) if (point := country_point(code))]
    if not points:
        return ""
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    side = max((right - left) * _ROOM_AROUND, (bottom - top) * _ROOM_AROUND, _SMALLEST_VIEW)
    x, y = _within((left + right - side) / 2, MAP_WIDTH - side), _within((top + bottom - side) / 2, MAP_HEIGHT - side)
    return f"{x:.0f} {y:.0f} {side:.0f} {side:.0f}"


def _within(edge: float, furthest: float) -> float:
    """The edge moved so that the view stays on the map, where it is no larger than the map."""
    return min(max(edge, 0), furthest) if furthest >= 0 else edge
