"""Reports of messages, and what staff decide."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from messaging.models.conversations import Conversation
from messaging.models.messages import Message
from messaging.querysets import ReportQuerySet, WritingLimitQuerySet


class ReportReason(models.TextChoices):
    HARASSMENT = "harassment", _("Harassment or threats")
    DISCRIMINATION = "discrimination", _("Discrimination")
    CORRUPTION = "corruption", _("Corruption or asking for money")
    SPAM = "spam", _("Unwanted advertising")
    OTHER = "other", _("Something else")


class Decision(models.TextChoices):
    DISMISS = "dismiss", _("No breach of the norms")
    WARN = "warn", _("Warn the person")
    REMOVE = "remove", _("Remove the message")
    LIMIT = "limit", _("Limit who they may write to")
    SUSPEND = "suspend", _("Suspend the account")


class Report(PubliclyIdentified, TimeStamped):
    """`snapshot` is all that staff see of a conversation: the message reported and at most five around it, as they were when
    it was reported, earlier versions of the reported one included. It is made once and never grows."""

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # Whose message it is, or the other side of a direct conversation; empty when a whole group is reported.
    reported = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reports")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    reason = models.CharField(max_length=16, choices=ReportReason)
    words = models.TextField(blank=True)
    snapshot = models.JSONField(default=list)
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    # What staff write to both sides.
    answer = models.TextField(blank=True)
    # Whose message was decided about, and which: one of the copy that an adviser chose, else what was reported.
    decided_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ReportQuerySet] = ReportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="report_decided_or_not",
            ),
            models.CheckConstraint(condition=Q(reason__in=ReportReason.values), name="report_reason_known"),
        ]

    def __str__(self) -> str:
        return f"report {self.uuid}"


class WritingLimit(models.Model):
    """Until then this person may write in the conversations they have, and begin no new ones. Of several the last to end counts.
    A row stays when it is lifted, for whoever was told of it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="writing_limits")
    until = models.DateTimeField()
    report = models.ForeignKey(Report, on_delete=models.SET_NULL, null=True, blank=True, related_name="writing_limits")
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[WritingLimitQuerySet] = WritingLimitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(lifted_at=None), name="writinglimit_one_of_a_report"),
        ]

    def __str__(self) -> str:
        return f"writing limit {self.pk}"


class SpamFlag(models.Model):
    """The network itself has noticed a flood or the same text to many. Staff see that it was so and how often, not the text."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[("flood", _("Very many messages")), ("copies", _("The same text to many"))])
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], condition=Q(seen_at=None), name="spamflag_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} flag {self.pk}"
