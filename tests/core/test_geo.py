"""The map: its projection against published points, and dots that do not cover each other."""

from itertools import combinations
from math import hypot

import pytest

from alumni_site.core.countries import country_codes
from alumni_site.core.geo import COUNTRY_CENTRES, MAP_HEIGHT, MAP_WIDTH, arc, country_point, moved_apart, project


def test_projection_puts_norway_where_the_map_has_it() -> None:
    assert project(8.5, 61.0) == pytest.approx((517.6, 26.5), abs=0.05)


def test_projection_is_symmetrical_about_its_middle() -> None:
    assert project(0, 0)[0] == 500
    left, right = project(-120, 30), project(120, 30)
    assert left[0] + right[0] == pytest.approx(1000)
    assert left[1] == right[1]
    assert project(180, 0)[0] == pytest.approx(1000)
    assert project(0, 74)[1] == pytest.approx(0)


def test_projection_keeps_areas() -> None:
    """Cells of one degree have areas in the ratio of the cosines of their latitudes, which is what equal-area means."""

    def area(latitude: float) -> float:
        corners = [project(20, latitude), project(21, latitude), project(21, latitude + 1), project(20, latitude + 1)]
        pairs = zip(corners, corners[1:] + corners[:1], strict=True)
        return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2

    assert area(60) / area(0) == pytest.approx(0.4924, rel=0.001)


def test_every_country_has_a_place_on_the_map() -> None:
    assert set(COUNTRY_CENTRES) == country_codes()
    for code in COUNTRY_CENTRES:
        point = country_point(code)
        assert point is not None
        assert 0 <= point[0] <= MAP_WIDTH
        assert -1 <= point[1] <= MAP_HEIGHT


def test_code_without_a_place_has_none() -> None:
    assert country_point("XX") is None
    assert country_point("ke") == country_point("KE")


def test_dots_are_moved_apart_and_no_farther() -> None:
    codes = ["KE", "UG", "TZ", "RW", "BI", "MW", "CD", "ZM"]
    points = {code: (*country_point(code), 12.0) for code in codes}  # type: ignore[misc]
    moved = moved_apart(points)
    for first, second in combinations(codes, 2):
        (x1, y1), (x2, y2) = moved[first], moved[second]
        assert hypot(x2 - x1, y2 - y1) >= 24.9
    assert max(hypot(moved[code][0] - points[code][0], moved[code][1] - points[code][1]) for code in codes) < 40
    assert moved_apart(points) == moved


def test_dots_on_one_spot_part() -> None:
    moved = moved_apart({"a": (10, 10, 5), "b": (10, 10, 5)})
    assert moved == {"a": (4.5, 10.0), "b": (15.5, 10.0)}


def test_dots_with_room_stay() -> None:
    assert moved_apart({"a": (10, 10, 5), "b": (50, 10, 5)}) == {"a": (10, 10), "b": (50, 10)}


def test_arc_bends_to_the_left() -> None:
    assert arc((0, 0), (100, 0), 0.2) == "M0.0 0.0Q50.0 -20.0 100.0 0.0"
    assert arc((0, 0), (100, 0), -0.2) == "M0.0 0.0Q50.0 20.0 100.0 0.0"
