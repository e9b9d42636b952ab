"""The pages of advisers for the vocabulary and the organisations."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import Organisation, Term
from profiles.models.vocabulary import TermStatus
from profiles.roles import Role
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileSkillFactory, TermFactory
from tests.profiles.accounts_helpers import adviser, member, signed_in

pytestmark = pytest.mark.django_db


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def table_of(answer) -> list[str]:
    body = answer.content.decode().split("<tbody>", 1)
    return re.findall(r'<th scope="row"[^>]*>\s*<a[^>]*>([^<]*)</a>', body[1]) if len(body) == 2 else []


def token_of(answer) -> str:
    found = re.search(r'name="token" value="(\w+)"', answer.content.decode())
    assert found
    return found.group(1)


def proposal() -> Term:
    user = member()
    term = TermFactory(
        code="bee-work", name_nn="Bee work", name_nb="Bee work", name_en="Bee work", status=TermStatus.PROPOSED, proposed_by=user
    )
    ProfileSkillFactory(profile=user.profile, term=term)
    return term


THREE_NAMES = {"name_nn": "Birøkt", "name_nb": "Birøkt", "name_en": "Beekeeping", "aliases_nn": "bier\r\nhonning"}


def test_words_are_found_by_every_name_kind_and_status() -> None:
    solar = TermFactory(name_en="Solar energy", name_nn="Solenergi", name_nb="Solenergi")
    solar.aliases.create(language="en", name="photovoltaics")
    TermFactory(kind="sector", name_en="Energy", name_nn="Energi", name_nb="Energi")
    proposal()
    TermFactory(name_en="Forgotten", status=TermStatus.PROPOSED)
    client, url = signed_in(adviser()), reverse("staff_vocabulary")
    found = {
        "": ["Bee work", "Energy", "Solar energy"],
        "q=SOLENERGI": ["Solar energy"],
        "q=photovol": ["Solar energy"],
        "q=energ&kind=sector": ["Energy"],
        "status=proposed": ["Bee work"],
        "q=nothing": [],
        "kind=nonsense&page=99": ["Bee work", "Energy", "Solar energy"],
    }
    assert {query: table_of(client.get(f"{url}?{query}")) for query in found} == found
    assert "1 word that a member proposes waits for you." in words_of(client.get(url))
    assert "No word fits" in words_of(client.get(f"{url}?q=nothing"))


def test_vocabulary_is_paged_and_costs_the_same_for_one_page_and_many_people() -> None:
    client, url = signed_in(adviser()), reverse("staff_vocabulary")
    ProfileSkillFactory(term=TermFactory(sector=TermFactory(kind="sector")))
    client.get(url)
    counts = []
    for many in (0, 60):
        for _ in range(many):
            TermFactory()
        ProfileSkillFactory.create_batch(many // 20)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        counts.append(len(queries))
    assert len(table_of(page)) == 50
    assert len(table_of(client.get(f"{url}?page=2"))) == 15
    assert counts[0] == counts[1]


def test_proposal_is_taken_up_on_its_page() -> None:
    term, client = proposal(), signed_in(adviser())
    url = reverse("staff_term", args=["skill", term.code])
    page = client.get(url)
    assert "Take up this word" in words_of(page)
    assert client.post(url, {"token": token_of(page), "name_nn": "x"}).status_code == 422
    done = client.post(url, {"token": token_of(page), **THREE_NAMES, "answer": "Thank you"}, follow=True)
    assert "“Beekeeping” is saved." in words_of(done)
    term.refresh_from_db()
    assert (term.status, term.name_en, term.answer) == (TermStatus.IN_USE, "Beekeeping", "Thank you")
    assert set(term.aliases.values_list("name", flat=True)) == {"bier", "honning"}
    assert client.post(url, {"token": "old", **THREE_NAMES}).status_code == 409


def test_proposal_is_declined_with_words_only() -> None:
    term, client = proposal(), signed_in(adviser())
    url = reverse("staff_decline_term", args=["skill", term.code])
    refused = client.post(url, {"answer": " "})
    assert refused.status_code == 422
    assert "Say why the word is not taken up." in words_of(refused)
    client.post(url, {"answer": "Too general."})
    term.refresh_from_db()
    assert term.status == TermStatus.DECLINED


def test_word_is_added() -> None:
    client, url = signed_in(adviser()), reverse("staff_new_term", args=["skill"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name_nn": "Birøkt"}).status_code == 422
    assert client.post(url, THREE_NAMES).status_code == 302
    again = client.post(url, THREE_NAMES)
    assert "is the name of another word in the list" in words_of(again)
    assert client.get(reverse("staff_new_term", args=["colour"])).status_code == 404


def test_merge_shows_whom_it_concerns_before_it_is_done() -> None:
    gone, kept = TermFactory(code="pv", name_en="Photovoltaics"), TermFactory(code="solar", name_en="Solar energy")
    row = ProfileSkillFactory(term=gone)
    ProfileSkillFactory(profile=row.profile, term=kept)
    ProfileSkillFactory(term=gone)
    client, url = signed_in(adviser()), reverse("staff_merge_term", args=["skill", "pv"])
    assert "Merge the two" not in words_of(client.get(url))
    page = words_of(client.get(url, {"into": "solar"}))
    assert "2 people get “Solar energy” instead." in page
    assert "1 of them has both words" in page
    assert "This cannot be undone." in page
    assert "Choose the word that stays." in words_of(client.get(url, {"into": "nothing"}))
    done = client.post(url, {"into": "solar"}, follow=True)
    assert "2 people now have “Solar energy”." in words_of(done)
    assert client.get(url).status_code == 404
    assert "This word is merged into Solar energy." in words_of(client.get(reverse("staff_term", args=["skill", "pv"])))


def test_global_goals_are_edited_but_never_merged() -> None:
    TermFactory(kind="sdg", code="7")
    client = signed_in(adviser())
    assert client.get(reverse("staff_term", args=["sdg", "7"])).status_code == 200
    assert client.get(reverse("staff_merge_term", args=["sdg", "7"])).status_code == 404


def test_organisations_are_found_by_every_name_country_and_kind() -> None:
    zomba = OrganisationFactory(name="Zomba Rural Power", country="MW", kind="private")
    zomba.names.create(name="ZRP")
    OrganisationFactory(name="Gulu Youth", country="UG", kind="civil")
    ExchangeFactory(host_organisation=zomba, sending_organisation=zomba)
    client, url = signed_in(adviser()), reverse("staff_organisations")
    found = {
        "": ["Gulu Youth", "Zomba Rural Power"],
        "q=zrp": ["Zomba Rural Power"],
        "country=UG": ["Gulu Youth"],
        "kind=private": ["Zomba Rural Power"],
        "q=none": [],
    }
    assert {query: table_of(client.get(f"{url}?{query}")) for query in found} == found
    assert "ZRP Malawi Private sector 1" in words_of(client.get(f"{url}?q=zrp"))


def test_organisations_cost_the_same_for_one_and_for_many() -> None:
    client, url = signed_in(adviser()), reverse("staff_organisations")
    ExchangeFactory(host_organisation=OrganisationFactory())
    client.get(url)
    counts = []
    for many in (0, 6):
        for _ in range(many):
            ExchangeFactory(host_organisation=OrganisationFactory(), sending_organisation=OrganisationFactory())
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_organisation_is_added_changed_and_merged_on_its_pages() -> None:
    client = signed_in(adviser())
    new = {"name": "Zomba Rural Power", "other_names": "ZRP", "country": "MW", "kind": "private"}
    assert client.post(reverse("staff_new_organisation"), {"name": ""}).status_code == 422
    client.post(reverse("staff_new_organisation"), new)
    assert client.post(reverse("staff_new_organisation"), new).status_code == 422
    zomba = Organisation.objects.get()
    url = reverse("staff_organisation", args=[zomba.uuid])
    page = client.get(url)
    assert client.post(url, {**new, "country": "ZM", "token": "old"}).status_code == 409
    client.post(url, {**new, "country": "ZM", "token": token_of(page)})
    zomba.refresh_from_db()
    assert zomba.country == "ZM"
    other = OrganisationFactory(name="Zomba Power")
    merge = reverse("staff_merge_organisation", args=[other.uuid])
    assert "We have no organisation called “Nobody”." in words_of(client.get(merge, {"into": "Nobody"}))
    assert "This is the same organisation." in words_of(client.get(merge, {"into": "zomba power"}))
    assert "“Zomba Power” becomes “Zomba Rural Power”" in words_of(client.get(merge, {"into": "zrp"}))
    client.post(merge, {"into": "zrp"})
    assert list(Organisation.objects.all()) == [zomba]


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.OFFICER, Role.COORDINATOR, Role.EDITOR])
def test_nobody_else_opens_these_pages(role: Role | None) -> None:
    term, organisation = proposal(), OrganisationFactory()
    client = signed_in(member(role)) if role else Client()
    for url in (
        reverse("staff_vocabulary"),
        reverse("staff_new_term", args=["skill"]),
        reverse("staff_term", args=["skill", term.code]),
        reverse("staff_merge_term", args=["skill", term.code]),
        reverse("staff_organisations"),
        reverse("staff_new_organisation"),
        reverse("staff_organisation", args=[organisation.uuid]),
        reverse("staff_merge_organisation", args=[organisation.uuid]),
    ):
        assert client.get(url).status_code == (404 if role else 302), url
