"""`manage.py check_index`: says where the search index differs from the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alumni_site.core.errors import NetworkError
from profiles.models import Profile
from search.checking import compare_index


class Command(BaseCommand):
    help = "Compare the search index with the database, document by document. Exit code 1 when they differ."

    def handle(self, **options: Any) -> None:
        try:
            comparison = compare_index()
        except NetworkError as error:
            raise CommandError(error.message) from error
        uuids = dict(
            Profile.objects.filter(pk__in={object_id for _, object_id, _ in comparison.differences}).values_list("pk", "uuid")
        )
        for difference, object_id, audience in comparison.differences:
            # Never the name: this is read by operators, and kept in their logs.
            self.stdout.write(f"{difference.value}: {uuids.get(object_id, f'deleted person {object_id}')} for {audience}")
        if comparison.waiting:
            self.stdout.write(f"{comparison.waiting} changed people wait to be indexed.")
        if not comparison.is_equal:
            raise CommandError(
                f"The search index differs from the database in {comparison.count} of {comparison.documents} documents. "
                "manage.py rebuild_index makes it new.",
                returncode=1,
            )
        self.stdout.write(f"The search index equals the database: {comparison.documents} documents.")
