"""How somebody stands in a conversation, read at once: all that decides whether they may write, in one query."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Exists

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
    sql, order = _statement(connection.vendor, other is not None)
    given = {_USER: user_id, _CONVERSATION: conversation.pk, _OTHER: other}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(parameter, parameter) for parameter in order])
        row = cursor.fetchone()
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
# Stand in the statement where the keys of this moment go.
_USER, _CONVERSATION, _OTHER = -101, -102, -103


@cache
def _statement(_vendor: str, is_direct: bool) -> tuple[str, tuple[Any, ...]]:
    """The query and its parameters. It is asked for each message that is sent, and to put it together took longer than to
    answer it, so that is done once."""
    rows = Participation.objects.filter(conversation=_CONVERSATION, user=_USER, left_at=None)
    read: tuple[str, ...] = _READ
    if is_direct:
        blocked, gone = Exists(Block.objects.between(_USER, _OTHER)), ~Exists(User.objects.filter(pk=_OTHER))
        rows, read = rows.annotate(_blocked=blocked, _alone=gone), (*_READ, "_blocked", "_alone")
    sql, parameters = rows.order_by().values_list(*read).query.get_compiler(connection=connection).as_sql()
    return sql, tuple(parameters)
