"""Organisations that send, host, or are part of the foreign service."""

import re
import unicodedata

from django.db import models
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped


def organisation_key(name: str) -> str:
    """What two spellings of one organisation have in common: case, accents' form and spacing do not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()


class OrganisationKind(models.TextChoices):
    CIVIL_SOCIETY = "civil", _("Civil society")
    PUBLIC = "public", _("Public sector")
    PRIVATE = "private", _("Private sector")
    MISSION = "mission", _("Mission")
    UNKNOWN = "", _("Not known")


class Organisation(PubliclyIdentified, TimeStamped):
    name = models.CharField(max_length=250)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2")
    kind = models.CharField(max_length=8, choices=OrganisationKind, blank=True, default=OrganisationKind.UNKNOWN)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FormerOrganisation(models.Model):
    """What was merged into another: addresses and searches kept from before lead to what it became."""

    uuid = models.UUIDField(unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former")

    def __str__(self) -> str:
        return str(self.uuid)


class OrganisationName(models.Model):
    """Every name an organisation goes by, its own included, each once in the network."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=250)
    key = models.CharField(max_length=250, unique=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        self.key = organisation_key(self.name)
        super().save(*args, **kwargs)
