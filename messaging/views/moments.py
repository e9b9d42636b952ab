"""Days and times of messages, in words."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

_DAYS_BY_NAME = 6


def day_words(day: date) -> str:
    """Above the messages of a day: "Today", "Yesterday", "Monday 10 November", with the year when it is another."""
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if (today - day).days == 1:
        return _("Yesterday")
    named = date_format(day, "l j F") if day.year == today.year else date_format(day, "l j F Y")
    return named[:1].upper() + named[1:]


def short_when(moment: datetime) -> str:
    """In a list: the time today, "yesterday", the day within a week, else the date."""
    here, today = timezone.localtime(moment), timezone.localdate()
    day = here.date()
    past = (today - day).days
    if past <= 0:
        return date_format(here, "TIME_FORMAT")
    if past == 1:
        return _("yesterday")
    if past <= _DAYS_BY_NAME:
        return date_format(day, "D")
    return date_format(day, "j M" if day.year == today.year else "SHORT_DATE_FORMAT")
