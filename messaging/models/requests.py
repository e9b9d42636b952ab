"""Message requests: how two people who do not know each other begin."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from messaging.models.conversations import Conversation
from messaging.querysets import RequestQuerySet


class RequestStatus(models.TextChoices):
    """Moves between these are in `messaging.moves`."""

    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted")
    # The recipient has put it away. To the sender it goes on waiting.
    IGNORED = "ignored", _("Ignored")
    DECLINED = "declined", _("No, thank you")
    WITHDRAWN = "withdrawn", _("Taken back")


class MessageRequest(PubliclyIdentified, TimeStamped):
    """The first message of a direct conversation. Until it is accepted, that one text is all that may be written."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="request")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_requests_sent")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_requests_received")
    # The role the sender acted in, and the mission or partner it was for: shown to the recipient.
    sender_role = models.CharField(max_length=16, blank=True)
    on_behalf_of = models.ForeignKey("profiles.Organisation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)
    # When the sender last asked: the limit of a day counts these.
    asked_at = models.DateTimeField(default=timezone.now)
    # The recipient has ignored this sender: what they ask later goes the same way, and they cannot tell.
    ignored_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RequestStatus.values), name="messagerequest_status_known"),
            models.CheckConstraint(condition=~Q(sender=F("recipient")), name="messagerequest_not_oneself"),
        ]
        indexes = [
            models.Index(fields=["recipient", "status"], name="messagerequest_received"),
            models.Index(fields=["sender", "asked_at"], name="messagerequest_sent"),
        ]

    def __str__(self) -> str:
        return f"message request {self.uuid}"
