"""Every CSV and XLSX file that the network hands out is written here, so that no cell of it is ever run as a formula.

A text that begins with a sign that a spreadsheet program takes for a formula stays text. In CSV, where a cell has no type,
it gets an apostrophe in front, which is how such programs themselves mark text; `unescape_cell` takes it away again when the
file comes back. In XLSX the cell has a type: it is written as text, with the program's own mark for "typed with an apostrophe".
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CellValue = str | int | float | Decimal | date | datetime | bool | None

# What Norwegian Excel expects between cells: there the comma is the decimal sign.
DEFAULT_DELIMITER = ";"
BOM = "\ufeff"

# =, +, -, @ and their full-width forms, and white space that hides what follows from the eye but not from the program.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
# What XML 1.0 has no place for.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_XLSX_CELL = 32_767
_CHUNK_BYTES = 64 * 1024


def escape_cell(text: str) -> str:
    """A text as it may stand in a CSV cell: one that would be run as a formula gets an apostrophe in front."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """The text that `escape_cell` was given."""
    return text[1:] if _ESCAPED_FORMULA.match(text) else text


def write_csv(
    rows: Iterable[Sequence[CellValue]], columns: Sequence[str], *, delimiter: str = DEFAULT_DELIMITER, bom: bool = True
) -> Iterator[bytes]:
    """A CSV file in UTF-8, piece by piece, for a file or a streaming response.

    `columns` are the headers; each row has a value for each. Dates are ISO 8601, times in UTC. Without `bom`, Excel reads the
    file as Windows-1252, so leave it out only for programs that cannot take it.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    if bom:
        buffer.write(BOM)
    writer.writerow([escape_cell(name) for name in columns])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
        if buffer.tell() > _CHUNK_BYTES:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_xlsx(rows: Iterable[Sequence[CellValue]], columns: Sequence[str], *, title: str = "Sheet1") -> Iterator[bytes]:
    """An XLSX file with one sheet, piece by piece. Arguments as for `write_csv`; `title` names the sheet.

    Dates are real dates; texts are texts, whatever they begin with, and are cut at the 32 767 signs that a cell can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    headers = [_xlsx_cell(sheet, name) for name in columns]
    for header in headers:
        header.font = Font(bold=True)
    sheet.append(headers)
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return content


def _csv_cell(value: CellValue) -> str | int | float | Decimal | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _in_utc(value).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int | float | Decimal) else escape_cell(str(value))


def _xlsx_cell(sheet: WriteOnlyWorksheet, value: CellValue) -> WriteOnlyCell:
    if isinstance(value, datetime):
        value = _in_utc(value).replace(microsecond=0)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return WriteOnlyCell(sheet, value=value)
    text = _NOT_IN_XML.sub("", str(value))[:_LONGEST_XLSX_CELL]
    cell = WriteOnlyCell(sheet, value=text)
    if _FORMULA.match(text):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
