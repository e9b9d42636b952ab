"""Reads of notifications. A person sees their own, and only of kinds that some app still knows how to put in words."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from notifications.kinds import kinds

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


class NotificationQuerySet(models.QuerySet[Any]):
    def of(self, person: "AbstractBaseUser") -> Self:
        """What this person has been told, newest first."""
        return self.filter(recipient=person, kind__in=kinds())

    def unread(self) -> Self:
        return self.filter(read_at=None)
