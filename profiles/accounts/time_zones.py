"""Time zones a person may choose: the IANA zones that belong to a country, by the names of country and place."""

import zoneinfo
from datetime import datetime
from functools import lru_cache

from babel.core import get_global
from babel.dates import get_timezone_location
from django.utils import timezone
from django.utils.translation import get_language

from alumni_site.core.countries import country_name, sort_key

_WORLD = "001"


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Zone -> ISO code of its country. Old spellings of the same zone are left out."""
    known = zoneinfo.available_timezones()
    return {zone: code for zone, code in get_global("zone_territories").items() if zone in known and code != _WORLD}


def is_time_zone(name: str) -> bool:
    return name in _zones()


def time_zone_choices(language: str | None = None) -> list[tuple[str, str]]:
    """Pairs of IANA name and words, such as "Nepal: Kathmandu (UTC+5:45)", in the order of countries' names."""
    return list(_choices((language or get_language() or "en")[:2], timezone.now().date().isoformat()))


@lru_cache(maxsize=6)
def _choices(language: str, _day: str) -> tuple[tuple[str, str], ...]:
    # Kept for a day, since summer time changes the numbers.
    now = timezone.now()
    named = [(zone, _label(zone, code, language, now)) for zone, code in _zones().items()]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1], language)))


def _label(zone: str, code: str, language: str, now: datetime) -> str:
    city = get_timezone_location(zone, locale=language, return_city=True)
    return f"{country_name(code, language)}: {city} ({_offset(zone, now)})"


def _offset(zone: str, now: datetime) -> str:
    minutes = int((now.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset()).total_seconds() // 60)  # type: ignore[union-attr]
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"
