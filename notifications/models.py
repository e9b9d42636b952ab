"""What the network tells a member outside the page they are on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alumni_site.core.models import PubliclyIdentified
from notifications.querysets import NotificationQuerySet


class Notification(PubliclyIdentified):
    """One thing told to one person. Its words are made when it is shown, by its kind, in the reader's language.

    `data` holds what the kind needs for its words: codes, numbers, addresses within the network and the recipient's own
    words. Never another person's data: they may hide it tomorrow, and this row would still have it.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=48)
    data = models.JSONField(default=dict, blank=True)
    # What makes two tellings the same; a key is told once to a person. Empty when each telling stands for itself.
    key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[NotificationQuerySet] = NotificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notification_of_person"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notification_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], condition=~Q(key=""), name="notification_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
