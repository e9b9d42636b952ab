"""Keeps the search outbox true whatever saves a row. Bulk writes bypass signals: their service calls `mark_changed`."""

from typing import Any

from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from alumni_site.core.indexing import mark_changed
from profiles.documents import PEOPLE
from profiles.models import (
    Exchange,
    Organisation,
    OrganisationName,
    Profile,
    ProfileLanguage,
    ProfileLink,
    ProfileSkill,
    Term,
    TermAlias,
    User,
)

# What of an account decides whether others see the person.
_ACCOUNT_FIELDS = {"status", "is_active"}


def mark_people_changed(profile_ids: list[int], *, withhold: bool = True) -> None:
    """Write outbox rows for these people. Somebody may now see less than before, so they are withheld until it is done."""
    with transaction.atomic():
        mark_changed(PEOPLE, profile_ids, withhold=withhold)


@receiver([post_save, post_delete], sender=Profile)
def profile_changed(instance: Profile, **_: Any) -> None:
    mark_people_changed([instance.pk])


@receiver([post_save, post_delete], sender=Exchange)
@receiver([post_save, post_delete], sender=ProfileSkill)
@receiver([post_save, post_delete], sender=ProfileLanguage)
@receiver([post_save, post_delete], sender=ProfileLink)
def part_of_profile_changed(instance: models.Model, **_: Any) -> None:
    mark_people_changed([instance.profile_id])  # type: ignore[attr-defined]


@receiver(post_save, sender=User)
def account_changed(instance: User, created: bool, update_fields: frozenset[str] | None, **_: Any) -> None:
    if not created and (update_fields is None or _ACCOUNT_FIELDS & set(update_fields)):
        mark_people_changed(list(Profile.objects.filter(user=instance).values_list("pk", flat=True)))


@receiver(m2m_changed, sender=Profile.sectors.through)
@receiver(m2m_changed, sender=Profile.sdgs.through)
def topics_changed(instance: models.Model, action: str, reverse: bool, pk_set: set[int] | None, **_: Any) -> None:
    if action in {"post_add", "post_remove", "pre_clear"}:
        if not reverse:
            mark_people_changed([instance.pk])
        elif pk_set:
            mark_people_changed(sorted(pk_set))


@receiver(post_save, sender=Organisation)
def organisation_changed(instance: Organisation, created: bool, **_: Any) -> None:
    if not created:
        _mark_people_of_organisation(instance.pk)


@receiver([post_save, post_delete], sender=OrganisationName)
def organisation_name_changed(instance: OrganisationName, **_: Any) -> None:
    _mark_people_of_organisation(instance.organisation_id)


def _mark_people_of_organisation(organisation_id: int) -> None:
    """What an organisation is called is no secret of these people, so they are not withheld."""
    exchanges = Exchange.objects.filter(
        models.Q(sending_organisation=organisation_id) | models.Q(host_organisation=organisation_id)
    )
    mark_people_changed(list(exchanges.values_list("profile_id", flat=True).distinct()), withhold=False)


@receiver(post_save, sender=Term)
@receiver([post_save, post_delete], sender=TermAlias)
def term_changed(instance: Term | TermAlias, **_: Any) -> None:
    term_id = instance.pk if isinstance(instance, Term) else instance.term_id
    people = Profile.objects.filter(models.Q(profile_skills__term=term_id) | models.Q(sectors=term_id) | models.Q(sdgs=term_id))
    mark_people_changed(list(people.values_list("pk", flat=True).distinct()), withhold=False)
