"""XLSX: one sheet, cell by cell, never the whole workbook at once; bounded, because a small file can unpack to a huge one."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from profiles.importing.problems import UnusableFile
from profiles.importing.tables import MOST_COLUMNS, MOST_ROWS, Cell, Table, TableRow
from profiles.importing.values import clean_text

_MEGABYTE = 1024 * 1024
# What 100 000 rows of participants need, with room to spare.
_MOST_UNPACKED = 150 * _MEGABYTE
# Texts that cells share are all held in memory at once.
_MOST_SHARED_TEXT = 40 * _MEGABYTE
# Lists of people shrink to a tenth or a twentieth; what shrinks more than this, and is large, was made to do harm.
_MOST_TIMES_SMALLER = 150
_LARGE = 20 * _MEGABYTE
_LAST_ROW_OF_EXCEL = 1_048_576
_PIECE = _MEGABYTE
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[ >/]")
_PADDED_NUMBER = re.compile(r"0+")
_BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    OSError,
    AttributeError,
)


def read_xlsx_table(content: bytes, *, sheet: str = "") -> Table:
    """The table in a sheet: the one named, whatever its case, else the first that is not hidden.

    Formulas count as what they last came to; one that has never been worked out is its own text. Raises `UnusableFile` when
    the file is damaged or too large, when there is no such sheet, or no table on it.
    """
    has_formulas = _look_into(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of every style and extension that it does not know
            return _table(content, sheet, has_formulas)
    except _BROKEN as error:
        raise UnusableFile("broken_xlsx") from error


def _look_into(content: bytes) -> bool:
    """Refuse what unpacks to too much, and XML with a document type of its own. True when there are formulas."""
    has_formulas = False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [info for info in archive.infolist() if info.filename.endswith((".xml", ".rels"))]
            shared = sum(info.file_size for info in parts if info.filename.endswith("sharedStrings.xml"))
            unpacked = sum(info.file_size for info in parts)
            is_bomb = unpacked > _LARGE and unpacked > len(content) * _MOST_TIMES_SMALLER
            if unpacked > _MOST_UNPACKED or shared > _MOST_SHARED_TEXT or is_bomb:
                raise UnusableFile("too_many_rows", most=MOST_ROWS)
            for info in parts:
                if info.filename.startswith("xl/worksheets/"):
                    has_formulas = has_formulas or _has_formula(archive, info)
                if b"<!DOCTYPE" in archive.open(info).read(_PIECE):
                    raise UnusableFile("broken_xlsx")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise UnusableFile("broken_xlsx") from error
    return has_formulas


def _has_formula(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    end_of_last = b""
    with archive.open(info) as part:
        while piece := part.read(_PIECE):
            if _FORMULA_TAG.search(end_of_last + piece):
                return True
            end_of_last = piece[-40:]
    return False


def _table(content: bytes, wanted: str, has_formulas: bool) -> Table:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    name = _sheet_name(book, wanted)
    rows: Iterator[TableRow] = _rows(book[name])
    if has_formulas:
        formulas = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        rows = _with_formulas(rows, _rows(formulas[name]))
    filled = (row for row in rows if any(clean_text(cell) if isinstance(cell, str) else cell for cell in row.cells))
    header = next(filled, None)
    if header is None:
        raise UnusableFile("empty")
    if len(header.cells) > MOST_COLUMNS:
        raise UnusableFile("too_many_columns", most=MOST_COLUMNS)
    headers = [clean_text(header.text(place)) for place in range(len(header.cells))]
    return Table(headers, header.line, list(filled), sheet=name, sheets=_visible(book))


def _visible(book: Any) -> list[str]:
    return [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheet_name(book: Any, wanted: str) -> str:
    names = [sheet.title for sheet in book.worksheets]
    if not wanted:
        if not names:
            raise UnusableFile("empty")
        return next(iter(_visible(book)), names[0])
    for name in names:
        if clean_text(name).casefold() == clean_text(wanted).casefold():
            return name
    raise UnusableFile("no_sheet", sheet=wanted, sheets=names)


def _rows(sheet: Any) -> Iterator[TableRow]:
    # The size that a sheet tells of itself is often wrong, and a million columns wide.
    sheet.reset_dimensions()
    taken = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if len(cells) > MOST_COLUMNS and any(cell.value is not None for cell in cells[MOST_COLUMNS:]):
            raise UnusableFile("too_many_columns", most=MOST_COLUMNS)
        values = [_cell(cell) for cell in cells[:MOST_COLUMNS]]
        taken += any(values)
        if taken > MOST_ROWS + 1 or line > _LAST_ROW_OF_EXCEL:
            raise UnusableFile("too_many_rows", most=MOST_ROWS)
        yield TableRow(line, values)


def _with_formulas(rows: Iterator[TableRow], formulas: Iterator[TableRow]) -> Iterator[TableRow]:
    """The rows, with the text of each formula that has never been worked out: a program wrote it, and no one has opened it."""
    for row, same in zip_longest(rows, formulas):
        if row is None or same is None:
            yield row or same
            continue
        pairs = zip_longest(row.cells, same.cells, fillvalue="")
        yield TableRow(row.line, [cell if cell != "" else formula for cell, formula in pairs])


def _cell(cell: Any) -> Cell:
    """A date for a date, else the text that a person sees."""
    value = cell.value
    if value is None:
        # A formula that came to an empty text is empty, which is not the same as one that was never worked out.
        return " " if cell.data_type == "str" else ""
    if isinstance(value, str):
        return value
    if isinstance(value, ArrayFormula):
        return str(value.text)
    if isinstance(value, DataTableFormula):
        return f"=TABLE({value.r1 or ''},{value.r2 or ''})"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and _PADDED_NUMBER.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return str(value)
