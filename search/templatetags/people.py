"""What stands on the search page so often that in a template it took longer than all else: boxes and people."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alumni_site.core.templatetags.components import icon
from search.cards import Card, Fact, Route
from search.facets import Facet, Option

register = template.Library()

_SMALL = '<p class="nw-soft nw-sm">'
_TOGETHER = '<span class="nw-soft nw-together">'


@register.simple_tag
def boxes(facet: Facet) -> SafeString:
    """The values of a facet as boxes to tick, each with how many people have it."""
    return SafeString("\n".join(_box(facet.key, option) for option in facet.options))


def _box(key: str, option: Option) -> str:
    value = escape(option.value)
    checked = " checked" if option.is_chosen else ""
    return (
        f'<label class="nw-opt"><input class="ds-input" type="checkbox" name="{key}" value="{value}" id="f-{key}-{value}"'
        f'{checked}><span>{escape(option.label)}</span><span class="nw-num nw-sm">{option.count}'
        f'<span class="ds-sr-only"> {escape(option.unit)}</span></span></label>'
    )


@register.simple_tag
def people_cards(cards: Iterable[Card], may_keep: bool, heading: str = "h3") -> SafeString:
    """People as the items of a list, a card each. `may_keep` gives each a button to put them on the reader's own list."""
    drawn = _Drawing(may_keep, heading)
    return SafeString("\n".join(map(drawn.card, cards)))


class _Drawing:
    """Draws the cards of one page; what they have in common is made once."""

    def __init__(self, may_keep: bool, heading: str) -> None:
        self.may_keep = may_keep
        self.heading = heading
        self.confirmed = (
            f'<span class="nw-together"> <span class="nw-ok">{icon("SealCheckmarkFill")}</span>'
            f'<span class="ds-sr-only">{escape(_("exchange confirmed by Norec"))}</span></span>'
        )
        self.to = escape(pgettext("from one place to another", "to"))
        self.knows, self.speaks, self.open_to = (escape(text) for text in (_("Knows"), _("Speaks"), _("Open to")))
        self.handshake, self.bookmark, self.is_kept = icon("Handshake"), icon("Bookmark"), icon("BookmarkFill")

    def card(self, card: Card) -> str:
        confirmed = self.confirmed if card.is_confirmed else ""
        return (
            f'<li class="nw-panel nw-person">\n{card.avatar}\n<div class="nw-stack g-1">'
            f'<{self.heading}><a href="{card.url}">{card.name}</a>{confirmed}</{self.heading}>'
            f"{_within('<p>', card.headline, '</p>')}{_within(_SMALL, card.place, '</p>')}</div>\n"
            f'<div class="nw-person__do">{self._keep(card) if self.may_keep else ""}</div>\n'
            f"{self._route(card.route) if card.route else ''}\n{self._facts(card)}\n{self._open_to(card.open_to)}\n</li>"
        )

    def _keep(self, card: Card) -> str:
        return (
            f'<button class="ds-button" data-variant="tertiary" data-icon data-keep id="keep-{card.id}" form="keep"'
            f' formaction="{card.keep_url}" hx-post="{card.keep_url}" hx-include="#keep" hx-swap="outerHTML"'
            f' aria-label="{escape(card.keep_label)}">{self.is_kept if card.is_saved else self.bookmark}</button>'
        )

    def _route(self, route: Route) -> str:
        way = back = ""
        if route.origin and route.destination:
            back = ' class="away"' if route.is_away else ""
            way = (
                '<svg class="nw-flow" viewBox="0 0 36 14" aria-hidden="true"><path d="M1 5h33l-5-4"/>'
                f'<path{back} d="M35 9H2l5 4"/></svg><span class="ds-sr-only"> {self.to} </span>'
            )
        note = _within(_TOGETHER, escape(route.note), "</span>")
        dot = f"{_TOGETHER} ·</span> " if note and (route.origin or route.destination) else ""
        return f"<p><span>{route.origin}{way}{route.destination}{dot}{note}</span></p>"

    def _facts(self, card: Card) -> str:
        knows = _within(f"<div><dt>{self.knows}</dt><dd>", card.knows, "</dd></div>")
        speaks = _within(f"<div><dt>{self.speaks}</dt><dd>", card.speaks, "</dd></div>")
        return _within('<dl class="nw-facts">', knows + speaks + "".join(map(_fact, card.why)), "</dl>")

    def _open_to(self, words: str) -> str:
        start = f'<p class="nw-open nw-sm">{self.handshake}<span><span class="nw-soft">{self.open_to}</span> '
        return _within(start, escape(words), "</span></p>")


def _fact(fact: Fact) -> str:
    return f"<div><dt>{escape(fact.label)}</dt><dd>{fact.value}</dd></div>"


def _within(start: str, words: str, end: str) -> str:
    """Words, which are safe already, within these two; nothing around none."""
    return f"{start}{words}{end}" if words else ""
