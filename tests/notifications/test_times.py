"""When mails go out: by local clocks, over daylight saving and in Nepal."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from notifications.kinds import MailPace
from notifications.models import NoticeTimes
from notifications.planning import digest_due_at
from notifications.times import after_quiet_hours, next_daily, next_weekly

OSLO, KATHMANDU, NAIROBI = ZoneInfo("Europe/Oslo"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Africa/Nairobi")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "zone", "hour", "due"),
    [
        ("2026-11-26T05:00", OSLO, 8, "2026-11-26T07:00"),
        # The very moment counts as passed.
        ("2026-11-26T07:00", OSLO, 8, "2026-11-27T07:00"),
        ("2026-11-26T02:14", KATHMANDU, 8, "2026-11-26T02:15"),
        ("2026-11-26T02:15", KATHMANDU, 8, "2026-11-27T02:15"),
        ("2026-11-26T20:00", NAIROBI, 8, "2026-11-27T05:00"),
        # 29 March 2026: two o'clock does not come, three does.
        ("2026-03-28T12:00", OSLO, 2, "2026-03-29T01:00"),
        ("2026-03-29T01:00", OSLO, 2, "2026-03-30T00:00"),
        ("2026-03-28T12:00", OSLO, 8, "2026-03-29T06:00"),
        # 25 October 2026: two o'clock comes twice, the first counts.
        ("2026-10-24T12:00", OSLO, 2, "2026-10-25T00:00"),
        ("2026-10-25T00:00", OSLO, 2, "2026-10-26T01:00"),
        ("2026-10-25T00:30", OSLO, 2, "2026-10-26T01:00"),
        ("2026-10-24T12:00", OSLO, 8, "2026-10-25T07:00"),
    ],
)
def test_daily_digest_is_due_at_the_local_hour(after: str, zone: ZoneInfo, hour: int, due: str) -> None:
    assert next_daily(utc(after), zone, hour) == utc(due)


@pytest.mark.parametrize("zone", [OSLO, KATHMANDU, ZoneInfo("America/Santiago"), ZoneInfo("Australia/Lord_Howe")])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 8, 23])
def test_daily_digest_is_due_once_on_each_day_of_the_year(zone: ZoneInfo, hour: int) -> None:
    moment, days = next_daily(utc("2026-01-01T12:00"), zone, hour), []
    for _ in range(365):
        days.append(moment.astimezone(zone).date())
        moment = next_daily(moment, zone, hour)
    assert days == [days[0] + timedelta(days=number) for number in range(365)]


def test_weekly_digest_is_due_on_mondays() -> None:
    # 26 November 2026 is a Thursday.
    assert next_weekly(utc("2026-11-26T05:00"), OSLO, 8) == utc("2026-11-30T07:00")
    assert next_weekly(utc("2026-11-30T06:59"), OSLO, 8) == utc("2026-11-30T07:00")
    assert next_weekly(utc("2026-11-30T07:00"), OSLO, 8) == utc("2026-12-07T07:00")
    # Sunday in London is Monday in Kathmandu.
    assert next_weekly(utc("2026-11-29T18:30"), KATHMANDU, 1) == utc("2026-11-29T19:15")


@pytest.mark.parametrize(
    ("moment", "zone", "begin", "end", "allowed"),
    [
        ("2026-11-26T12:00", OSLO, 22, 7, "2026-11-26T12:00"),
        ("2026-11-26T21:00", OSLO, 22, 7, "2026-11-27T06:00"),
        ("2026-11-26T20:59", OSLO, 22, 7, "2026-11-26T20:59"),
        ("2026-11-27T05:59", OSLO, 22, 7, "2026-11-27T06:00"),
        ("2026-11-27T06:00", OSLO, 22, 7, "2026-11-27T06:00"),
        ("2026-11-26T12:00", OSLO, 12, 14, "2026-11-26T13:00"),
        ("2026-11-26T16:20", KATHMANDU, 22, 6, "2026-11-27T00:15"),
        # The night with an hour less, and the one with an hour more.
        ("2026-03-28T22:00", OSLO, 22, 7, "2026-03-29T05:00"),
        ("2026-10-24T21:00", OSLO, 22, 7, "2026-10-25T06:00"),
        ("2026-11-26T23:00", OSLO, None, None, "2026-11-26T23:00"),
        ("2026-11-26T23:00", OSLO, 7, 7, "2026-11-26T23:00"),
    ],
)
def test_quiet_hours_put_off_to_their_end(moment: str, zone: ZoneInfo, begin: int | None, end: int | None, allowed: str) -> None:
    assert after_quiet_hours(utc(moment), zone, begin, end) == utc(allowed)


def digest_due(after: datetime, zone: str, pace: MailPace, hour: int, quiet_from: int, quiet_until: int) -> datetime:
    times = NoticeTimes(digest_hour=hour, quiet_from=quiet_from, quiet_until=quiet_until)
    return digest_due_at(SimpleNamespace(time_zone=zone), times, pace, after)


@pytest.mark.parametrize(
    ("after", "zone", "hour", "quiet_from", "quiet_until", "due"),
    [
        ("2026-11-26T12:00", "Europe/Oslo", 8, 22, 7, "2026-11-27T07:00"),
        ("2026-11-26T12:00", "Europe/Oslo", 7, 22, 7, "2026-11-27T06:00"),
        ("2026-11-26T12:00", "Europe/Oslo", 3, 22, 7, "2026-11-27T06:00"),
        # What is told after the hour, and before the end of the night, is still told at the end of this night.
        ("2026-11-27T04:00", "Europe/Oslo", 3, 22, 7, "2026-11-27T06:00"),
        ("2026-11-26T22:30", "Europe/Oslo", 23, 22, 7, "2026-11-27T06:00"),
        ("2026-11-27T06:00", "Europe/Oslo", 3, 22, 7, "2026-11-28T06:00"),
        ("2026-11-27T06:00", "Europe/Oslo", 23, 22, 7, "2026-11-28T06:00"),
        ("2026-11-26T12:00", "Asia/Kathmandu", 5, 22, 6, "2026-11-27T00:15"),
        ("2026-11-27T00:10", "Asia/Kathmandu", 5, 22, 6, "2026-11-27T00:15"),
        ("2026-11-27T00:15", "Asia/Kathmandu", 5, 22, 6, "2026-11-28T00:15"),
        # The night with an hour less, and the one with an hour more.
        ("2026-03-28T12:00", "Europe/Oslo", 2, 22, 7, "2026-03-29T05:00"),
        ("2026-03-29T04:30", "Europe/Oslo", 2, 22, 7, "2026-03-29T05:00"),
        ("2026-10-24T12:00", "Europe/Oslo", 2, 22, 7, "2026-10-25T06:00"),
        ("2026-10-25T00:30", "Europe/Oslo", 2, 22, 7, "2026-10-25T06:00"),
        ("2026-10-25T06:00", "Europe/Oslo", 2, 22, 7, "2026-10-26T06:00"),
    ],
)
def test_digest_whose_hour_is_quiet_comes_at_the_end(
    after: str, zone: str, hour: int, quiet_from: int, quiet_until: int, due: str
) -> None:
    assert digest_due(utc(after), zone, MailPace.DAILY, hour, quiet_from, quiet_until) == utc(due)


@pytest.mark.parametrize("zone", ["Europe/Oslo", "Asia/Kathmandu", "America/Santiago", "Australia/Lord_Howe"])
@pytest.mark.parametrize(("hour", "quiet_from", "quiet_until"), [(0, 22, 7), (3, 2, 4), (23, 22, 2), (8, 22, 7), (2, 1, 23)])
def test_digest_comes_once_on_each_day_and_never_in_quiet_hours(zone: str, hour: int, quiet_from: int, quiet_until: int) -> None:
    moment, days = utc("2026-01-01T12:00"), []
    for _ in range(365):
        moment = digest_due(moment, zone, MailPace.DAILY, hour, quiet_from, quiet_until)
        assert after_quiet_hours(moment, ZoneInfo(zone), quiet_from, quiet_until) == moment
        days.append(moment.astimezone(ZoneInfo(zone)).date())
    assert days == [days[0] + timedelta(days=number) for number in range(365)]


def test_weekly_digest_waits_for_the_end_of_quiet_hours_too() -> None:
    # 30 November 2026 is a Monday.
    weekly = MailPace.WEEKLY
    assert digest_due(utc("2026-11-26T05:00"), "Europe/Oslo", weekly, 3, 22, 7) == utc("2026-11-30T06:00")
    assert digest_due(utc("2026-11-30T04:00"), "Europe/Oslo", weekly, 3, 22, 7) == utc("2026-11-30T06:00")
    assert digest_due(utc("2026-11-30T06:00"), "Europe/Oslo", weekly, 3, 22, 7) == utc("2026-12-07T06:00")
    # Late on Monday is early on Tuesday then.
    assert digest_due(utc("2026-12-01T00:00"), "Europe/Oslo", weekly, 23, 22, 7) == utc("2026-12-01T06:00")
    assert digest_due(utc("2026-12-01T06:00"), "Europe/Oslo", weekly, 23, 22, 7) == utc("2026-12-08T06:00")
    assert digest_due(utc("2026-11-29T12:00"), "Asia/Kathmandu", weekly, 1, 22, 6) == utc("2026-11-30T00:15")
