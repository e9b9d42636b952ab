"""Keeps roles in step with exchanges that are saved one by one. Imports write in bulk and call the service themselves."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from profiles.accounts.services.claiming import settle_roles_after_homecoming
from profiles.models import Exchange


@receiver(post_save, sender=Exchange)
def exchange_saved(instance: Exchange, **_: Any) -> None:
    if instance.homecoming_date is not None:
        settle_roles_after_homecoming([instance.profile_id])
