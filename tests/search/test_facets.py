"""The filter column and the sentence of filters in use."""

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from search.engines.base import FacetCount
from search.facets import SHOWN_AT_FIRST, filter_column, filters_in_use, known_part, load_labels, values_to_name, with_successors
from search.forms import PeopleAddress
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileSkillFactory, TermFactory
from tests.indexing import SearchIndex
from tests.search.people_pages import account, client_for, counts_of, member, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(search_index: SearchIndex) -> Client:
    return client_for(account())


def _address(query: str) -> PeopleAddress:
    return PeopleAddress.from_params(QueryDict(query))


def _labels_on(html: str, facet: str) -> list[str]:
    return [unescape(label) for label in re.findall(rf'name="{facet}" value="[^"]+"[^>]*><span>([^<]+)</span>', html)]


def test_column_shows_the_first_few_and_the_rest_when_asked(search_index: SearchIndex, reader: Client) -> None:
    person = member("Many Skills")
    for number in range(9):
        ProfileSkillFactory(profile=person, term=TermFactory(name_en=f"Skill {9 - number}"))
    search_index.refresh()
    html = page(reader)
    assert len(_labels_on(html, "skill")) == SHOWN_AT_FIRST
    assert "Show 4 more topics" in html
    assert 'name="more" value="skill" formaction="/people/#filters"' in html
    everything = page(reader, "/people/?more=skill")
    assert _labels_on(everything, "skill") == [f"Skill {number}" for number in range(1, 10)]
    assert "more topics" not in everything


@pytest.fixture
def hosts(search_index: SearchIndex) -> list[str]:
    """230 organisations that have hosted, the first one twice; their numbers in UUIDs, in the order of their names."""
    person = member("Well Travelled")
    organisations = [OrganisationFactory(name=f"Sjukehus {number:03}") for number in range(230)]
    for organisation in [*organisations, organisations[0]]:
        ExchangeFactory(profile=person, host_organisation=organisation)
    search_index.refresh()
    return [str(organisation.uuid) for organisation in organisations]


def test_long_facet_tells_how_many_there_are_and_shows_them(hosts: list[str], reader: Client) -> None:
    assert "Show 225 more organisations" in page(reader)
    everything = page(reader, "/people/?more=host_organisation")
    assert len(_labels_on(everything, "host_organisation")) == 230
    assert "more organisations" not in everything
    assert "most frequent" not in everything


def test_facet_longer_than_is_shown_says_so_and_finds_by_name(
    hosts: list[str], reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.facets.SHOWN_WHEN_ASKED", 40)
    assert "Show 225 more organisations" in page(reader)
    cut = page(reader, "/people/?more=host_organisation")
    assert len(_labels_on(cut, "host_organisation")) == 40
    assert "The 40 most frequent are shown. Find others by their name." in cut
    assert 'id="host_organisation_find" name="host_organisation_find"' in cut
    for asked in ("host_organisation_find=sjukehus+22", "more=host_organisation&host_organisation_find= 22 &skill_find=x"):
        found = page(reader, f"/people/?{asked}")
        named = ["Sjukehus 022", "Sjukehus 122", *(f"Sjukehus 22{number}" for number in range(10))]
        assert _labels_on(found, "host_organisation") == named
        assert "most frequent" not in found
    # What is chosen stays, and the field keeps what was typed.
    chosen = page(reader, f"/people/?host_organisation={hosts[7]}&host_organisation_find=%22no+such%22<i>")
    assert _labels_on(chosen, "host_organisation") == ["Sjukehus 007"]
    assert "Nothing in this list is called that." in chosen
    assert 'value="&quot;no such&quot;&lt;i&gt;"' in chosen


def test_finding_in_a_facet_costs_no_further_query(hosts: list[str], reader: Client) -> None:
    page(reader)
    with CaptureQueriesContext(connection) as plain:
        page(reader)
    with CaptureQueriesContext(connection) as finding:
        page(reader, "/people/?host_organisation_find=22")
    assert len(finding) == len(plain)


def test_short_facet_has_no_field_to_find_in(search_index: SearchIndex, reader: Client) -> None:
    ExchangeFactory(profile=member("Some Person"))
    search_index.refresh()
    assert "_find" not in page(reader, "/people/?more=country_to")


def test_script_that_finds_in_a_facet_leaves_the_address_and_a_filter_changes_it(hosts: list[str], reader: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "found", "HX-Current-URL": "http://testserver/people/?sort=name"}
    finding = "/people/?sort=name&host_organisation_find=22"
    assert reader.get(finding, headers=headers)["HX-Push-Url"] == "false"
    ticked = reader.get(f"{finding}&host_organisation={hosts[220]}", headers=headers)
    assert ticked["HX-Push-Url"] == f"/people/?host_organisation={hosts[220]}&sort=name"
    assert len(_labels_on(ticked.content.decode(), "host_organisation")) == 12


def test_chosen_value_is_always_in_the_column(search_index: SearchIndex, reader: Client) -> None:
    for number in range(7):
        term = TermFactory(code=f"skill-{number}", name_en=f"Skill {number}")
        for person in range(8 - number):
            ProfileSkillFactory(profile=member(f"Person {number} {person}"), term=term)
    search_index.refresh()
    html = page(reader, "/people/?skill=skill-6")
    assert _labels_on(html, "skill") == ["Skill 0", "Skill 1", "Skill 2", "Skill 3", "Skill 4", "Skill 6"]
    assert counts_of(html, "skill")["skill-6"] == 2
    assert "Show 1 more topic<" in html


def test_names_are_in_the_language_of_the_reader_and_in_its_order(search_index: SearchIndex) -> None:
    for country in ("AT", "CH", "AX"):
        member(f"In {country}", country=country)
    search_index.refresh()
    reader = account()
    english, bokmal = page(client_for(reader)), page(client_for(reader, language="nb"))
    assert _labels_on(english, "country_residence") == ["Åland Islands", "Austria", "Switzerland"]
    # In Norwegian ø and å come after z.
    assert _labels_on(bokmal, "country_residence") == ["Sveits", "Østerrike", "Åland"]


def test_folded_facet_is_open_when_one_of_its_values_is_chosen(search_index: SearchIndex, reader: Client) -> None:
    ExchangeFactory(profile=member("Some Person"))
    search_index.refresh()
    assert '<details class="nw-facet"><summary id="s-direction">' in page(reader)
    assert '<details class="nw-facet" open><summary id="s-direction">' in page(reader, "/people/?direction=south-north")


def test_facet_with_nothing_to_choose_is_not_there(search_index: SearchIndex, reader: Client) -> None:
    member("Some Person")
    search_index.refresh()
    html = page(reader)
    assert "Knows about" not in html
    assert "Hosted by" not in html


def test_labels_cost_two_queries_however_many() -> None:
    terms = [TermFactory().code for _ in range(5)]
    organisations = [str(OrganisationFactory().uuid) for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        labels = load_labels({"skill": terms, "sending_organisation": organisations, "country_to": ["KE"]})
    assert len(queries) == 2
    assert len(labels.names) == 10
    assert labels.of("country_to", "KE") == "Kenya"


def test_term_is_named_only_within_its_kind_and_while_in_use() -> None:
    TermFactory(code="water", name_en="Water skill")
    TermFactory(code="6", kind="sdg", name_en="Clean water")
    TermFactory(code="proposed", name_en="Unpublished words", status="proposed")
    labels = load_labels({"skill": ["water", "proposed"], "sdg": ["6"], "sector": ["water"]})
    assert (labels.of("skill", "water"), labels.of("sector", "water")) == ("Water skill", "")
    assert labels.of("sdg", "6") == "6. Clean water"
    assert labels.of("skill", "proposed") == ""


def test_proposed_word_of_a_member_is_in_no_facet(search_index: SearchIndex, reader: Client) -> None:
    ProfileSkillFactory(
        profile=member("Some Person"), term=TermFactory(code="proposed", name_en="Proposedword", status="proposed")
    )
    search_index.refresh()
    assert "Proposedword" not in page(reader)
    assert "proposed" not in counts_of(page(reader), "skill")


def test_known_part_drops_what_is_not_there_and_follows_mergers() -> None:
    successor = TermFactory(code="new")
    TermFactory(code="old", status="merged", merged_into=successor)
    address = _address("skill=old&skill=none&country_to=KE&sector=none")
    labels = load_labels(address.query.filters)
    known = known_part(with_successors(address.query, labels), labels)
    assert dict(known.filters) == {
        "country_to": ("KE",),
        "skill": ("new",),
    }


def test_sentence_groups_values_with_or() -> None:
    term = TermFactory(code="a", name_en="Solar energy")
    address = _address(f"skill={term.code}&country_residence=UG&country_residence=KE&open_to=mentoring&view=map&q=x")
    groups = filters_in_use(address, load_labels(address.query.filters), "/people/")
    assert [group.sentence for group in groups] == ["Knows about Solar energy", "Lives in Kenya or Uganda", "Open to Mentoring"]
    assert groups[1].values[0].url == "/people/?q=x&country_residence=UG&skill=a&open_to=mentoring&view=map"
    with translation.override("nn"):
        groups = filters_in_use(address, load_labels(address.query.filters), "/people/")
        assert groups[1].sentence == "Bur i Kenya eller Uganda"


def test_years_stand_newest_first_whatever_their_numbers() -> None:
    address = _address("")
    counts = {"year": [FacetCount("1999", 9), FacetCount("2022", 1), FacetCount("2010", 5)]}
    (facet,) = filter_column(address, counts, {"year": 3}, load_labels(values_to_name(address, counts)))
    assert [(option.value, option.count) for option in facet.options] == [("2022", 1), ("2010", 5), ("1999", 9)]


def test_number_is_said_with_its_word() -> None:
    address = _address("")
    counts = {"country_to": [FacetCount("KE", 2), FacetCount("NP", 1)]}
    (facet,) = filter_column(address, counts, {"country_to": 2}, load_labels({}))
    assert [option.unit for option in facet.options] == ["people", "person"]


def test_names_of_terms_are_escaped(search_index: SearchIndex, reader: Client) -> None:
    ProfileSkillFactory(profile=member("Some Person"), term=TermFactory(code="a", name_en="<script>alert(1)</script>"))
    search_index.refresh()
    assert "<script>alert" not in page(reader, "/people/?skill=a")
