"""Importing 12 000 rows with the command, as an operator does: new, again, all changed, and from a workbook."""

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from alumni_site.demo.participants_file import write_participants_file
from tests.bench.results import Bench
from tests.bench.site import ROOT, environment_of

ROWS = 12_000
MOST_SECONDS = 30
MOST_MEGABYTES = 200


@dataclass(frozen=True)
class Run:
    """What one run of the command took."""

    seconds: float
    megabytes: float
    last_line: str


def run(bench: Bench) -> None:
    """The baseline is what it takes at least: reading the file with `csv` and putting its rows into two bare tables."""
    with tempfile.TemporaryDirectory(dir=os.environ["DATA_DIR"]) as name:
        folder = Path(name)
        file, changed, book = folder / "list.csv", folder / "changed.csv", folder / "list.xlsx"
        write_participants_file(file, rows=ROWS)
        _write_variants(file, changed, book)
        bare = _bare_inserts(file, folder / "bare.sqlite3")
        site, other = folder / "site", folder / "other"
        for place in (site, other):
            place.mkdir()
            _command(place, "migrate", "-v0")
        _note(bench, "12 000 new rows, CSV", _import(site, file), f"created={ROWS} updated=0 unchanged=0", bare)
        _note(bench, "the same rows again", _import(site, file), f"created=0 updated=0 unchanged={ROWS}", bare)
        _note(bench, "all rows changed", _import(site, changed), f"created=0 updated={ROWS} unchanged=0", bare)
        _note(bench, "12 000 new rows, XLSX", _import(other, book), f"created={ROWS} updated=0 unchanged=0", bare)


def _note(bench: Bench, case: str, measured: Run, expected: str, bare: float) -> None:
    if measured.last_line != f"{expected} rejected=0":
        raise RuntimeError(f"{case}: the command ended with “{measured.last_line}”.")
    bench.note(case, measured.seconds, "s", baseline=bare, baseline_name="s bare inserts", at_most=MOST_SECONDS)
    bench.note(f"{case}: peak memory", measured.megabytes, "MB", at_most=MOST_MEGABYTES)


def _import(site: Path, file: Path) -> Run:
    return _command(site, "import_participants", str(file), "--quiet")


def _command(site: Path, *arguments: str) -> Run:
    """Run a manage.py command; peak memory is that of this one process."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        command = [sys.executable, "manage.py", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment_of(site), stdout=out)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        last_line = out.read().strip().rpartition("\n")[2]
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}: {last_line}")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024, last_line)


def _write_variants(file: Path, changed: Path, book: Path) -> None:
    """The same list with another role in each row, and the list itself as a workbook."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source, delimiter=_delimiter(file)))
    role = rows[0].index("role")
    with changed.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(rows[0])
        writer.writerows([*row[:role], f"{row[role]} 2", *row[role + 1 :]] for row in rows[1:])
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Deltakarar")
    for row in rows:
        sheet.append(row)
    workbook.save(book)


def _bare_inserts(file: Path, database: Path) -> float:
    started = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.executescript(
        "CREATE TABLE person (id TEXT PRIMARY KEY, first TEXT, last TEXT, email TEXT, born TEXT);"
        "CREATE TABLE exchange (id TEXT PRIMARY KEY, person TEXT, programme TEXT, sender TEXT, sent_from TEXT, host TEXT,"
        " sent_to TEXT, start TEXT, end TEXT, role TEXT, home TEXT);"
    )
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=_delimiter(file)))
    person = ["participant_id", "first_name", "last_name", "email", "birth_year"]
    exchange = ["exchange_id", "participant_id", "programme", "sending_organisation", "sending_country", "host_organisation"]
    exchange += ["host_country", "start_date", "end_date", "role", "homecoming_date"]
    with connection:
        connection.executemany(
            "INSERT OR IGNORE INTO person VALUES (?, ?, ?, ?, ?)", ([row[key] for key in person] for row in rows)
        )
        marks = ", ".join("?" * len(exchange))
        connection.executemany(f"INSERT INTO exchange VALUES ({marks})", ([row[key] for key in exchange] for row in rows))  # noqa: S608
    connection.close()
    return time.perf_counter() - started


def _delimiter(file: Path) -> str:
    return ";" if ";" in file.read_text("utf-8-sig").partition("\n")[0] else ","
