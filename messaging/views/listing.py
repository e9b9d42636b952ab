"""The list of conversations as HTML. Put together here: in a template its rows took a fifth of every page of messages."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alumni_site.core.addresses import address_maker
from alumni_site.core.templatetags.components import avatar, icon
from messaging.reading.inboxes import ListedThread, Preview
from messaging.reading.people import name_of
from messaging.reading.unread import how_many
from messaging.views.moments import short_when


def thread_rows(threads: Iterable[ListedThread], current: str = "") -> SafeString:
    """One row for each conversation; `current` is the UUID of the one that is open."""
    address = address_maker("conversation")
    return mark_safe("\n".join(_row(thread, address(thread.uuid), is_open=str(thread.uuid) == current) for thread in threads))


def _row(thread: ListedThread, address: str, *, is_open: bool) -> str:
    picture = avatar(thread.other, size="s") if thread.other else avatar(name=thread.title, identifier=thread.uuid, size="s")
    present = ' aria-current="page"' if is_open else ""
    return (
        f'<li><a class="nw-thread" href="{escape(address)}"{present}>{picture}'
        f'<strong class="nw-cut" dir="auto">{escape(thread.title)}</strong>'
        f'<span class="nw-soft nw-sm">{escape(short_when(thread.last_message_at))}</span>\n'
        f'<span class="nw-thread__line"><span class="nw-cut nw-soft" dir="auto">{_line(thread)}</span>\n'
        f'<span class="nw-thread__end">{_signs(thread)}</span></span></a></li>'
    )


def _line(thread: ListedThread) -> str:
    """What one's own draft, an answer that has not come, or the newest message says."""
    if thread.has_draft:
        words = _("Draft")
        return f'<span class="nw-new">{escape(words)}</span>'
    if thread.is_waiting:
        return escape(_("Waits for an answer"))
    return escape(_words(thread.preview, between_two=thread.other is not None)) if thread.preview else ""


def _words(preview: Preview, *, between_two: bool) -> str:
    if preview.is_hidden:
        return "…"
    if preview.is_deleted:
        return _("This message is deleted.")
    if preview.is_event:
        return preview.words
    words = preview.words or (_("A file") if preview.has_attachments else "")
    if preview.is_mine:
        return f"{_('You')}: {words}"
    if between_two:
        return words
    return f"{preview.sender.short_name if preview.sender else name_of(None)}: {words}"


def _signs(thread: ListedThread) -> str:
    """Pinned, muted, and how many messages are unread."""
    pinned = icon("PushPin", label=_("Pinned")) if thread.is_pinned else ""
    muted = icon("BellSlash", label=_("Muted")) if thread.is_muted else ""
    if not thread.unread:
        return f"{pinned}{muted}"
    count = how_many(thread.unread)
    told = ngettext("%(count)s unread", "%(count)s unread", thread.unread) % {"count": count}
    colour = "neutral" if thread.is_muted else "madder"
    badge = f'<span class="ds-badge" data-color="{colour}" data-count="{count}" aria-hidden="true"></span>'
    return f'{pinned}{muted}{badge}<span class="ds-sr-only">{escape(told)}</span>'
