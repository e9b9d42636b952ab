"""Reads. Everything a person sees of conversations begins at `visible_to(viewer)`; staff have no way round it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from profiles.viewers import Viewer

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class ConversationQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Conversations the viewer takes part in now. One between two is gone for both while either blocks the other, and,
        for its recipient, while the request it began with was declined, ignored or taken back."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        return self.in_sight_of(viewer.user.pk, out_of_sight(viewer))

    def in_sight_of(self, account: Any, out_of_sight: Any) -> Self:
        """`visible_to` for the member with this key. `out_of_sight` are the keys of conversations with people they do not see."""
        taking_part = self.filter(participations__user=account, participations__left_at=None)
        return _less_those_out_of_sight(taking_part, account, out_of_sight)

    def reportable_by(self, viewer: "Viewer") -> Self:
        """Conversations the viewer takes or took part in. Neither a block, nor what became of a request, nor leaving keeps
        anybody from reporting."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        return self.filter(participations__user=viewer.user)


class ParticipationQuerySet(models.QuerySet[Any]):
    def present(self) -> Self:
        return self.filter(left_at=None)

    def own_of(self, viewer: "Viewer") -> Self:
        """The viewer's own places in the conversations that are visible to them."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        return self.in_sight_of(viewer.user.pk, out_of_sight(viewer))

    def in_sight_of(self, account: Any, out_of_sight: Any) -> Self:
        """`own_of` for the member with this key. `out_of_sight` are the keys of conversations with people they do not see."""
        own = self.present().filter(user=account)
        return _less_those_out_of_sight(own, account, out_of_sight, "conversation__")

    def with_unread(self, hidden: Any) -> Self:
        """Those with something unread, for somebody who does not see the accounts that are `hidden`."""
        from messaging.models import Message

        unread = Message.objects.unread_in_place(hidden=hidden)
        # The two numbers tell of most that there is nothing, at no cost.
        return self.filter(conversation__last_seq__gt=F("read_seq")).filter(Exists(unread))


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

    def reportable_by(self, viewer: "Viewer") -> Self:
        """Messages the viewer could read when they were sent: written while they took part, before either blocked the other.
        What happened afterwards does not matter. Those they deleted for themselves are not among them."""
        from messaging.models import Conversation
        from profiles.models import Block

        place = "conversation__participations__"
        was_there = Q(**{f"{place}left_at": None}) | Q(sent_at__lte=models.F(f"{place}left_at"))
        blocks = Block.objects.between(viewer.user, models.OuterRef("sender"))
        blocked_before = blocks.filter(created_at__lt=models.OuterRef("sent_at"))
        read = self.filter(
            was_there,
            conversation__in=Conversation.objects.reportable_by(viewer),
            conversation__participations__user=viewer.user,
            seq__gt=models.F(f"{place}joined_seq"),
        )
        return read.exclude(hidden__user=viewer.user).exclude(models.Exists(blocked_before))

    def unread_by(self, account: Any, *, after: Any, hidden: Any = ()) -> Self:
        """What counts as unread for an account that has read up to the number `after`: what others wrote and what still stands.
        Not what the network tells itself, what this account deleted for itself, nor what accounts wrote that are `hidden`."""
        standing = self.filter(seq__gt=after, event="", deleted_at=None, is_removed=False)
        return standing.exclude(sender=account).exclude(sender__in=hidden).exclude(hidden__user=account)

    def unread_in_place(self, *, after: str = "read_seq", hidden: Any = ()) -> Self:
        """`unread_by` for a subquery of participations: of each what is unread there."""
        here = self.filter(conversation=OuterRef("conversation"))
        return here.unread_by(OuterRef("user"), after=OuterRef(after), hidden=hidden)


class RequestQuerySet(models.QuerySet[Any]):
    def received_by(self, viewer: "Viewer") -> Self:
        """Requests that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        return self.waiting_for(viewer.user.pk, viewer.hidden_account_ids)

    def waiting_for(self, account: Any, hidden: Any) -> Self:
        """`received_by` for the member with this key, who does not see the accounts that are `hidden`."""
        return self._sent_to(account, hidden).filter(status="waiting")

    def put_away_by(self, account: Any, hidden: Any) -> Self:
        """Requests that the member with this key has put away; none of accounts that are `hidden`."""
        return self._sent_to(account, hidden).filter(status="ignored")

    def _sent_to(self, account: Any, hidden: Any) -> Self:
        return self.filter(recipient=account, sender__status="active", sender__is_active=True).exclude(sender__in=hidden)


class InvitationQuerySet(models.QuerySet[Any]):
    def sent_to(self, viewer: "Viewer") -> Self:
        """Invitations the viewer has got, answered or not, of people they see."""
        return self.filter(invited=viewer.user).exclude(invited_by__in=viewer.hidden_account_ids)

    def received_by(self, viewer: "Viewer") -> Self:
        """Invitations that wait for the viewer's answer."""
        if viewer.user is None or not viewer.user.is_member:
            return self.none()
        return self.waiting_for(viewer.user.pk, viewer.hidden_account_ids)

    def waiting_for(self, account: Any, hidden: Any) -> Self:
        """`received_by` for the member with this key, who does not see the accounts that are `hidden`."""
        waiting = self.filter(invited=account, status="waiting", invited_by__status="active", conversation__closed_at=None)
        return waiting.exclude(invited_by__in=hidden)


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


class WritingLimitQuerySet(models.QuerySet[Any]):
    def end_for(self, account: Any) -> datetime | None:
        """Until when this account may begin nothing new: the last to end of what is in force."""
        in_force = self.filter(user=account, lifted_at=None, until__gt=timezone.now())
        end: datetime | None = in_force.aggregate(end=models.Max("until"))["end"]
        return end


def out_of_sight(viewer: "Viewer") -> list[str]:
    """The keys of conversations between the viewer and people who are hidden from them."""
    from messaging.standing import direct_key

    me = viewer.user.pk if viewer.user is not None else 0
    return [direct_key(me, other) for other in viewer.hidden_account_ids]


def _less_those_out_of_sight(rows: Rows, account: Any, out_of_sight: Any, conversation: str = "") -> Rows:
    """Without these conversations, and without those whose request the account has put away. `conversation` leads from a row to
    it."""
    away = ("declined", "ignored", "withdrawn")
    seen = rows.exclude(**{f"{conversation}direct_key__in": out_of_sight})
    return seen.exclude(**{f"{conversation}request__recipient": account, f"{conversation}request__status__in": away})
