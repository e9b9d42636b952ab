"""Pictures on the network's own map. No borders, no tiles, the middle of a country and nothing finer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django import template

from alumni_site.core.countries import country_name
from alumni_site.core.geo import Point, arc, country_point, moved_apart

register = template.Library()

# The way out bends; the way home is nearly straight, on the same side, so that the two are one journey and never meet.
OUT, HOME = 0.2, -0.04
_DIGIT = 6.5  # width of a letter of a label, in units of the map
_LABEL_HEIGHT = 12
_NORECS_VIEW = "170 0 720 372"
_SMALLEST_DISC = 11.3  # with the smallest width the map is drawn at, 24 px across: big enough for a finger


@dataclass(frozen=True)
class Route:
    """An exchange or a kind of exchange on the map: two countries by code. `away` draws the way home dotted."""

    origin: str
    destination: str
    away: bool = False


@dataclass(frozen=True)
class CountryDot:
    """How many people a country has, and where its dot leads."""

    code: str
    count: int
    url: str


@dataclass(frozen=True)
class _Label:
    text: str
    x: float
    y: float
    anchor: str

    @property
    def left(self) -> float:
        return self.x - (len(self.text) * _DIGIT if self.anchor == "end" else 0)

    @property
    def right(self) -> float:
        return self.left + len(self.text) * _DIGIT

    def covers(self, other: "_Label") -> bool:
        return self.left < other.right and other.left < self.right and abs(self.y - other.y) < _LABEL_HEIGHT


@register.inclusion_tag("components/route_map.html")
def route_map(
    routes: Iterable[Route], view: str = "400 0 440 372", label: str = "", css: str = "", names: bool = False
) -> dict[str, Any]:
    """Routes there and back. With `label` it is a picture that says so in words, without it is decoration.

    `view` is the part of the map to show, "x y width height" in its units; `names` writes the countries beside the stops
    where there is room. Routes to a country the map does not know are left out.
    """
    drawn = [
        (start, end, route)
        for route in routes
        if (start := country_point(route.origin)) and (end := country_point(route.destination))
    ]
    stops = {code: point for start, end, route in drawn for code, point in ((route.origin, start), (route.destination, end))}
    return {
        "view": view,
        "label": label,
        "css": css,
        "arcs": [{"out": arc(start, end, OUT), "home": arc(end, start, HOME), "away": route.away} for start, end, route in drawn],
        "stops": [{"x": f"{x:.1f}", "y": f"{y:.1f}"} for x, y in stops.values()],
        "labels": _labels(stops, [route for _start, _end, route in drawn], view) if names else [],
    }


def _labels(stops: dict[str, Point], routes: Sequence[Route], view: str) -> list[_Label]:
    """Names beside the stops, away from their routes; those that would cover another, or leave the picture, are left out."""
    left, _top, width, _height = (float(part) for part in view.split())
    placed: list[_Label] = []
    for code, (x, y) in stops.items():
        others = [
            stops[route.destination if route.origin == code else route.origin][0] for route in routes if _ends_in(route, code)
        ]
        leftward = sum(others) / len(others) > x
        right_side, left_side = _Label(country_name(code), x + 9, y + 4, "start"), _Label(country_name(code), x - 9, y + 4, "end")
        for candidate in (left_side, right_side) if leftward else (right_side, left_side):
            inside = candidate.left > left and candidate.right < left + width
            if inside and not any(candidate.covers(other) for other in placed):
                placed.append(candidate)
                break
    return placed


def _ends_in(route: Route, code: str) -> bool:
    return code in (route.origin, route.destination)


@register.inclusion_tag("components/country_map.html")
def country_map(dots: Iterable[CountryDot], label: str) -> dict[str, Any]:
    """People per country: a disc with a number for each, a link, none on top of another. `label` names the picture.

    Give only what the floor for small numbers lets through, and the same numbers as a table below.
    """
    known = [(dot, point) for dot in dots if (point := country_point(dot.code))]
    radius = {dot.code: _radius(dot.count) for dot, _point in known}
    places = moved_apart({dot.code: (*point, radius[dot.code]) for dot, point in known})
    discs = [_disc(dot, places[dot.code], radius[dot.code]) for dot, _point in known]
    view = _view(places.values())
    return {"discs": discs, "view": view, "is_wide": view != _NORECS_VIEW, "label": label}


def _disc(dot: CountryDot, place: Point, radius: float) -> dict[str, Any]:
    x, y = place
    position = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text_y": f"{y + 3.5:.1f}", "radius": f"{radius:.1f}"}
    return {"dot": dot, "name": country_name(dot.code), **position}


def _radius(count: int) -> float:
    return _SMALLEST_DISC + 1.06 * log(max(count, 1))


def _view(places: Iterable[Point]) -> str:
    """Norec's part of the world, and more when a dot lies outside it."""
    xs = [x for x, _y in places]
    left, right = min([170.0, *(x - 30 for x in xs)]), max([890.0, *(x + 30 for x in xs)])
    return f"{left:.0f} 0 {right - left:.0f} 372"
