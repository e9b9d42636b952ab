"""`manage.py remove_unsent_files`: what the schedule does each hour."""

from typing import Any

from django.core.management.base import BaseCommand

from messaging.attachments.services import remove_unsent_files


class Command(BaseCommand):
    help = "Remove files that members have uploaded and not sent within a day. Safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Removed {remove_unsent_files()} files.")
