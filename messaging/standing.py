"""How somebody stands in a conversation, read at once: all that decides whether they may write, in one query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, QuerySet

from alumni_site.core.prepared import Key, prepared
from messaging.models import Conversation, ConversationKind, Participation
from profiles.models import Block, User
from profiles.models.accounts import AccountStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """`last_seq` and `last_change` are of the moment it was read. `request_status` is "" where no request was needed."""

    participation_id: int
    is_owner: bool
    joined_seq: int
    read_seq: int
    kind: str
    last_seq: int
    last_change: int
    is_closed: bool
    request_status: str
    is_request_sender: bool
    is_member: bool
    has_agreed: bool
    shows_read_state: bool
    # Between two: one has blocked the other; and the other account is no more.
    is_blocked: bool
    is_alone: bool

    @property
    def is_talking(self) -> bool:
        """Whether nothing waits for an answer: until then the sender is told nothing of what the recipient does."""
        return self.request_status in ("", "accepted")


def other_account(conversation: Conversation, user_id: int) -> int | None:
    """The key of the other account of a conversation between two."""
    if conversation.kind != ConversationKind.DIRECT:
        return None
    first, second = (int(part) for part in conversation.direct_key.split(":"))
    return second if first == user_id else first


def direct_key(first: int, second: int) -> str:
    return f"{min(first, second)}:{max(first, second)}"


def standing_of(user_id: int, conversation: Conversation) -> Standing | None:
    """How this account stands in the conversation now, or None when it takes no part."""
    other = other_account(conversation, user_id)
    who = (user_id, conversation.pk)
    row = _among_many.first(*who) if other is None else _between_two.first(*who, other)
    if row is None:
        return None
    values: dict[str, Any] = dict(zip((*_READ, "_blocked", "_alone"), row, strict=False))
    shows = values["user__messaging_settings__shows_read_state"]
    return Standing(
        participation_id=values["pk"],
        is_owner=bool(values["is_owner"]),
        joined_seq=values["joined_seq"],
        read_seq=values["read_seq"],
        kind=conversation.kind,
        last_seq=values["conversation__last_seq"],
        last_change=values["conversation__last_change"],
        is_closed=values["conversation__closed_at"] is not None,
        request_status=values["conversation__request__status"] or "",
        is_request_sender=values["conversation__request__sender"] == user_id,
        is_member=bool(values["user__is_active"]) and values["user__status"] == AccountStatus.ACTIVE,
        has_agreed=values["user__messaging_settings__norms_agreed_at"] is not None,
        shows_read_state=shows is None or bool(shows),
        is_blocked=bool(values.get("_blocked")),
        is_alone=bool(values.get("_alone")),
    )


_READ = (
    "pk",
    "is_owner",
    "joined_seq",
    "read_seq",
    "conversation__last_seq",
    "conversation__last_change",
    "conversation__closed_at",
    "conversation__request__status",
    "conversation__request__sender",
    "user__status",
    "user__is_active",
    "user__messaging_settings__norms_agreed_at",
    "user__messaging_settings__shows_read_state",
)


# Asked for each message that is sent.


@prepared
def _among_many(account: Key, conversation: Key) -> QuerySet[Any]:
    rows = Participation.objects.filter(conversation=conversation, user=account, left_at=None)
    return rows.order_by().values_list(*_READ)


@prepared
def _between_two(account: Key, conversation: Key, other: Key) -> QuerySet[Any]:
    rows = Participation.objects.filter(conversation=conversation, user=account, left_at=None)
    blocked, gone = Exists(Block.objects.between(account, other)), ~Exists(User.objects.filter(pk=other))
    return rows.order_by().annotate(_blocked=blocked, _alone=gone).values_list(*_READ, "_blocked", "_alone")
