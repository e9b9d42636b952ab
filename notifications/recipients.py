"""What this app knows of an account: only what stands in its own row. The layer above decides what these fields mean."""

import zoneinfo
from typing import Any

from alumni_site.core.languages import DEFAULT_LANGUAGE, supported_language

UTC = zoneinfo.ZoneInfo("UTC")


def may_be_reached(person: Any) -> bool:
    """Mails and pushes go to members: not to who is suspended, declined, closed or still an applicant."""
    return bool(person.is_member)


def language_of(person: Any) -> str:
    return supported_language(person.language) or DEFAULT_LANGUAGE


def zone_of(person: Any) -> zoneinfo.ZoneInfo:
    """The clock a person lives by; UTC, which pages show too, until they have chosen one."""
    try:
        return zoneinfo.ZoneInfo(person.time_zone) if person.time_zone else UTC
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return UTC
