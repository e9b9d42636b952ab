"""Text as somebody wrote it, and times of messages."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from messaging.views.showing import Menus, Row
from profiles.policies import acts_as_member

register = template.Library()

# The same rule as in static/js/messages.js.
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_TRAILING = re.compile(r"[.,:;!?)\]}»”’]+$")
_DAYS_BY_NAME = 6


@register.simple_tag(takes_context=True)
def own_account(context: Mapping[str, Any]) -> str:
    """The id of the account a member is signed in with, and nothing for everybody else."""
    viewer = getattr(context.get("request"), "viewer", None)
    return str(viewer.user.uuid) if viewer is not None and acts_as_member(viewer) else ""


@register.simple_tag
def message_menu(menus: Menus, row: Row) -> SafeString:
    """What the reader can do with a message."""
    return menus.of(row)


@register.filter
def with_links(text: str) -> SafeString:
    """The text, with addresses of the web as links that tell the other side nothing and are not recommended by us."""
    parts: list[tuple[object]] = []
    position = 0
    for found in _ADDRESS.finditer(text):
        address = _TRAILING.sub("", found[0])
        parts += [(text[position : found.start()],), (_link(address),)]
        position = found.start() + len(address)
    return format_html_join("", "{}", [*parts, (text[position:],)])


def _link(address: str) -> SafeString:
    url = f"https://{address}" if address.lower().startswith("www.") else address
    return format_html('<a href="{}" rel="noopener noreferrer nofollow ugc" dir="ltr">{}</a>', url, address)


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
