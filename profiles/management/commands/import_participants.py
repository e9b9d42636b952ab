"""Import a participant list from the command line. The last line it prints is for scripts; docs/importing.md explains it."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.management.base import BaseCommand
from django.db import connection

from alumni_site.core.errors import Conflict
from profiles.importing.locks import only_import
from profiles.importing.plan import Outcome
from profiles.importing.problems import UnusableFile
from profiles.importing.reading import read_file
from profiles.importing.report import error_text, rejected_rows, rejects_csv
from profiles.importing.rows import ParsedFile, parse_table
from profiles.importing.running import Tally, command_run, import_file, plan_file
from profiles.importing.terminal import progress_bar

UNUSABLE = 2
SOME_REJECTED = 3
_INTERRUPTED = 130
# Another import is waited for, as a script would want; at most this long.
_SECONDS_TO_WAIT = 600.0
_MOST_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Import a participant list (CSV, TSV or XLSX), one row an exchange. Ends with 0 when all rows are in, 3 when some are "
        "rejected, 2 when the file cannot be used; then nothing is written."
    )

    # They load every page of the site: 13 MB that an import does not need.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check the file and count, but write nothing")
        parser.add_argument("--sheet", metavar="NAME", default="", help="the sheet of an XLSX file; else the first")
        parser.add_argument("--rejects", metavar="REJECTS.csv", type=Path, help="write rejected rows here, with the reason")
        parser.add_argument("--quiet", action="store_true", help="print the last line only")

    def handle(
        self, *args: Any, file: Path, dry_run: bool, sheet: str, rejects: Path | None, quiet: bool, **options: Any
    ) -> None:
        self.quiet = quiet
        if connection.vendor == "sqlite":
            # The 64 MB that a web server keeps of the database are of no use to somebody who reads each page once.
            connection.cursor().execute("PRAGMA cache_size = -4096")
        try:
            table = read_file(file, sheet=sheet)
            parsed = parse_table(table)
            # Opened before anything is written: a place where no file may be made ends it here.
            with written_at_the_end(rejects) as rejects_file:
                self.say_how_it_is_read(parsed)
                tally = self.plan(parsed) if dry_run else self.write(parsed, file)
                if rejects_file:
                    rejects_file.writelines(rejects_csv(parsed))
        except (UnusableFile, Conflict, OSError) as error:
            self.stderr.write(self.style.ERROR(str(error)))
            sys.exit(UNUSABLE)
        except KeyboardInterrupt:
            self.stderr.write("Stopped on the way. What is in is whole; run the same command again to complete it.")
            sys.exit(_INTERRUPTED)
        self.say_what_is_rejected(parsed, rejects)
        self.stdout.write(" ".join(f"{kind}={tally[kind]}" for kind in [*Outcome, "rejected"]))
        if tally["rejected"]:
            sys.exit(SOME_REJECTED)

    def plan(self, parsed: ParsedFile) -> Tally:
        with progress_bar(self.stderr, len(parsed.rows), shown=not self.quiet) as progress:
            tally = plan_file(parsed, progress=progress)
        self.say("Nothing was written: this was a dry run.")
        return tally

    def write(self, parsed: ParsedFile, file: Path) -> Tally:
        with (
            only_import(wait=_SECONDS_TO_WAIT),
            command_run(parsed, file) as run,
            progress_bar(self.stderr, len(parsed.rows), shown=not self.quiet) as progress,
        ):
            return import_file(parsed, run, progress=progress)

    def say(self, text: str) -> None:
        if not self.quiet:
            self.stdout.write(text)

    def say_how_it_is_read(self, parsed: ParsedFile) -> None:
        table = parsed.table
        others = [name for name in table.sheets if name != table.sheet]
        if others:
            self.say(f"Read from the sheet “{table.sheet}”. Not read: {', '.join(others)}.")
        if parsed.headings.ignored:
            self.say(f"These columns mean nothing here and are ignored: {', '.join(parsed.headings.ignored)}.")

    def say_what_is_rejected(self, parsed: ParsedFile, rejects: Path | None) -> None:
        rejected = rejected_rows(parsed)
        for row in rejected[:_MOST_SHOWN]:
            self.say(error_text(row.line, row.problems))
        if len(rejected) > _MOST_SHOWN:
            self.say(f"… and {len(rejected) - _MOST_SHOWN} more.")
        if rejected:
            self.say(f"Rejected rows are in {rejects}." if rejects else "Add --rejects FILE to get the rejected rows in a file.")


@contextmanager
def written_at_the_end(path: Path | None) -> Iterator[IO[bytes] | None]:
    """A file that takes the place of `path` when all has gone well; it may be the very file that is imported."""
    if path is None:
        yield None
        return
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    with NamedTemporaryFile(dir=path.absolute().parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.close()
            Path(file.name).replace(path)
        finally:
            Path(file.name).unlink(missing_ok=True)
