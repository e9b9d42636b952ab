"""What a cell means, and that nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.importing.problems import Problem
from profiles.importing.values import clean_text, parse_country_cell, parse_date, parse_email, parse_year, text_problem


@pytest.mark.parametrize(
    "text",
    [
        "2019-12-31",
        "31.12.2019",
        "31/12/2019",
        "31-12-2019",
        "31. 12. 2019",
        "2019/12/31",
        "2019-12-31 00:00:00",
        "2019-12-31T00:00",
    ],
)
def test_a_date_in_any_spelling_that_can_mean_one_day_only(text: str) -> None:
    assert parse_date(text) == date(2019, 12, 31)


def test_the_day_comes_first_always() -> None:
    assert parse_date("03/04/2019") == date(2019, 4, 3)
    assert parse_date("1.2.2020") == date(2020, 2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/14/2019", "month_first"),
        ("12.31.2019", "month_first"),
        ("2019-31-12", "day_before_month"),
        ("31.02.2019", "no_such_day"),
        ("00.01.2019", "no_such_day"),
        ("32.13.2019", "no_such_day"),
        ("31.12.19", "short_year_in_date"),
        ("1/2/99", "short_year_in_date"),
        ("43830", "number_as_date"),
        ("20191231", "number_as_date"),
        ("2019", "number_as_date"),
        ("31.12.0019", "year_out_of_range"),
        ("2190-01-01", "year_out_of_range"),
        ("31 December 2019", "bad_date"),
        ("December 2019", "bad_date"),
        ("31.12-2019", "bad_date"),
        ("2019-12-31T23:30:00Z", "bad_date"),
        ("١٢.١٢.٢٠١٩", "bad_date"),
        ("ukjent", "bad_date"),
    ],
)
def test_what_is_no_date_is_refused_and_not_guessed(text: str, code: str) -> None:
    problem = parse_date(text)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.value) == (code, text)


def test_a_month_first_date_is_turned_in_the_advice_only() -> None:
    problem = parse_date("03/14/2019")
    assert isinstance(problem, Problem)
    assert problem.wrong == "“03/14/2019” has no such month: the day comes first"
    assert problem.advice == "Did you mean 14.03.2019? Then change all dates in the column."


@given(st.dates(date(1920, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_as_it_was_written(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day}.{day.month}.{day.year}") == day
    assert parse_date(day.strftime("%d/%m/%Y")) == day


@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == clean_text(cleaned)
    for parse in (parse_date, parse_year, parse_email):
        parse(cleaned)
    text_problem(cleaned)


@pytest.mark.parametrize(("text", "year"), [("1990", 1990), ("1990.0", 1990), ("1990,00", 1990), ("1920", 1920)])
def test_a_year(text: str, year: int) -> None:
    assert parse_year(text) == year


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("90", "short_year"), ("1919", "early_year"), ("0000", "early_year"), ("2101", "bad_year")),
        *(
            ("1990.5", "bad_year"),
            ("199", "bad_year"),
            ("1990-05-04", "bad_year"),
            ("ca. 1990", "bad_year"),
            ("１９９０", "bad_year"),
        ),
    ],
)
def test_what_is_no_year(text: str, code: str) -> None:
    problem = parse_year(text)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_a_country_in_any_of_three_languages_or_by_a_former_name() -> None:
    names = ["Noreg", "norge", "Norway", "NO", "NOR", "Swaziland", "Burma", "Sør-Afrika", "Elfenbeinskysten"]
    assert [parse_country_cell(name) for name in names] == ["NO", "NO", "NO", "NO", "NO", "SZ", "MM", "ZA", "CI"]


def test_an_unknown_country_is_suggested_and_not_taken() -> None:
    problem = parse_country_cell("Neapl")
    assert isinstance(problem, Problem)
    assert (problem.wrong, problem.advice) == ("“Neapl” is not a country", "Did you mean Nepal?")
    assert problem.suggestions == ["NP"]


def test_a_name_of_two_countries_asks_which() -> None:
    problem = parse_country_cell("Kongo")
    assert isinstance(problem, Problem)
    assert sorted(problem.suggestions) == ["CD", "CG"]
    assert problem.advice.startswith("Which one do you mean: ")


def test_a_country_like_no_other_gets_general_advice() -> None:
    problem = parse_country_cell("Xyzzyland")
    assert isinstance(problem, Problem)
    assert problem.suggestions == []
    assert problem.advice == "Write its name in Norwegian or English, or its code of two letters."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Åse\u00a0 Marie ", "Åse Marie"),
        ("A\u030ase", "Åse"),
        ("Kari\r\nNordmann", "Kari Nordmann"),
        ("\ufeffKari\u200b", "Kari"),
        ("Kari\u202f\u2009Nord\u00admann", "Kari Nordmann"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("=1+1", "=1+1"),
    ],
)
def test_text_is_cleaned_of_what_nobody_sees(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#N/A", "cell_error"),
        ("#ref!", "cell_error"),
        ("#VERDI!", "cell_error"),
        ("J�rgen", "lost_letters"),
        ("a\x07b", "control_signs"),
    ],
)
def test_a_cell_that_holds_no_text_is_told(text: str, code: str) -> None:
    problem = text_problem(text)
    assert problem is not None
    assert problem.code == code


def test_hash_tags_and_plus_signs_are_text() -> None:
    assert text_problem("#kommune") is None
    assert text_problem("+47 123") is None


def test_an_address_is_kept_in_lower_case() -> None:
    assert parse_email("Amina@Example.ORG") == "amina@example.org"
    for text in ("amina", "amina@", "a b@example.org", "amina@example.org; b@example.org"):
        problem = parse_email(text)
        assert isinstance(problem, Problem)
        assert problem.code == "bad_email"
