"""Sentences, in three languages."""

from datetime import date

import pytest
from django.utils.translation import override

from profiles.audiences import Audience
from profiles.disclosure import DisclosedExchange, DisclosedOrganisation
from profiles.sentences import journey, live_sentences, more_exchanges, stay, who_sees, work_there

TODAY = date(2026, 11, 1)


def exchange(**values: object) -> DisclosedExchange:
    nothing = dict.fromkeys(DisclosedExchange.__dataclass_fields__, "")
    dates = dict.fromkeys(("start", "end", "homecoming_date", "sending_organisation", "host_organisation"))
    return DisclosedExchange(**(nothing | dates | values))  # type: ignore[arg-type]


def organisation(name: str) -> DisclosedOrganisation:
    return DisclosedOrganisation(None, name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audiences", "words"),
    [
        ([], "Only you see this."),
        (["norec"], "Only Norec sees this."),
        (["members"], "Members see this."),
        (["missions", "members"], "Members and missions see this."),
        (["norec", "members", "partners", "missions"], "Norec, members, partners and missions see this."),
        (["public"], "Everyone on the web can see this."),
        (["public", "members"], "Everyone on the web can see this."),
    ],
)
def test_who_sees_it(audiences: list[str], words: str) -> None:
    assert who_sees(frozenset(Audience(item) for item in audiences)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("nn", "Norec, medlemer og partnarar ser dette."), ("nb", "Norec, medlemmer og partnere ser dette.")],
)
def test_who_sees_it_in_norwegian(language: str, words: str) -> None:
    with override(language):
        assert who_sees(frozenset({Audience.NOREC, Audience.MEMBERS, Audience.PARTNERS})) == words


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"start": date(2018, 8, 1), "end": date(2019, 6, 10)}, "Out in August 2018, home in June 2019."),
        ({"start": date(2026, 8, 1), "end": date(2027, 6, 10)}, "Out since August 2026, home in June 2027."),
        ({"start": date(2027, 1, 1), "end": date(2027, 6, 10)}, "Goes out in January 2027."),
        ({"start": date(2018, 8, 1)}, "Out in August 2018."),
        ({"end": date(2019, 6, 10)}, "Home in June 2019."),
        ({}, ""),
    ],
)
def test_journey_says_what_is_known(dates: dict, words: str) -> None:
    assert journey(exchange(**dates), TODAY) == words


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([], ""),
        ([{"to_country": "MW", "start": date(2022, 2, 1)}], "One more exchange, to Malawi in 2022."),
        ([{"to_country": "MW"}], "One more exchange, to Malawi."),
        ([{}], "One more exchange."),
        ([{}, {}], "2 more exchanges."),
        (
            [{"to_country": "MW", "start": date(2022, 2, 1)}, {"to_country": "NP", "end": date(2024, 2, 1)}],
            "2 more exchanges: to Malawi in 2022 and to Nepal in 2024.",
        ),
    ],
)
def test_more_exchanges_are_named(others: list[dict], words: str) -> None:
    assert more_exchanges([exchange(**each) for each in others]) == words


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"start": date(2018, 8, 1), "end": date(2019, 6, 10)}, "August 2018 to June 2019"),
        ({"start": date(2018, 8, 1), "end": date(2018, 8, 20)}, "August 2018"),
        ({"start": date(2018, 8, 1)}, "From August 2018"),
        ({"end": date(2018, 8, 1)}, "Until August 2018"),
        ({}, ""),
    ],
)
def test_stay_says_from_when_to_when(dates: dict, words: str) -> None:
    assert stay(exchange(**dates)) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"role": "Adviser", "host": "Zomba", "sender": "Gulu"}, "Adviser at Zomba, from Gulu"),
        ({"role": "Adviser", "host": "Zomba"}, "Adviser at Zomba"),
        ({"role": "Adviser"}, "Adviser"),
        ({"host": "Zomba"}, "At Zomba"),
        ({"sender": "Gulu"}, "From Gulu"),
        ({}, ""),
    ],
)
def test_work_there_says_what_is_known(facts: dict, words: str) -> None:
    known = {
        "role": facts.get("role", ""),
        "host_organisation": organisation(facts["host"]) if "host" in facts else None,
        "sending_organisation": organisation(facts["sender"]) if "sender" in facts else None,
    }
    assert work_there(exchange(**known)) == words


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_sentences_for_the_script_can_be_filled_in(language: str) -> None:
    with override(language):
        sentences = live_sentences()
    assert "{groups}" in sentences["groups"]
    assert "{0}" in sentences["pair"]
    assert "{1}" in sentences["pair"]
    assert "{count}" in sentences["one-change"]
    assert "{count}" in sentences["changes"]
