"""Mend what killed workers left in the outbox, and forget what was settled a month ago. Safe to run twice."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.outbox import forget_settled, reap


class Command(BaseCommand):
    help = "Mend what killed workers left in the outbox of notices, and remove what was settled a month ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"mended={reap()} forgotten={forget_settled()}")
