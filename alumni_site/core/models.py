"""What every app builds on: time stamps, public identifiers, and the outbox of the search index."""

import uuid

from django.db import models


class TimeStamped(models.Model):
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class PubliclyIdentified(models.Model):
    """Has a UUID for addresses, so that no address tells how many there are or who came before."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class IndexChange(models.Model):
    """Outbox of the search index: one row says that one object's documents must be made anew.

    Written in the same transaction as the change (`alumni_site.core.indexing.mark_changed`), removed by the drainer
    after the engine has acknowledged.
    """

    kind = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    # Until the index has caught up, the object is left out of results: set when somebody has hidden something.
    withhold = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "object_id"], name="indexchange_object"),
            models.Index(fields=["kind"], condition=models.Q(withhold=True), name="indexchange_withheld"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Heartbeat(models.Model):
    """Says when a service of a process last lived. Written by `alumni_site.core.background`."""

    service = models.CharField(max_length=32)
    process = models.CharField(max_length=64)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "process"], name="heartbeat_once_per_process")]

    def __str__(self) -> str:
        return f"{self.service} of {self.process}"


class ScheduledJob(models.Model):
    """Regular work: when it is due, and which process is at it. Written by `alumni_site.core.schedule`."""

    name = models.CharField(max_length=64, primary_key=True)
    next_run_at = models.DateTimeField()
    leased_to = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="How often in a row it has failed")

    def __str__(self) -> str:
        return self.name
