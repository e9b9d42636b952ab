"""Places on the network's own map: static/img/world.svg, dots in the equal-area Equal Earth projection.

Šavrič, Patterson, Jenny: "The Equal Earth map projection", International Journal of Geographical Information Science 33:3
(2019). Its true sizes are the point: on it Africa is as large as it is.
"""

from math import asin, cos, hypot, radians, sin, sqrt

MAP_WIDTH = 1000
MAP_HEIGHT = 421
_NORTH_EDGE = 74.0  # degrees; north of it nobody lives whom the map could show
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """The point of the map, in its units (1000 wide, y down from 74°N), of a place in degrees east and north."""
    x, y = _equal_earth(radians(longitude), radians(latitude))
    return MAP_WIDTH / 2 + _SCALE * x, _SCALE * (_TOP - y)


def _equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    theta = asin(_M * sin(latitude))
    slope = 9 * _A4 * theta**8 + 7 * _A3 * theta**6 + 3 * _A2 * theta**2 + _A1
    x = 2 * sqrt(3) * longitude * cos(theta) / (3 * slope)
    y = theta * (_A4 * theta**8 + _A3 * theta**6 + _A2 * theta**2 + _A1)
    return x, y


_SCALE = (MAP_WIDTH / 2) / _equal_earth(radians(180), 0)[0]
_TOP = _equal_earth(0, radians(_NORTH_EDGE))[1]


def country_point(code: str) -> Point | None:
    """The point of the map for the middle of a country (ISO 3166-1 alpha-2), or None for a code that has none.

    Never anything finer: a dot says a country, not where somebody lives.
    """
    centre = COUNTRY_CENTRES.get(code.upper())
    return project(*centre) if centre else None


def moved_apart(points: dict[str, tuple[float, float, float]], gap: float = 1.0, rounds: int = 60) -> dict[str, Point]:
    """Centres of discs, given as x, y and radius, pushed apart just so far that none covers another.

    Each pair that is nearer than its radii and `gap` is moved away from each other, half each, `rounds` times at most.
    The same points give the same answer.
    """
    places = {key: (x, y) for key, (x, y, _radius) in points.items()}
    keys = sorted(points)
    for _round in range(rounds):
        moved = False
        for index, first in enumerate(keys):
            for second in keys[index + 1 :]:
                wanted = points[first][2] + points[second][2] + gap
                moved |= _push(places, first, second, wanted)
        if not moved:
            break
    return places


def _push(places: dict[str, Point], first: str, second: str, wanted: float) -> bool:
    (x1, y1), (x2, y2) = places[first], places[second]
    distance = hypot(x2 - x1, y2 - y1)
    # A hundredth of a unit is less than anybody sees.
    if distance >= wanted - 0.01:
        return False
    across, down = ((x2 - x1) / distance, (y2 - y1) / distance) if distance else (1.0, 0.0)
    step = (wanted - distance) / 2
    places[first] = (x1 - across * step, y1 - down * step)
    places[second] = (x2 + across * step, y2 + down * step)
    return True


def arc(start: Point, end: Point, bend: float) -> str:
    """The `d` of an SVG path that bends from one point to another. `bend` is the share of the length it leaves the straight
    line by, to the left of the way (to the right when it is negative)."""
    (x1, y1), (x2, y2) = start, end
    across = (x1 + x2) / 2 + (y2 - y1) * bend
    down = (y1 + y2) / 2 - (x2 - x1) * bend
    return f"M{x1:.1f} {y1:.1f}Q{across:.1f} {down:.1f} {x2:.1f} {y2:.1f}"


# Degrees east and north of the middle of each country, or of where most of its people live when it is scattered.
# fmt: off
COUNTRY_CENTRES: dict[str, tuple[float, float]] = {
    "AD": (1.6, 42.5), "AE": (54.3, 24.0), "AF": (66.0, 33.8), "AG": (-61.8, 17.1), "AI": (-63.1, 18.2), "AL": (20.1, 41.2),
    "AM": (45.0, 40.2), "AO": (17.5, -12.3), "AR": (-65.2, -34.5), "AS": (-170.7, -14.3), "AT": (14.1, 47.6),
    "AU": (134.5, -25.7),
    "AW": (-70.0, 12.5), "AX": (20.0, 60.2), "AZ": (47.5, 40.3), "BA": (17.8, 44.2), "BB": (-59.6, 13.2), "BD": (90.2, 23.9),
    "BE": (4.6, 50.6), "BF": (-1.7, 12.3), "BG": (25.2, 42.8), "BH": (50.5, 26.0), "BI": (29.9, -3.4), "BJ": (2.3, 9.6),
    "BL": (-62.8, 17.9), "BM": (-64.8, 32.3), "BN": (114.7, 4.5), "BO": (-64.7, -16.7), "BQ": (-68.3, 12.2), "BR": (-53.1, -10.8),
    "BS": (-77.4, 24.6), "BT": (90.4, 27.4), "BW": (23.8, -22.2), "BY": (28.0, 53.5), "BZ": (-88.7, 17.2), "CA": (-101.9, 57.6),
    "CC": (96.8, -12.2), "CD": (23.6, -2.9), "CF": (20.5, 6.6), "CG": (15.2, -0.8), "CH": (8.2, 46.8), "CI": (-5.6, 7.6),
    "CK": (-159.8, -21.2), "CL": (-71.2, -35.5), "CM": (12.7, 5.7), "CN": (103.8, 36.6), "CO": (-73.1, 3.9), "CR": (-84.2, 10.0),
    "CU": (-79.0, 21.6), "CV": (-23.9, 15.9), "CW": (-69.0, 12.2), "CX": (105.7, -10.5), "CY": (33.2, 35.0), "CZ": (15.3, 49.7),
    "DE": (10.4, 51.1), "DJ": (42.6, 11.8), "DK": (9.5, 56.0), "DM": (-61.4, 15.4), "DO": (-70.5, 18.9), "DZ": (2.6, 28.2),
    "EC": (-78.4, -1.4), "EE": (25.5, 58.7), "EG": (29.9, 26.5), "EH": (-13.0, 24.2), "ER": (38.8, 15.4), "ES": (-3.6, 40.2),
    "ET": (39.6, 8.6), "FI": (26.3, 62.9), "FJ": (178.0, -17.8), "FK": (-59.4, -51.7), "FM": (158.2, 6.9), "FO": (-6.9, 62.1),
    "FR": (2.5, 46.6), "GA": (11.8, -0.6), "GB": (-2.0, 53.5), "GD": (-61.7, 12.1), "GE": (43.5, 42.2), "GF": (-53.2, 3.9),
    "GG": (-2.6, 49.5), "GH": (-1.2, 7.9), "GI": (-5.3, 36.1), "GL": (-45.0, 66.0), "GM": (-15.4, 13.4), "GN": (-10.9, 10.4),
    "GP": (-61.5, 16.2), "GQ": (10.3, 1.7), "GR": (22.6, 39.3), "GS": (-36.8, -54.4), "GT": (-90.4, 15.7), "GU": (144.8, 13.4),
    "GW": (-14.9, 12.0), "GY": (-59.0, 4.8), "HK": (114.1, 22.4), "HN": (-86.6, 14.8), "HR": (16.4, 45.1), "HT": (-72.7, 18.9),
    "HU": (19.4, 47.2), "ID": (113.0, -3.0), "IE": (-8.1, 53.2), "IL": (35.0, 31.5), "IM": (-4.5, 54.2), "IN": (79.6, 22.9),
    "IO": (72.4, -7.3), "IQ": (43.7, 33.0), "IR": (54.3, 32.6), "IS": (-18.6, 65.0), "IT": (12.1, 42.8), "JE": (-2.1, 49.2),
    "JM": (-77.3, 18.2), "JO": (36.8, 31.2), "JP": (138.0, 36.8), "KE": (37.8, 0.5), "KG": (74.5, 41.5), "KH": (104.9, 12.7),
    "KI": (173.0, 1.4), "KM": (43.7, -11.9), "KN": (-62.7, 17.3), "KP": (127.2, 40.2), "KR": (127.8, 36.4), "KW": (47.6, 29.3),
    "KY": (-81.2, 19.3), "KZ": (67.3, 48.2), "LA": (103.8, 18.5), "LB": (35.9, 33.9), "LC": (-61.0, 13.9), "LI": (9.5, 47.1),
    "LK": (80.7, 7.6), "LR": (-9.3, 6.5), "LS": (28.2, -29.6), "LT": (23.9, 55.3), "LU": (6.1, 49.8), "LV": (24.9, 56.8),
    "LY": (18.0, 27.0), "MA": (-6.3, 31.9), "MC": (7.4, 43.7), "MD": (28.5, 47.2), "ME": (19.2, 42.8), "MF": (-63.1, 18.1),
    "MG": (46.7, -19.4), "MH": (171.2, 7.1), "MK": (21.7, 41.6), "ML": (-3.5, 17.3), "MM": (96.5, 21.2), "MN": (103.1, 46.8),
    "MO": (113.5, 22.2), "MP": (145.7, 15.2), "MQ": (-61.0, 14.7), "MR": (-10.3, 20.3), "MS": (-62.2, 16.7), "MT": (14.4, 35.9),
    "MU": (57.6, -20.3), "MV": (73.5, 4.2), "MW": (34.3, -13.2), "MX": (-102.5, 23.9), "MY": (102.2, 4.0), "MZ": (35.5, -17.3),
    "NA": (17.2, -22.1), "NC": (165.7, -21.3), "NE": (9.4, 17.4), "NF": (168.0, -29.0), "NG": (8.1, 9.6), "NI": (-85.0, 12.8),
    "NL": (5.3, 52.1), "NO": (8.5, 61.0), "NP": (83.9, 28.2), "NR": (166.9, -0.5), "NU": (-169.9, -19.1), "NZ": (171.5, -41.8),
    "OM": (56.1, 20.6), "PA": (-80.1, 8.5), "PE": (-74.4, -9.2), "PF": (-149.4, -17.7), "PG": (145.2, -6.5), "PH": (122.9, 11.8),
    "PK": (69.3, 29.9), "PL": (19.4, 52.1), "PM": (-56.3, 46.9), "PN": (-130.1, -25.1), "PR": (-66.5, 18.2), "PS": (35.2, 31.9),
    "PT": (-8.0, 39.6), "PW": (134.6, 7.5), "PY": (-58.4, -23.2), "QA": (51.2, 25.3), "RE": (55.5, -21.1), "RO": (25.0, 45.9),
    "RS": (20.8, 44.2), "RU": (60.0, 58.0), "RW": (29.9, -2.0), "SA": (44.5, 24.1), "SB": (159.6, -8.9), "SC": (55.5, -4.7),
    "SD": (29.9, 16.0), "SE": (15.3, 60.8), "SG": (103.8, 1.4), "SH": (-5.7, -15.9), "SI": (14.8, 46.1), "SJ": (15.6, 73.9),
    "SK": (19.5, 48.7), "SL": (-11.8, 8.6), "SM": (12.5, 43.9), "SN": (-14.5, 14.4), "SO": (45.7, 4.8), "SR": (-55.9, 4.1),
    "SS": (30.2, 7.3), "ST": (6.7, 0.4), "SV": (-88.9, 13.7), "SX": (-63.1, 18.0), "SY": (38.5, 35.0), "SZ": (31.5, -26.6),
    "TC": (-71.8, 21.8), "TD": (18.6, 15.3), "TG": (1.0, 8.5), "TH": (101.0, 15.1), "TJ": (71.0, 38.5), "TK": (-171.8, -9.2),
    "TL": (125.8, -8.8), "TM": (59.4, 39.1), "TN": (9.6, 34.1), "TO": (-175.2, -21.2), "TR": (35.2, 39.1), "TT": (-61.3, 10.4),
    "TV": (179.2, -8.5), "TW": (121.0, 23.8), "TZ": (34.8, -6.3), "UA": (31.4, 49.0), "UG": (32.4, 1.3), "US": (-98.6, 39.8),
    "UY": (-56.0, -32.8), "UZ": (63.1, 41.8), "VA": (12.5, 41.9), "VC": (-61.2, 13.2), "VE": (-66.2, 7.1), "VG": (-64.6, 18.4),
    "VI": (-64.8, 17.9), "VN": (106.3, 16.6), "VU": (167.7, -16.2), "WF": (-177.3, -13.9), "WS": (-172.2, -13.8),
    "XK": (20.9, 42.6),
    "YE": (47.6, 15.9), "YT": (45.1, -12.8), "ZA": (25.1, -29.0), "ZM": (27.8, -13.5), "ZW": (29.9, -19.0),
}
# fmt: on
