"""Which status of a request or an invitation may follow which, and who may make it so. Services ask this table and no other."""

from dataclasses import dataclass
from enum import StrEnum

from messaging.models.conversations import InvitationStatus
from messaging.models.requests import RequestStatus


class Side(StrEnum):
    """Who somebody is to a request or an invitation."""

    SENDER = "sender"
    RECIPIENT = "recipient"


@dataclass(frozen=True)
class Move:
    by: Side
    before: frozenset[str]
    after: str


def _move(by: Side, before: tuple[str, ...], after: str) -> Move:
    return Move(by, frozenset(before), after)


# Whoever was asked may change their mind and write after all, at any time: that accepts. To the sender a request that is
# ignored waits, so what one may do with the one, one may do with the other.
_ASKED = (RequestStatus.WAITING, RequestStatus.IGNORED, RequestStatus.DECLINED)
REQUEST_MOVES = {
    "accept": _move(Side.RECIPIENT, _ASKED, RequestStatus.ACCEPTED),
    "ignore": _move(Side.RECIPIENT, (RequestStatus.WAITING,), RequestStatus.IGNORED),
    "restore": _move(Side.RECIPIENT, (RequestStatus.IGNORED,), RequestStatus.WAITING),
    "decline": _move(Side.RECIPIENT, (RequestStatus.WAITING, RequestStatus.IGNORED), RequestStatus.DECLINED),
    "withdraw": _move(Side.SENDER, (RequestStatus.WAITING, RequestStatus.IGNORED), RequestStatus.WITHDRAWN),
    "ask_again": _move(Side.SENDER, (RequestStatus.DECLINED, RequestStatus.WITHDRAWN), RequestStatus.WAITING),
    # Of somebody whom the recipient has ignored before: it goes where the first one went.
    "ask_unheard": _move(Side.SENDER, (RequestStatus.DECLINED, RequestStatus.WITHDRAWN), RequestStatus.IGNORED),
    # The other way round, after the first was taken back.
    "ask_back": _move(Side.RECIPIENT, (RequestStatus.WITHDRAWN,), RequestStatus.WAITING),
}

INVITATION_MOVES = {
    "join": _move(Side.RECIPIENT, (InvitationStatus.WAITING,), InvitationStatus.ACCEPTED),
    "decline": _move(Side.RECIPIENT, (InvitationStatus.WAITING,), InvitationStatus.DECLINED),
    "withdraw": _move(Side.SENDER, (InvitationStatus.WAITING,), InvitationStatus.WITHDRAWN),
}


def is_allowed(move: Move, *, by: Side, status: str) -> bool:
    return by == move.by and status in move.before
