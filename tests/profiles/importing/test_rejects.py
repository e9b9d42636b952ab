"""Rejected rows come back: nothing of them is lost, and what nobody has mended is rejected again, for the same reasons."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook

from profiles.importing.problems import _WORDS
from profiles.importing.reading import read_table
from profiles.importing.report import rejects_csv_of
from profiles.importing.rows import parse_table
from profiles.models import Exchange, ImportRun, Organisation, Profile, RejectedRow
from tests.factories import ProfileFactory
from tests.profiles.importing.files import ALL, csv_text, row, run_command, xlsx_bytes
from tests.profiles.importing.test_property import ROWS
from tests.profiles.importing.test_reading import saved
from tests.profiles.importing.web import adviser_client, adviser_viewer, checked, imported

pytestmark = pytest.mark.django_db

LEAST = ["participant_id", "first_name", "last_name", "exchange_id"]
HEADINGS = ",".join(LEAST) + "\n"


def rows(*these: dict[str, Any]) -> bytes:
    return csv_text(these, columns=ALL).encode()


# Every problem that the importer knows, with a file that has it and nothing but it.
FILES: dict[str, bytes] = {
    "required": rows(row(1, first_name="")),
    "too_long": rows(row(1, role="x" * 161)),
    "date_in_text": xlsx_bytes(row(1, first_name=date(2019, 12, 31), birth_year=date(1990, 1, 1), start_date=date(2018, 8, 1))),
    "cell_error": rows(row(1, role="#N/A")),
    "lost_letters": rows(row(1, last_name="S\ufffdrb\ufffd")),
    "control_signs": rows(row(1, last_name="S\x08rb\x08")),
    "bad_email": rows(row(1, email="no address")),
    "bad_year": rows(row(1, birth_year="x")),
    "short_year": rows(row(1, birth_year="90")),
    "early_year": rows(row(1, birth_year="1919")),
    "bad_date": rows(row(1, start_date="soon")),
    "no_such_day": rows(row(1, start_date="31.02.2018")),
    "short_year_in_date": rows(row(1, start_date="1.8.18")),
    "month_first": rows(row(1, start_date="08/14/2018")),
    "day_before_month": rows(row(1, start_date="2018-14-08")),
    "number_as_date": xlsx_bytes(row(1, start_date=43830)),
    "year_out_of_range": xlsx_bytes(row(1, start_date=date(1901, 1, 1))),
    "bad_country": rows(row(1, host_country="Neapl")),
    "too_many_cells": f"{HEADINGS}P2,A,Nurse, ward 3,X2\n".encode(),
    "bad_quotes": f'{HEADINGS}"P2" x,A,B,X2\n'.encode(),
    "quotes_to_mend": f'{HEADINGS[:-1]},error\n"""P2"" x",A,B,X2,! line 7: out of place\n'.encode(),
    "end_before_start": rows(row(1, end_date="2018-07-31")),
    "home_before_start": rows(row(1, homecoming_date="2018-07-31")),
    "under_18": rows(row(1, birth_year="2001")),
    "person_differs": rows(row(1), row(1, exchange_id="X2", last_name="HASSAN")),
    "exchange_twice": rows(row(1), row(1, role="Nurse")),
    "email_twice": rows(row(1, email="a@example.org"), row(2, email="a@example.org")),
    "email_taken": rows(row(1, email="taken@example.org")),
    "exchange_of_another": rows(row(1, exchange_id="X9")),
}
# What is said of a row the second time, where it differs from the first.
AGAIN = {"bad_quotes": "quotes_to_mend"}


def somebody_else() -> None:
    other = ProfileFactory(unclaimed=True, participant_id="P9", email_on_file="taken@example.org")
    Exchange.objects.create(profile=other, exchange_id="X9")


def facts() -> list[list[tuple[Any, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Profile, Exchange, Organisation)]


def codes(run: ImportRun) -> list[list[str]]:
    return [[problem["code"] for problem in one.problems] for one in run.rejected_rows.order_by("line")]


def cells_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a file of rejected rows without their error; what is beyond the headings stands under None."""
    found = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=sniffed(content))
    return [{key: value for key, value in one.items() if key != "error"} for one in found]


def sniffed(content: bytes) -> str:
    return ";" if b";" in content.partition(b"\n")[0] else ","


def test_there_is_a_file_for_every_problem() -> None:
    assert set(FILES) == set(_WORDS)


@pytest.mark.parametrize("code", FILES)
def test_what_the_command_rejects_it_rejects_again_for_the_same_reasons(code: str, tmp_path: Path) -> None:
    somebody_else()
    path, rejects, again = tmp_path / "list", tmp_path / "rejects.csv", tmp_path / "again.csv"
    path.write_bytes(FILES[code])
    before = facts()
    ran = run_command(path, "--rejects", str(rejects))
    assert (ran.counts[:3], facts()) == ((0, 0, 0), before)
    assert run_command(rejects, "--rejects", str(again)).counts == ran.counts
    assert facts() == before
    first, second = (codes(run) for run in ImportRun.objects.order_by("pk"))
    assert {code for one in first for code in one} == {code}
    assert second == [[AGAIN.get(each, each) for each in one] for one in first]
    assert cells_of(again.read_bytes()) == cells_of(rejects.read_bytes())


@pytest.mark.parametrize("code", FILES)
def test_what_advisers_download_is_rejected_again_for_the_same_reasons(code: str) -> None:
    somebody_else()
    actor = adviser_viewer()
    first = checked(actor, content=FILES[code])
    second = checked(actor, content=b"".join(rejects_csv_of(first)))
    assert codes(second) == [[AGAIN.get(each, each) for each in one] for one in codes(first)]
    assert second.totals["check"]["rows"] == second.totals["check"]["rejected"] == first.totals["check"]["rejected"]
    assert second.ignored_columns == []


def test_a_cell_too_many_is_given_back_beyond_the_error_and_the_row_goes_in_once_it_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(FILES["too_many_cells"])
    run_command(path, "--rejects", str(path))
    text = path.read_text()
    assert text.splitlines()[1].startswith("P2,A,Nurse, ward 3,line 2: The row has more cells than there are headings: X2. ")
    assert text.endswith(",X2\n")
    path.write_text(f'{HEADINGS[:-1]},error\nP2,A,"Nurse, ward 3",X2,line 2: whatever\n')
    assert run_command(path).counts == (1, 0, 0, 0)
    assert Profile.objects.get(participant_id="P2").last_name == "Nurse, ward 3"


def test_a_quotation_mark_out_of_place_keeps_the_row_out_until_its_error_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f'{HEADINGS}"P2" x,A,B,X2\n"P3,A,B, more,X3\n', newline="")
    assert run_command(path, "--rejects", str(path)).counts == (0, 0, 0, 2)
    for _time in range(3):
        assert run_command(path, "--rejects", str(path)).counts == (0, 0, 0, 2)
    first, second = cells_of(path.read_bytes())
    assert first == {"participant_id": '"P2" x', "first_name": "A", "last_name": "B", "exchange_id": "X2"}
    assert second == {"participant_id": '"P3', "first_name": "A", "last_name": "B", "exchange_id": " more", None: ["X3"]}
    with path.open(encoding="utf-8", newline="") as file:
        errors = [one["error"] for one in csv.DictReader(file)]
    assert errors[0] == (
        "! line 2: A quotation mark was out of place in this row, and nobody has mended it yet. Put each text in its own cell, "
        "then empty the cell below “error”. This row is not imported until this cell is empty."
    )
    path.write_text(f'{HEADINGS[:-1]},error\nP2,A,B,X2,\nP3,A,"B, more",X3,"{errors[1]}"\n', newline="")
    assert run_command(path).counts == (1, 0, 0, 1)


def test_a_date_that_a_spreadsheet_made_of_a_name_is_no_name_in_a_text_file_either(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(rows(row(1, first_name="2019-12-31 00:00:00"), row(2, exchange_id="2019-12-31")))
    ran = run_command(path)
    assert ran.counts == (1, 0, 0, 1)
    assert "The spreadsheet has made a date of this cell (2019-12-31)." in ran.out


def test_a_file_as_wide_as_may_be_is_still_so_with_our_own_column(tmp_path: Path) -> None:
    wide = [*LEAST, *(f"c{number}" for number in range(196))]
    path = tmp_path / "list.csv"
    path.write_text(",".join(wide) + "\nP1,,B,X1\n")
    assert run_command(path, "--rejects", str(path)).counts == (0, 0, 0, 1)
    assert run_command(path).counts == (0, 0, 0, 1)


def test_rejected_rows_saved_as_a_workbook_are_rejected_again(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(f'{HEADINGS}P2,A,Nurse, ward 3,X2\n"P3" x,A,B,X3\n')
    run_command(path, "--rejects", str(path))
    book = Workbook()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.reader(file):
            book.active.append(cells)
    path.write_bytes(saved(book))
    assert run_command(path).counts == (0, 0, 0, 2)


def test_what_an_adviser_mends_in_the_download_goes_in() -> None:
    first = checked(adviser_viewer(), content=FILES["bad_quotes"])
    download = adviser_client().get(f"/staff/imports/{first.uuid}/rejected.csv", headers={"Accept-Language": "nn"})
    content = download.content.decode()
    assert "! line 2: Eit hermeteikn står på feil" in content
    header = content.partition("\r\n")[0]
    run = imported(adviser_viewer(), content=f"{header}\r\nP2,A,B,X2,\r\n".encode())
    assert run.totals["result"]["created"] == 1


# --- Whatever the rows --------------------------------------------------------------------------------------------------------

BROKEN = st.sampled_from(['"P1" x,A,B', '"P2,A,B', 'P3,"A" ,B,"C"', "P4,A,B,more,1"])


def a_text_file(table: list[dict[str, str]], broken: list[str]) -> bytes:
    """Rows of all columns, some with more cells than headings, and lines in which quotation marks are out of place."""
    text = csv_text(table, columns=ALL)
    return (text + "".join(f"{line}{',x' * (len(ALL) * (number % 2))}\r\n" for number, line in enumerate(broken))).encode()


def a_workbook(table: list[dict[str, str]], with_dates: bool) -> bytes:
    """The same as a spreadsheet program has it: some texts are dates."""
    plain = [{key: "".join(sign for sign in value if sign.isprintable()) for key, value in one.items()} for one in table]
    dates: dict[str, Any] = {"Åse": date(2019, 12, 31), "2015-01-31": date(2015, 1, 31), "1990": date(1990, 1, 1)}
    return xlsx_bytes(
        *({key: dates.get(value, value) if with_dates else value for key, value in one.items()} for one in plain), columns=ALL
    )


class ImportRejectsAgain(TestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(
        table=st.lists(ROWS, min_size=1, max_size=6),
        broken=st.lists(BROKEN, max_size=3),
        kind=st.sampled_from(["text", "workbook", "workbook with dates"]),
    )
    def test_the_same_rows_are_rejected_for_the_same_reasons_and_nothing_is_written(
        self, table: list[dict[str, str]], broken: list[str], kind: str
    ) -> None:
        content = a_text_file(table, broken) if kind == "text" else a_workbook(table, kind == "workbook with dates")
        with tempfile.TemporaryDirectory() as folder:
            path, rejects, again = (Path(folder, name) for name in ("list", "rejects.csv", "again.csv"))
            path.write_bytes(content)
            once = run_command(path, "--rejects", str(rejects))
            if not once.counts[3]:
                return
            before = facts()
            assert run_command(rejects, "--rejects", str(again)).counts == (0, 0, 0, once.counts[3])
            assert facts() == before
            newest = ImportRun.objects.order_by("-pk")[:2]
            second, first = ({one.line: one for one in run.rejected_rows.all()} for run in newest)
            assert [reasons(one) for one in second.values()] == [reasons(one) for one in first.values()]
            assert cells_of(again.read_bytes()) == cells_of(rejects.read_bytes())
            assert_nothing_is_lost(content, rejects.read_bytes())


def reasons(row: RejectedRow) -> list[tuple[str, str, str]]:
    return [(AGAIN.get(one["code"], one["code"]), one["column"], one["value"]) for one in row.problems]


def assert_nothing_is_lost(content: bytes, rejects: bytes) -> None:
    """Each cell of a rejected row is in the file that is given back."""
    parsed = parse_table(read_table(content))
    kept = {tuple(map(str.strip, texts(one))) for one in parse_table(read_table(rejects)).rows}
    for one in parsed.rows:
        if one.problems:
            assert tuple(map(str.strip, texts(one))) in kept


def texts(row: Any) -> list[str]:
    cells = [row.source.text(place).removesuffix(" 00:00:00") for place in range(len(row.source.cells))]
    return [cell for cell in cells if cell.strip() and not cell.startswith(("line ", "! line "))]
