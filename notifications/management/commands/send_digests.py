"""Send the daily and weekly digests that are due, now. The schedule does it every minute; safe to run twice, and side by side."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.mailing import send_digests


class Command(BaseCommand):
    help = "Send the digests of notices that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"digests={send_digests()}")
