"""Finding people, from the database through the index and back."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from profiles.audiences import Audience
from profiles.models import (
    Block,
    OrganisationName,
    Profile,
    ProfileLanguage,
    TermAlias,
)
from profiles.viewers import Viewer, viewer_for
from search.engines.base import FacetCount, SuggestionKind
from search.people import Segment, count_people, matching_ids, search_people, suggest
from search.queries import PeopleQuery, Sort
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
)
from tests.indexing import SearchIndex

pytestmark = pytest.mark.django_db

MEMBER = Viewer(audience=Audience.MEMBERS)
MISSION = Viewer(audience=Audience.MISSIONS)
NOREC = Viewer(audience=Audience.NOREC)


def names(viewer: Viewer, text: str = "", **filters: tuple[str, ...]) -> list[str]:
    return [hit.profile.name for hit in search_people(viewer, PeopleQuery(text, filters)).hits]


def full_profile(**given: Any) -> Profile:
    """Somebody who has told everything there is to be searched for, each with a word of its own."""
    values = {
        "first_name": "Øyvind",
        "last_name": "Ng'ang'a",
        "name_then": "Oyvind Kamau",
        "headline": "Hydrologist",
        "about": "Ask me about boreholes.",
        "country": "NP",
        "place": "Pokhara",
        "work_title": "Surveyor",
        "workplace": "Kwanza Waterworks",
        "contact_email": "secretmail@example.org",
        "contact_phone": "+97755512345",
        "open_to_mentoring": True,
        "shown_to": ["members"],
    }
    profile = ProfileFactory(**{**values, **given})
    skill = TermFactory(code="solar-energy", name_en="Solar energy", name_nn="Solenergi", name_nb="Solkraft")
    TermAlias.objects.create(term=skill, language="en", name="photovoltaics")
    ProfileSkillFactory(profile=profile, term=skill, note="Rooftops mostly")
    profile.sectors.add(TermFactory(kind="sector", code="energy", name_en="Renewables", name_nn="Fornybart"))
    profile.sdgs.add(TermFactory(kind="sdg", code="7", name_en="Clean power"))
    ProfileLanguage.objects.create(profile=profile, code="sw", level="good")
    host = OrganisationFactory(name="Gulu Hospital", country="UG")
    OrganisationName.objects.create(organisation=host, name="Lacor Mission")
    ExchangeFactory(
        profile=profile,
        from_country="BD",
        to_country="TZ",
        sending_organisation=OrganisationFactory(name="Dhaka Radio", country="BD"),
        host_organisation=host,
        role="Beekeeper",
        programme="Fredskorpset Youth",
        end=date(2019, 6, 1),
    )
    return profile


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("oyvind", "name"),
        ("NGANGA", "name"),
        ("kamau", "name_then"),
        ("hydrologist", "headline"),
        ("boreholes", "about"),
        ("rooftops", "about"),
        ("nepal", "country"),
        ("pokhara", "place"),
        ("surveyor", "work"),
        ("waterworks kwanza", "work"),
        ("solar", "skills"),
        ("solenergi", "skills"),
        ("solkraft", "skills"),
        ("photovoltaics", "skills"),
        ("renewables", "sectors"),
        ("fornybart", "sectors"),
        ('"clean power"', "sdgs"),
        ("swahili", "languages"),
        ("gulu", "organisations"),
        ("lacor", "organisations"),
        ("dhaka", "organisations"),
        ("bangladesh", "countries"),
        ("tanzania", "countries"),
        ("beekeeper", "roles"),
        ("fredskorpset", "roles"),
        ("hydrologst", "headline"),
        ("boreh", "about"),
    ],
)
def test_everything_that_is_told_is_found_and_shown_why(search_index: SearchIndex, text: str, field: str) -> None:
    full_profile()
    ProfileFactory(first_name="Somebody", last_name="Else", shown_to=["members"])
    search_index.refresh()
    with translation.override("en"):
        found = search_people(MEMBER, PeopleQuery(text))
    assert [hit.profile.name for hit in found.hits] == ["Øyvind Ng'ang'a"]
    assert field in found.hits[0].highlights
    assert any(segment.marked for texts in found.hits[0].highlights[field] for segment in texts)
    assert names(MISSION, text) == []


@pytest.mark.parametrize("text", ["secretmail", "97755512345", "55512345", '"secretmail example org"'])
def test_contact_details_are_not_searched(search_index: SearchIndex, text: str) -> None:
    full_profile()
    search_index.refresh()
    assert names(MEMBER, text) == []


def test_a_hidden_field_finds_nobody_counts_for_nothing_and_is_not_suggested(search_index: SearchIndex) -> None:
    hidden = frozenset({Audience.MISSIONS})
    full_profile(
        shown_to=["members", "missions"],
        audiences_headline=hidden,
        audiences_skills=hidden,
        audiences_exchanges=hidden,
        audiences_place=hidden,
    )
    search_index.refresh()
    seen_by_mission, seen_by_member = search_people(MISSION, PeopleQuery()), search_people(MEMBER, PeopleQuery())
    assert seen_by_mission.facets["skill"] == [FacetCount("solar-energy", 1)]
    assert [facet for facet in ("skill", "country_to", "year", "host_organisation") if seen_by_member.facets[facet]] == []
    for text in ("hydrologist", "solenergi", "gulu", "tanzania", "pokhara", "rooftops"):
        assert names(MISSION, text) == ["Øyvind Ng'ang'a"]
        assert names(MEMBER, text) == []
    assert names(MEMBER, skill=("solar-energy",)) == []
    assert [item.label for item in suggest(MISSION, "po")] == ["Pokhara"]
    assert suggest(MEMBER, "po") == suggest(MEMBER, "sola") == suggest(MEMBER, "gul") == []


def test_who_hides_is_gone_from_the_next_request(search_index: SearchIndex) -> None:
    """Before the index has caught up: from hits, total, counts and suggestions."""
    stays = ProfileFactory(first_name="Stays", shown_to=["members"], headline="Solar", country="KE")
    hides = ProfileFactory(first_name="Hides", shown_to=["members"], headline="Solar", country="NO")
    search_index.refresh()
    hides.is_paused = True
    hides.save()
    found = search_people(MEMBER, PeopleQuery("solar"))
    assert (found.total, [hit.profile.id for hit in found.hits]) == (1, [stays.pk])
    assert found.facets["country_residence"] == [FacetCount("KE", 1)]
    assert suggest(MEMBER, "hid") == []
    assert count_people(MEMBER, PeopleQuery("solar")) == 1
    assert matching_ids(MEMBER, PeopleQuery("solar"), limit=10) == [stays.pk]
    search_index.refresh()
    assert names(MEMBER, "solar") == [stays.name]


def test_who_changed_without_a_trace_is_still_shown_as_they_are_now(search_index: SearchIndex) -> None:
    """Bulk writes bypass signals. The index is then old, but a page never shows what is hidden now."""
    gone, changed = (ProfileFactory(headline="Solar", shown_to=["members"]) for _ in range(2))
    search_index.refresh()
    Profile.objects.filter(pk=gone.pk).update(is_paused=True)
    Profile.objects.filter(pk=changed.pk).update(headline="Wind", audiences_headline=0)
    found = search_people(MEMBER, PeopleQuery("solar"))
    assert (found.total, [hit.profile.id for hit in found.hits]) == (1, [changed.pk])
    assert (found.hits[0].profile.headline, found.hits[0].highlights) == ("", {})


def test_people_on_either_side_of_a_block_do_not_meet(search_index: SearchIndex) -> None:
    one, other, third = (ProfileFactory(shown_to=["members"], country="KE") for _ in range(3))
    for profile in (one, other, third):
        RoleGrantFactory(user=profile.user)
    Block.objects.create(blocker=one.user, blocked=other.user)
    search_index.refresh()
    assert [(search_people(viewer_for(p.user), PeopleQuery()).total) for p in (one, other, third)] == [2, 2, 3]
    assert search_people(viewer_for(one.user), PeopleQuery()).facets["country_residence"] == [FacetCount("KE", 2)]
    assert [item.label for item in suggest(viewer_for(one.user), other.first_name)] == []
    assert [item.label for item in suggest(viewer_for(third.user), other.first_name)] == [other.name]


def test_imported_people_are_found_by_norec_alone(search_index: SearchIndex) -> None:
    profile = ProfileFactory(unclaimed=True, first_name="Imported", headline="Hemmeleg")
    search_index.refresh()
    assert names(NOREC, "imported") == [profile.name]
    assert names(NOREC, "hemmeleg") == []
    assert [names(Viewer(audience=audience), "imported") for audience in Audience if audience != Audience.NOREC] == [[]] * 4


def test_filters_sorting_and_paging(search_index: SearchIndex) -> None:
    for number, (name, country, year) in enumerate(
        [("Åse", "KE", 2018), ("Zoe", "KE", 2020), ("Bo", "NO", 2022), ("Al", "UG", 2016)]
    ):
        profile = ProfileFactory(first_name=name, last_name="X", shown_to=["members"], country=country)
        ExchangeFactory(profile=profile, start=date(year, 1, 1), end=date(year, 12, 1), exchange_id=f"E{number}")
    search_index.refresh()
    assert names(MEMBER, country_residence=("KE", "NO")) == ["Bo X", "Zoe X", "Åse X"]
    assert names(MEMBER, country_residence=("KE",), year=("2018",)) == ["Åse X"]
    by_name = search_people(MEMBER, PeopleQuery(sort=Sort.NAME, page_size=3))
    assert [hit.profile.name for hit in by_name.hits] == ["Al X", "Bo X", "Zoe X"]
    assert (by_name.total, by_name.pages) == (4, 2)
    second = search_people(MEMBER, PeopleQuery(sort=Sort.NAME, page_size=3, page=2))
    assert [hit.profile.name for hit in second.hits] == ["Åse X"]
    assert search_people(MEMBER, PeopleQuery(page=9)).hits == []
    assert matching_ids(MEMBER, PeopleQuery(sort=Sort.LATEST), limit=3) == [
        Profile.objects.get(first_name=name).pk for name in ("Bo", "Zoe", "Åse")
    ]


@pytest.mark.parametrize("text", ["", "engineer"])
def test_a_page_costs_the_same_whatever_it_shows(search_index: SearchIndex, text: str) -> None:
    costs = []
    for _ in range(3):
        for _ in range(4):
            profile = ProfileFactory(shown_to=["members"], headline="Engineer")
            ProfileSkillFactory(profile=profile)
            ExchangeFactory(profile=profile, host_organisation=OrganisationFactory())
        search_index.refresh()
        with CaptureQueriesContext(connection) as queries:
            found = search_people(MEMBER, PeopleQuery(text, {"open_to": ()}))
        costs.append(len(queries))
    assert found.total == 12
    assert len(set(costs)) == 1
    assert costs[0] <= 10


def test_suggestions_are_in_the_readers_language(search_index: SearchIndex) -> None:
    full_profile(first_name="Solveig", country="NO")
    search_index.refresh()
    with translation.override("nn"):
        assert [(item.kind, item.label) for item in suggest(MEMBER, "sol")] == [
            (SuggestionKind.PERSON, "Solveig Ng'ang'a"),
            (SuggestionKind.SKILL, "Solenergi"),
        ]
        assert [(item.label, item.value) for item in suggest(MEMBER, "norw")] == [("Noreg", "Noreg")]
    with translation.override("en"):
        assert [item.label for item in suggest(MEMBER, "solk")] == ["Solar energy (Solkraft)"]
        assert [(item.other, item.language) for item in suggest(MEMBER, "solk")] == [("Solkraft", "nb")]
        assert [(item.other, item.language) for item in suggest(MEMBER, "photov")] == [("photovoltaics", "")]
        assert [item.label for item in suggest(MEMBER, "lacor")] == ["Gulu Hospital"]
    person = suggest(MEMBER, "solveig")[0]
    assert person.value == str(Profile.objects.get().uuid)


def test_every_kind_of_suggestion_gets_its_share(search_index: SearchIndex) -> None:
    for number in range(12):
        ProfileFactory(first_name=f"Sola{number}", shown_to=["members"], place="Solund")
    full_profile(last_name="Solberg")
    search_index.refresh()
    kinds = [item.kind for item in suggest(MEMBER, "sol", limit=6)]
    assert kinds == [SuggestionKind.PERSON] * 4 + [SuggestionKind.SKILL, SuggestionKind.PLACE]
    assert suggest(MEMBER, "s") == suggest(MEMBER, "!") == []


def test_found_by_another_name_shows_which(search_index: SearchIndex) -> None:
    full_profile()
    search_index.refresh()
    with translation.override("en"):
        hit = search_people(MEMBER, PeopleQuery("photovoltaics noreg nepal")).hits
        assert hit == []
        hit = search_people(MEMBER, PeopleQuery("photovoltaics")).hits
    assert hit[0].highlights == {
        "skills": [(Segment("Solar energy ("), Segment("photovoltaics", marked=True), Segment(")"))],
    }


def test_nobody_is_named_in_what_is_logged(search_index: SearchIndex, caplog: pytest.LogCaptureFixture) -> None:
    word = f"leak{uuid.uuid4().hex}"
    ProfileFactory(first_name=word, headline=word, shown_to=["members"])
    search_index.refresh()
    search_people(MEMBER, PeopleQuery(word))
    suggest(MEMBER, word)
    assert word not in caplog.text
