"""What the network tells a member outside the page they are on, and how it gets there."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from notifications.kinds import MailPace
from notifications.querysets import DeliveryQuerySet, NotificationQuerySet


class Notification(PubliclyIdentified):
    """One thing told to one person. Its words are made when it is shown, by its kind, in the reader's language.

    `data` holds what the kind needs for its words: codes, numbers, addresses within the network and the recipient's own
    words. Never another person's data: they may hide it tomorrow, and this row would still have it.

    What belongs together carries the same `group`. While one of a group is unread, the next of it does not make a row of
    its own: `count` goes up, and `data` is the newest.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=48)
    data = models.JSONField(default=dict, blank=True)
    # What makes two tellings the same; a key is told once to a person. Empty when each telling stands for itself.
    key = models.CharField(max_length=120, blank=True)
    group = models.CharField(max_length=120, blank=True)
    count = models.PositiveIntegerField(default=1)
    # No when the person wants this kind by mail or push only; then no page lists it.
    in_app = models.BooleanField(default=True)
    # The digest it goes out with, where the person wants this kind in one.
    digest = models.ForeignKey("Delivery", on_delete=models.SET_NULL, null=True, blank=True, related_name="digested")
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
            models.UniqueConstraint(
                fields=["recipient", "kind", "group"],
                condition=~Q(group="") & Q(read_at=None),
                name="notification_group_unread_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class KindChoice(TimeStamped):
    """How one person wants to be told of one kind. No row: as the kind itself says."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=48)
    in_app = models.BooleanField()
    mail = models.CharField(max_length=8, choices=MailPace)
    push = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="kindchoice_once"),
            models.CheckConstraint(condition=Q(mail__in=MailPace.values), name="kindchoice_mail_known"),
        ]

    def __str__(self) -> str:
        return f"choice {self.kind} {self.pk}"


class NoticeTimes(TimeStamped):
    """When one person wants mails and pushes, by their own clock. No row: the digest at eight, no quiet hours."""

    DIGEST_HOUR = 8

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_times")
    digest_hour = models.PositiveSmallIntegerField(default=DIGEST_HOUR)
    # Whole hours, 0 to 23; both or neither. From 22 until 7 goes over midnight.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lt=24), name="noticetimes_hour_of_the_day"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__lt=24, quiet_until__lt=24),
                name="noticetimes_quiet_both_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"times {self.pk}"


class PushSubscription(PubliclyIdentified, TimeStamped):
    """One browser that asked for pushes. The keys are the browser's own: with them only it can read what we send."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)

    def __str__(self) -> str:
        # Never the endpoint: whoever has it can reach the device.
        return f"push subscription {self.uuid}"


class Channel(models.TextChoices):
    """The way something leaves the network."""

    MAIL = "mail", _("E-mail")
    DAILY = "daily", _("Daily e-mail")
    WEEKLY = "weekly", _("Weekly e-mail")
    PUSH = "push", _("Push")


DIGESTS = (Channel.DAILY, Channel.WEEKLY)


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    # Taken by a worker, which has not begun to hand it over: if the worker dies, it is safe to take again.
    CLAIMED = "claimed", _("Taken by a worker")
    # The worker talks to the mail server: if it dies now, nobody knows whether the mail went.
    HANDING_OVER = "handing_over", _("Being sent")
    SENT = "sent", _("Sent")
    # Read meanwhile, not wanted any more, or the account may not be reached.
    CANCELLED = "cancelled", _("Not needed any more")
    # Given up; staff can try again or drop it.
    DEAD = "dead", _("Not delivered")


# Still to be settled.
OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED, DeliveryState.HANDING_OVER)


class Delivery(PubliclyIdentified):
    """The outbox: one mail, digest or push that is to reach one person, written in the transaction of what it tells about.

    A mail or push is about one `notification`; a digest about those that point to it. The UUID is the Message-ID.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deliveries")
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    # A stable code, never the words of a server: those may quote an address.
    last_error = models.CharField(max_length=40, blank=True)
    leased_to = models.CharField(max_length=64, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state=DeliveryState.WAITING), name="delivery_due"),
            models.Index(fields=["state", "-settled_at"], name="delivery_by_state"),
            models.Index(fields=["recipient", "state"], name="delivery_of_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(channel__in=DIGESTS, notification=None, subscription=None)
                    | Q(channel=Channel.MAIL, notification__isnull=False, subscription=None)
                    | Q(channel=Channel.PUSH, notification__isnull=False, subscription__isnull=False)
                ),
                name="delivery_about_what_its_channel_carries",
            ),
            models.UniqueConstraint(
                fields=["notification"],
                condition=Q(state__in=OPEN, channel=Channel.MAIL),
                name="delivery_one_open_mail",
            ),
            models.UniqueConstraint(
                fields=["notification", "subscription"],
                condition=Q(state__in=OPEN, channel=Channel.PUSH),
                name="delivery_one_open_push",
            ),
            models.UniqueConstraint(
                fields=["recipient", "channel", "due_at"], condition=Q(notification=None), name="delivery_one_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.uuid}"
