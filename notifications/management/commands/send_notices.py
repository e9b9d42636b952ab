"""Send the mails and pushes that are due, now. The schedule does it every few seconds; safe to run twice, and side by side."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.mailing import send_mails
from notifications.pushing import send_pushes


class Command(BaseCommand):
    help = "Send the mails and pushes about notices that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"mails={send_mails()} pushes={send_pushes()}")
