"""`manage.py backup FILE`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.backup import BackupFailed, write_backup


class Command(BaseCommand):
    help = "Write database and uploaded files into one compressed file, while the network goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Where to, for example backup-2026-11-23.tar.gz")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            size = write_backup(file.resolve())
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Wrote {file}: {size / 1_000_000:.1f} MB. It holds personal data: keep it as you keep the database.")
