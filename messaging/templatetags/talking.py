"""Text as somebody wrote it, and times of messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from messaging.reading.inboxes import ListedThread
from messaging.views.links import with_links
from messaging.views.listing import thread_rows
from messaging.views.moments import day_words, short_when
from messaging.views.showing import Bubbles, Menus, Row
from profiles.policies import acts_as_member

register = template.Library()
register.filter(with_links)
register.filter(day_words)
register.filter(short_when)


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


@register.simple_tag
def listed_threads(threads: Iterable[ListedThread], current: str) -> SafeString:
    """Conversations as rows of their list; `current` is the UUID of the one that is open."""
    return thread_rows(threads, current)
