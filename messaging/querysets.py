"""Reads. Everything a person sees of conversations begins at `visible_to(viewer)`; staff have no way round it."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from profiles.viewers import Viewer

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class ConversationQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Conversations the viewer takes part in now. One between two is gone for both while either blocks the other, and,
        for its recipient, while the request it began with was declined, ignored or taken back."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        taking_part = self.filter(participations__user=viewer.user, participations__left_at=None)
        return _less_those_out_of_sight(taking_part, viewer.user.pk, viewer.hidden_account_ids)


class ParticipationQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        return self.filter(left_at=None)

    def own_of(self, viewer: "Viewer") -> Self:
        """The viewer's own places in the conversations that are visible to them."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        own = self.present().filter(user=viewer.user)
        return _less_those_out_of_sight(own, viewer.user.pk, viewer.hidden_account_ids, "conversation__")


class MessageQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Messages of the viewer's conversations, from when they joined, without those they deleted for themselves and those
        of people on either side of a block."""
        from messaging.models import Conversation

        return self.filter(
            conversation__in=Conversation.objects.visible_to(viewer),
            conversation__participations__user=viewer.user,
            seq__gt=models.F("conversation__participations__joined_seq"),
        ).exclude(Q(hidden__user=viewer.user) | Q(sender__in=viewer.hidden_account_ids))


class RequestQuerySet(models.QuerySet[Any]):
    def received_by(self, viewer: "Viewer") -> Self:
        """Requests that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        waiting = self.filter(recipient=viewer.user, status="waiting", sender__status="active", sender__is_active=True)
        return waiting.exclude(sender__in=viewer.hidden_account_ids)


class InvitationQuerySet(models.QuerySet[Any]):
    def received_by(self, viewer: "Viewer") -> Self:
        """Invitations that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        waiting = self.filter(invited=viewer.user, status="waiting", invited_by__status="active", conversation__closed_at=None)
        return waiting.exclude(invited_by__in=viewer.hidden_account_ids)


class ReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Reports for an adviser to decide about, but none of a conversation they take or took part in themselves."""
        from profiles.policies import acts_as_adviser

        if viewer.user is None or not acts_as_adviser(viewer):
            return self.none()
        own = Q(conversation__participations__user=viewer.user) | Q(reported=viewer.user) | Q(reporter=viewer.user)
        return self.exclude(pk__in=self.model.objects.filter(own).values("pk"))

    def undecided(self) -> Self:
        return self.filter(decision="")


def _less_those_out_of_sight(rows: Rows, me: int, hidden: frozenset[int], conversation: str = "") -> Rows:
    """Without conversations between this account and one that is hidden from it, and without those whose request it has put
    away. `conversation` leads from a row to it."""
    from messaging.standing import direct_key

    if hidden:
        rows = rows.exclude(**{f"{conversation}direct_key__in": [direct_key(me, other) for other in hidden]})
    away = ("declined", "ignored", "withdrawn")
    return rows.exclude(**{f"{conversation}request__recipient": me, f"{conversation}request__status__in": away})
