"""`manage.py serve`: web server, worker, schedule and drainer in one process."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.autoreload import run_with_reloader

from alumni_site.core.serving import AddressInUse, ensure_port_is_free, serve
from alumni_site.core.start import StartRefused, prepare_embedded_start


class Command(BaseCommand):
    help = "Serve pages and do the background work, all in one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--reload", action="store_true", help="Start again when code changes (for developers)")

    def handle(self, *, host: str, port: int, reload: bool, **options: Any) -> None:
        if reload:
            run_with_reloader(self.serve, host=host, port=port, handle_signals=False)
        else:
            self.serve(host=host, port=port)

    def serve(self, *, host: str, port: int, handle_signals: bool = True) -> None:
        try:
            ensure_port_is_free(host, port)
            prepare_embedded_start()
        except (AddressInUse, StartRefused) as error:
            raise CommandError(str(error)) from error
        if not serve(host=host, port=port, on_ready=lambda: self.say_where(host, port), handle_signals=handle_signals):
            sys.exit(1)
        self.stdout.write("Stopped.")

    def say_where(self, host: str, port: int) -> None:
        self.stdout.write(f"Serving on http://{host}:{port}/ (Ctrl-C stops it)")
