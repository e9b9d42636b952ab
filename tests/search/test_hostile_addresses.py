"""Whatever stands in an address, the answer is a page with words: 200, or 400 for what no page can be made of."""

import pytest
from django.test import Client

from profiles.models import User
from profiles.viewers import viewer_for
from search.saved import save_search
from tests.factories import ExchangeFactory, ProfileSkillFactory, TermFactory
from tests.indexing import SearchIndex
from tests.search.people_pages import account, client_for, member

pytestmark = pytest.mark.django_db

SKILLS = "&".join(f"skill=skill-{number}" for number in range(300))
HOSTILE = {
    "page -1": "page=-1",
    "page 1e9": "page=1e9",
    "page of nine digits": "page=999999999",
    "page of eight digits": "page=99999999",
    "page of 5000 digits": f"page={'9' * 5000}",
    "page in other digits": "page=%D9%A3",
    "page that is a power": "page=%C2%B2",
    "300 values": SKILLS,
    "1100 parameters": "&".join(f"skill=skill-{number}" for number in range(1100)),
    "10 000 letters": f"q={'a' * 10_000}",
    "10 000 letters that fold to two": f"q={'%C3%9F' * 10_000}",
    "300 words": f"q={'+'.join(f'word{number}' for number in range(300))}",
    "quotes without end": "q=%22solar+%22+%22",
    "patterns": "q=.*%5B%28%7B%2B%3F%5C%5C%7E%26%3C%3E%40%23",
    "NUL": "q=%00&skill=%00&page=%00&view=%00&more=%00&year_from=%00&deleted=%00&sort=%00",
    "NUL within": "q=so%00lar&skill=a%00b&country_to=K%00E&year=20%0018&language=e%00n",
    "half a pair": "q=%ED%A0%80&skill=%ED%A0%80&country_to=%ED%B0%80&year_to=%ED%A0%80&page=%ED%A0%80&deleted=%ED%A0%80",
    "half an escape": "q=%&skill=%E2%28&page=%",
    "no UTF-8": "q=%FF%FE&country_to=%FF&language=%FF",
    "facet that cannot be": "more=password&view=..&sort=__class__&open_to=%7B%7B7*7%7D%7D",
    "years of other digits": "year=%D9%A2%D9%A0%D9%A1%D9%A8&year_from=%C2%B2%C2%B2%C2%B2%C2%B2&year_to=-999",
}
PAGES = (
    "/people/",
    "/people/?view=table",
    "/people/?view=map",
    "/people/suggest/",
    "/people/export/",
    "/me/searches/",
    "/me/saved/",
)


@pytest.fixture
def owner(search_index: SearchIndex) -> User:
    person = member("Solar Person", "members", "norec", country="KE", place="Straße", headline="Solar")
    ProfileSkillFactory(profile=person, term=TermFactory(code="skill-1"))
    ExchangeFactory(profile=person)
    search_index.refresh()
    return account("norec")


@pytest.fixture
def client(owner: User) -> Client:
    return client_for(owner)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_every_page_answers_with_words(client: Client, query: str) -> None:
    for address in PAGES:
        response = client.get(f"{address}{'&' if '?' in address else '?'}{query}", follow=True)
        assert response.status_code in (200, 400), address
        assert b"<h1" in response.content or address == "/people/suggest/", address
    response = client.get(f"/people/?{query}", headers={"HX-Request": "true", "HX-Target": "found"})
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_what_is_saved_of_it_can_be_opened(client: Client, owner: User, query: str) -> None:
    saved = client.post("/me/searches/save/", {"query": query, "name": "Odd"}, follow=True)
    assert saved.status_code in (200, 400)
    search = save_search(actor=viewer_for(owner), name="Any", query_string="q=solar")
    for address in (
        f"/me/searches/{search.uuid}/?{query}",
        f"/me/searches/{search.uuid}/change/?{query}",
        "/me/searches/",
        "/me/",
    ):
        assert client.get(address).status_code in (200, 400), address
    data = {"query": query, "purpose": "What nobody should do", "file_format": "csv"}
    assert client.post("/people/export/", data).status_code in (200, 400)


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "n" * 10_000, " ", "😀\u202e"])
def test_name_of_a_search_may_be_anything(client: Client, owner: User, name: str) -> None:
    assert client.post("/me/searches/save/", {"query": "q=x", "name": name}).status_code in (302, 400)
    search = save_search(actor=viewer_for(owner), name="Any", query_string="q=solar")
    assert client.post(f"/me/searches/{search.uuid}/change/", {"name": name}).status_code in (302, 400)
