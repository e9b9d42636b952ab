"""The network's own components. `docs/components.md` lists them with their arguments; `/styleguide/` shows them."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from typing import Any
from uuid import UUID

from django import template
from django.core.paginator import Page, Paginator
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from alumni_site.core import countries

register = template.Library()

AVATAR_COLOURS = ("accent", "marigold", "madder", "heather")
# Side of the picture file in pixels for each size of avatar: twice what is shown, for dense screens.
AVATAR_FILES = {"s": "small", "": "small", "xl": "medium"}
AVATAR_PIXELS = {"s": 40, "": 52, "xl": 112}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite (names in assets/icons.txt). Give `label` only when no words stand beside it."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="nw-i" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="nw-i" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def land(width: int = 1000, height: int = 421) -> SafeString:
    """The dotted land of the world map, to stand inside an `<svg>` whose viewBox is in units of the map."""
    address = f"{static('img/world.svg')}#land"
    return format_html('<g class="nw-land"><use href="{}" width="{}" height="{}"/></g>', address, width, height)


def initials(name: str) -> str:
    """Two letters for a name: of the first and last word, or the first two of a single one."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = [next(_letters(word)) for word in (words[0], words[-1])] if len(words) > 1 else list(_letters(words[0]))[:2]
    return "".join(letters).upper()


def _letters(word: str) -> Iterator[str]:
    """Letters with the marks that belong to them: scripts of South Asia write vowels as marks."""
    letter = ""
    for sign in word:
        if letter and not unicodedata.category(sign).startswith("M"):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def avatar_colour(identifier: UUID | None) -> str:
    """The colour of a person's avatar: the same for one identifier, always, and spread evenly over all."""
    return AVATAR_COLOURS[identifier.int % len(AVATAR_COLOURS)] if identifier else AVATAR_COLOURS[0]


@register.simple_tag
def avatar(person: Any = None, size: str = "", name: str = "", identifier: UUID | None = None) -> SafeString:
    """Picture or initials of a person, as decoration: their name must stand beside it.

    `person` is a DisclosedProfile (its `photo` is only there when this viewer may see it) or anything with `name` and
    `uuid`; else give `name` and `identifier`. `size` is "s", "" or "xl".
    """
    uuid = identifier or getattr(person, "uuid", None)
    css = f"ds-avatar nw-avatar {escape(size)}" if size else "ds-avatar nw-avatar"
    start = f'<span class="{css}" data-color="{avatar_colour(uuid)}"'
    photo = _photo_url(uuid, size) if getattr(person, "photo", "") else ""
    if not photo:
        letters = escape(initials(name or getattr(person, "name", "")))
        return mark_safe(f'{start} data-initials="{letters}" aria-hidden="true"></span>')
    side = AVATAR_PIXELS[size]
    picture = f'<img src="{escape(photo)}" alt="" width="{side}" height="{side}" loading="lazy" decoding="async">'
    return mark_safe(f'{start} aria-hidden="true">{picture}</span>')


def _photo_url(uuid: UUID | None, size: str) -> str:
    try:
        return reverse("profile_photo", kwargs={"uuid": uuid, "size": AVATAR_FILES[size]})
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/flow.html")
def flow(origin: str, destination: str, away: bool = False, note: str = "") -> dict[str, Any]:
    """The sign of the network between two places or people. `away` draws the way home dotted: not home yet."""
    return {"origin": origin, "destination": destination, "away": away, "note": note}


@register.inclusion_tag("components/flow.html")
def exchange_flow(exchange: Any, today: date | None = None) -> dict[str, Any]:
    """One disclosed exchange in a line: countries by name and the years, "there now" while it lasts."""
    origin, destination = countries.country_name(exchange.from_country), countries.country_name(exchange.to_country)
    today = today or timezone.localdate()
    return {
        "origin": origin,
        "destination": destination,
        "away": not is_home(exchange, today),
        "note": _("there now") if is_on_exchange(exchange, today) else year_span(exchange.start, exchange.end),
    }


def is_home(exchange: Any, today: date) -> bool:
    """Whether homecoming is done, and not only planned: until that day the way home is drawn dotted."""
    return exchange.homecoming_date is not None and exchange.homecoming_date <= today


def is_on_exchange(exchange: Any, today: date) -> bool:
    """Whether the stay has begun and not ended. Without an end it lasts until homecoming."""
    if exchange.start is None or exchange.start > today or is_home(exchange, today):
        return False
    return exchange.end is None or exchange.end >= today


def year_span(start: date | None, end: date | None) -> str:
    """Years with an en dash: 2018–19, 1999–2001, 2022, or nothing."""
    first, last = start or end, end or start
    if first is None or last is None:
        return ""
    if first.year == last.year:
        return str(first.year)
    same_century = first.year // 100 == last.year // 100
    return f"{first.year}–{last.year % 100:02d}" if same_century else f"{first.year}–{last.year}"


@register.inclusion_tag("components/trip.html")
def trip(origin: str, destination: str, sender: str = "", host: str = "", away: bool = False) -> dict[str, Any]:
    """One exchange, large: two places, and under each the organisation."""
    return {"origin": origin, "destination": destination, "sender": sender, "host": host, "away": away}


@register.filter
def country(code: str) -> str:
    """The name of a country in the reader's language."""
    return countries.country_name(code)


@register.filter
def language(code: str) -> str:
    """The name of a language in the reader's language."""
    return countries.language_name(code)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Mapping[str, Any], page: Page, parameter: str = "page", fragment: str = "") -> dict[str, Any]:
    """Links to the pages of a list; all other parameters of the address stay. `fragment` is where to land."""
    last = page.paginator.num_pages
    numbers = Paginator(range(last), 1).get_elided_page_range(page.number, on_each_side=1, on_ends=1)

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query.pop(parameter, None)
        if number > 1:
            query[parameter] = str(number)
        return f"?{query.urlencode()}{'#' + fragment if fragment else ''}"

    pages = [{"number": n, "url": address(n) if isinstance(n, int) else "", "current": n == page.number} for n in numbers]
    return {
        "pages": pages if last > 1 else [],
        "previous_url": address(page.number - 1) if page.number > 1 else "",
        "next_url": address(page.number + 1) if page.number < last else "",
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: str) -> dict[str, Any]:
    """The way here: label, address, label, address, ..., and the label of this page last, without an address."""
    labels, urls = labels_and_urls[::2], [*labels_and_urls[1::2], ""]
    return {"steps": list(zip(labels, urls, strict=False))}


@register.inclusion_tag("components/progress.html")
def progress(value: int, maximum: int, label: str, identifier: str = "progress") -> dict[str, Any]:
    """A bar for work that goes on, with its words: "`label`: 120 of 415"."""
    return {"value": value, "maximum": maximum, "label": label, "identifier": identifier}


@register.inclusion_tag("components/stops.html")
def stops(done: int, total: int) -> dict[str, Any]:
    """How far, as a few stops. Decoration: say it in words beside it."""
    return {"stops": [number < done for number in range(total)]}


@register.inclusion_tag("components/stat.html")
def stat(value: Any, label: str, colour: str = "", note: str = "") -> dict[str, Any]:
    """One number with its words, to stand in `<dl class="nw-stats">`. Madder only when it needs somebody."""
    return {"value": value, "label": label, "colour": colour, "note": note}


@register.inclusion_tag("components/date.html")
def date_tile(day: date, colour: str = "accent") -> dict[str, Any]:
    """Day and month in a tile. Decoration: write the whole date beside it."""
    return {"day": day, "colour": colour}
