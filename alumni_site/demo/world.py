"""The world of the demo: countries with names and towns, trades with stories, and the organisations that work together.

All of it is in `data/`: names are joined at random, so that nobody who lives is meant, and no organisation has that name.
"""

import json
import random
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

NORWAY = "NO"
# How many partnerships there are between two countries in the South, and with Norway.
_SOUTH_PARTNERSHIPS = 56
_NORTH_PARTNERSHIPS = 34
# Norec's exchanges gather in a few countries, and those with Norway even more so.
_GATHERING = 1.6

Texts = dict[str, str]


@dataclass(frozen=True)
class Country:
    code: str
    weight: int
    time_zone: str
    phone: str
    women: list[str]
    men: list[str]
    last: list[str]
    places: list[str]
    first_languages: list[str]
    common_languages: list[str]


@dataclass(frozen=True)
class Story:
    """What somebody does for a living, by language, and the skills (codes) that it takes."""

    skills: list[str]
    title: Texts
    does: Texts


@dataclass(frozen=True)
class Theme:
    sector: str
    weight: int
    sdgs: list[str]
    learned: list[Texts]
    stories: list[Story]


@dataclass(frozen=True)
class DemoOrganisation:
    uuid: UUID
    name: str
    country: str
    kind: str


@dataclass(frozen=True)
class Partnership:
    """Two organisations of one trade that send people to each other."""

    theme: Theme
    one: DemoOrganisation
    other: DemoOrganisation
    weight: float

    @property
    def with_norway(self) -> bool:
        return NORWAY in (self.one.country, self.other.country)


@dataclass(frozen=True)
class World:
    seed: int
    countries: dict[str, Country]
    themes: list[Theme]
    partnerships: list[Partnership]
    phrases: dict[str, list[Texts]]
    programmes: dict[str, list[str]]

    @cached_property
    def partnerships_by_kind(self) -> dict[bool, tuple[list[Partnership], list[float]]]:
        """Partnerships and their weights, by whether one side is in Norway."""
        found: dict[bool, tuple[list[Partnership], list[float]]] = {False: ([], []), True: ([], [])}
        for partnership in self.partnerships:
            found[partnership.with_norway][0].append(partnership)
            found[partnership.with_norway][1].append(partnership.weight)
        return found

    def partnerships_of(self, country: str, theme: Theme) -> list[Partnership]:
        """Those of a trade with one side in this country."""
        return [each for each in self.partnerships if each.theme is theme and country in (each.one.country, each.other.country)]


def rng_for(*parts: object) -> random.Random:
    """Chance that is the same for the same parts, on every machine."""
    return random.Random(":".join(map(str, parts)))  # noqa: S311 nothing here is secret


def uuid_from(rng: random.Random) -> UUID:
    """A UUID that is the same for the same state of `rng`."""
    return UUID(int=rng.getrandbits(128), version=4)


@cache
def demo_world(seed: int) -> World:
    """The world of this seed. The same seed makes the same one."""
    countries = {code: Country(code=code, **entry) for code, entry in read_data("countries").items()}
    stories = read_data("stories")
    themes = [
        Theme(
            sector=entry["sector"],
            weight=entry["weight"],
            sdgs=entry["sdgs"],
            learned=entry["learned"],
            stories=[Story(**story) for story in entry["stories"]],
        )
        for entry in stories["themes"]
    ]
    phrases = {key: stories[key] for key in ("offers", "now", "extras")}
    return World(
        seed=seed,
        countries=countries,
        themes=themes,
        partnerships=_partnerships(seed, countries, themes),
        phrases=phrases,
        programmes=read_data("organisations")["programmes"],
    )


@cache
def read_data(name: str) -> Any:
    """One of the files in `data/`."""
    return json.loads((Path(__file__).parent / "data" / f"{name}.json").read_text("utf-8"))


def _partnerships(seed: int, countries: dict[str, Country], themes: list[Theme]) -> list[Partnership]:
    rng = rng_for(seed, "partnerships")
    known: dict[tuple[str, str], DemoOrganisation] = {}
    names: set[str] = set()
    south = [country for country in countries.values() if country.code != NORWAY]
    weights = [country.weight**_GATHERING for country in south]
    made: dict[tuple[str, str, str], Partnership] = {}
    for with_norway, how_many in ((False, _SOUTH_PARTNERSHIPS), (True, _NORTH_PARTNERSHIPS)):
        target = len(made) + how_many
        while len(made) < target:
            theme = rng.choices(themes, [theme.weight for theme in themes])[0]
            one, other = rng.choices(south, weights, k=2)
            if with_norway:
                other = countries[NORWAY]
            first, second = sorted((one.code, other.code))
            key = (theme.sector, first, second)
            if one == other or key in made:
                continue
            made[key] = Partnership(
                theme=theme,
                one=_organisation(rng, one, theme.sector, known, names),
                other=_organisation(rng, other, theme.sector, known, names),
                weight=rng.choice([1, 1, 1, 2, 2, 3, 5]),
            )
    return list(made.values())


def _organisation(
    rng: random.Random, country: Country, sector: str, known: dict[tuple[str, str], DemoOrganisation], names: set[str]
) -> DemoOrganisation:
    """The organisation of this trade in this country, made when there is none. No two have one name."""
    found = known.get((country.code, sector))
    while found is None:
        data = read_data("organisations")
        is_north = country.code == NORWAY
        words, types = ("north", "types_north") if is_north else ("south", "types_south")
        word = rng.choice(data["words"][words])
        trade, kind = rng.choice(data[types][sector])
        name = f"{word} {trade}" if is_north else f"{rng.choice(country.places)} {word} {trade}"
        if name not in names:
            names.add(name)
            found = DemoOrganisation(uuid_from(rng), name, country.code, kind)
            known[country.code, sector] = found
    return found
