"""Exchanges: what Norec knows about each stay."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped


class Direction(models.TextChoices):
    NORTH_SOUTH = "north-south", _("From Norway")
    SOUTH_NORTH = "south-north", _("To Norway")
    SOUTH_SOUTH = "south-south", _("Between two countries in the South")


def direction_between(from_country: str, to_country: str) -> str:
    """The direction of an exchange, or "" while a country is unknown. Countries are ISO 3166-1 alpha-2 codes."""
    if not from_country or not to_country:
        return ""
    if from_country == "NO":
        return Direction.NORTH_SOUTH
    return Direction.SOUTH_NORTH if to_country == "NO" else Direction.SOUTH_SOUTH


# The latest last, by the last day that is known, as search ranks people. What has no dates comes first, in any database.
LATEST_LAST = (Coalesce("end", "start").asc(nulls_first=True), F("start").asc(nulls_first=True), "pk")


class Exchange(PubliclyIdentified, TimeStamped):
    """One stay. These are Norec's facts: a member may ask for a correction, staff and imports change them."""

    profile = models.ForeignKey("profiles.Profile", on_delete=models.CASCADE, related_name="exchanges")
    exchange_id = models.CharField(max_length=64, unique=True, help_text="Norec's own number")
    programme = models.CharField(max_length=120, blank=True)
    sending_organisation = models.ForeignKey(
        "profiles.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="exchanges_sent"
    )
    host_organisation = models.ForeignKey(
        "profiles.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="exchanges_hosted"
    )
    from_country = models.CharField(max_length=2, blank=True)
    to_country = models.CharField(max_length=2, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=160, blank=True)
    homecoming_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["start", "exchange_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gte=F("start")), name="exchange_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"exchange {self.uuid}"

    @property
    def direction(self) -> str:
        return direction_between(self.from_country, self.to_country)


class CorrectionStatus(models.TextChoices):
    OPEN = "open", _("Waiting for Norec")
    DONE = "done", _("Corrected")
    DECLINED = "declined", _("Kept as it is")


class CorrectionRequest(PubliclyIdentified, TimeStamped):
    """A member says that one of Norec's facts is wrong; staff answer, with words."""

    profile = models.ForeignKey("profiles.Profile", on_delete=models.CASCADE, related_name="correction_requests")
    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, null=True, blank=True, related_name="correction_requests")
    text = models.TextField(max_length=2000)
    status = models.CharField(max_length=8, choices=CorrectionStatus, default=CorrectionStatus.OPEN)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"correction {self.uuid}"
