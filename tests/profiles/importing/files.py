"""Participant lists for tests: the least that is valid, and what is to differ from it."""

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from openpyxl import Workbook

from profiles.importing.columns import COLUMNS, REQUIRED
from profiles.importing.locks import only_import

ALL = [column.name for column in COLUMNS]
Row = Mapping[str, Any]


def row(number: int = 1, **cells: Any) -> dict[str, Any]:
    """One valid row, with all columns filled in."""
    return {
        "participant_id": f"P{number}",
        "first_name": "Amina",
        "last_name": f"Hassan{number}",
        "email": f"amina{number}@example.org",
        "birth_year": "1990",
        "exchange_id": f"X{number}",
        "programme": "Norec exchange",
        "sending_organisation": "Kathmandu Library",
        "sending_country": "Nepal",
        "host_organisation": "Førde folkebibliotek",
        "host_country": "Noreg",
        "start_date": "2018-08-01",
        "end_date": "2019-06-30",
        "role": "Librarian",
        "homecoming_date": "2019-07-14",
        **cells,
    }


def least(number: int = 1, **cells: Any) -> dict[str, Any]:
    """One valid row with the required columns only."""
    return {**{name: row(number)[name] for name in REQUIRED}, **cells}


def csv_text(rows: Sequence[Row], *, delimiter: str = ",", columns: Sequence[str] | None = None) -> str:
    columns = columns or list(rows[0])
    quoted = [[f'"{str(one.get(name, "")).replace(chr(34), chr(34) * 2)}"' for name in columns] for one in rows]
    return "".join(delimiter.join(cells) + "\r\n" for cells in [columns, *quoted])


def csv_file(folder: Path, *rows: Row, name: str = "list.csv", **options: Any) -> Path:
    path = folder / name
    path.write_bytes(csv_text(rows, **options).encode("utf-8"))
    return path


def xlsx_bytes(*rows: Row, sheet: str = "Deltakarar", columns: Sequence[str] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    columns = columns or list(rows[0])
    page.append(list(columns))
    for one in rows:
        page.append([one.get(name) for name in columns])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Ran:
    """What the command printed, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def last_line(self) -> str:
        return self.out.rstrip("\n").rpartition("\n")[2]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """created, updated, unchanged, rejected"""
        parts = dict(part.split("=") for part in self.last_line.split(" "))
        assert list(parts) == ["created", "updated", "unchanged", "rejected"]
        return (int(parts["created"]), int(parts["updated"]), int(parts["unchanged"]), int(parts["rejected"]))


def run_command(path: Path, *options: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_participants", str(path), *options, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


@contextmanager
def another_import_writing() -> Iterator[None]:
    """The lock is held elsewhere: by a thread with a database connection of its own."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with only_import(wait=5):
                held.set()
                release.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        release.set()
        thread.join()
