"""From the bytes of a file to a table, whatever Excel or an old system has made of it."""

import io
import zipfile
from pathlib import Path

from profiles.importing.csv_reading import read_text_table
from profiles.importing.problems import UnusableFile
from profiles.importing.tables import MOST_BYTES, Table
from profiles.importing.xlsx_reading import read_xlsx_table

_MEGABYTE = 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes of what people choose by mistake, with the words for it.
_NOT_TABLES: dict[bytes, str] = {
    _OLD_OFFICE: "old_excel",
    b"%PDF": "pdf",
    b"\x1f\x8b": "compressed",
    b"7z\xbc\xaf": "compressed",
    b"Rar!": "compressed",
    b"PK\x05\x06": "compressed",
    b"\x89PNG": "not_a_table",
    b"\xff\xd8\xff": "not_a_table",
    b"GIF8": "not_a_table",
    b"SQLite format 3": "not_a_table",
}


def read_file(path: Path, *, sheet: str = "") -> Table:
    """The table in a file. Arguments and errors as for `read_table`; a file that cannot be opened is an `UnusableFile` too."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnusableFile("too_big", most=MOST_BYTES // _MEGABYTE)
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFile("not_found", name=path.name) from error
    return read_table(content, sheet=sheet)


def read_table(content: bytes, *, sheet: str = "") -> Table:
    """The table in the content of a CSV, TSV or XLSX file; its name does not count.

    `sheet` names a sheet of an XLSX file; without it the first that is not hidden is read. Raises `UnusableFile` with the
    reason when there is no table in it.
    """
    if len(content) > MOST_BYTES:
        raise UnusableFile("too_big", most=MOST_BYTES // _MEGABYTE)
    if not content.strip(b"\x00 \t\r\n\x1a"):
        raise UnusableFile("empty")
    for first_bytes, code in _NOT_TABLES.items():
        if content.startswith(first_bytes):
            raise UnusableFile(code)
    if content.startswith(_ZIP):
        _require_workbook(content)
        return read_xlsx_table(content, sheet=sheet)
    if sheet:
        raise UnusableFile("no_sheets")
    return read_text_table(content)


def _require_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnusableFile("broken_xlsx") from error
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names:
        raise UnusableFile("opendocument")
    raise UnusableFile("not_a_table" if "[Content_Types].xml" in names else "compressed")
