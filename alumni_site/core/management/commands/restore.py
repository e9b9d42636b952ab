"""`manage.py restore FILE`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.alone import NotAlone, claim_data_dir
from alumni_site.core.backup import BackupFailed, has_people, read_backup


class Command(BaseCommand):
    help = "Put back what a backup holds, bring it up to this version, and make the search index anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="Throw away the people who are in the database now")

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        try:
            claim_data_dir(settings.DATA_DIR)
            if has_people() and not replace:
                raise CommandError("There are people in this database. To throw them away, say --replace.")
            read_backup(file.resolve())
        except (BackupFailed, NotAlone) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0, interactive=False)
        call_command("rebuild_index", verbosity=0)
        self.stdout.write("Restored.")
