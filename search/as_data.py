"""A disclosed profile as plain data, for commands and files."""

from datetime import date
from typing import Any

from profiles.disclosure import DisclosedExchange, DisclosedOrganisation, DisclosedProfile, DisclosedTerm

# What is not written as it stands: codes for joining, and the audience, which the reader knows.
_LEFT_OUT = frozenset({"id", "uuid", "audience", "photo", "skills", "sectors", "sdgs", "languages", "links", "exchanges"})


def person_as_data(person: DisclosedProfile) -> dict[str, Any]:
    """Everything that is disclosed and filled in, in values that JSON knows. `id` is the UUID; names are English ones."""
    plain = {
        name: getattr(person, name) for name in person.__dataclass_fields__ if name not in _LEFT_OUT and getattr(person, name)
    }
    lists: dict[str, list[Any]] = {
        "skills": [_term(term) for term in person.skills],
        "sectors": [_term(term) for term in person.sectors],
        "sdgs": [_term(term) for term in person.sdgs],
        "languages": [{"code": item.code, "level": item.level} for item in person.languages],
        "links": [_filled({"url": link.url, "label": link.label}) for link in person.links],
        "exchanges": [_exchange(exchange) for exchange in person.exchanges],
    }
    return {
        "id": str(person.uuid),
        "name": person.name,
        **plain,
        **({"photo": person.photo} if person.photo else {}),
        **{name: values for name, values in lists.items() if values},
    }


def _term(term: DisclosedTerm) -> dict[str, Any]:
    return _filled({"code": term.code, "name": term.name_in("en"), "years": term.years, "note": term.note})


def _exchange(exchange: DisclosedExchange) -> dict[str, Any]:
    return _filled(
        {
            "id": str(exchange.uuid),
            "programme": exchange.programme,
            "sending_organisation": _organisation(exchange.sending_organisation),
            "host_organisation": _organisation(exchange.host_organisation),
            "from_country": exchange.from_country,
            "to_country": exchange.to_country,
            "direction": exchange.direction,
            "start": _day(exchange.start),
            "end": _day(exchange.end),
            "role": exchange.role,
            "homecoming_date": _day(exchange.homecoming_date),
        }
    )


def _organisation(organisation: DisclosedOrganisation | None) -> dict[str, Any] | None:
    if organisation is None:
        return None
    return _filled({"id": str(organisation.uuid), "name": organisation.name, "country": organisation.country})


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}
