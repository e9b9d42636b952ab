from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.demo.participants_file import FILE_SEED, write_participants_file


class Command(BaseCommand):
    help = "Write a participant list of people who do not exist, to try the import with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="OUT.csv, or OUT.tsv for tabs")
        parser.add_argument("--rows", type=int, default=415, help="How many exchanges (default 415)")
        parser.add_argument("--seed", type=int, default=FILE_SEED, help="Another number makes other people")
        parser.add_argument("--mess", action="store_true", help="As people really write such lists, with mistakes in it")

    def handle(self, *, file: Path, rows: int, seed: int, mess: bool, **options: Any) -> None:
        try:
            mistakes = write_participants_file(file, rows=rows, seed=seed, mess=mess)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error
        self.stdout.write(f"{rows} rows written to {file}, {mistakes.total()} of them with a mistake.")
        for kind, how_many in sorted(mistakes.items()):
            self.stdout.write(f"  {how_many:>5} {kind}")
