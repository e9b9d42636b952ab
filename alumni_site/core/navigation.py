"""Registry of links in the header, the menus and the footer. Apps fill it in `AppConfig.ready`; the core knows none of them.

A link is shown when its app is there and `shown_to` says yes, so that no page ever has a dead link.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.urls import reverse
from django.utils.functional import Promise


class Place(StrEnum):
    """Where a link stands."""

    MAIN = "main"  # the bar at the top, and the menu below 62rem
    TOOLS = "tools"  # right in the bar, with an icon and perhaps a number: messages, notices
    ACCOUNT = "account"  # the menu under one's own name
    STAFF = "staff"  # the bar on Norec's own pages
    HELP = "help"  # foot, first column
    RIGHTS = "rights"  # foot, second column


class ViewerLike(Protocol):
    """What the core needs to know of `request.viewer`."""

    @property
    def is_signed_in(self) -> bool: ...
    @property
    def is_norec(self) -> bool: ...


@dataclass(frozen=True)
class Link:
    """One link, ready to be shown. `label` may be lazy. `language` is set when the label is not in the page's own."""

    label: str | Promise
    url: str
    icon: str = ""
    count: int = 0
    language: str = ""


def everybody(viewer: ViewerLike) -> bool:
    return True


def signed_in(viewer: ViewerLike) -> bool:
    return viewer.is_signed_in


def norec(viewer: ViewerLike) -> bool:
    return viewer.is_norec


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the registry. `url_name` is reversed without arguments; `count` is what waits, for a badge."""

    place: Place
    label: str | Promise
    url_name: str
    order: int = 100
    icon: str = ""
    shown_to: Callable[[Any], bool] = everybody
    count: Callable[[Any], int] | None = None


_items: list[NavigationItem] = []
_sources: dict[Place, list[Callable[[], Iterable[Link]]]] = {}


def register_navigation(item: NavigationItem) -> None:
    """Add a link to a place. Registering the same address twice in one place keeps the last."""
    _items[:] = [other for other in _items if (other.place, other.url_name) != (item.place, item.url_name)]
    _items.append(item)


def register_links(place: Place, source: Callable[[], Iterable[Link]]) -> None:
    """Add links that are found out at each request, such as an editor's pages. `source` must be cheap."""
    _sources.setdefault(place, []).append(source)


def links_for(place: Place, viewer: ViewerLike, *, counted: bool = True) -> list[Link]:
    """The links of one place for this viewer, in their order; those that `register_links` finds come last.

    `counted=False` leaves out the numbers, and the questions to the database they cost.
    """
    items = sorted((item for item in _items if item.place == place and item.shown_to(viewer)), key=lambda item: item.order)
    links = [
        Link(item.label, reverse(item.url_name), item.icon, item.count(viewer) if item.count and counted else 0) for item in items
    ]
    return links + [link for source in _sources.get(place, []) for link in source()]
