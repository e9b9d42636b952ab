"""People as a result shows them, on a card or in a row: only what is disclosed, with what was searched for marked.

Made ready here rather than in the template, and what all cards of a page have in common only once: a page is to be quick.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alumni_site.core.addresses import address_maker
from alumni_site.core.countries import country_name, language_name
from alumni_site.core.templatetags.components import avatar, is_home, is_on_exchange, year_span
from profiles.disclosure import DisclosedExchange, DisclosedLanguage, DisclosedProfile
from profiles.models.people import LanguageLevel, OpenTo
from search.people import Hit, Segment

SKILLS_SHOWN = 5
LANGUAGES_SHOWN = 5

Highlights = Mapping[str, list[tuple[Segment, ...]]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card."""

    label: str
    value: SafeString


@dataclass(frozen=True, slots=True)
class Route:
    """The latest exchange: two countries, and when."""

    origin: SafeString
    destination: SafeString
    is_away: bool
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One person, ready to be shown. Texts that may be marked are safe already.

    `keep_url` is where the button sends that keeps the person or, when `is_saved`, lets them go; `keep_label` says which.
    """

    id: str
    url: str
    name: SafeString
    avatar: SafeString
    is_confirmed: bool
    headline: SafeString
    place: SafeString
    route: Route | None
    knows: SafeString
    speaks: SafeString
    open_to: str
    is_saved: bool
    keep_url: str
    keep_label: str
    why: list[Fact] = field(default_factory=list)


def cards_of(hits: Iterable[Hit], saved_ids: set[int]) -> list[Card]:
    """The hits of a result as cards. `saved_ids` are the profiles that the reader keeps."""
    maker = _CardMaker(saved_ids)
    return [maker.card(hit.profile, hit.highlights) for hit in hits]


def plain_cards(people: Iterable[DisclosedProfile], saved_ids: set[int]) -> list[Card]:
    """People as cards when nothing was searched for."""
    maker = _CardMaker(saved_ids)
    return [maker.card(person, {}) for person in people]


def marked(segments: Sequence[Segment]) -> SafeString:
    """Segments as HTML: escaped, with `<mark>` around what was searched for and `lang` around what is in another language."""
    pieces = ((language, "".join(map(_marked, some))) for language, some in groupby(segments, attrgetter("language")))
    return SafeString(
        "".join(f'<span lang="{escape(language)}">{text}</span>' if language else text for language, text in pieces)
    )


def _marked(segment: Segment) -> str:
    text = html.escape(segment.text)
    return f"<mark>{text}</mark>" if segment.marked else text


def escape(text: str) -> SafeString:
    """As Django's, which minds lazy texts too and takes four times as long: a page of cards asks hundreds of times."""
    return SafeString(html.escape(text))


class _CardMaker:
    """Makes the cards of one page, in the language of the moment."""

    def __init__(self, saved_ids: set[int]) -> None:
        self.saved_ids = saved_ids
        self.language = get_language() or "en"
        self.today = timezone.localdate()
        self.open_to = {choice.value: _uncapitalised(str(choice.label)) for choice in OpenTo}
        self.profile_url = address_maker("profile")
        self.save_url, self.unsave_url = address_maker("save_person"), address_maker("unsave_person")
        self.save_label, self.unsave_label = _("Save %(name)s"), _("%(name)s is saved. Take off my list")
        self.some = _("some %(language)s") % {"language": "{}"}

    def card(self, person: DisclosedProfile, highlights: Highlights) -> Card:
        uuid = str(person.uuid)
        is_saved = person.id in self.saved_ids
        return Card(
            id=uuid,
            url=self.profile_url(uuid),
            name=_text(person.name, highlights, "name"),
            avatar=avatar(person),
            is_confirmed=person.is_confirmed,
            headline=_text(person.headline, highlights, "headline"),
            place=self._place(person, highlights),
            route=self._route(person.latest_exchange, highlights),
            knows=self._knows(person, highlights),
            speaks=self._speaks(person.languages, highlights),
            open_to=", ".join(self.open_to[value] for value in person.open_to),
            is_saved=is_saved,
            keep_url=(self.unsave_url if is_saved else self.save_url)(uuid),
            keep_label=(self.unsave_label if is_saved else self.save_label) % {"name": person.name},
            why=self._why(person, highlights) if highlights else [],
        )

    def _place(self, person: DisclosedProfile, highlights: Highlights) -> SafeString:
        parts = (_text(person.place, highlights, "place"), self._country(person.country, highlights))
        return SafeString(", ".join(part for part in parts if part))

    def _country(self, code: str, highlights: Highlights) -> SafeString:
        """A country's name, marked when it was searched for."""
        name = country_name(code, self.language) if code else ""
        for segments in (*highlights.get("country", ()), *highlights.get("countries", ())):
            if name and _names(segments, name):
                return marked(segments)
        return escape(name)

    def _route(self, exchange: DisclosedExchange | None, highlights: Highlights) -> Route | None:
        if exchange is None:
            return None
        return Route(
            origin=self._country(exchange.from_country, highlights),
            destination=self._country(exchange.to_country, highlights),
            is_away=not is_home(exchange, self.today),
            note=_("there now") if is_on_exchange(exchange, self.today) else year_span(exchange.start, exchange.end),
        )

    def _knows(self, person: DisclosedProfile, highlights: Highlights) -> SafeString:
        """Skills, those searched for first, so that a card never hides why it is there."""
        found = highlights.get("skills", ())
        names = [term.name_in(self.language) for term in person.skills]
        rest = [name for name in names if not any(_names(segments, name) for segments in found)]
        room = max(0, SKILLS_SHOWN - len(found))
        shown = [*(marked(segments) for segments in found), *(escape(name) for name in rest[:room])]
        if len(rest) > room:
            shown.append(escape(_and_more(len(rest) - room)))
        return SafeString(", ".join(shown))

    def _speaks(self, languages: Sequence[DisclosedLanguage], highlights: Highlights) -> SafeString:
        """Languages, those searched for first, and otherwise as the person has put them."""
        found = highlights.get("languages", ())
        named = [(language_name(item.code, self.language), item.level == LanguageLevel.SOME) for item in languages]
        if found:
            named.sort(key=lambda pair: not any(_names(segments, pair[0]) for segments in found))
        shown = [self._language(name, is_some, found) for name, is_some in named[:LANGUAGES_SHOWN]]
        if len(named) > LANGUAGES_SHOWN:
            shown.append(escape(_and_more(len(named) - LANGUAGES_SHOWN)))
        return SafeString(", ".join(shown))

    def _language(self, name: str, is_some: bool, found: Sequence[Sequence[Segment]]) -> SafeString:
        shown = next((marked(segments) for segments in found if _names(segments, name)), escape(name))
        return format_html(self.some, shown) if is_some else shown

    def _why(self, person: DisclosedProfile, highlights: Highlights) -> list[Fact]:
        """What matched and has no place of its own on a card."""
        facts = [
            Fact(_("Works"), _all(highlights, "work")),
            Fact(_("Topics"), _all(highlights, "sectors", "sdgs")),
            Fact(_("Exchange as"), _all(highlights, "roles")),
            Fact(_("Exchange at"), _all(highlights, "organisations")),
            Fact(_("Exchange"), self._other_countries(person, highlights)),
            Fact(_("Name then"), _all(highlights, "name_then")),
            Fact(_("Says"), _all(highlights, "about")),
        ]
        return [fact for fact in facts if fact.value]

    def _other_countries(self, person: DisclosedProfile, highlights: Highlights) -> SafeString:
        """Countries of earlier exchanges that were searched for: the card shows only the latest exchange."""
        found = highlights.get("countries", ())
        latest = person.latest_exchange
        codes = (person.country, *((latest.from_country, latest.to_country) if latest else ()))
        on_card = [country_name(code, self.language) for code in codes if code] if found else []
        others = (segments for segments in found if not any(_names(segments, name) for name in on_card))
        return SafeString(", ".join(map(marked, others)))


def _text(value: str, highlights: Highlights, key: str) -> SafeString:
    found = highlights.get(key)
    return marked(found[0]) if found else escape(value)


def _all(highlights: Highlights, *keys: str) -> SafeString:
    return SafeString(", ".join(marked(segments) for key in keys for segments in highlights.get(key, ())))


def _names(segments: Sequence[Segment], name: str) -> bool:
    """Whether a marked text is this name, alone or with another of its names after it: "Solar energy (solenergi)"."""
    text = "".join(segment.text for segment in segments)
    return text == name or text.startswith(f"{name} (")


def _and_more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count}


def _uncapitalised(label: str) -> str:
    """The words of a choice, in the middle of a sentence."""
    return label[:1].lower() + label[1:]
