"""`manage.py live`: pages and WebSockets, where other processes do the background work (compose.yaml)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.serving import AddressInUse, ensure_port_is_free, serve
from alumni_site.core.start import StartRefused, prepare_server_start


class Command(BaseCommand):
    help = "Serve pages and WebSockets without background work, which other processes do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        try:
            ensure_port_is_free(host, port)
            prepare_server_start()
        except (AddressInUse, StartRefused) as error:
            raise CommandError(str(error)) from error
        if not serve(host=host, port=port, services=()):
            raise CommandError(f"Cannot listen on {host}:{port}.")
