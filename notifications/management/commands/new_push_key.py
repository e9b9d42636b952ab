"""Print a new key for pushes, for VAPID_PRIVATE_KEY."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications.webpush import new_key


class Command(BaseCommand):
    help = "Print a new private key for web push."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
