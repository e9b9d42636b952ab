"""Profiles: what a member tells, what Norec knows, and who may see each field."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from profiles.audiences import AudienceSetField
from profiles.models.vocabulary import Term, TermKind
from profiles.querysets import ProfileQuerySet
from profiles.storage import private_storage


class OpenTo(models.TextChoices):
    MENTORING = "mentoring", _("Mentoring")
    MISSIONS = "missions", _("Being asked by missions")
    SPEAKING = "speaking", _("Giving a talk")
    HOSTING = "hosting", _("Hosting or helping people settle in")
    COLLABORATION = "collaboration", _("Working together on a project")


class LanguageLevel(models.TextChoices):
    SOME = "some", _("A little")
    GOOD = "good", _("Good")
    FLUENT = "fluent", _("Fluent")
    NATIVE = "native", _("First language")


class Profile(PubliclyIdentified, TimeStamped):
    """One person in the network. Read it through `profiles.disclosure`, never straight into a page.

    Without a `user` it is an imported record that nobody has claimed: Norec alone sees it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="profile")

    # Norec's facts: imports and staff change them, the member asks for a correction.
    participant_id = models.CharField(max_length=64, unique=True, null=True, blank=True)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    email_on_file = models.EmailField(blank=True, help_text="The address Norec has; never shown")

    # The member's own words.
    chosen_name = models.CharField(_("name"), max_length=200, blank=True)
    name_then = models.CharField(_("name at the time of the exchange"), max_length=200, blank=True)
    # The largest of the three sizes; `profiles.photos` knows the others.
    photo = models.FileField(upload_to="photos/", storage=private_storage, blank=True)
    headline = models.CharField(_("headline"), max_length=140, blank=True)
    about = models.TextField(_("about"), max_length=4000, blank=True)
    about_language = models.CharField(max_length=8, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    place = models.CharField(_("town or place"), max_length=120, blank=True)
    work_title = models.CharField(_("work"), max_length=140, blank=True)
    workplace = models.CharField(_("organisation"), max_length=200, blank=True)
    contact_email = models.EmailField(_("e-mail for contact"), blank=True)
    contact_phone = models.CharField(_("phone for contact"), max_length=40, blank=True)
    skills = models.ManyToManyField(Term, through="ProfileSkill", related_name="people_with_skill")
    sectors = models.ManyToManyField(
        Term, related_name="people_in_sector", blank=True, limit_choices_to={"kind": TermKind.SECTOR}
    )
    sdgs = models.ManyToManyField(Term, related_name="people_for_sdg", blank=True, limit_choices_to={"kind": TermKind.SDG})
    open_to_mentoring = models.BooleanField(default=False)
    open_to_missions = models.BooleanField(default=False)
    open_to_speaking = models.BooleanField(default=False)
    open_to_hosting = models.BooleanField(default=False)
    open_to_collaboration = models.BooleanField(default=False)

    # Who sees what: one column per entry of `profiles.fields.DISCLOSABLE_FIELDS`. Empty means the member alone
    # (and Norec, where the fact is Norec's).
    audiences_name = AudienceSetField()
    audiences_name_then = AudienceSetField()
    audiences_photo = AudienceSetField()
    audiences_headline = AudienceSetField()
    audiences_about = AudienceSetField()
    audiences_country = AudienceSetField()
    audiences_place = AudienceSetField()
    audiences_work = AudienceSetField()
    audiences_skills = AudienceSetField()
    audiences_sectors = AudienceSetField()
    audiences_sdgs = AudienceSetField()
    audiences_languages = AudienceSetField()
    audiences_links = AudienceSetField()
    audiences_contact_email = AudienceSetField()
    audiences_contact_phone = AudienceSetField()
    audiences_open_to = AudienceSetField()
    audiences_exchanges = AudienceSetField()
    # When the member first chose; until then nobody but Norec sees them.
    visibility_chosen_at = models.DateTimeField(null=True, blank=True)
    is_paused = models.BooleanField(default=False)

    objects: ClassVar[ProfileQuerySet] = ProfileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(birth_year=None) | Q(birth_year__gte=1920), name="profile_birth_year_plausible"),
            models.UniqueConstraint(fields=["email_on_file"], condition=~Q(email_on_file=""), name="profile_email_on_file_once"),
        ]

    def __str__(self) -> str:
        # Never the name: this text ends up in logs and admin lists.
        return f"profile {self.uuid}"

    @property
    def name(self) -> str:
        """The name the person goes by: the one they chose, else the one Norec has."""
        return self.chosen_name or f"{self.first_name} {self.last_name}".strip()

    @property
    def open_to(self) -> tuple[OpenTo, ...]:
        return tuple(item for item in OpenTo if getattr(self, f"open_to_{item.value}"))


class ProfileSkill(models.Model):
    """What a person knows, for how long, in their own words."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="profile_skills")
    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="profile_skills", limit_choices_to={"kind": TermKind.SKILL}
    )
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.CharField(max_length=140, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["profile", "term"], name="profileskill_once")]

    def __str__(self) -> str:
        return f"skill {self.pk}"


class ProfileLanguage(models.Model):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="languages")
    code = models.CharField(max_length=8, help_text="A code of profiles.countries.language_choices")
    level = models.CharField(max_length=8, choices=LanguageLevel, default=LanguageLevel.GOOD)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["profile", "code"], name="profilelanguage_once")]

    def __str__(self) -> str:
        return f"language {self.pk}"


class ProfileLink(models.Model):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="links")
    url = models.URLField(max_length=300)
    label = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["profile", "url"], name="profilelink_once")]

    def __str__(self) -> str:
        return f"link {self.pk}"
