"""What a member keeps from the resource bank: searches to run again, and people to find again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from alumni_site.core.models import PubliclyIdentified, TimeStamped
from profiles.audiences import Audience
from profiles.models import Profile
from search.querysets import SavedPersonQuerySet, SavedSearchQuerySet


class SavedSearch(PubliclyIdentified, TimeStamped):
    """A question that a member wants to ask again.

    It belongs to the audience the member acted for when they saved it, and finds new people for that audience only: what
    an officer searches for is never answered with what members see, nor the reverse.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    audience = models.CharField(max_length=8, choices=Audience)
    name = models.CharField(max_length=100)
    query = models.TextField(blank=True, help_text="Canonical parameters, as in the address of the results")
    tells_of_new = models.BooleanField(default=True, help_text="Tell the owner when somebody new fits")
    # More people fit than we remember one by one, so nobody can be told apart as new.
    is_too_wide = models.BooleanField(default=False, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Deleting can be undone for a while.
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[SavedSearchQuerySet] = SavedSearchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="savedsearch_audience_known"),
        ]
        indexes = [models.Index(fields=["checked_at"], condition=Q(tells_of_new=True), name="savedsearch_to_check")]

    def __str__(self) -> str:
        # Never the name or the words: this text ends up in logs.
        return f"saved search {self.uuid}"


class SavedSearchPerson(models.Model):
    """A person who is known to fit a saved search, so that they are told of once. `noted_at` is empty for those who fitted
    already when it was saved."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="people")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "profile"], name="savedsearchperson_once")]
        indexes = [models.Index(fields=["search", "-noted_at"], name="savedsearchperson_noted")]

    def __str__(self) -> str:
        return f"person of saved search {self.pk}"


class SavedPerson(TimeStamped):
    """A person whom a member wants to find again. It says nothing of the person: who hides is gone from the list."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_people")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="saved_by")

    objects: ClassVar[SavedPersonQuerySet] = SavedPersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["owner", "profile"], name="savedperson_once")]

    def __str__(self) -> str:
        return f"saved person {self.pk}"


class PeopleExport(PubliclyIdentified, TimeStamped):
    """That a result was taken out as a file: by whom, what for, with which filters, how many people. Not who was in it."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="people_exports")
    purpose = models.CharField(max_length=300)
    filters = models.JSONField(default=list)
    people = models.PositiveIntegerField()
    file_format = models.CharField(max_length=4)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"export {self.uuid}"
