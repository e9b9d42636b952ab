"""Text as somebody wrote it, and times of messages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from messaging.views.links import with_links
from messaging.views.showing import Bubbles, Menus, Row
from profiles.policies import acts_as_member

register = template.Library()
register.filter(with_links)

_DAYS_BY_NAME = 6


@register.simple_tag(takes_context=True)
def own_account(context: Mapping[str, Any]) -> str:
    """The id of the account a member is signed in with, and nothing for everybody else."""
    viewer = getattr(context.get("request"), "viewer", None)
    return str(viewer.user.uuid) if viewer is not None and acts_as_member(viewer) else ""


@register.simple_tag
def message_bubble(bubbles: Bubbles, row: Row) -> SafeString:
    """The message itself."""
    return bubbles.of(row)


@register.simple_tag
def message_menu(menus: Menus, row: Row) -> SafeString:
    """What the reader can do with a message."""
    return menus.of(row)


@register.filter
def day_words(day: date) -> str:
    """Above the messages of a day: "Today", "Yesterday", "Monday 10 November", with the year when it is another."""
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if (today - day).days == 1:
        return _("Yesterday")
    named = date_format(day, "l j F") if day.year == today.year else date_format(day, "l j F Y")
    return named[:1].upper() + named[1:]


@register.filter
def short_when(moment: datetime) -> str:
    """In a list: the time today, "yesterday", the day within a week, else the date."""
    day, today = timezone.localtime(moment).date(), timezone.localdate()
    past = (today - day).days
    if past <= 0:
        return date_format(timezone.localtime(moment), "TIME_FORMAT")
    if past == 1:
        return _("yesterday")
    if past <= _DAYS_BY_NAME:
        return date_format(day, "D")
    return date_format(day, "j M" if day.year == today.year else "SHORT_DATE_FORMAT")
