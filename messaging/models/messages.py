"""Messages, and what happens to them after they are sent."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from alumni_site.core.models import PubliclyIdentified
from messaging.models.conversations import Conversation
from messaging.querysets import MessageQuerySet

LONGEST_BODY = 10_000
# Joined by our own order, not by a library: these are the only ones.
REACTIONS = ("👍", "❤️", "😊", "🎉", "🙏", "🤔")


class Message(PubliclyIdentified):
    """`seq` is its number in the conversation, without holes. The same `client_id` from the same sender is the same message.

    A message that is deleted for all keeps its row and number, with an empty body. `event` is a code when the network itself
    tells something ("joined", "left", "renamed"): then `body` is empty and the words are made when it is shown.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    # Empty when the account is gone: shown as "Former member".
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    client_id = models.UUIDField(default=uuid.uuid4)
    body = models.TextField(blank=True)
    # The body as one searches it (`messaging.searching.folded`).
    folded = models.TextField(blank=True)
    event = models.CharField(max_length=16, blank=True)
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    # Removed by Norec after a report, not by its sender.
    is_removed = models.BooleanField(default=False)
    # The number of its last change in `Conversation.last_change`; 0 while it stands as it was sent.
    change = models.PositiveBigIntegerField(default=0)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_one_per_number"),
            models.UniqueConstraint(fields=["conversation", "sender", "client_id"], name="message_once_per_client_id"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="message_numbered_from_one"),
        ]
        indexes = [
            models.Index(fields=["conversation", "change"], condition=Q(change__gt=0), name="message_changed"),
            models.Index(fields=["conversation", "sent_at"], name="message_by_date"),
            models.Index(fields=["sender", "sent_at"], name="message_of_sender"),
        ]

    def __str__(self) -> str:
        return f"message {self.uuid}"


class MessageVersion(models.Model):
    """What a message said before it was edited or deleted. For reports only; nobody else is ever shown it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField(blank=True)
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["replaced_at", "id"]

    def __str__(self) -> str:
        return f"version {self.pk}"


class HiddenMessage(models.Model):
    """A message that one person has deleted for themselves."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="hidden")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="hiddenmessage_once")]

    def __str__(self) -> str:
        return f"hidden message {self.pk}"


class Reaction(models.Model):
    """One sign of one person under one message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sign = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["message", "user", "sign"], name="reaction_once")]

    def __str__(self) -> str:
        return f"reaction {self.pk}"
