"""`manage.py rebuild_index`: builds the search index anew beside the one in use, and swaps."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.errors import NetworkError
from search.rebuild import rebuild_index

_WIDTH = 30
_SECONDS_BETWEEN_LINES = 0.2


class Command(BaseCommand):
    help = "Build the search index anew beside the one in use, and put it in its place. Searching goes on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print nothing when it goes well")

    def handle(self, *, quiet: bool, **options: Any) -> None:
        bar = _Bar(is_shown=sys.stderr.isatty() and not quiet)
        started = time.monotonic()
        try:
            count = rebuild_index(progress=bar.show)
        except NetworkError as error:
            bar.end()
            raise CommandError(error.message) from error
        bar.end()
        if not quiet:
            self.stdout.write(f"Built the search index from {count} people in {time.monotonic() - started:.1f} s.")


class _Bar:
    """A line on a terminal that shows how far it has come."""

    def __init__(self, *, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._next_at = 0.0
        self._is_begun = False

    def show(self, done: int, of: int) -> None:
        if not self.is_shown or (time.monotonic() < self._next_at and done < of):
            return
        self._next_at = time.monotonic() + _SECONDS_BETWEEN_LINES
        self._is_begun = True
        full = _WIDTH * done // max(of, 1)
        sys.stderr.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {of}")
        sys.stderr.flush()

    def end(self) -> None:
        if self._is_begun:
            sys.stderr.write("\n")
