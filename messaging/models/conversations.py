"""Conversations and who takes part in them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from messaging.querysets import ConversationQuerySet, InvitationQuerySet, ParticipationQuerySet

LONGEST_NAME = 80


class ConversationKind(models.TextChoices):
    DIRECT = "direct", _("Between two")
    GROUP = "group", _("Group")
    # Belongs to something of another app: a mentorship, an event, a request. That app says who takes part.
    TOPIC = "topic", _("About something")


class Conversation(PubliclyIdentified, TimeStamped):
    """Numbers its messages without holes: `last_seq` is the number of the newest, and counts up in the transaction that
    writes it. `last_change` numbers edits, deletions and reactions in the same way."""

    kind = models.CharField(max_length=8, choices=ConversationKind)
    name = models.CharField(max_length=LONGEST_NAME, blank=True, help_text="Of a group or a topic")
    # "17:204", the smaller account key first: two people have one conversation, whoever begins.
    direct_key = models.CharField(max_length=48, blank=True)
    # What it belongs to: a code of the app that opened it ("mentoring.mentorship") and the thing's UUID.
    topic_kind = models.CharField(max_length=48, blank=True)
    topic_uuid = models.UUIDField(null=True, blank=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    last_change = models.PositiveBigIntegerField(default=0)
    last_message_at = models.DateTimeField(default=timezone.now)
    # Set when what it belongs to has ended: it can be read, and nobody writes any more.
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ConversationQuerySet] = ConversationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["direct_key"], condition=~Q(direct_key=""), name="conversation_one_per_pair"),
            models.UniqueConstraint(
                fields=["topic_kind", "topic_uuid"], condition=~Q(topic_kind=""), name="conversation_one_per_topic"
            ),
            models.CheckConstraint(condition=Q(kind__in=ConversationKind.values), name="conversation_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind="direct") & ~Q(direct_key="")) | (~Q(kind="direct") & Q(direct_key="")),
                name="conversation_pair_when_direct",
            ),
            models.CheckConstraint(
                condition=(Q(kind="topic") & ~Q(topic_kind="") & Q(topic_uuid__isnull=False))
                | (~Q(kind="topic") & Q(topic_kind="") & Q(topic_uuid=None)),
                name="conversation_topic_when_topic",
            ),
        ]

    def __str__(self) -> str:
        # Never its name: this text ends up in logs.
        return f"{self.kind} conversation {self.uuid}"


class Participation(PubliclyIdentified):
    """One person in one conversation, and what they have chosen about it. A row stays when they leave (`left_at`)."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations")
    is_owner = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    # What was written before somebody came is not theirs to read: they see numbers above this one.
    joined_seq = models.PositiveBigIntegerField(default=0)
    left_at = models.DateTimeField(null=True, blank=True)
    # Read up to here. Writing reads. What counts as unread of what came after: `MessageQuerySet.unread_by`.
    read_seq = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    # Told by a notice up to here.
    noticed_seq = models.PositiveBigIntegerField(default=0)
    muted_until = models.DateTimeField(null=True, blank=True)
    # Put away while nothing newer than this number has come; when the conversation is muted, also after.
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_seq = models.PositiveBigIntegerField(default=0)
    pinned_at = models.DateTimeField(null=True, blank=True)
    draft = models.TextField(blank=True)
    draft_saved_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ParticipationQuerySet] = ParticipationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participation_once"),
            models.UniqueConstraint(fields=["conversation"], condition=Q(is_owner=True), name="participation_one_owner"),
        ]
        indexes = [models.Index(fields=["user", "left_at"], name="participation_of_person")]

    def __str__(self) -> str:
        return f"participation {self.uuid}"


class InvitationStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Joined")
    DECLINED = "declined", _("No, thank you")
    WITHDRAWN = "withdrawn", _("Taken back")


class GroupInvitation(PubliclyIdentified, TimeStamped):
    """Somebody is asked to join a group. Until they say yes they see its name, who asks and how many take part; no message."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="invitations")
    invited = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="group_invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=InvitationStatus, default=InvitationStatus.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "invited"], condition=Q(status="waiting"), name="groupinvitation_one_waiting"
            ),
            models.CheckConstraint(condition=Q(status__in=InvitationStatus.values), name="groupinvitation_status_known"),
            models.CheckConstraint(condition=~Q(invited=F("invited_by")), name="groupinvitation_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"group invitation {self.uuid}"
