"""Headings: any order, any case, any of the names that Norwegian spreadsheets use."""

import pytest

from profiles.importing.columns import COLUMNS, REQUIRED, column_of, match_headings
from profiles.importing.problems import UnusableFile


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_alias_in_any_case_and_with_any_separator_means_its_column(column) -> None:
    for alias in (column.name, *column.aliases):
        for spelling in (alias, alias.upper(), alias.title(), alias.replace(" ", "_"), alias.replace("-", " "), f" {alias}: "):
            assert column_of(spelling) == column.name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Participant ID", "participant_id"),
        ("PARTICIPANT-ID", "participant_id"),
        ("Deltakar-ID", "participant_id"),
        ("Deltakernummer", "participant_id"),
        ("Førenamn", "first_name"),
        ("Fornavn", "first_name"),
        ("Etternamn", "last_name"),
        ("E-post", "email"),
        ("Epostadresse", "email"),
        ("Fødselsår", "birth_year"),
        ("Foedselsaar", "birth_year"),
        ("Fodselsar", "birth_year"),
        ("Utvekslings-ID", "exchange_id"),
        ("Avsenderorganisasjon", "sending_organisation"),
        ("Sending organization", "sending_organisation"),
        ("Vertsland", "host_country"),
        ("Startdato", "start_date"),
        ("Startdato (dd.mm.åååå)", "start_date"),
        ("Sluttdato*", "end_date"),
        ("Heimkomst", "homecoming_date"),
        ("Hjemkomstdato", "homecoming_date"),
        ("Rolle", "role"),
    ],
)
def test_headings_of_norwegian_spreadsheets(header: str, name: str) -> None:
    assert column_of(header) == name


@pytest.mark.parametrize("header", ["", "Kommentar", "Personnummer", "Fødselsnummer", "Namn", "Country", "error", "id"])
def test_headings_that_could_mean_something_else_mean_nothing(header: str) -> None:
    assert column_of(header) is None


def test_unknown_columns_are_named_and_our_own_error_column_is_not() -> None:
    headings = match_headings([*REQUIRED, "Kommentar", "", "error"], line=1)
    assert headings.ignored == ("Kommentar",)
    assert list(headings.places) == list(REQUIRED)


def test_a_heading_that_stands_twice_is_refused_whatever_its_spelling() -> None:
    with pytest.raises(UnusableFile) as caught:
        match_headings([*REQUIRED, "email", "E-post"], line=1)
    assert str(caught.value) == "Two columns mean the same, email: email, E-post. Take one of them out."


def test_a_missing_heading_is_named_with_the_one_that_may_have_been_meant() -> None:
    with pytest.raises(UnusableFile) as caught:
        match_headings(["particpant_id", "first_name", "last_name", "exchange_id"], line=3)
    assert str(caught.value) == ("These headings are missing in line 3: participant_id. Is it one of these: particpant_id?")
    with pytest.raises(UnusableFile) as caught:
        match_headings(["participant_id", "first_name", "exchange_id", "Kommentar"], line=1)
    assert str(caught.value) == "These headings are missing in line 1: last_name."


def test_a_table_of_something_else_is_no_participant_list() -> None:
    with pytest.raises(UnusableFile) as caught:
        match_headings(["Dato", "Beløp"], line=1)
    assert caught.value.code == "no_headings"
    assert "participant_id, first_name, last_name, exchange_id" in str(caught.value)
