"""A table as it was read from a file: headings, and rows with the line numbers that a person sees."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from profiles.importing.problems import Problem

# A cell of an XLSX file that holds a date is one; all else is the text that a person sees.
Cell = str | date

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class TableRow:
    """`line` is the first line of the row in a text file, the row number in a spreadsheet; both count from 1."""

    line: int
    cells: Sequence[Cell]
    problem: Problem | None = None

    def text(self, place: int) -> str:
        """What stands in a cell, as text; "" where the row is shorter."""
        cell = self.cells[place] if place < len(self.cells) else ""
        return cell if isinstance(cell, str) else cell.isoformat()


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written, so that what we give back opens in the same programs."""

    delimiter: str = ";"
    bom: bool = True


@dataclass
class Table:
    """`headers` are the texts of the first line that is not empty; rows that are empty are left out."""

    headers: list[str]
    header_line: int
    rows: list[TableRow]
    dialect: Dialect = field(default_factory=Dialect)
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
