"""Files as Excel and old systems make them: whatever the bytes, the same table, with the lines a person sees."""

import codecs
import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from profiles.importing import tables, xlsx_reading
from profiles.importing.problems import UnusableFile
from profiles.importing.reading import read_table
from tests.profiles.importing.files import csv_text, least, xlsx_bytes

ROWS = [least(1, first_name="Åse", last_name="Sørbø – “Bø”"), least(2)]
CELLS = [["P1", "Åse", "Sørbø – “Bø”", "X1"], ["P2", "Amina", "Hassan2", "X2"]]
TEXT = csv_text(ROWS)


def refused(content: bytes, **options: str) -> str:
    with pytest.raises(UnusableFile) as caught:
        read_table(content, **options)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode("utf-8"), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode("utf-8"), id="utf-8 with bom"),
        pytest.param(TEXT.encode("utf-16"), id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="utf-16 big-endian"),
        pytest.param(TEXT.encode("utf-16-le"), id="utf-16 without bom"),
        pytest.param(TEXT.encode("utf-16-be"), id="utf-16 big-endian without bom"),
        pytest.param(TEXT.encode("cp1252"), id="windows-1252"),
        pytest.param(csv_text(ROWS, delimiter=";").encode("cp1252"), id="excel, norwegian"),
        pytest.param(csv_text(ROWS, delimiter="\t").encode("utf-16"), id="excel, unicode text"),
        pytest.param(("sep=;\r\n" + csv_text(ROWS, delimiter=";")).encode(), id="sep line"),
        pytest.param(TEXT.replace("\r\n", "\n").encode(), id="unix lines"),
        pytest.param(TEXT.replace("\r\n", "\r").encode(), id="old mac lines"),
        pytest.param(("\r\n \r\n" + TEXT + "\r\n,,,\r\n  ,\u00a0,,\r\n\x1a").encode(), id="empty rows around"),
        pytest.param(xlsx_bytes(*ROWS), id="xlsx"),
    ],
)
def test_one_table_from_many_kinds_of_bytes(content: bytes) -> None:
    table = read_table(content)
    assert table.headers == ["participant_id", "first_name", "last_name", "exchange_id"]
    assert [list(row.cells) for row in table.rows] == CELLS


@pytest.mark.parametrize("header", ["a;b;c;d", "x"])
def test_the_separator_is_the_one_that_makes_headings(header: str) -> None:
    text = 'participant_id;first_name;last_name;exchange_id;role\r\nP1;A;B;X1;"Nurse, ward 3, night"\r\n'
    assert read_table(text.encode()).rows[0].cells[4] == "Nurse, ward 3, night"


def test_lines_are_those_of_a_text_editor() -> None:
    text = 'participant_id,first_name,last_name,exchange_id\n\n"P1","A","B\nb\r\nb","X1"\n\nP2,A,B,X2\n'
    assert [row.line for row in read_table(text.encode()).rows] == [3, 7]
    assert read_table(text.encode()).header_line == 1
    assert [row.line for row in read_table(("sep=,\n" + text).encode()).rows] == [4, 8]


def test_lines_of_a_sheet_are_its_row_numbers() -> None:
    book = Workbook()
    for line, cells in {2: ["participant_id", "first_name", "last_name", "exchange_id"], 5: ["P1", "A", "B", "X1"]}.items():
        for place, value in enumerate(cells, start=1):
            book.active.cell(line, place, value)
    book.active.cell(9000, 3).number_format = "0.00"
    table = read_table(saved(book))
    assert (table.header_line, [row.line for row in table.rows]) == (2, [5])


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_quotation_mark_out_of_place_costs_its_own_lines_only() -> None:
    text = 'participant_id,first_name,last_name,exchange_id\nP1,A,B,X1\n"P2" x,A,B,X2\nP3,A,B,X3\n"P4,A,B,X4\nP5,A,B,X5\n'
    rows = read_table(text.encode()).rows
    assert [(row.line, row.problem.code if row.problem else "") for row in rows] == [
        *((2, ""), (3, "bad_quotes"), (4, "")),
        *((5, "bad_quotes"), (6, "bad_quotes")),
    ]
    assert rows[1].problem is not None
    assert rows[3].problem is not None
    assert rows[3].problem.wrong == "A quotation mark is out of place between line 5 and line 6"
    assert list(rows[4].cells) == ["P5", "A", "B", "X5"]


def test_our_own_apostrophe_is_taken_away_again() -> None:
    text = "participant_id,first_name,last_name,exchange_id\nP1,'=1+1,O'Brien,'+47\n"
    assert list(read_table(text.encode()).rows[0].cells) == ["P1", "=1+1", "O'Brien", "+47"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\r\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_excel"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x1f\x8b\x08\x00rest", "compressed"),
        (b"<html><table><tr><td>participant_id</td></tr></table></html>", "web_page"),
        (b"\xff\xd8\xff\xe0 JFIF", "not_a_table"),
        (bytes(range(256)) * 20, "not_a_table"),
        (
            "participant_id,first_name\nP1,Åse".encode() + "\nP2,Ås".encode("cp1252") + "e\nP3,Øyvind Ås\n".encode(),
            "mixed_encodings",
        ),
        (b"participant_id,first_name\nP1,\x81\x8d\n", "unknown_encoding"),
        (b"PK\x03\x04 cut off", "broken_xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, code: str) -> None:
    assert refused(content) == code


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_other_zip_files_are_told_apart() -> None:
    assert refused(zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")) == "opendocument"
    assert refused(zipped(list_csv=b"a,b")) == "compressed"
    assert refused(zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b""})) == "not_a_table"


def with_part(content: bytes, name: str, change) -> bytes:
    """A workbook with one part of it changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda part: part[: len(part) // 2], id="cut off"),
        pytest.param(lambda part: b"\x00" * 100, id="junk"),
        pytest.param(lambda part: part.replace(b"<row ", b'<row r="x" '), id="nonsense"),
        pytest.param(lambda part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part, id="entities"),
    ],
)
def test_a_damaged_workbook_is_refused(change) -> None:
    assert refused(with_part(xlsx_bytes(*ROWS), SHEET, change)) == "broken_xlsx"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(xlsx_bytes(*ROWS), SHEET, lambda part: part + b" " * 60_000_000)
    assert len(bomb) < 200_000
    assert refused(bomb) == "too_many_rows"


def test_more_rows_than_the_network_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.csv_reading.MOST_ROWS", 2)
    monkeypatch.setattr(xlsx_reading, "MOST_ROWS", 2)
    assert len(read_table(TEXT.encode()).rows) == 2
    assert len(read_table(xlsx_bytes(*ROWS)).rows) == 2
    assert refused(csv_text([*ROWS, least(3)]).encode()) == "too_many_rows"
    assert refused(xlsx_bytes(*ROWS, least(3))) == "too_many_rows"


def test_more_columns_and_more_bytes_than_the_network_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = [f"c{number}" for number in range(tables.MOST_COLUMNS + 1)]
    assert refused(",".join(wide).encode()) == "too_many_columns"
    assert refused(xlsx_bytes(dict.fromkeys(wide, "x"))) == "too_many_columns"
    assert refused(b"x" * (tables.MOST_BYTES + 1)) == "too_big"


def test_cells_of_a_workbook_are_what_a_person_sees() -> None:
    book = Workbook()
    page = book.active
    page.append(["participant_id", "first_name", "last_name", "exchange_id", "start_date", "birth_year", "role", "programme"])
    page.append([123, "Åse", "=B2&C2", 7.0, datetime(2019, 12, 31, 14, 0), 1990, True, 1.5])
    page["A2"].number_format = "00000"
    page["B3"] = "=1+1"
    page["B3"].data_type = "s"
    page["E3"] = 43830
    page["F3"] = date(2020, 1, 2)
    rows = read_table(saved(book)).rows
    assert list(rows[0].cells) == ["00123", "Åse", "=B2&C2", "7", date(2019, 12, 31), "1990", "TRUE", "1.5"]
    assert list(rows[1].cells[:6]) == ["", "=1+1", "", "", "43830", date(2020, 1, 2)]


def test_a_formula_counts_as_what_it_last_came_to() -> None:
    book = Workbook()
    book.active.append(["participant_id", "first_name", "last_name", "exchange_id"])
    book.active.append(["P1", '="A"&"mina"', "B", "X1"])
    formula = b'<c r="B2"><f>"A"&amp;"mina"</f><v /></c>'
    result = formula.replace(b'r="B2"', b'r="B2" t="str"').replace(b"<v />", b"<v>Amina</v>")
    worked_out = with_part(saved(book), SHEET, lambda part: part.replace(b"<v></v>", b"<v />").replace(formula, result))
    assert load_workbook(io.BytesIO(worked_out), data_only=True).active["B2"].value == "Amina"
    assert list(read_table(worked_out).rows[0].cells) == ["P1", "Amina", "B", "X1"]


def test_a_formula_that_came_to_an_empty_text_is_empty() -> None:
    book = Workbook()
    book.active.append(["participant_id", "first_name", "last_name", "exchange_id", "role"])
    book.active.append(["P1", "A", "B", "X1", '=IF(A2="","x","")'])
    worked_out = with_part(saved(book), SHEET, lambda part: part.replace(b'<c r="E2">', b'<c r="E2" t="str">'))
    assert "".join(map(str, read_table(worked_out).rows[0].cells[4:])).strip() == ""


@pytest.mark.parametrize("formula", [ArrayFormula("B2:B2", "=A2&C2"), DataTableFormula("B2:B2", r1="A2", r2="C2")])
def test_a_formula_over_several_cells_that_was_never_worked_out_is_its_text_and_always_the_same(formula: Any) -> None:
    book = Workbook()
    book.active.append(["participant_id", "first_name", "last_name", "exchange_id"])
    book.active.append(["P1", formula, "B", "X1"])
    content = saved(book)
    text = "=A2&C2" if isinstance(formula, ArrayFormula) else "=TABLE(A2,C2)"
    assert list(read_table(content).rows[0].cells) == ["P1", text, "B", "X1"]
    worked_out = with_part(content, SHEET, lambda part: re.sub(rb"(</f>|<f [^>]*/>)<v ?/?>(</v>)?", rb"\1<v>7</v>", part))
    assert list(read_table(worked_out).rows[0].cells) == ["P1", "7", "B", "X1"]


def test_a_sheet_by_its_name_whatever_its_case_and_else_the_first_that_is_shown() -> None:
    book = Workbook()
    book.active.title = "Skjult"
    book.active.append(["nothing"])
    for name, rows in {"Deltakarar 2024": ROWS, "Notat": [{"a": "b"}]}.items():
        page = book.create_sheet(name)
        for cells in [list(rows[0]), *(list(one.values()) for one in rows)]:
            page.append(cells)
    book["Skjult"].sheet_state = "hidden"
    book.active = 1
    content = saved(book)
    assert read_table(content).sheet == "Deltakarar 2024"
    assert read_table(content).sheets == ["Deltakarar 2024", "Notat"]
    assert [list(row.cells) for row in read_table(content, sheet=" deltakarar 2024").rows] == CELLS
    assert read_table(content, sheet="Notat").headers == ["a"]
    with pytest.raises(UnusableFile) as caught:
        read_table(content, sheet="Ark1")
    assert str(caught.value) == "There is no sheet “Ark1”. The file has: Skjult, Deltakarar 2024, Notat."
    assert refused(TEXT.encode(), sheet="Ark1") == "no_sheets"


def test_a_sheet_that_lies_about_its_size_is_read_to_its_end() -> None:
    lying = with_part(xlsx_bytes(*ROWS), SHEET, lambda part: part.replace(b'ref="A1:D3"', b'ref="A1:A1"'))
    assert [list(row.cells) for row in read_table(lying).rows] == CELLS
    boasting = with_part(xlsx_bytes(*ROWS), SHEET, lambda part: part.replace(b'ref="A1:D3"', b'ref="A1:XFD1048576"'))
    assert [list(row.cells) for row in read_table(boasting).rows] == CELLS


def test_what_is_given_back_is_written_as_it_came() -> None:
    assert read_table(TEXT.encode()).dialect == tables.Dialect(",", bom=False)
    assert read_table(TEXT.encode("cp1252")).dialect == tables.Dialect(",", bom=True)
    assert read_table(csv_text(ROWS, delimiter=";").encode()).dialect == tables.Dialect(";", bom=True)
    assert read_table(xlsx_bytes(*ROWS)).dialect == tables.Dialect(";", bom=True)


def test_a_zero_in_a_text_is_a_letter_that_was_lost() -> None:
    """PostgreSQL refuses a text with a zero in it, also the cells of a rejected row."""
    text = TEXT.replace("Amina", "Am\x00na").replace("exchange_id", "exchange_id,No\x00te")
    table = read_table(text.encode())
    assert table.headers[-1] == "No\ufffdte"
    assert table.rows[1].text(1) == "Am\ufffdna"
