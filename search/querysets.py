"""Reads of what members have kept. Each sees their own."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from profiles.models import User
    from profiles.viewers import Viewer


class SavedSearchQuerySet(models.QuerySet[Any]):
    def of(self, viewer: "Viewer") -> Self:
        """The searches this viewer's account keeps, in whatever capacity they were saved."""
        return self.filter(owner=viewer.user, deleted_at=None) if viewer.user else self.none()

    def to_check(self) -> Self:
        """Searches whose owners want to hear of new people."""
        return self.filter(tells_of_new=True, deleted_at=None, owner__is_active=True, owner__status="active")


class SavedPersonQuerySet(models.QuerySet[Any]):
    def of(self, user: "User | None") -> Self:
        """The people this account keeps. Whether the viewer may see one of them now is for `visible_to` to say."""
        return self.filter(owner=user) if user else self.none()

    def profile_ids_among(self, user: "User | None", profile_ids: list[int]) -> set[int]:
        """Which of these profiles the account keeps."""
        return set(self.of(user).filter(profile__in=profile_ids).values_list("profile_id", flat=True))
