"""What is unread: one rule (`MessageQuerySet.unread_by`) for the list, the number in the bar, sockets, my page and notices."""

from collections.abc import Collection
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from alumni_site.core.prepared import Key, Keys, Number, prepared
from messaging.models import Message, Participation
from messaging.reading.threads import Thread
from profiles.viewers import Viewer

# A larger number is not told, nor counted.
MOST_TOLD = 99


class _NumberOf(Subquery):
    """How many rows a queryset has. One that is cut off is counted no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def unread_counts(viewer: Viewer, conversations: Collection[int]) -> dict[int, int]:
    """How many messages the viewer has not read, by the keys of these conversations, in one query whatever their number. One more
    than is told stands for all larger numbers."""
    counted = dict(_counted(viewer.user.pk, viewer.hidden_account_ids, conversations)) if viewer.user is not None else {}
    # Whoever was taken out of one meanwhile has nothing unread there.
    return {key: counted.get(key, 0) for key in conversations}


def how_many(unread: int) -> str:
    """The number as it is told."""
    return f"{MOST_TOLD}+" if unread > MOST_TOLD else str(unread)


def first_unread(viewer: Viewer, thread: Thread) -> int | None:
    """The number of the first message the viewer has not read: where the line "new" stands."""
    if viewer.user is None or thread.last_seq <= thread.own.read_seq:
        return None
    first = _first.first(viewer.user.pk, viewer.hidden_account_ids, thread.conversation.pk, thread.own.read_seq)
    return None if first is None else int(first)


@prepared
def _counted(account: Key, hidden: Keys, conversations: Keys) -> QuerySet[Any]:
    places = Participation.objects.present().filter(user=account, conversation__in=conversations)
    unread = Message.objects.unread_in_place(hidden=hidden).order_by().values("pk")[: MOST_TOLD + 1]
    return places.annotate(unread=_NumberOf(unread)).order_by().values_list("conversation", "unread")


@prepared
def _first(account: Key, hidden: Keys, conversation: Key, read_seq: Number) -> QuerySet[Any]:
    unread = Message.objects.filter(conversation=conversation).unread_by(account, after=read_seq, hidden=hidden)
    return unread.order_by("seq").values_list("seq", flat=True)[:1]
