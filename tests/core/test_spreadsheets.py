"""No cell that the network writes is ever run as a formula, and none is changed on its way out and back."""

import csv
import io
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from alumni_site.core.spreadsheets import escape_cell, unescape_cell, write_csv, write_xlsx

DANGEROUS = ["=1+1", "+47 12", "-3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0"]


def csv_text(rows: list[list[object]], columns: list[str], **options: object) -> str:
    return b"".join(write_csv(rows, columns, **options)).decode("utf-8")  # type: ignore[arg-type]


def xlsx_cells(rows: list[list[object]], columns: list[str], **options: object) -> list[list[object]]:
    content = b"".join(write_xlsx(rows, columns, **options))  # type: ignore[arg-type]
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_marks_a_dangerous_cell_as_text(text: str) -> None:
    (cell,) = list(csv.reader(io.StringIO(csv_text([[text]], ["a"]), newline="")))[1]
    assert cell == f"'{text}"
    assert unescape_cell(cell) == text


def test_csv_marks_a_dangerous_header() -> None:
    assert csv_text([], ["=a", "b"]) == "\ufeff'=a;b\r\n"


@pytest.mark.parametrize("text", DANGEROUS)
def test_xlsx_keeps_a_dangerous_cell_as_text(text: str) -> None:
    cell = xlsx_cells([[text]], ["a"])[1][0]
    assert cell.data_type == "s"  # type: ignore[attr-defined]
    assert cell.quotePrefix  # type: ignore[attr-defined]
    assert str(cell.value).replace("\n", "").strip() == text.replace("\r", "").strip()  # type: ignore[attr-defined]


def test_numbers_keep_their_minus_and_dates_are_iso() -> None:
    oslo = datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    rows: list[list[object]] = [[-5, -2.5, date(2019, 12, 31), oslo, True, None, "ok"]]
    assert csv_text(rows, list("abcdefg"), bom=False) == "a;b;c;d;e;f;g\r\n-5;-2.5;2019-12-31;2024-02-29 23:30:00;true;;ok\r\n"
    cells = [cell.value for cell in xlsx_cells(rows, list("abcdefg"))[1]]  # type: ignore[attr-defined]
    assert cells == [-5, -2.5, datetime(2019, 12, 31), datetime(2024, 2, 29, 23, 30), True, None, "ok"]


def test_xlsx_takes_signs_and_lengths_that_xml_and_excel_do_not() -> None:
    assert xlsx_cells([["a\x00b\x0bc"]], ["x"], title="Who/what: [1]?")[1][0].value == "abc"  # type: ignore[attr-defined]
    assert len(xlsx_cells([["å" * 40_000]], ["x"])[1][0].value) == 32_767  # type: ignore[attr-defined]


def test_csv_comes_in_pieces() -> None:
    pieces = list(write_csv((["x" * 100] for _ in range(2000)), ["a"]))
    assert len(pieces) > 2
    assert b"".join(pieces).count(b"\r\n") == 2001


@given(st.text())
def test_escaping_loses_nothing(text: str) -> None:
    escaped = escape_cell(text)
    assert unescape_cell(escaped) == text
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_csv_comes_back_as_it_went(rows: list[list[str]]) -> None:
    text = csv_text([list(row) for row in rows], ["a", "b"], bom=False)
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]
    assert [[unescape_cell(cell) for cell in row] for row in read] == rows


def test_times_without_a_zone_are_taken_as_they_are() -> None:
    assert csv_text([[datetime(2024, 1, 2, 3, 4, 5, 6)]], ["a"], bom=False) == "a\r\n2024-01-02 03:04:05\r\n"
    assert csv_text([[datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)]], ["a"], bom=False) == "a\r\n2024-01-02 03:04:05\r\n"
