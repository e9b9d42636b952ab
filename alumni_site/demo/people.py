"""One person of the demo after another: where from, which exchanges, and what Norec has on file of them."""

import random
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import slugify

from alumni_site.demo.drafts import ExchangeDraft, PersonDraft
from alumni_site.demo.profiles import fill_in_profile
from alumni_site.demo.world import NORWAY, Country, Partnership, Story, Theme, World, rng_for, uuid_from

# The day the demo is made for. Fixed, so that the same seed makes the same people on any day.
DEMO_TODAY = date(2026, 11, 1)

_FIRST_YEAR = 1963
_FIRST_EXCHANGE_YEAR = 2000
_HISTORIC_SHARE = 0.14
_NOW_SHARE = 0.05
_SEVERAL_SHARE = 0.12
_UNCLAIMED_SHARE = 0.3
_WOMEN_SHARE = 2 / 3
# Between two countries in the South, from Norway, to Norway: Norec's figures of 2024.
_DIRECTIONS = (58, 22, 20)
_DAYS_OF_A_MONTH = 30
_LETTERS_OF_ADDRESSES = str.maketrans({"ø": "o", "æ": "ae", "đ": "d"})


@dataclass(frozen=True)
class Life:
    """What everything else about a person follows from. `is_away`: on exchange on the day of the demo."""

    number: int
    home: Country
    theme: Theme
    story: Story
    exchanges: list[ExchangeDraft]
    is_away: bool


def make_person(world: World, number: int) -> PersonDraft:
    """Person `number` (from 1) of a world. The same in a demo of three hundred and one of fifty thousand."""
    rng = rng_for(world.seed, "person", number)
    life = _make_life(rng, world, number)
    first_name, last_name = _name(rng, life.home)
    first_start = life.exchanges[0].start
    person = PersonDraft(
        uuid=uuid_from(rng),
        participant_id=f"{100_000 + number}",
        first_name=first_name,
        last_name=last_name,
        birth_year=first_start.year - round(rng.triangular(20, 45, 24)),
        email_on_file=_email(first_name, last_name, number) if rng.random() > 0.1 else "",
        exchanges=life.exchanges,
    )
    if rng.random() > (_UNCLAIMED_SHARE / 3 if life.is_away else _UNCLAIMED_SHARE):
        person.email_on_file = person.email_on_file or _email(first_name, last_name, number)
        fill_in_profile(rng, world, person, life, today=DEMO_TODAY)
    return person


def _make_life(rng: random.Random, world: World, number: int) -> Life:
    is_historic = rng.random() < _HISTORIC_SHARE
    is_away = not is_historic and rng.random() < _NOW_SHARE
    direction = 1 if is_historic else rng.choices(range(3), _DIRECTIONS)[0]
    partnership = rng.choices(*world.partnerships_by_kind[direction != 0])[0]
    from_one = {0: rng.random() < 0.5, 1: partnership.one.country == NORWAY, 2: partnership.one.country != NORWAY}[direction]
    story = rng.choice(partnership.theme.stories)
    first = _make_exchange(rng, world, number, _start(rng, is_historic, is_away), partnership, from_one, story)
    exchanges = [first, *([] if is_away else _later_exchanges(rng, world, first, partnership.theme, story, number))]
    home = world.countries[first.from_country]
    return Life(number, home, partnership.theme, story, exchanges, exchanges[-1].end > DEMO_TODAY)


def _start(rng: random.Random, is_historic: bool, is_away: bool) -> date:
    if is_away:
        return date(DEMO_TODAY.year, rng.randint(4, 9), rng.choice([1, 10, 15]))
    if is_historic:
        return date(rng.randint(_FIRST_YEAR, _FIRST_EXCHANGE_YEAR - 1), rng.randint(1, 12), 1)
    # More people year by year, and next to none while the borders were shut.
    year = round(rng.triangular(_FIRST_EXCHANGE_YEAR, DEMO_TODAY.year - 1, DEMO_TODAY.year - 4))
    if year in (2020, 2021) and rng.random() < 0.7:
        year = 2019
    return date(year, rng.choice([1, 2, 3, 8, 8, 9, 10]), rng.choice([1, 10, 15, 20]))


def _make_exchange(
    rng: random.Random, world: World, number: int, start: date, partnership: Partnership, from_one: bool, story: Story
) -> ExchangeDraft:
    sending, host = (partnership.one, partnership.other) if from_one else (partnership.other, partnership.one)
    is_historic = start.year < _FIRST_EXCHANGE_YEAR
    kind = "historic" if is_historic else "north" if partnership.with_norway else "south"
    months = 24 if is_historic else rng.choice([5, 6, 7, 8, 8, 9, 10, 11])
    end = start + timedelta(days=months * _DAYS_OF_A_MONTH + rng.randint(0, 9))
    if start.year == DEMO_TODAY.year and start.month >= 4:
        end = max(end, DEMO_TODAY + timedelta(days=rng.randint(30, 150)))
    homecoming = end + timedelta(days=rng.randint(5, 80))
    came_home = homecoming < DEMO_TODAY and rng.random() > 0.06
    return ExchangeDraft(
        uuid=uuid_from(rng),
        exchange_id=f"{start.year}-{number:05}",
        programme=rng.choice(world.programmes[kind]),
        # In the first decades Norwegians were recruited one by one.
        sending_organisation=None if is_historic else sending,
        host_organisation=host,
        from_country=sending.country,
        to_country=host.country,
        start=start,
        end=end,
        role=story.title["en"],
        homecoming_date=homecoming if came_home else None,
    )


def _later_exchanges(
    rng: random.Random, world: World, first: ExchangeDraft, theme: Theme, story: Story, number: int
) -> list[ExchangeDraft]:
    """One more exchange out of the same country in the same trade, for some people, where there is time for it."""
    start = first.end + timedelta(days=rng.randint(400, 3000))
    if rng.random() > _SEVERAL_SHARE or not first.homecoming_date or start > date(DEMO_TODAY.year - 1, 12, 31):
        return []
    fitting = world.partnerships_of(first.from_country, theme)
    partnership = rng.choices(fitting, [each.weight for each in fitting])[0]
    from_one = partnership.one.country == first.from_country
    return [_make_exchange(rng, world, number, start, partnership, from_one, story)]


def _name(rng: random.Random, country: Country) -> tuple[str, str]:
    first = rng.choice(country.women if rng.random() < _WOMEN_SHARE else country.men)
    last = rng.choice([name for name in country.last if name != first])
    return first, last


def _email(first_name: str, last_name: str, number: int) -> str:
    name = unicodedata.normalize("NFKD", f"{first_name} {last_name}".lower().translate(_LETTERS_OF_ADDRESSES))
    return f"{slugify(name).replace('-', '.')}.{number}@example.org"
