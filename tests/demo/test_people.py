"""The people themselves, before they are in a database."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from alumni_site.demo.cast import cast_people, cast_size
from alumni_site.demo.drafts import PersonDraft
from alumni_site.demo.people import DEMO_TODAY, _email, make_person
from alumni_site.demo.services import make_people
from alumni_site.demo.world import NORWAY, demo_world
from profiles.audiences import Audience
from profiles.countries import country_codes, language_codes
from profiles.fields import FIELDS_BY_KEY
from profiles.models.organisations import organisation_key
from profiles.vocabulary.loader import shipped_terms

ROOT = Path(__file__).resolve().parent.parent.parent
# Whoever the news would think of first. Nobody in the demo may have such a name by chance.
FAMOUS = {
    *("Grace Mugabe", "Joyce Banda", "Nelson Mandela", "Wangari Maathai", "Erna Solberg", "Sheikh Hasina", "Eliud Kipchoge"),
    *("Tigist Assefa", "Nazmul Hossain", "Sabina Khatun", "Pasang Sherpa", "Tenzing Sherpa", "Themba Zwane", "Siri Helle"),
    *("Kwame Nkrumah", "Kofi Annan", "Rigoberta Menchú", "Julius Nyerere", "Desmond Tutu", "Muhammad Yunus", "Mari Eide"),
    *("Beatrice Chebet", "Krishna Bhattarai", "Sibusiso Vilakazi", "Bongani Khumalo", "Begum Rokeya", "Hilde Sandvik"),
}
FAMOUS_FAMILIES = {
    "Mandela",
    "Museveni",
    "Kenyatta",
    "Odinga",
    "Ruto",
    "Obama",
    "Nyerere",
    "Magufuli",
    "Hasina",
    "Zuma",
    "Mutharika",
}


@pytest.fixture(scope="module")
def people() -> list[PersonDraft]:
    return list(make_people(people=400, seed=1))


def test_same_seed_makes_the_same_people(people: list[PersonDraft]) -> None:
    assert list(make_people(people=400, seed=1)) == people


def test_another_seed_makes_other_people(people: list[PersonDraft]) -> None:
    others = list(make_people(people=100, seed=2))
    assert not {person.uuid for person in others} & {person.uuid for person in people}


def test_a_larger_demo_begins_with_the_people_of_a_smaller(people: list[PersonDraft]) -> None:
    assert list(make_people(people=60, seed=1)) == people[:60]


def test_another_process_makes_the_same_people(people: list[PersonDraft]) -> None:
    code = (
        "import django; django.setup()\n"
        "from alumni_site.demo.services import make_people\n"
        "for p in make_people(people=60, seed=1):\n"
        "    print(p.uuid, p.first_name, p.last_name, [s.code for s in p.skills], [str(e.uuid) for e in p.exchanges], p.words)\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "DJANGO_SETTINGS_MODULE": "alumni_site.settings.test"}
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert printed.stdout.splitlines() == [
        f"{p.uuid} {p.first_name} {p.last_name} {[s.code for s in p.skills]} {[str(e.uuid) for e in p.exchanges]} {p.words}"
        for p in people[:60]
    ]


def test_identifiers_are_unique(people: list[PersonDraft]) -> None:
    exchanges = [exchange for person in people for exchange in person.exchanges]
    for values in (
        [person.uuid for person in people],
        [person.participant_id for person in people if person.participant_id],
        [person.email_on_file for person in people if person.email_on_file],
        [exchange.uuid for exchange in exchanges],
        [exchange.exchange_id for exchange in exchanges],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_exchanges_are_in_keeping_with_norecs_figures(people: list[PersonDraft]) -> None:
    recent = [e for person in people[cast_size() :] for e in person.exchanges if e.start.year >= 2000]
    homes = Counter(exchange.from_country for exchange in recent)
    shares = Counter((e.from_country == NORWAY, e.to_country == NORWAY) for e in recent)
    assert 0.45 < shares[False, False] / len(recent) < 0.7
    assert shares[True, True] == 0
    assert {code for code, _count in homes.most_common(6)} <= {"NO", "KE", "BD", "TZ", "UG", "NP", "MW", "ZA"}
    assert any(exchange.start.year < 1980 for person in people for exchange in person.exchanges)
    assert any(len(person.exchanges) > 1 for person in people[cast_size() :])


def test_two_thirds_have_womens_names(people: list[PersonDraft]) -> None:
    women = {name for country in demo_world(1).countries.values() for name in country.women}
    generated = people[cast_size() :]
    assert 0.6 < sum(person.first_name in women for person in generated) / len(generated) < 0.75


def test_times_are_possible(people: list[PersonDraft]) -> None:
    for person in people:
        for exchange in person.exchanges:
            assert date(1963, 1, 1) <= exchange.start < exchange.end
            assert exchange.start <= DEMO_TODAY
            assert person.birth_year is not None
            assert person.birth_year >= 1920
            assert exchange.start.year - person.birth_year >= 19
            if exchange.homecoming_date:
                assert exchange.end < exchange.homecoming_date <= DEMO_TODAY
        starts = [exchange.start for exchange in person.exchanges]
        assert starts == sorted(starts)


def test_some_are_on_exchange_now(people: list[PersonDraft]) -> None:
    away = [e for person in people for e in person.exchanges if e.start <= DEMO_TODAY < e.end]
    assert len(away) >= 8
    assert {exchange.homecoming_date for exchange in away} == {None}


def test_texts_are_filled_in_and_fit(people: list[PersonDraft]) -> None:
    languages = Counter(person.words.get("about_language", "") for person in people)
    assert min(languages["nn"], languages["nb"], languages["en"]) > 10
    for person in people:
        assert "{" not in "".join(person.words.values())
        assert len(person.words.get("headline", "")) <= 140


def test_codes_are_known(people: list[PersonDraft]) -> None:
    codes: dict[str, set[str]] = {}
    for term in shipped_terms():
        codes.setdefault(term.kind.value, set()).add(term.code)
    for person in people:
        skills = [skill.code for skill in person.skills]
        assert len(skills) == len(set(skills))
        assert set(skills) <= codes["skill"]
        assert set(person.sectors) <= codes["sector"]
        assert set(person.sdgs) <= codes["sdg"]
        assert {code for code, _level in person.languages} <= language_codes()
        assert {person.words.get("country", "NO") or "NO"} <= country_codes()
        assert set(person.audiences) <= set(FIELDS_BY_KEY)


def test_visibility_is_of_every_kind(people: list[PersonDraft]) -> None:
    unclaimed = [person for person in people if person.account is None]
    members = [person for person in people if person.account]
    assert 0.2 < len(unclaimed) / len(people) < 0.4
    assert all(not person.words and not person.audiences for person in unclaimed)
    shown = Counter(person.audiences.get("name", frozenset()) for person in members)
    assert shown[frozenset()] > 3
    assert shown[frozenset(Audience)] > 5
    assert shown[frozenset({Audience.NOREC})] > 3
    assert len({tuple(sorted(person.audiences.items(), key=str)) for person in members}) > 50
    assert any(person.is_paused for person in members)


def test_contact_details_are_never_shown_to_everyone(people: list[PersonDraft]) -> None:
    for person in people:
        assert Audience.PUBLIC not in person.audiences.get("contact_email", frozenset())
        assert Audience.PUBLIC not in person.audiences.get("contact_phone", frozenset())


def test_nobody_famous_can_come_out() -> None:
    for country in demo_world(1).countries.values():
        names = {f"{first} {last}" for first in country.women + country.men for last in country.last}
        assert names & FAMOUS == set()
        assert {part for last in country.last for part in last.split("-")} & FAMOUS_FAMILIES == set()


def test_addresses_lead_nowhere(people: list[PersonDraft]) -> None:
    for person in people:
        assert person.email_on_file == "" or person.email_on_file.endswith("@example.org")
        assert person.email_on_file.isascii()
        assert all(url.startswith("https://example.org/") for url, _label in person.links)
        assert " 000 " in person.words.get("contact_phone", " 000 ")


def test_address_has_every_letter_of_the_name() -> None:
    assert _email("Anne Berit", "Økland", 7) == "anne.berit.okland.7@example.org"
    assert _email("Đặng", "Ærø", 8) == "dang.aero.8@example.org"


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_organisations_have_names_of_their_own(seed: int) -> None:
    world = demo_world(seed)
    organisations = {each.uuid: each for pair in world.partnerships for each in (pair.one, pair.other)}.values()
    keys = [organisation_key(organisation.name) for organisation in organisations]
    assert len(set(keys)) == len(keys) > 80


def test_person_is_the_same_however_asked_for() -> None:
    world = demo_world(1)
    assert make_person(world, 77) == make_person(world, 77)
    assert cast_people(1) == cast_people(1)
