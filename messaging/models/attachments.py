"""Files in messages."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified
from messaging.models.conversations import Conversation
from messaging.models.messages import Message

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 5


class AttachmentKind(models.TextChoices):
    """Decided from what is in the file, never from its name."""

    IMAGE = "image", _("Picture")
    PDF = "pdf", _("PDF")
    OFFICE = "office", _("Document")
    TEXT = "text", _("Text")
    AUDIO = "audio", _("Sound")


class AttachmentState(models.TextChoices):
    UPLOADING = "uploading", _("Being sent")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not taken")


def _private_storage() -> Any:
    from profiles.storage import private_storage

    return private_storage()


class Attachment(PubliclyIdentified):
    """A file that its uploader has sent, or is sending, to one conversation. It belongs to a message once that is sent;
    one without a message is seen by its uploader only, and is removed after a day."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attachments")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments")
    name = models.CharField(max_length=150)
    # What was announced; `received` counts up to it (a broken upload goes on from there).
    size = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=AttachmentState, default=AttachmentState.UPLOADING)
    # A stable code when it is refused: its words are made when it is shown.
    problem = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=8, choices=AttachmentKind, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="How long a sound lasts")
    file = models.FileField(storage=_private_storage, max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(size__lte=LARGEST_FILE), name="attachment_not_too_large"),
            models.CheckConstraint(condition=Q(received__lte=models.F("size")), name="attachment_no_more_than_announced"),
            models.CheckConstraint(condition=Q(state__in=AttachmentState.values), name="attachment_state_known"),
            models.CheckConstraint(condition=Q(message=None) | Q(state="ready"), name="attachment_sent_when_ready"),
        ]

    def __str__(self) -> str:
        return f"attachment {self.uuid}"
