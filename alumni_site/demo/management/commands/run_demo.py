"""`make run`: make everything ready, fill an empty database with the demo, and serve it."""

import io
import sys
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.serving import AddressInUse, ensure_port_is_free, serve
from alumni_site.core.start import StartRefused, prepare_embedded_start
from alumni_site.demo import DEMO_PASSWORD, demo_accounts


class Command(BaseCommand):
    help = "Make everything ready, fill an empty database with people who do not exist, and serve it (development)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--people", type=int, default=300, help="How many people an empty database is filled with")

    def handle(self, *, host: str, port: int, people: int, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demo is for development. In production run: manage.py serve")
        try:
            ensure_port_is_free(host, port)
            prepare_embedded_start()
        except (AddressInUse, StartRefused) as error:
            raise CommandError(str(error)) from error
        try:
            self.make_ready(people)
        except KeyboardInterrupt:
            sys.exit(130)
        if not serve(host=host, port=port, on_ready=lambda: self.say_who_can_sign_in(host, port)):
            sys.exit(1)
        self.stdout.write("Stopped.")

    def make_ready(self, people: int) -> None:
        """Bring database, vocabulary, demo and index up to date. Does next to nothing when they are."""
        started = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_vocabulary", verbosity=0, stdout=io.StringIO())
        if not get_user_model().objects.exists():
            self.stdout.write(f"Making {people} people who do not exist ...")
            call_command("seed_demo", people=people, verbosity=0, stdout=io.StringIO())
        self.stdout.write(f"Ready after {time.monotonic() - started:.1f} s.")

    def say_who_can_sign_in(self, host: str, port: int) -> None:
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 compared, not bound
        lines = [
            "",
            f"  Norec Network is at http://{shown}:{port}/",
            "",
            f"  Sign in with the password {DEMO_PASSWORD} as",
            *(f"    {email:<28} {who}" for email, who in demo_accounts()),
            "",
            f"  Mail that the network sends: http://{shown}:{port}/dev/mail/",
            "  Ctrl-C stops everything.",
            "",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
