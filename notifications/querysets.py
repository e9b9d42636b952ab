"""Reads of notifications and deliveries. A person sees their own, and only kinds that some app still puts in words."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from notifications.kinds import kinds

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class NotificationQuerySet(models.QuerySet[Any]):
    def of(self, person: "AbstractBaseUser") -> Self:
        """What this person has been told in the app, newest first."""
        return self.told(person, kinds())

    def told(self, person: Any, kinds: Any) -> Self:
        """What this person, or the account with this key, has been told in the app of these kinds."""
        return self.filter(recipient=person, kind__in=kinds, in_app=True)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class DeliveryQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def dead(self) -> Self:
        """Given up: the list that staff see."""
        return self.filter(state="dead")

    def left_behind(self) -> Self:
        """In the hands of a worker whose lease has run out."""
        return self.filter(Q(state="claimed") | Q(state="handing_over"), leased_until__lt=timezone.now())
