"""One suite for both engines: whatever is asked, they answer what the rules say, in the same order and with the same counts."""

import random
from dataclasses import asdict
from typing import Any

import pytest

from profiles.audiences import Audience
from search.engines.base import SearchEngine
from search.queries import PeopleQuery, Sort
from tests.search.generated import COUNTRIES, FIRST, LANGUAGES, LAST, OPEN_TO, PLACES, WORDS
from tests.search.model import Model

# One worker for all: to fill both engines takes longer than to ask them.
pytestmark = pytest.mark.xdist_group("conformance")

QUERIES = 200
_PHRASES = ["solar energy", "health nurse", "Anne-Marie", "women girls", "van der Berg", "public health", "Dar es Salaam"]
_SILLY = ["!!!", "😀", "\u202e", "x" * 400, "a", "'", '"', '""', "noreg", "kenya norway", "Åse Åsen", "aase", "solenergi"]
_VALUES: dict[str, list[str]] = {
    "country_from": COUNTRIES,
    "country_to": COUNTRIES,
    "country_residence": COUNTRIES,
    "direction": ["north-south", "south-north", "south-south"],
    "host_organisation": [f"org-{number}" for number in range(60)],
    "sending_organisation": [f"org-{number}" for number in range(62)],
    "year": [str(year) for year in range(2000, 2026)],
    "sdg": [f"sdg-{number}" for number in range(1, 18)],
    "sector": ["health", "energy", "education"],
    "skill": ["nursing", "midwifery", "nothing-of-the-sort"],
    "language": LANGUAGES,
    "open_to": OPEN_TO,
}


@pytest.fixture(scope="module")
def models(people: dict[int, dict[str, Any]]) -> dict[str, Model]:
    return {audience.value: Model(people, audience.value) for audience in Audience}


@pytest.mark.parametrize("seed", range(QUERIES))
def test_engine_answers_as_the_rules_say(filled_engine: SearchEngine, models: dict[str, Model], seed: int) -> None:
    chance = random.Random(seed)
    query = _query(chance)
    audience = chance.choice(list(Audience)).value
    excluded = set(chance.sample(range(1, 601), chance.choice([0, 0, 5, 300])))
    whole = chance.sample(sorted(_VALUES), chance.choice([0, 1]))
    answer = filled_engine.search(query, audience, excluded, whole=whole)
    expected = models[audience].search(query, excluded, whole=whole)
    assert asdict(answer) == asdict(expected), query


def test_enough_of_the_queries_find_somebody(models: dict[str, Model]) -> None:
    """Else the suite above would prove little. Every third is asked: it is the slow model that answers."""
    totals = []
    for seed in range(0, QUERIES, 3):
        chance = random.Random(seed)
        found = models["norec"].search(_query(chance), ())
        totals.append((found.total, found.forgiven))
    assert sum(total > 0 for total, _ in totals) > len(totals) * 0.6
    assert sum(total > 100 for total, _ in totals) > len(totals) * 0.15
    assert sum(forgiven for _, forgiven in totals) > len(totals) * 0.1


def _query(chance: random.Random) -> PeopleQuery:
    facets = chance.sample(sorted(_VALUES), chance.choice([0, 0, 1, 1, 2, 3]))
    return PeopleQuery(
        text=" ".join(_part(chance) for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3]))),
        filters={
            facet: tuple(chance.sample(_VALUES[facet], min(chance.choice([1, 2, 4]), len(_VALUES[facet])))) for facet in facets
        },
        sort=chance.choice([Sort.RELEVANCE, Sort.RELEVANCE, Sort.LATEST, Sort.NAME]),
        page=chance.choice([1, 1, 1, 2, 3, 9]),
        page_size=chance.choice([5, 24, 100]),
    )


def _part(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.1:
        return f'"{chance.choice(_PHRASES)}"'
    if kind < 0.15:
        return chance.choice(_SILLY)
    word = chance.choice(chance.choice([FIRST, LAST, WORDS, WORDS, PLACES]))
    if kind < 0.3:
        return word[: chance.randint(1, len(word))]
    return _mistyped(word, chance) if kind < 0.55 else chance.choice([word, word.upper(), word.lower()])


def _mistyped(word: str, chance: random.Random) -> str:
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(len(word))
        slip = chance.choice(["miss", "double", "swap", "other"])
        if slip == "miss":
            word = word[:at] + word[at + 1 :] or word
        elif slip == "double":
            word = word[:at] + word[at] + word[at:]
        elif slip == "swap":
            word = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
        else:
            word = word[:at] + chance.choice("aeiorst") + word[at + 1 :]
    return word
