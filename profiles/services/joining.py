"""A member who was accepted without a record turns out to be on file: their profile and the record become one."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from profiles.models import Profile

# What the record keeps of its own: Norec's facts, and when the row was made. All else is the member's, its address too.
_OF_THE_RECORD = frozenset(
    {"id", "user", "created_at", "updated_at", "participant_id", "first_name", "last_name", "birth_year", "email_on_file"}
)


def pour_into_record(*, profile: Profile, record: Profile) -> None:
    """Move all that a member wrote and chose, and all that hangs on their profile, to the record; the profile is deleted.

    The name they go by stays, also where Norec has another on file. Who sees exchanges is theirs to choose anew when they had
    none: nothing of the record is shown by this. Runs in a transaction; the caller marks the record as changed.
    """
    own: dict[str, Any] = {
        field.attname: getattr(profile, field.attname)
        for field in Profile._meta.concrete_fields
        if field.name not in _OF_THE_RECORD
    }
    if profile.name.casefold() != record.name.casefold():
        own["chosen_name"] = profile.name
    if not profile.exchanges.exists():
        own["audiences_exchanges"] = record.audiences_exchanges
    own["birth_year"] = record.birth_year or profile.birth_year
    for relation in Profile._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            _move_rows(relation, profile, record)
    profile.delete()
    Profile.objects.filter(pk=record.pk).update(**own, updated_at=timezone.now())
    record.refresh_from_db()


def _move_rows(relation: models.ManyToOneRel, profile: Profile, record: Profile) -> None:
    """What somebody else has of both, such as a place in a list of theirs, they keep once: the other goes with the profile."""
    rows = relation.related_model._base_manager.filter(**{relation.field.name: profile})
    for key in rows.values_list("pk", flat=True):
        try:
            with transaction.atomic():
                rows.filter(pk=key).update(**{relation.field.name: record})
        except IntegrityError:
            continue
