from typing import Any

from django.core.management.base import BaseCommand

from profiles.vocabulary.loader import load_vocabulary


class Command(BaseCommand):
    help = "Load the shipped skills, sectors and Sustainable Development Goals. Run it after migrate; what staff edited stays."

    def handle(self, *args: Any, **options: Any) -> None:
        result = load_vocabulary()
        for term in result.name_taken:
            self.stderr.write(f"{term} is left out: another term already has its name.")
        self.stdout.write(
            f"created={result.created} updated={result.updated} unchanged={result.unchanged} "
            f"left_to_staff={result.left_to_staff} name_taken={len(result.name_taken)}"
        )
