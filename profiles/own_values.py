"""What a member has in each field, in words and in the language of the page. For the member's own pages only."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext

from profiles.countries import country_name, language_name
from profiles.models import Exchange, Profile, Term
from profiles.models.people import LanguageLevel, OpenTo
from profiles.models.vocabulary import TermStatus
from profiles.sentences import joined


def own_value(profile: Profile, key: str) -> str:
    """What the member has in a field of `DISCLOSABLE_FIELDS`, as one short text; "" when nothing. Fetch `with_disclosable()`."""
    return _VALUES[key](profile)


def exchange_in_words(exchange: Exchange) -> str:
    """An exchange in a few words, for lists of one's own: "Uganda – Norway 2018"."""
    places = " – ".join(country_name(code) for code in (exchange.from_country, exchange.to_country) if code)
    day = exchange.start or exchange.end
    return f"{places} {day.year}".strip() if day else places or exchange.exchange_id


def _languages(profile: Profile) -> str:
    return joined(f"{language_name(row.code)} ({LanguageLevel(row.level).label.lower()})" for row in profile.languages.all())


def _listed(names: Iterable[str]) -> str:
    """Names side by side. Many have commas and "and" in them, so those cannot stand between."""
    return " · ".join(names)


def _skill_name(term: Term) -> str:
    return gettext("%(skill)s (waits for Norec)") % {"skill": term.name} if term.status == TermStatus.PROPOSED else term.name


_VALUES: dict[str, Callable[[Profile], str]] = {
    "name": lambda p: p.name,
    "exchanges": lambda p: joined(exchange_in_words(exchange) for exchange in p.exchanges.all()),
    "name_then": lambda p: p.name_then,
    "photo": lambda p: gettext("You have one") if p.photo else "",
    "headline": lambda p: p.headline,
    "about": lambda p: p.about,
    "country": lambda p: country_name(p.country),
    "place": lambda p: p.place,
    "work": lambda p: ", ".join(filter(None, [p.work_title, p.workplace])),
    "skills": lambda p: _listed(_skill_name(row.term) for row in p.profile_skills.all()),
    "sectors": lambda p: _listed(term.name for term in p.sectors.all()),
    "sdgs": lambda p: _listed(term.name for term in p.sdgs.all()),
    "languages": _languages,
    "links": lambda p: _listed(link.label or link.url for link in p.links.all()),
    "open_to": lambda p: _listed(str(OpenTo(item).label) for item in p.open_to),
    "contact_email": lambda p: p.contact_email,
    "contact_phone": lambda p: p.contact_phone,
}
