"""Reads. Everything a person sees of conversations begins at `visible_to(viewer)`; staff have no way round it."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from profiles.viewers import Viewer


class ConversationQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Conversations the viewer takes part in now. One between two is gone for both while either blocks the other, and,
        for its recipient, while the request it began with was declined, ignored or taken back."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        taking_part = self.filter(participations__user=viewer.user, participations__left_at=None)
        return taking_part.exclude(_with_somebody_hidden(viewer)).exclude(_put_away_by(viewer))


class ParticipationQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        return self.filter(left_at=None)


class MessageQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Messages of the viewer's conversations, from when they joined, without those they deleted for themselves and those
        of people on either side of a block."""
        from messaging.models import Conversation

        return self.filter(
            conversation__in=Conversation.objects.visible_to(viewer),
            conversation__participations__user=viewer.user,
            seq__gt=models.F("conversation__participations__joined_seq"),
        ).exclude(Q(hidden__user=viewer.user) | Q(sender__in=_hidden_accounts(viewer)))


class RequestQuerySet(models.QuerySet[Any]):
    def received_by(self, viewer: "Viewer") -> Self:
        """Requests that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        waiting = self.filter(recipient=viewer.user, status="waiting", sender__status="active", sender__is_active=True)
        return waiting.exclude(sender__in=_hidden_accounts(viewer))


class InvitationQuerySet(models.QuerySet[Any]):
    def received_by(self, viewer: "Viewer") -> Self:
        """Invitations that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        waiting = self.filter(invited=viewer.user, status="waiting", invited_by__status="active", conversation__closed_at=None)
        return waiting.exclude(invited_by__in=_hidden_accounts(viewer))


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


def _hidden_accounts(viewer: "Viewer") -> models.QuerySet[Any]:
    """People on either side of a block. It holds in whatever capacity one acts: a conversation belongs to the account."""
    from profiles.models import User

    return User.objects.filter(Q(blocks_made__blocked=viewer.user) | Q(blocks_received__blocker=viewer.user)).values("pk")


def _with_somebody_hidden(viewer: "Viewer") -> Q:
    from messaging.models import Participation

    hidden = Participation.objects.filter(user__in=_hidden_accounts(viewer), conversation__kind="direct")
    return Q(pk__in=hidden.values("conversation"))


def _put_away_by(viewer: "Viewer") -> Q:
    return Q(request__recipient=viewer.user, request__status__in=("declined", "ignored", "withdrawn"))
