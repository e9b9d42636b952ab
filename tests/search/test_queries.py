"""From what is typed, or stands in an address, to a question."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.queries import MAX_CLAUSES, MAX_RESULTS_TO_PAGE_THROUGH, PAGE_SIZE, Clause, PeopleQuery, Sort, parse_text


def test_the_last_word_may_be_half_typed() -> None:
    assert parse_text("solar Ken") == (
        Clause((("solar",),), "solar", is_half_typed=False, slips=1),
        Clause((("ken",),), "ken", is_half_typed=True, slips=0),
    )


@pytest.mark.parametrize("text", ['"Solar energy"', "«solar energy»", "“solar energy”", "„solar energy“", '"solar, energy!"'])
def test_a_phrase_in_quotes_stands_together_as_it_is(text: str) -> None:
    assert parse_text(text) == (Clause((("solar", "energy"),)),)


def test_an_open_quote_is_no_phrase() -> None:
    assert [clause.spellings for clause in parse_text('"solar energy')] == [(("solar",),), (("energy",),)]


def test_a_hyphenated_word_is_looked_for_together_and_apart() -> None:
    assert parse_text("Anne-Marie") == (Clause((("annemarie",), ("anne", "marie")), "annemarie", is_half_typed=True, slips=2),)


@pytest.mark.parametrize("text", ["", "   ", "!!!", "😀", '""', "\x00", "\u202e", "'"])
def test_a_text_without_words_asks_for_nothing(text: str) -> None:
    assert parse_text(text) == ()


@given(st.text(max_size=600))
def test_every_text_parses_within_bounds(text: str) -> None:
    assert len(parse_text(text)) <= MAX_CLAUSES


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("", PeopleQuery()),
        ("q=+solar+&country_to=KE&country_to=TZ&country_to=KE", PeopleQuery("solar", {"country_to": ("KE", "TZ")})),
        ("sort=name&page=3", PeopleQuery(sort=Sort.NAME, page=3)),
        ("sort=salary&page=-1&view=x&colour=red", PeopleQuery()),
        ("page=0", PeopleQuery()),
        ("page=٣", PeopleQuery()),
        ("q=a%00b&skill=%00&skill=+", PeopleQuery("a b")),
    ],
)
def test_an_address_gives_a_question(address: str, query: PeopleQuery) -> None:
    assert PeopleQuery.from_params(QueryDict(address)) == query


def test_a_silly_address_is_kept_within_bounds() -> None:
    query = PeopleQuery.from_params({"q": "x" * 10_000, "skill": [str(n) for n in range(500)], "page": "99999999"})
    assert (len(query.text), len(query.filters["skill"])) == (500, 80)
    assert query.page == MAX_RESULTS_TO_PAGE_THROUGH // PAGE_SIZE


def test_a_question_survives_its_own_address() -> None:
    query = PeopleQuery('"solar" Åse', {"skill": ("a", "b"), "year": ("2019",)}, Sort.LATEST, page=2)
    again: dict[str, list[str]] = {}
    for name, value in query.to_params():
        again.setdefault(name, []).append(value)
    assert PeopleQuery.from_params(again) == query


def test_a_filter_can_be_taken_away() -> None:
    query = PeopleQuery(filters={"skill": ("a", "b"), "year": ("2019",)}, page=4)
    assert query.without("skill", "a") == PeopleQuery(filters={"skill": ("b",), "year": ("2019",)})
    assert query.without("skill") == PeopleQuery(filters={"year": ("2019",)})
    assert query.without("sdg", "1") == PeopleQuery(filters={"skill": ("a", "b"), "year": ("2019",)})
