"""The vocabulary: skills, sectors and Sustainable Development Goals, with names and aliases in three languages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import TimeStamped


class TermKind(models.TextChoices):
    SKILL = "skill", _("Skill")
    SECTOR = "sector", _("Sector")
    SDG = "sdg", _("Sustainable Development Goal")


class TermStatus(models.TextChoices):
    IN_USE = "in_use", _("In use")
    PROPOSED = "proposed", _("Proposed by a member")
    MERGED = "merged", _("Merged into another")
    DECLINED = "declined", _("Not taken up")


class Term(TimeStamped):
    """One word of the vocabulary. `code` is stable and stands in addresses: `/people/?skill=solar-energy`."""

    kind = models.CharField(max_length=8, choices=TermKind)
    code = models.SlugField(max_length=80)
    name_nn = models.CharField(_("name in nynorsk"), max_length=120)
    name_nb = models.CharField(_("name in bokmål"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    sector = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="skills",
        limit_choices_to={"kind": TermKind.SECTOR},
    )
    status = models.CharField(max_length=8, choices=TermStatus, default=TermStatus.IN_USE)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_terms")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # What staff said to the member who proposed it.
    answer = models.TextField(blank=True)
    # Loading the shipped vocabulary again leaves what staff have changed alone.
    edited_by_staff = models.BooleanField(default=False)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="term_code_unique_in_kind"),
            models.CheckConstraint(condition=Q(kind__in=TermKind.values), name="term_kind_known"),
            models.CheckConstraint(
                condition=Q(status=TermStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=TermStatus.MERGED) & Q(merged_into=None)),
                name="term_merged_has_target",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """The name in `nn`, `nb` or `en`; any other language gets the English one."""
        return {"nn": self.name_nn, "nb": self.name_nb}.get(language, self.name_en)


class TermAlias(models.Model):
    """Another word for a term, in one language."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="aliases")
    language = models.CharField(max_length=2, choices=[("nn", "Nynorsk"), ("nb", "Bokmål"), ("en", "English")])
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["term", "language", "name"]
        constraints = [models.UniqueConstraint(fields=["term", "language", "name"], name="termalias_once")]

    def __str__(self) -> str:
        return self.name
