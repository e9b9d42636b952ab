"""Whatever rows there are: what goes in once goes in no more, in whatever kind of file, and the counts always add up."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from profiles.models import Exchange, Organisation, Profile
from tests.profiles.importing.files import ALL, csv_text, run_command, xlsx_bytes

pytestmark = pytest.mark.django_db

# Few numbers, names and addresses, so that rows meet each other; any text where any is allowed.
NUMBERS = st.sampled_from(["1", "2", "3", "4", ""])
NAMES = st.sampled_from(["Åse", "åse", "Kari", "=1+1", "Ng\u0169g\u0129", ""])
ADDRESSES = st.sampled_from(["a@example.org", "A@example.org", "b@example.org", "c@example.org", "", "no address"])
ORGANISATIONS = st.sampled_from(["Library", " LIBRARY ", "Lib\u00a0rary", "School", "@home", ""])
COUNTRIES = st.sampled_from(["Nepal", "NP", "noreg", "Norge", "Swaziland", "Neapl", "Kongo", ""])
DATES = st.sampled_from(
    ["2015-01-31", "31.1.2015", "31/01/2016", "01.02.2017", "14.02.2031", "03/14/2016", "31.02.2016", "1.2.16", ""]
)
# Line ends, quotation marks, separators and signs of every script; a control sign now and then.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(list("\n\r\t\";,=+-@'")), max_size=30)
ODD = st.sampled_from(["", "\x08", "\x00", "\ufffd", "#N/A", "x" * 200])

ROWS = st.fixed_dictionaries(
    {
        "participant_id": NUMBERS,
        "first_name": NAMES,
        "last_name": NAMES,
        "email": ADDRESSES,
        "birth_year": st.sampled_from(["1980", "1990", "2001", "1919", "90", ""]),
        "exchange_id": NUMBERS,
        "programme": TEXTS,
        "sending_organisation": ORGANISATIONS,
        "sending_country": COUNTRIES,
        "host_organisation": ORGANISATIONS,
        "host_country": COUNTRIES,
        "start_date": DATES,
        "end_date": DATES,
        "role": TEXTS | ODD,
        "homecoming_date": DATES,
    }
)


def counts_of(path: Path, rows: list[dict[str, str]]) -> tuple[int, int, int, int]:
    ran = run_command(path)
    assert ran.code == (3 if ran.counts[3] else 0), ran.err
    assert sum(ran.counts) == sum(any(value.strip() for value in one.values()) for one in rows)
    return ran.counts


def facts() -> list[list[tuple[Any, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Profile, Exchange, Organisation)]


class ImportTwice(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(first=st.lists(ROWS, min_size=1, max_size=6), then=st.lists(ROWS, min_size=1, max_size=6))
    def test_the_second_time_nothing_changes(self, first: list[dict[str, str]], then: list[dict[str, str]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "list.csv")
            for rows in (first, then):
                path.write_bytes(csv_text(rows, columns=ALL).encode("utf-8"))
                once = counts_of(path, rows)
                before = facts()
                again = counts_of(path, rows)
                assert facts() == before
                assert again == (0, 0, once[0] + once[1] + once[2], once[3])
                dry = run_command(path, "--dry-run")
                assert dry.counts == again

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows=st.lists(ROWS, min_size=1, max_size=5))
    def test_a_workbook_and_a_text_file_say_the_same(self, rows: list[dict[str, str]]) -> None:
        plain = [{key: "".join(sign for sign in value if sign.isprintable()) for key, value in one.items()} for one in rows]
        with tempfile.TemporaryDirectory() as folder:
            text, book = Path(folder, "list.csv"), Path(folder, "list.xlsx")
            text.write_bytes(csv_text(plain, columns=ALL).encode("utf-8"))
            book.write_bytes(xlsx_bytes(*plain, columns=ALL))
            once = counts_of(text, plain)
            assert counts_of(book, plain) == (0, 0, once[0] + once[1] + once[2], once[3])
