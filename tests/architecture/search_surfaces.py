"""The ways out that the resource bank opens: results, words that find, filters, suggestions, files, commands."""

import csv
import io
import json
from collections.abc import Callable
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.management import call_command
from django.urls import reverse

from alumni_site.core.errors import NotAllowed
from notifications.models import Notification
from profiles.audiences import Audience
from search.exports import export_people
from search.forms import FileFormat
from search.models import SavedPerson, SavedSearch
from search.people import count_people, search_people, suggest
from search.policies import can_keep
from search.queries import PeopleQuery
from search.saved import new_people, note_new_people
from tests.architecture.canaries import Canary
from tests.architecture.seats import ONE_OF_EACH, Seat
from tests.architecture.surfaces import ALL, COUNTRY_OF_EXCHANGE, Found, Surface, found_in_data, main_of, register_surface

# What stands on a card and in a row; an exchange is there as its two countries.
_ON_A_CARD = frozenset({"name", "photo", "headline", "place", "country", "skills", "languages", "open_to", "exchanges"})
_IN_A_ROW = _ON_A_CARD - {"photo", "open_to"}
_SEARCHED = ALL - {"photo", "links", "contact_email", "contact_phone", "open_to"}
_SUGGESTED = frozenset({"name", "place", "country", "skills", "exchanges"})
_TOLD = frozenset({"name", "headline", "skills", "exchanges"})
_FILTERED = frozenset({"country", "languages", "skills", "sectors", "sdgs", "exchanges"})


def _for_each(canaries: list[Canary], fields_of: Callable[[Canary], set[str] | frozenset[str]]) -> Found:
    return {each.profile.pk: frozenset(fields_of(each)) for each in canaries}


def _in_list(page: str, each: Canary, start: str, end: str) -> set[str]:
    """What a list says about one person: the parts of it that lead to their profile."""
    parts = (part.split(end, 1)[0] for part in page.split(start)[1:])
    text = "".join(part for part in parts if str(each.profile.uuid) in part)
    assert not each.secrets_in(text)
    return set(each.found_in(text)) | ({"exchanges"} if COUNTRY_OF_EXCHANGE in text else set())


def _all_pages(seat: Seat, url_name: str = "people", **parameters: str) -> str:
    """A list of people from its first page to its last."""
    pages, number = "", 1
    while True:
        page = main_of(seat.client.get(reverse(url_name), {**parameters, "page": str(number)}))
        pages += page
        number += 1
        if 'rel="next"' not in page:
            return pages


def _cards(seat: Seat, canaries: list[Canary]) -> Found:
    page = _all_pages(seat)
    return _for_each(canaries, lambda each: _in_list(page, each, "nw-panel nw-person", "</li>"))


def _table(seat: Seat, canaries: list[Canary]) -> Found:
    page = _all_pages(seat, view="table")
    return _for_each(canaries, lambda each: _in_list(page, each, "<tr", "</tr>"))


def _saved(seat: Seat, canaries: list[Canary]) -> Found:
    """People somebody kept when they could still see more of them."""
    if seat.user is not None:
        SavedPerson.objects.bulk_create(SavedPerson(owner=seat.user, profile=each.profile) for each in canaries)
    page = _all_pages(seat, "saved_people")
    return _for_each(canaries, lambda each: _in_list(page, each, "nw-panel nw-person", "</li>"))


def _map(seat: Seat, canaries: list[Canary]) -> Found:
    """The map and its table. Each of these people is alone in a country, so the floor for small numbers is taken away."""
    with patch("search.places.FLOOR", 1):
        page = main_of(seat.client.get(reverse("people"), {"view": "map"}))
    shown = page.split("nw-map", 1)[-1] if "nw-map" in page else ""
    return _for_each(canaries, lambda each: each.found_in(shown))


def _told_by_saved_searches(seat: Seat, canaries: list[Canary]) -> Found:
    """Fields such that a saved search for their words tells its owner of somebody new, and shows them who."""
    if seat.user is None or not can_keep(seat.viewer):
        return {}
    SavedSearch.objects.all().delete()
    saved = {
        (each.profile.pk, key): SavedSearch.objects.create(
            owner=seat.user, audience=seat.viewer.audience, name=key, query=urlencode({"q": f'"{each.words[key][0]}"'})
        )
        for each in canaries
        for key in _TOLD
    }
    note_new_people()
    told = {item.data["search"] for item in Notification.objects.of(seat.user)}

    def telling(each: Canary) -> set[str]:
        searches = {key: saved[each.profile.pk, key] for key in _TOLD}
        keys = {key for key, search in searches.items() if str(search.uuid) in told}
        for key in keys:
            assert [person.id for person in new_people(seat.viewer, searches[key])] == [each.profile.pk]
        return keys

    return _for_each(canaries, telling)


def _command(seat: Seat, canaries: list[Canary]) -> Found:
    out = io.StringIO()
    who = [f"--as={seat.user.email}"] if seat.user else []
    call_command("search_people", *who, "--json", "--page-size=100", stdout=out)
    hits = {hit["id"]: json.dumps(hit, ensure_ascii=False) for hit in json.loads(out.getvalue())["hits"]}
    for each in canaries:
        assert not each.secrets_in(out.getvalue())
    return _for_each(canaries, lambda each: found_in_data(each, hits.get(str(each.profile.uuid), "")))


def _words_that_find(seat: Seat, canaries: list[Canary]) -> Found:
    """The fields by whose words a search finds somebody: hits, totals and "did you mean" alike."""
    viewer = seat.viewer

    def finding(each: Canary) -> set[str]:
        found = set()
        for key in each.words:
            query = PeopleQuery(text=f'"{each.words[key][0]}"', page_size=1)
            # What is found is looked at as a page would; what is not costs the shortest question there is.
            if count_people(viewer, query) and not search_people(viewer, query).forgiven:
                found.add(key)
        return found

    return _for_each(canaries, finding)


def _filters(seat: Seat, canaries: list[Canary]) -> Found:
    """What a search offers to filter by: a value that one person alone has is there when that person shows it."""
    counts = search_people(seat.viewer, PeopleQuery(page_size=1)).facets
    offered = {facet: {count.value for count in values} for facet, values in counts.items()}

    def offering(each: Canary) -> set[str]:
        host = each.profile.exchanges.get().host_organisation
        values = {
            "country": ("country_residence", each.codes["country"]),
            "languages": ("language", each.codes["languages"]),
            "skills": ("skill", each.words["skills"][0]),
            "sectors": ("sector", each.words["sectors"][0]),
            "sdgs": ("sdg", each.words["sdgs"][0]),
            "exchanges": ("host_organisation", str(host.uuid) if host else ""),
        }
        return {key for key, (facet, value) in values.items() if value in offered.get(facet, ())}

    return _for_each(canaries, offering)


def _suggestions(seat: Seat, canaries: list[Canary]) -> Found:
    """What comes up while somebody types the beginning of a word."""
    viewer = seat.viewer

    def suggested(each: Canary) -> set[str]:
        first = {key: words[0] for key, words in each.words.items()}
        return {key for key, text in first.items() if any(text in item.label for item in suggest(viewer, text[:9], limit=8))}

    return _for_each(canaries, suggested)


def _export(seat: Seat, canaries: list[Canary]) -> Found:
    try:
        _made, pieces = export_people(actor=seat.viewer, query=PeopleQuery(), purpose="Matrix", file_format=FileFormat.CSV)
    except NotAllowed:
        return {}
    rows = list(csv.reader(io.StringIO(b"".join(pieces).decode("utf-8-sig")), delimiter=","))
    lines = [" ".join(row) for row in rows]
    return _for_each(canaries, lambda each: each.found_in(" ".join(line for line in lines if str(each.profile.uuid) in line)))


def _adviser_only(seat: Seat) -> Audience | None:
    return Audience.NOREC if seat.kind == "adviser" else None


def _if_member(seat: Seat) -> Audience | None:
    return seat.audience if seat.viewer.capacity is not None else None


register_surface(Surface("cards", _ON_A_CARD, _cards, index=True))
register_surface(Surface("table", _IN_A_ROW, _table, index=True))
register_surface(Surface("map", frozenset({"country"}), _map, index=True))
register_surface(
    Surface("notes of saved searches", _TOLD, _told_by_saved_searches, audience=_if_member, index=True, kinds=ONE_OF_EACH)
)
register_surface(Surface("saved people", _ON_A_CARD, _saved, audience=_if_member))
register_surface(Surface("search_people --json", ALL, _command, index=True))
register_surface(Surface("words that find", _SEARCHED, _words_that_find, index=True, kinds=ONE_OF_EACH))
register_surface(Surface("filters", _FILTERED, _filters, index=True, kinds=ONE_OF_EACH))
register_surface(Surface("suggestions", _SUGGESTED, _suggestions, index=True, kinds=ONE_OF_EACH))
register_surface(Surface("export", ALL - {"name_then", "about", "links", "photo"}, _export, audience=_adviser_only, index=True))
