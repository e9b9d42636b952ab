"""Tell the owners of saved searches who is new, now. The schedule does it every hour; safe to run twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alumni_site.core.errors import NetworkError
from search.saved import note_new_people


class Command(BaseCommand):
    help = "Tell the owners of saved searches about new people who fit."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            notices = note_new_people()
        except NetworkError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"notices={notices}")
