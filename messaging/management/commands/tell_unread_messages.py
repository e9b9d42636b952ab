from typing import Any

from django.core.management.base import BaseCommand

from messaging.notices import tell_unread_messages


class Command(BaseCommand):
    help = "Tell members of messages that have waited unread for ten minutes. The schedule does so by itself; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"told={tell_unread_messages()}")
