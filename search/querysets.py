"""Reads of what members have kept. Each sees their own."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from alumni_site.core.prepared import Key, Keys, Text, prepared

if TYPE_CHECKING:
    from profiles.models import User
    from profiles.viewers import Viewer


class SavedSearchQuerySet(models.QuerySet[Any]):
    def of(self, viewer: "Viewer") -> Self:
        """The searches this viewer's account keeps, in whatever capacity they were saved."""
        return self.filter(owner=viewer.user, deleted_at=None) if viewer.user else self.none()

    def saved_as(self, viewer: "Viewer", query: str) -> Any:
        """The viewer's own search of this, in the capacity they act in now, or None."""
        return _saved_as.first(viewer.user.pk, viewer.audience, query) if viewer.user else None

    def to_check(self) -> Self:
        """Searches whose owners want to hear of new people."""
        return self.filter(tells_of_new=True, deleted_at=None, owner__is_active=True, owner__status="active")


@prepared
def _saved_as(owner: Key, audience: Text, query: Text) -> models.QuerySet[Any]:
    from search.models import SavedSearch

    return SavedSearch.objects.filter(owner=owner, audience=audience, query=query, deleted_at=None)[:1]


class SavedPersonQuerySet(models.QuerySet[Any]):
    def of(self, user: "User | None") -> Self:
        """The people this account keeps. Whether the viewer may see one of them now is for `visible_to` to say."""
        return self.filter(owner=user) if user else self.none()

    def profile_ids_among(self, user: "User | None", profile_ids: list[int]) -> set[int]:
        """Which of these profiles the account keeps."""
        return set(_kept_among(user.pk, profile_ids)) if user else set()


@prepared
def _kept_among(owner: Key, profiles: Keys) -> models.QuerySet[Any]:
    from search.models import SavedPerson

    return SavedPerson.objects.filter(owner=owner, profile__in=profiles).values_list("profile_id", flat=True)
