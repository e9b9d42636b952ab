"""What a member has chosen for all their conversations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WhoMayWrite(models.TextChoices):
    """Who may send a member a message request. Those they already talk with may go on."""

    NOBODY = "nobody", _("Nobody")
    SHARED = "shared", _("Those I have shared something with")
    MEMBERS = "members", _("Members")
    MEMBERS_AND_MISSIONS = "missions", _("Members and missions")


class MessagingSettings(models.Model):
    """No row means what a new row would say."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messaging_settings")
    who_may_write = models.CharField(max_length=8, choices=WhoMayWrite, default=WhoMayWrite.MEMBERS_AND_MISSIONS)
    # Whether others see how far one has read. Who hides it does not see it of others either.
    shows_read_state = models.BooleanField(default=True)
    # When the norms of talking here were read and agreed to; before that nobody writes.
    norms_agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(who_may_write__in=WhoMayWrite.values), name="messagingsettings_who_known"),
        ]

    def __str__(self) -> str:
        return f"messaging settings {self.pk}"
