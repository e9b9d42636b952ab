"""Suggestions while typing: what the viewer's audience may know of, and nothing else."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.models import TermAlias
from search.engines.base import SearchUnavailable
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileSkillFactory, TermFactory
from tests.indexing import SearchIndex
from tests.search.people_pages import account, client_for, member, names_on, page

pytestmark = pytest.mark.django_db


def _suggested(client: Client, typed: str) -> list[str]:
    html = client.get("/people/suggest/", {"q": typed}).content.decode()
    return [unescape(label) for label in re.findall(r'<li role="option"[^>]*><span>(.*?)</span>(?:<span class|</li>)', html)]


def test_people_skills_places_and_organisations_are_suggested(search_index: SearchIndex) -> None:
    person = member("Solveig Hansen", place="Solund")
    ProfileSkillFactory(profile=person, term=TermFactory(code="solar", name_en="Solar energy"))
    host = OrganisationFactory(name="Solidarity Centre")
    ExchangeFactory(profile=person, host_organisation=host)
    search_index.refresh()
    client = client_for(account())
    html = client.get("/people/suggest/?q=sol").content.decode()
    assert re.findall(r'role="group" aria-label="([^"]+)"', html) == ["People", "Knows about", "Places", "Organisations"]
    assert _suggested(client, "sol") == ["Solveig Hansen", "Solar energy", "Solund", "Solidarity Centre"]
    urls = [unescape(url) for url in re.findall(r'data-url="([^"]+)"', html)]
    assert urls[0] == f"/people/{person.uuid}/"
    assert urls[1:] == ["/people/?skill=solar", "/people/?q=Solund", "/people/?q=%22Solidarity+Centre%22"]
    # Each leads to a result that has the person.
    for url in urls[1:]:
        assert names_on(page(client, url)) == ["Solveig Hansen"], url


@pytest.mark.parametrize("typed", ["", " ", "s", "%00", "xyzzy", "a" * 10_000])
def test_nothing_to_suggest_is_an_empty_answer(search_index: SearchIndex, typed: str) -> None:
    member("Somebody Here")
    search_index.refresh()
    response = client_for(account()).get("/people/suggest/", {"q": typed})
    assert response.status_code == 200
    assert response.content.decode().strip() == ""


@pytest.mark.parametrize("audience", ["members", "missions", "partners", "norec", "public"])
def test_hidden_words_are_not_suggested(search_index: SearchIndex, audience: str) -> None:
    others = frozenset({"members", "missions", "partners", "norec"} - {audience})
    names = others if audience == "public" else frozenset({*others, audience})
    person = member("Listed Person", *others, audiences_name=names, place="Hiddenplace", name_then="Hiddenthen")
    ProfileSkillFactory(profile=person, term=TermFactory(code="hs", name_en="Hiddenskill"))
    if audience != "norec":
        ExchangeFactory(profile=person, host_organisation=OrganisationFactory(name="Hiddenorganisation"))
    hidden = member("Hiddenname Person", *others)
    assert hidden.pk
    search_index.refresh()
    client = client_for(account(audience) if audience != "public" else None)
    # Norec knows everybody's name.
    assert _suggested(client, "hidden") == (["Hiddenname Person"] if audience == "norec" else [])
    assert _suggested(client, "listed") == ([] if audience == "public" else ["Listed Person"])


def test_paused_person_is_gone_at_once(search_index: SearchIndex) -> None:
    person = member("Solveig Hansen", place="Solund")
    search_index.refresh()
    client = client_for(account())
    assert _suggested(client, "sol") == ["Solveig Hansen", "Solund"]
    person.is_paused = True
    person.save()
    assert _suggested(client, "sol") == []


def test_names_are_escaped(search_index: SearchIndex) -> None:
    member("<img/src=x> Person")
    search_index.refresh()
    html = client_for(account()).get("/people/suggest/?q=img").content.decode()
    assert "<img" not in html
    assert "&lt;img/src=x&gt; Person" in html


def test_name_in_another_language_says_which_it_is_in(search_index: SearchIndex) -> None:
    term = TermFactory(code="solar", name_en="Solar energy", name_nn="Solenergi", name_nb="Solenergi")
    TermAlias.objects.create(term=term, language="en", name="<b>PV</b>")
    ProfileSkillFactory(profile=member("Somebody Here"), term=term)
    search_index.refresh()
    english, nynorsk = (client_for(account(), language=language) for language in ("en", "nn"))
    assert _suggested(english, "solen") == ['Solar energy (<span lang="nb">Solenergi</span>)']
    assert _suggested(nynorsk, "solar") == ['Solenergi (<span lang="en">Solar energy</span>)']
    assert _suggested(nynorsk, "solen") == ["Solenergi"]
    html = nynorsk.get("/people/suggest/?q=PV").content.decode()
    assert 'Solenergi (<span lang="en">&lt;b&gt;PV&lt;/b&gt;</span>)' in html


def test_no_engine_means_no_suggestions(search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*args: object, **kwargs: object) -> None:
        raise SearchUnavailable

    monkeypatch.setattr("search.suggestions.suggest", unavailable)
    assert client_for(account()).get("/people/suggest/?q=sol").content.decode().strip() == ""


def test_suggesting_costs_the_same_for_one_and_for_many(search_index: SearchIndex) -> None:
    client = client_for(account())
    term = TermFactory(code="solar", name_en="Solar energy")

    def add(count: int) -> None:
        for number in range(count):
            person = member(f"Solveig Number{number}", place=f"Solplace{number}")
            ProfileSkillFactory(profile=person, term=term)
            ExchangeFactory(profile=person, host_organisation=OrganisationFactory(name=f"Sol organisation {person.pk}"))
        search_index.refresh()

    add(1)
    client.get("/people/suggest/?q=sol")
    with CaptureQueriesContext(connection) as one:
        client.get("/people/suggest/?q=sol")
    add(9)
    with CaptureQueriesContext(connection) as many:
        client.get("/people/suggest/?q=sol")
    assert len(one) == len(many)


def test_only_get(search_index: SearchIndex) -> None:
    assert client_for().post("/people/suggest/").status_code == 405
