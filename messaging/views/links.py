"""Addresses in what somebody wrote."""

import re

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

# The same rule as in static/js/messages.js.
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
_TRAILING = re.compile(r"[.,:;!?)\]}»”’]+$")


def with_links(text: str) -> SafeString:
    """The text, with addresses of the web as links that tell the other side nothing and are not recommended by us."""
    if not _ADDRESS.search(text):
        return conditional_escape(text)
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
