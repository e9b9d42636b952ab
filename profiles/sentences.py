"""Sentences about a person, in the language of the page: who sees a field, and the way out and home."""

from collections.abc import Iterable, Sequence
from datetime import date

from babel import Locale
from babel.lists import format_list
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy

from profiles.audiences import NOBODY, Audience, AudienceSet
from profiles.countries import country_name
from profiles.disclosure import DisclosedExchange

# The order in which audiences are named and ticked: from the narrowest to the widest.
AUDIENCE_ORDER = (Audience.NOREC, Audience.MEMBERS, Audience.PARTNERS, Audience.MISSIONS, Audience.PUBLIC)

# How a group is called in the middle of a sentence.
AUDIENCE_WORDS: dict[Audience, str | Promise] = {
    Audience.NOREC: pgettext_lazy("group in a sentence", "Norec"),
    Audience.MEMBERS: pgettext_lazy("group in a sentence", "members"),
    Audience.PARTNERS: pgettext_lazy("group in a sentence", "partners"),
    Audience.MISSIONS: pgettext_lazy("group in a sentence", "missions"),
    Audience.PUBLIC: pgettext_lazy("group in a sentence", "everyone"),
}


def who_sees(audiences: AudienceSet) -> str:
    """One sentence that says who sees a field shown to these audiences."""
    if Audience.PUBLIC in audiences:
        return gettext("Everyone on the web can see this.")
    if not audiences:
        return gettext("Only you see this.")
    if audiences == {Audience.NOREC}:
        return gettext("Only Norec sees this.")
    groups = joined(str(AUDIENCE_WORDS[audience]) for audience in AUDIENCE_ORDER if audience in audiences)
    return capfirst(gettext("%(groups)s see this.") % {"groups": groups})


def live_sentences() -> dict[str, str]:
    """What the script on "Who sees what" makes the same sentences of, while boxes are ticked. Keys end up as data attributes."""
    return {
        "only-you": who_sees(NOBODY),
        "only-norec": who_sees(frozenset({Audience.NOREC})),
        "everyone": who_sees(frozenset({Audience.PUBLIC})),
        "groups": gettext("%(groups)s see this.") % {"groups": "{groups}"},
        "pair": joined(["{0}", "{1}"]),
        "one-change": ngettext("%(count)s change not saved yet", "%(count)s changes not saved yet", 1) % {"count": "{count}"},
        "changes": ngettext("%(count)s change not saved yet", "%(count)s changes not saved yet", 2) % {"count": "{count}"},
    }


def joined(words: Iterable[str]) -> str:
    """Words as a list in a sentence: "members, partners and missions"."""
    language = (get_language() or "en")[:2]
    # American lists have a comma before the last word; ours have not.
    return format_list([str(word) for word in words], locale=Locale.parse("en_GB" if language == "en" else language))


def inside_a_sentence(label: str) -> str:
    """A label as it is written within a sentence: without its capital."""
    return label[:1].lower() + label[1:]


def journey(exchange: DisclosedExchange, today: date) -> str:
    """When somebody went out and came home, as far as it is known: "Out in August 2018, home in June 2019."."""
    start, end = exchange.start, exchange.end
    words = {"start": month(start) if start else "", "end": month(end) if end else ""}
    if start and start > today:
        return gettext("Goes out in %(start)s.") % words
    if start and end:
        going_on = end > today
        return (
            gettext("Out since %(start)s, home in %(end)s.") if going_on else gettext("Out in %(start)s, home in %(end)s.")
        ) % words
    if start:
        return gettext("Out in %(start)s.") % words
    return gettext("Home in %(end)s.") % words if end else ""


def more_exchanges(others: Sequence[DisclosedExchange]) -> str:
    """Which exchanges there are besides the one shown large: "One more exchange, to Malawi in 2022."."""
    places = joined(text for exchange in others if (text := _where_to(exchange)))
    if not others:
        return ""
    if len(others) == 1:
        return gettext("One more exchange, %(place)s.") % {"place": places} if places else gettext("One more exchange.")
    words = {"count": len(others), "places": places}
    return gettext("%(count)s more exchanges: %(places)s.") % words if places else gettext("%(count)s more exchanges.") % words


def stay(exchange: DisclosedExchange) -> str:
    """From when to when: "August 2018 to June 2019", or what of it is known."""
    start, end = exchange.start, exchange.end
    if start and end:
        if (start.year, start.month) == (end.year, end.month):
            return capfirst(month(start))
        return capfirst(gettext("%(start)s to %(end)s") % {"start": month(start), "end": month(end)})
    if start:
        return capfirst(gettext("from %(start)s") % {"start": month(start)})
    return capfirst(gettext("until %(end)s") % {"end": month(end)}) if end else ""


def work_there(exchange: DisclosedExchange) -> str:
    """What somebody did where, and who sent them: "Adviser at Zomba Rural Power, from Gulu Youth"."""
    host = exchange.host_organisation.name if exchange.host_organisation else ""
    sender = exchange.sending_organisation.name if exchange.sending_organisation else ""
    parts = {"role": exchange.role, "host": host, "sender": sender}
    if exchange.role:
        where = pgettext("role at organisation", "%(role)s at %(host)s") % parts if host else exchange.role
    else:
        where = pgettext("somebody was", "At %(host)s") % parts if host else ""
    if not sender:
        return where
    return (
        gettext("%(where)s, from %(sender)s") % {"where": where, "sender": sender}
        if where
        else gettext("From %(sender)s") % parts
    )


def month(day: date) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT")


def _where_to(exchange: DisclosedExchange) -> str:
    country, start = country_name(exchange.to_country), exchange.start or exchange.end
    if not country:
        return ""
    if start is None:
        return gettext("to %(country)s") % {"country": country}
    return gettext("to %(country)s in %(year)s") % {"country": country, "year": start.year}
