"""When a mail may go out, by the clock of who gets it. All moments go in and come out with a zone; hours are local.

An hour that the clock jumps over in spring is the moment it would have been (02:00 becomes 03:00 summer time); of one that
comes twice in autumn the first counts, once.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY = 0


def next_daily(after: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The first time after `after` that the local clock begins `hour`."""
    return _next(after, zone, hour, weekday=None)


def next_weekly(after: datetime, zone: ZoneInfo, hour: int) -> datetime:
    """The same, on a Monday."""
    return _next(after, zone, hour, weekday=MONDAY)


def after_quiet_hours(moment: datetime, zone: ZoneInfo, quiet_from: int | None, quiet_until: int | None) -> datetime:
    """`moment`, or the end of the quiet hours it falls into. From 22 until 7 goes over midnight; equal hours are none."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return moment
    local = moment.astimezone(zone)
    if quiet_from < quiet_until:
        is_quiet = quiet_from <= local.hour < quiet_until
    else:
        is_quiet = local.hour >= quiet_from or local.hour < quiet_until
    if not is_quiet:
        return moment
    return _next(moment, zone, quiet_until, weekday=None)


def _next(after: datetime, zone: ZoneInfo, hour: int, weekday: int | None) -> datetime:
    day = after.astimezone(zone).date()
    # Eight days hold every weekday, and one more in case today's hour has passed.
    for step in range(9):
        candidate_day = day + timedelta(days=step)
        if weekday is not None and candidate_day.weekday() != weekday:
            continue
        candidate = _at(candidate_day, hour, zone)
        if candidate > after:
            return candidate
    raise AssertionError("a week has every weekday")


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
