"""`manage.py search_people`: what a viewer would see."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from profiles.audiences import Audience
from profiles.models import Profile, Term
from search.locks import WRITER, exclusive
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
)
from tests.indexing import SearchIndex
from tests.search.people_pages import client_for, heading, page

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    call_command("search_people", *arguments, stdout=(out := StringIO()))
    return out.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    found = json.loads(run(*arguments, "--json"))
    assert set(found) == {"total", "hits", "facets"}
    return found


@pytest.fixture
def person(search_index: SearchIndex) -> Profile:
    """Shows everything to members, but the headline to missions alone. Not indexed yet: the command catches up."""
    profile = ProfileFactory(
        first_name="Amina",
        last_name="Otieno",
        headline="Solar engineer",
        country="KE",
        open_to_mentoring=True,
        shown_to=["members", "missions"],
        audiences_headline=frozenset({Audience.MISSIONS}),
    )
    ProfileSkillFactory(profile=profile, term=TermFactory(code="solar", name_en="Solar energy"), years=4)
    host = OrganisationFactory(name="Gulu Hospital", country="UG")
    ExchangeFactory(profile=profile, from_country="KE", to_country="UG", host_organisation=host, end=date(2019, 6, 1))
    RoleGrantFactory(user=profile.user)
    RoleGrantFactory(user=profile.user, role="officer")
    return profile


def test_json_has_what_is_disclosed_and_nothing_else(person: Profile) -> None:
    found = as_json("otieno", "--as", person.user.email)
    exchange = person.exchanges.get()
    assert found["total"] == 1
    assert found["hits"] == [
        {
            "id": str(person.uuid),
            "name": "Amina Otieno",
            "country": "KE",
            "open_to": ["mentoring"],
            "skills": [{"code": "solar", "name": "Solar energy", "years": 4}],
            "exchanges": [
                {
                    "id": str(exchange.uuid),
                    "host_organisation": {
                        "id": str(exchange.host_organisation.uuid),
                        "name": "Gulu Hospital",
                        "country": "UG",
                    },
                    "from_country": "KE",
                    "to_country": "UG",
                    "direction": "south-south",
                    "start": "2018-08-01",
                    "end": "2019-06-01",
                }
            ],
        }
    ]
    assert found["facets"]["country_to"] == [{"value": "UG", "count": 1}]
    assert found["facets"]["sdg"] == []


def test_one_searches_in_one_capacity(person: Profile) -> None:
    assert as_json("solar engineer", "--as", person.user.email)["total"] == 0
    as_officer = as_json("solar engineer", "--as", person.user.email.upper(), "--capacity", "missions")
    assert [hit["headline"] for hit in as_officer["hits"]] == ["Solar engineer"]
    assert as_json("solar engineer", "--as", person.user.email, "--capacity", "officer")["total"] == 1
    assert as_json("otieno")["total"] == 0


def test_filters_order_and_pages(person: Profile) -> None:
    for number in range(3):
        ProfileFactory(first_name=f"Bo{number}", last_name="X", country="NO", shown_to=["members"])
    email = person.user.email
    assert as_json("--as", email, "--filter", "country_to=UG", "--filter", "country_to=KE")["total"] == 1
    assert as_json("--as", email, "--filter", "country_to=UG", "--filter", "country_residence=NO")["total"] == 0
    found = as_json("--as", email, "--sort", "name", "--page", "2", "--page-size", "2")
    assert (found["total"], [hit["name"] for hit in found["hits"]]) == (4, ["Bo1 X", "Bo2 X"])


def test_filters_are_understood_as_on_the_page(person: Profile) -> None:
    TermFactory(code="sun-power", status="merged", merged_into=Term.objects.get(code="solar"))
    email = person.user.email
    for asked in ("country_to=ug", "country_to= UG ", "skill=sun-power"):
        found = as_json("--as", email, "--filter", asked)
        assert (found["total"], [hit["name"] for hit in found["hits"]]) == (1, ["Amina Otieno"]), asked
        assert heading(page(client_for(person.user), f"/people/?{asked}")) == "1 person", asked


def test_the_list_is_for_reading(person: Profile) -> None:
    lines = run("solar", "--as", person.user.email).splitlines()
    assert lines[0] == "1 found for members, page 1 of 1"
    assert lines[1] == f"   1  Amina Otieno  {person.uuid}  (in skills)"
    assert "      skill: solar 1" in lines


def test_near_misses_are_told(person: Profile) -> None:
    assert "Nobody has it as typed; these come close." in run("otienno", "--as", person.user.email)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as", "nobody@example.org"], "no account with the e-mail address nobody@example.org"),
        (["--filter", "colour=red"], "colour=red is not FACET=VALUE"),
        (["--filter", "skill"], "skill is not FACET=VALUE"),
        (["--filter", "country_to=Kenya"], "country_to=Kenya: there is no such value"),
        (["--filter", "skill=Solar energy"], "skill=Solar energy: there is no such value"),
        (["--filter", "skill=none"], "skill=none: there is no such value"),
        (["--filter", "host_organisation=00000000-0000-4000-8000-000000000000"], "there is no such value"),
        ([f"--filter=year={year}" for year in range(1963, 2020) for _ in range(2)], "80 values at most"),
        (["--capacity", "missions"], "--capacity needs --as"),
        (["--page", "0"], "Pages begin at 1"),
        (["--page-size", "100000"], "1 to 500"),
    ],
)
def test_what_makes_no_sense_is_refused_with_words(search_index: SearchIndex, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says) as error:
        run(*arguments)
    assert error.value.returncode == 2


def test_a_capacity_one_does_not_have_is_refused(person: Profile) -> None:
    with pytest.raises(CommandError, match="does not have the capacity norec") as error:
        run("--as", person.user.email, "--capacity", "norec")
    assert error.value.returncode == 2


def test_while_a_drainer_runs_it_only_waits_for_it(person: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.management.commands.search_people._SECONDS_TO_CATCH_UP", 0.2)
    with exclusive(WRITER):
        assert as_json("otieno", "--as", person.user.email)["total"] == 0
    assert as_json("otieno", "--as", person.user.email)["total"] == 1
