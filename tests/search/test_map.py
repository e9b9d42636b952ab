"""The map of a result: numbers per country of residence, a floor for small ones, and the same as a table."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.factories import ExchangeFactory
from tests.indexing import SearchIndex
from tests.search.people_pages import account, client_for, heading, main_of, member, names_on, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(search_index: SearchIndex) -> None:
    """Three in Kenya, two in Uganda, one in Nepal, one who shows no country."""
    for number, country in enumerate(["KE", "KE", "KE", "UG", "UG", "NP", ""]):
        member(f"Person {number}", "members", "norec", country=country, open_to_mentoring=number < 4)
    search_index.refresh()


def _rows(html: str) -> list[tuple[str, int]]:
    found = re.findall(r'<tr><td><a href="[^"]+">([^<]+)</a></td><td class="nw-r nw-num">(\d+)</td>', html)
    return [(unescape(name), int(count)) for name, count in found]


def _dots(html: str) -> list[str]:
    return sorted(unescape(label) for label in re.findall(r'<a href="[^"]+" aria-label="([^"]+)"><circle', html))


@pytest.fixture
def reader(people: None) -> Client:
    return client_for(account())


def test_map_and_table_have_the_same_numbers(reader: Client) -> None:
    html = main_of(page(reader, "/people/?view=map"))
    assert heading(html) == "7 people in 2 countries"
    assert _rows(html) == [("Kenya", 3), ("Uganda", 2)]
    assert _dots(html) == ["Kenya: 3 people", "Uganda: 2 people"]
    assert "Countries with fewer than two people are left out." in html
    # One alone in Nepal and one without a country: together, so that nothing tells which.
    assert "2 people are not on the map." in html


def test_norec_sees_countries_with_one_person(people: None) -> None:
    html = main_of(page(client_for(account("norec")), "/people/?view=map&q=person"))
    assert _rows(html) == [("Kenya", 3), ("Uganda", 2), ("Nepal", 1)]
    assert "left out" not in html


def test_map_is_of_the_result(reader: Client) -> None:
    assert _rows(page(reader, "/people/?view=map&open_to=mentoring")) == [("Kenya", 3)]
    chosen = page(reader, "/people/?view=map&country_residence=UG")
    assert heading(chosen) == "2 people in 1 country"
    assert _rows(chosen) == [("Uganda", 2)]


def test_country_leads_to_its_people(reader: Client) -> None:
    html = page(reader, "/people/?view=map&q=person")
    link = unescape(re.findall(r'<td><a href="([^"]+)">Uganda', html)[0])
    assert link == "/people/?q=person&country_residence=UG"
    assert len(names_on(page(reader, link))) == 2


def test_hidden_country_is_not_counted(search_index: SearchIndex) -> None:
    for number in range(3):
        member(f"Hidden {number}", "members", "missions", country="BT", audiences_country=frozenset({"members"}))
    search_index.refresh()
    assert _rows(page(client_for(account("members")), "/people/?view=map")) == [("Bhutan", 3)]
    html = main_of(page(client_for(account("missions")), "/people/?view=map"))
    assert heading(html) == "3 people"
    assert "Bhutan" not in html


def test_country_of_exchange_is_no_residence(search_index: SearchIndex) -> None:
    for number in range(2):
        ExchangeFactory(profile=member(f"Person {number}"), from_country="MW", to_country="NO")
    search_index.refresh()
    assert _rows(page(client_for(account()), "/people/?view=map")) == []
