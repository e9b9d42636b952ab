"""The engine is away: every page that asks it says so in words, and what was typed is still there."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from profiles.models import User
from profiles.viewers import viewer_for
from search.models import PeopleExport, SavedSearch
from search.saved import save_search
from tests.indexing import SearchIndex
from tests.search.conftest import remove_index
from tests.search.people_pages import account, client_for, main_of

pytestmark = pytest.mark.django_db

# What the engines say of themselves: for operators.
_ENGINES_WORDS = re.compile("index|manage.py|Elasticsearch|answer as it should", re.IGNORECASE)
SAID = {"en": "We cannot search right now", "nn": "Vi kan ikkje søkje akkurat no", "nb": "Vi kan ikke søke akkurat nå"}


@pytest.fixture
def owner(search_index: SearchIndex) -> User:
    return account("norec")


@pytest.fixture
def search(owner: User, search_index: SearchIndex) -> SavedSearch:
    """Saved while the engine answered; now it does not."""
    made = save_search(actor=viewer_for(owner), name="Engineers", query_string="q=engineer", tells_of_new=False)
    remove_index(search_index.engine)
    return made


@pytest.fixture(params=SAID)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _says_so(client: Client, address: str, language: str, data: dict[str, str] | None = None) -> str:
    response = client.get(address) if data is None else client.post(address, data)
    html = main_of(response.content.decode())
    assert response.status_code == 503
    assert SAID[language] in html
    assert not _ENGINES_WORDS.search(re.sub("<[^>]*>", "", html))
    return html


def test_search_page_keeps_the_question(owner: User, search: SavedSearch, language: str) -> None:
    html = _says_so(client_for(owner, language=language), "/people/?q=solar&country_to=KE&view=map", language)
    assert 'value="solar"' in html
    assert 'name="country_to" value="KE"' in html


def test_saving_keeps_name_and_question(owner: User, search: SavedSearch, language: str) -> None:
    data = {"query": "q=solar&country_to=KE", "name": "Sun in Kenya", "tells_of_new": "on"}
    html = _says_so(client_for(owner, language=language), "/me/searches/save/", language, data)
    assert 'name="query" value="q=solar&amp;country_to=KE"' in html
    assert 'value="Sun in Kenya"' in html
    assert re.search(r'name="tells_of_new"[^>]* checked', html)
    assert SavedSearch.objects.count() == 1


def test_who_is_new_is_told_later(owner: User, search: SavedSearch, language: str) -> None:
    html = _says_so(client_for(owner, language=language), f"/me/searches/{search.uuid}/", language)
    assert "Engineers" in html


def test_changing_keeps_what_was_typed(owner: User, search: SavedSearch, language: str) -> None:
    client = client_for(owner, language=language)
    html = _says_so(client, f"/me/searches/{search.uuid}/change/", language, {"name": "Builders", "tells_of_new": "on"})
    assert 'value="Builders"' in html
    search.refresh_from_db()
    assert (search.name, search.tells_of_new) == ("Engineers", False)


def test_file_is_not_made_and_what_for_is_kept(owner: User, search: SavedSearch, language: str) -> None:
    client = client_for(owner, language=language)
    _says_so(client, "/people/export/?q=solar", language)
    data = {"query": "q=solar", "purpose": "Invitations to a meeting", "file_format": "csv"}
    html = _says_so(client, "/people/export/", language, data)
    assert "Invitations to a meeting</textarea>" in html
    assert 'name="query" value="q=solar"' in html
    assert re.search(r'value="csv"[^>]* checked', html)
    assert PeopleExport.objects.count() == 0


def test_what_does_not_need_it_goes_on(owner: User, search: SavedSearch) -> None:
    client = client_for(owner)
    for address in ("/", "/me/", "/me/searches/", "/me/saved/", f"/me/searches/{search.uuid}/change/"):
        assert client.get(address, follow=True).status_code == 200, address
    assert client.get("/people/suggest/?q=solar").content.strip() == b""
    client.post(f"/me/searches/{search.uuid}/change/", {"name": "Builders"})
    search.refresh_from_db()
    assert search.name == "Builders"


def test_command_that_tells_of_new_people_says_why_it_did_not(owner: User, search: SavedSearch) -> None:
    SavedSearch.objects.update(tells_of_new=True)
    with pytest.raises(CommandError, match="search index"):
        call_command("note_saved_searches")
