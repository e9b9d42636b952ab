"""Rejected rows: kept with an import, and as a file that can be mended and imported again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from alumni_site.core.spreadsheets import write_csv
from profiles.importing.columns import COLUMNS_BY_NAME, ERROR_COLUMN, STAYS_REJECTED, Headings, Kind, is_own_heading
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


def as_record(run: ImportRun, row: ImportRow, headings: Headings) -> RejectedRow:
    """A rejected row as it is kept with its import."""
    cells, problems = _cells(row, headings), [problem.as_json() for problem in row.problems]
    return RejectedRow(run=run, line=row.line, name=row.name, cells=cells, problems=problems)


def rejects_csv(parsed: ParsedFile) -> Iterator[bytes]:
    """The rejected rows with the file's own columns, written as the file was, and `error` after them.

    What stood beyond the headings stands beyond `error`. Imported again, each row that nobody has mended is rejected again.
    """
    rows = ((_cells(row, parsed.headings), _error_cell(row.line, row.problems)) for row in rejected_rows(parsed))
    return _csv(parsed.headings.headers, rows, parsed.table.dialect)


def rejects_csv_of(run: ImportRun) -> Iterator[bytes]:
    """The same for an import that is kept, in the reader's language; always so that Excel reads its letters right."""
    records = RejectedRow.objects.filter(run=run).iterator(chunk_size=1000)
    rows = ((record.cells, _error_cell(record.line, list(map(Problem.from_json, record.problems)))) for record in records)
    return _csv(run.headers, rows, Dialect(run.delimiter or Dialect().delimiter, bom=True))


def _cells(row: ImportRow, headings: Headings) -> list[str]:
    """All cells as text. A date where none should stand keeps its time of day, by which it is known again as one."""
    cells = [row.source.text(place) for place in range(len(row.source.cells))]
    for name, place in headings.places.items():
        if place < len(cells) and COLUMNS_BY_NAME[name].kind != Kind.DATE and isinstance(row.source.cells[place], date):
            cells[place] += " 00:00:00"
    return cells


def _error_cell(line: int, problems: Sequence[Problem]) -> str:
    """What is wrong, for the column `error`. Of quotation marks out of place nothing is seen any more in what we write."""
    text = error_text(line, problems)
    if not any(problem.code in {"bad_quotes", "quotes_to_mend"} for problem in problems):
        return text
    return f"{STAYS_REJECTED}{text} " + _("This row is not imported until this cell is empty.")


def _csv(headers: Sequence[str], rows: Iterable[tuple[Sequence[str], str]], dialect: Dialect) -> Iterator[bytes]:
    # A file of rejected rows that comes back has the column already: it is written anew.
    places = [place for place, header in enumerate(headers) if not is_own_heading(header)]
    columns = [*(headers[place] for place in places), ERROR_COLUMN]
    filled = (
        [*(cells[place] if place < len(cells) else "" for place in places), error, *_beyond(cells, len(headers))]
        for cells, error in rows
    )
    return write_csv(filled, columns, delimiter=dialect.delimiter, bom=dialect.bom)


def _beyond(cells: Sequence[str], headings: int) -> Sequence[str]:
    """What stands in a row beyond the last heading, if there is anything."""
    return cells[headings:] if any(map(str.strip, cells[headings:])) else []
