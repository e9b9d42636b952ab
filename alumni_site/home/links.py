"""Links to the editors' pages, for the bar and the foot.

Every page of the network shows them, so they are kept in the cache: forgotten when an editor changes a page, and looked up
again after some minutes in a process that has not heard of it.
"""

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language
from wagtail.signals import post_page_move

from alumni_site.core.navigation import Link, Place
from alumni_site.home.models import StandardPage

_KEY = "home.page_links"
_SECONDS = 300
_LANGUAGES = ("nn", "nb", "en")

# Place, title by language, address.
_Kept = list[tuple[str, dict[str, str], str]]


def page_links(place: Place) -> list[Link]:
    """Published pages that are linked from this place, each with its name in the reader's language."""
    language = get_language() or "en"
    kept: _Kept | None = cache.get(_KEY)
    if kept is None:
        kept = _read()
        cache.set(_KEY, kept, _SECONDS)
    return [Link(titles[language], url) for where, titles, url in kept if where == place.value]


def forget_page_links(**kwargs: Any) -> None:
    """Look them up anew: at once, and again when what changed them is committed and others can see it."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.delete(_KEY))


def watch_pages() -> None:
    """Forget the links whenever a page is published, taken back, moved or deleted."""
    for signal in (post_save, post_delete):
        signal.connect(forget_page_links, sender=StandardPage, dispatch_uid="home.page_links")
    post_page_move.connect(forget_page_links, dispatch_uid="home.page_links")


def _read() -> _Kept:
    pages = StandardPage.objects.live().exclude(linked_from="").order_by("order", "pk").defer("body_nn", "body_nb", "body_en")
    return [
        (page.linked_from, {language: page.in_language("title", language) for language in _LANGUAGES}, page.url)
        for page in pages
        if page.url
    ]
