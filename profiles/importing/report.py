"""Rejected rows: kept with an import, and as a file that can be mended and imported again."""

from collections.abc import Iterable, Iterator, Sequence

from alumni_site.core.spreadsheets import write_csv
from profiles.importing.columns import ERROR_COLUMN, header_key
from profiles.importing.problems import Problem
from profiles.importing.rows import ImportRow, ParsedFile
from profiles.importing.tables import Dialect
from profiles.models import ImportRun, RejectedRow


def rejected_rows(parsed: ParsedFile) -> list[ImportRow]:
    """The rows that cannot go in, in the order of the file."""
    return [row for row in parsed.rows if row.problems]


def error_text(line: int, problems: Iterable[Problem]) -> str:
    """All that is wrong with one row, for a file or a terminal: line, column, value, reason."""
    return f"line {line}: " + " ".join(problem.text for problem in problems)


def as_record(run: ImportRun, row: ImportRow) -> RejectedRow:
    """A rejected row as it is kept with its import."""
    cells = [row.source.text(place) for place in range(len(row.source.cells))]
    return RejectedRow(run=run, line=row.line, name=row.name, cells=cells, problems=[p.as_json() for p in row.problems])


def rejects_csv(parsed: ParsedFile) -> Iterator[bytes]:
    """The rejected rows with the file's own columns, written as the file was, and `error` after them."""
    rows = ((_cells(row), error_text(row.line, row.problems)) for row in rejected_rows(parsed))
    return _csv(parsed.headings.headers, rows, parsed.table.dialect)


def rejects_csv_of(run: ImportRun) -> Iterator[bytes]:
    """The same for an import that is kept, in the reader's language; always so that Excel reads its letters right."""
    records = RejectedRow.objects.filter(run=run).iterator(chunk_size=1000)
    rows = ((record.cells, error_text(record.line, map(Problem.from_json, record.problems))) for record in records)
    return _csv(run.headers, rows, Dialect(run.delimiter or Dialect().delimiter, bom=True))


def _cells(row: ImportRow) -> list[str]:
    return [row.source.text(place) for place in range(len(row.source.cells))]


def _csv(headers: Sequence[str], rows: Iterable[tuple[Sequence[str], str]], dialect: Dialect) -> Iterator[bytes]:
    # A file of rejected rows that comes back has the column already: it is written anew.
    places = [place for place, header in enumerate(headers) if header_key(header) != ERROR_COLUMN]
    columns = [*(headers[place] for place in places), ERROR_COLUMN]
    filled = ([*(cells[place] if place < len(cells) else "" for place in places), error] for cells, error in rows)
    return write_csv(filled, columns, delimiter=dialect.delimiter, bom=dialect.bom)
