"""People as a result shows them, on a card or in a row: only what is disclosed, with what was searched for marked.

Made ready here rather than in the template: a page has two dozen of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alumni_site.core.countries import country_name, language_name
from alumni_site.core.templatetags.components import avatar, exchange_flow
from profiles.disclosure import DisclosedExchange, DisclosedLanguage, DisclosedProfile
from profiles.models.people import LanguageLevel, OpenTo
from search.people import Hit, Segment

SKILLS_SHOWN = 5
LANGUAGES_SHOWN = 5

Highlights = Mapping[str, list[tuple[Segment, ...]]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card. `language` is set when the value is in another language than the page."""

    label: str
    value: SafeString
    language: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """The latest exchange: two countries, and when."""

    origin: SafeString
    destination: SafeString
    is_away: bool
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One person, ready to be shown. Texts that may be marked are safe already."""

    person: DisclosedProfile
    url: str
    name: SafeString
    avatar: Mapping[str, Any]
    headline: SafeString
    place: SafeString
    route: Route | None
    knows: SafeString
    speaks: SafeString
    why: list[Fact] = field(default_factory=list)
    open_to: str = ""
    is_saved: bool = False


def cards_of(hits: Iterable[Hit], saved_ids: set[int]) -> list[Card]:
    """The hits of a result as cards. `saved_ids` are the profiles that the reader keeps."""
    return [_card(hit.profile, hit.highlights, hit.profile.id in saved_ids) for hit in hits]


def plain_cards(people: Iterable[DisclosedProfile], saved_ids: set[int]) -> list[Card]:
    """People as cards when nothing was searched for."""
    return [_card(person, {}, person.id in saved_ids) for person in people]


def marked(segments: Sequence[Segment]) -> SafeString:
    """Segments as HTML: escaped, with `<mark>` around what was searched for."""
    return mark_safe("".join(f"<mark>{escape(s.text)}</mark>" if s.marked else escape(s.text) for s in segments))


def profile_url(person: DisclosedProfile) -> str:
    """The address of a person's page."""
    try:
        return reverse("profile", args=[person.uuid])
    except NoReverseMatch:
        return f"/people/{person.uuid}/"


def _card(person: DisclosedProfile, highlights: Highlights, is_saved: bool) -> Card:
    return Card(
        person=person,
        url=profile_url(person),
        name=_text(person.name, highlights, "name"),
        avatar=avatar(person),
        headline=_text(person.headline, highlights, "headline"),
        place=_place(person, highlights),
        route=_route(person, highlights),
        knows=_knows(person, highlights),
        speaks=_speaks(person.languages, highlights),
        why=_why(person, highlights),
        open_to=_joined(_uncapitalised(str(OpenTo(value).label)) for value in person.open_to),
        is_saved=is_saved,
    )


def _text(value: str, highlights: Highlights, key: str) -> SafeString:
    found = highlights.get(key)
    return marked(found[0]) if found else escape(value)


def _place(person: DisclosedProfile, highlights: Highlights) -> SafeString:
    country = _country(person.country, highlights)
    parts = [part for part in (_text(person.place, highlights, "place"), country) if part]
    return mark_safe(", ".join(parts))


def _country(code: str, highlights: Highlights) -> SafeString:
    """A country's name, marked when it was searched for."""
    name = country_name(code) if code else ""
    for segments in (*highlights.get("country", ()), *highlights.get("countries", ())):
        if name and _names(segments, name):
            return marked(segments)
    return escape(name)


def _route(person: DisclosedProfile, highlights: Highlights) -> Route | None:
    exchange = person.latest_exchange
    if exchange is None:
        return None
    line = exchange_flow(exchange)
    origin, destination = _country(exchange.from_country, highlights), _country(exchange.to_country, highlights)
    return Route(origin, destination, line["away"], line["note"])


def _knows(person: DisclosedProfile, highlights: Highlights) -> SafeString:
    """Skills, those searched for first, so that a card never hides why it is there."""
    found = highlights.get("skills", [])
    language = get_language() or "en"
    names = [term.name_in(language) for term in person.skills]
    rest = [name for name in names if not any(_names(segments, name) for segments in found)]
    room = max(0, SKILLS_SHOWN - len(found))
    shown = [*(marked(segments) for segments in found), *(escape(name) for name in rest[:room])]
    if len(rest) > room:
        shown.append(escape(_and_more(len(rest) - room)))
    return mark_safe(", ".join(shown))


def _speaks(languages: Sequence[DisclosedLanguage], highlights: Highlights) -> SafeString:
    found = highlights.get("languages", [])
    # Those searched for first, and otherwise as the person has put them.
    ordered = sorted(languages, key=lambda item: not any(_names(segments, language_name(item.code)) for segments in found))
    shown = [_language(item, found) for item in ordered[:LANGUAGES_SHOWN]]
    if len(languages) > LANGUAGES_SHOWN:
        shown.append(escape(_and_more(len(languages) - LANGUAGES_SHOWN)))
    return mark_safe(", ".join(shown))


def _language(item: DisclosedLanguage, found: Sequence[Sequence[Segment]]) -> SafeString:
    name = language_name(item.code)
    shown = next((marked(segments) for segments in found if _names(segments, name)), escape(name))
    return format_html(_("some %(language)s") % {"language": "{}"}, shown) if item.level == LanguageLevel.SOME else shown


def _and_more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count}


def _why(person: DisclosedProfile, highlights: Highlights) -> list[Fact]:
    """What matched and has no place of its own on a card."""
    facts = [
        Fact(_("Works"), _all(highlights, "work")),
        Fact(_("Topics"), _all(highlights, "sectors", "sdgs")),
        Fact(_("Exchange as"), _all(highlights, "roles")),
        Fact(_("Exchange at"), _all(highlights, "organisations")),
        Fact(_("Exchange"), _other_countries(person, highlights)),
        Fact(_("Name then"), _all(highlights, "name_then")),
        Fact(_("Says"), _all(highlights, "about"), _foreign(person.about_language)),
    ]
    return [fact for fact in facts if fact.value]


def _all(highlights: Highlights, *keys: str) -> SafeString:
    return mark_safe(", ".join(marked(segments) for key in keys for segments in highlights.get(key, ())))


def _other_countries(person: DisclosedProfile, highlights: Highlights) -> SafeString:
    """Countries of earlier exchanges that were searched for: the card shows only the latest exchange."""
    latest = person.latest_exchange
    on_card = [country_name(code) for code in (person.country, *_countries_of(latest)) if code]
    found = highlights.get("countries", ())
    return mark_safe(", ".join(marked(segments) for segments in found if not any(_names(segments, name) for name in on_card)))


def _countries_of(exchange: DisclosedExchange | None) -> tuple[str, ...]:
    return (exchange.from_country, exchange.to_country) if exchange else ()


def _foreign(language: str) -> str:
    return language if language and language != get_language() else ""


def _names(segments: Sequence[Segment], name: str) -> bool:
    """Whether a marked text is this name, alone or with another of its names after it: "Solar energy (solenergi)"."""
    text = "".join(segment.text for segment in segments)
    return text == name or text.startswith(f"{name} (")


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _uncapitalised(label: str) -> str:
    """The words of a choice, in the middle of a sentence."""
    return label[:1].lower() + label[1:]
