import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.demo.services import DEMO_SEED, DatabaseNotEmpty, seed_demo


class Command(BaseCommand):
    help = "Fill an empty database with people who do not exist. The same seed makes the same people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=300, help="How many (default 300)")
        parser.add_argument("--seed", type=int, default=DEMO_SEED, help="Another number makes other people")

    def handle(self, *, people: int, seed: int, verbosity: int, **options: Any) -> None:
        started = time.monotonic()
        show = verbosity > 0 and sys.stderr.isatty()

        def on_progress(written: int) -> None:
            if show:
                self.stderr.write(f"\r{written} of {people} people", ending="")

        try:
            written = seed_demo(people=people, seed=seed, on_progress=on_progress)
        except DatabaseNotEmpty as error:
            raise CommandError(
                "There are people in this database. The demo is only for an empty one: use another DATA_DIR or DATABASE_URL."
            ) from error
        if show:
            self.stderr.write("")
        if verbosity > 0:
            self.stdout.write(f"{written} people made in {time.monotonic() - started:.1f} s.")
            self.stdout.write("The search index follows while the network runs; manage.py rebuild_index does it at once.")
