"""CSV and TSV: encoding, separator, quotation marks, and the line numbers that a text editor shows."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from alumni_site.core.spreadsheets import unescape_cell
from profiles.importing.columns import count_known, is_own_heading
from profiles.importing.problems import Problem, UnusableFile
from profiles.importing.tables import MOST_COLUMNS, MOST_ROWS, Dialect, Table, TableRow
from profiles.importing.values import clean_text

_DELIMITERS = (",", ";", "\t")
# Excel's own way to say which separator a file has, as its first line.
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?\s*', re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# How much of a text without a mark is looked at, and how much of every other byte must be zero, to call it UTF-16.
_SAMPLE = 1000
_MOSTLY = 0.7
_LOOKED_AT = 100_000
_STRAY_SIGNS = 3
_BINARY = re.compile("[\x00-\x08\x0e-\x19\x1b]")


def read_text_table(content: bytes) -> Table:
    """The table in a text file. Raises `UnusableFile` when the bytes are no text, or the text no table."""
    text, bom = _decoded(content)
    # No database keeps a zero in a text; where one stood, a letter has been lost.
    text = text.rstrip("\x1a\x00").replace("\x00", "\ufffd")
    if text.lstrip()[:1] == "<":
        raise UnusableFile("web_page")
    if _is_binary(text[:_LOOKED_AT]):
        raise UnusableFile("not_a_table")
    lines = list(io.StringIO(text, newline=""))
    if not any(line.strip() for line in lines):
        raise UnusableFile("empty")
    first, delimiter = _start(lines)
    rows = (row for row in _rows(lines, first, delimiter) if row.problem or any(map(clean_text, row.cells)))  # type: ignore[arg-type]
    header = next(rows, None)
    if header is None or header.problem:
        raise UnusableFile("not_a_table")
    headers = [clean_text(str(cell)) for cell in header.cells]
    # What we write on top of rejected rows does not count: a file that was read once is read again.
    if sum(not is_own_heading(name) for name in headers) > MOST_COLUMNS:
        raise UnusableFile("too_many_columns", most=MOST_COLUMNS)
    return Table(
        headers=headers,
        header_line=header.line,
        rows=_limited(rows),
        dialect=Dialect(delimiter, bom or delimiter != ","),
    )


def _is_binary(sample: str) -> bool:
    """A few stray control signs are a matter of their rows; many make a file no text at all."""
    return len(_BINARY.findall(sample)) > max(_STRAY_SIGNS, len(sample) // 30)


def _limited(rows: Iterator[TableRow]) -> list[TableRow]:
    taken: list[TableRow] = []
    for row in rows:
        if len(taken) >= MOST_ROWS:
            raise UnusableFile("too_many_rows", most=MOST_ROWS)
        taken.append(row)
    return taken


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether it is to be given back with a byte order mark: unless it is UTF-8 that came without."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strictly(content[len(bom) :], encoding), True
    if without_bom := _utf_16_without_bom(content):
        return _strictly(content, without_bom), True
    if _is_binary(content[:_LOOKED_AT].decode("latin-1")):
        raise UnusableFile("not_a_table")
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError as error:
        _refuse_mixture(content, error.start)
    return _strictly(content, "cp1252"), True


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnusableFile("unknown_encoding", line=_line_of(content, error.start)) from error


def _utf_16_without_bom(content: bytes) -> str | None:
    """UTF-16 of mostly Latin letters has a zero in every other byte."""
    sample = content[:_SAMPLE]
    half = len(sample) // 2
    if not half or sample.count(0) < half * _MOSTLY:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _refuse_mixture(content: bytes, position: int) -> None:
    """Windows-1252 hardly ever makes valid UTF-8 by chance; where most of it is valid, two files have been joined."""
    text = content.decode("utf-8", errors="surrogateescape")
    wrong = sum("\udc80" <= sign <= "\udcff" for sign in text)
    right = sum(ord(sign) > 127 for sign in text) - wrong
    if right > wrong:
        raise UnusableFile("mixed_encodings", line=_line_of(content, position))


def _line_of(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _start(lines: list[str]) -> tuple[int, str]:
    """The index of the first line of the table, and its separator: the one that makes the most known headings of it."""
    told = _SEPARATOR_LINE.fullmatch(lines[0])
    if told:
        return 1, told[1]
    found = {}
    for delimiter in _DELIMITERS:
        row = next((row for row in _rows(lines, 0, delimiter) if any(str(cell).strip() for cell in row.cells)), None)
        cells = [str(cell) for cell in row.cells] if row else []
        found[delimiter] = (count_known(cells), len(cells))
    return 0, max(_DELIMITERS, key=lambda delimiter: found[delimiter])


def _rows(lines: list[str], first: int, delimiter: str) -> Iterator[TableRow]:
    """Every record from the line with index `first` on, with the number of its first line.

    Where a quotation mark is out of place, no one can say where the record ends: each line that the reader took in is a
    row of its own, with that problem.
    """
    reader = csv.reader(lines[first:] if first else lines, delimiter=delimiter, strict=True)
    # Countries, organisations and dates come again and again: each is held once.
    known: dict[str, str] = {}
    done = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield from _unreadable(lines, first + done, first + reader.line_num, delimiter)
        else:
            yield TableRow(first + done + 1, [known.setdefault(cell, cell) for cell in map(unescape_cell, cells)])
        done = reader.line_num


def _unreadable(lines: list[str], start: int, end: int, delimiter: str) -> Iterator[TableRow]:
    problem = Problem("bad_quotes", details={"first": start + 1, "last": end})
    for index in range(start, end):
        if lines[index].strip():
            cells = lines[index].rstrip("\r\n").split(delimiter)
            yield TableRow(index + 1, [unescape_cell(cell) for cell in cells], problem)
