"""The outbox at work: who has a delivery in hand, what becomes of it, and what a killed worker left.

A mail is handed over at most once: it is marked as being sent before the mail server is spoken to, and what is found so
marked after its worker has died is not sent again by itself. A push is handed over at least once: the browser shows a second
one in place of the first. See docs/decisions/mails-go-out-once.md.
"""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.db.models import F
from django.utils import timezone

from alumni_site.core.background import PROCESS
from notifications.models import Channel, Delivery, DeliveryState

logger = structlog.get_logger(__name__)

# Longer than any mail or push takes: a worker that lives has settled it by then.
LEASE = timedelta(minutes=3)
AT_A_TIME = 50
# A run stops here and lets other regular work have its turn; the next begins seconds later.
LONGEST_RUN = timedelta(seconds=20)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
KEPT = timedelta(days=30)


class NotDelivered(Exception):
    """It has not reached the other side. `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TryAgain(NotDelivered):
    """Certainly not taken, and may be another time."""


class Unreachable(TryAgain):
    """The whole other side does not answer: no use in trying the next one now."""


class GiveUp(NotDelivered):
    """Refused for good, or nobody knows whether it was taken."""


class NotNeeded(NotDelivered):
    """Read meanwhile, turned off, or for somebody who may not be reached any more."""


class Later(Exception):
    """Not now: it is quiet where the recipient is."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self.moment = moment


def work_off(channels: Iterable[Channel], carry: Callable[[Delivery], None]) -> int:
    """Carry what is due on these channels, until nothing is or time is up. Safe to run twice, and beside another.

    `carry` calls `begin_handover` right before it speaks to the other side, and raises what this module declares. Returns how
    many have been sent.
    """
    reap()
    until, sent, answers = timezone.now() + LONGEST_RUN, 0, True
    while answers and timezone.now() < until and (claimed := claim(channels)):
        for delivery in claimed:
            if not answers or timezone.now() >= until:
                _release(delivery)
                continue
            try:
                sent += _carry_one(delivery, carry)
            except Unreachable as reason:
                _put_off(delivery, reason.code)
                answers = False
    return sent


def claim(channels: Iterable[Channel]) -> list[Delivery]:
    """Take some that are due. Nobody else has them until the lease runs out."""
    now, holder = timezone.now(), f"{PROCESS[:50]}-{uuid4().hex[:8]}"
    due = Delivery.objects.waiting().filter(channel__in=list(channels), next_try_at__lte=now).order_by("next_try_at")
    ids = list(due.values_list("pk", flat=True)[:AT_A_TIME])
    if not ids:
        return []
    Delivery.objects.waiting().filter(pk__in=ids).update(
        state=DeliveryState.CLAIMED, leased_to=holder, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    mine = Delivery.objects.filter(leased_to=holder, state=DeliveryState.CLAIMED)
    return list(mine.select_related("recipient", "notification", "subscription").order_by("next_try_at"))


def begin_handover(delivery: Delivery) -> None:
    """Say, and keep, that from now on it may have been taken. Raises `LeaseLost` when another has it by now."""
    held = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.CLAIMED, leased_to=delivery.leased_to)
    if not held.update(state=DeliveryState.HANDING_OVER, leased_until=timezone.now() + LEASE):
        raise LeaseLost


class LeaseLost(Exception):
    """Another worker has it: leave the row alone."""


def reap() -> int:
    """Mend what killed workers left. Returns how many there were."""
    # A look that takes no lock: on SQLite an idle worker must not hold up those who write.
    if not Delivery.objects.left_behind().exists():
        return 0
    free = {"leased_to": "", "leased_until": None}
    left = Delivery.objects.left_behind()
    again = left.filter(state=DeliveryState.CLAIMED) | left.filter(channel=Channel.PUSH)
    found = again.update(state=DeliveryState.WAITING, **free)
    unknown = Delivery.objects.left_behind().filter(state=DeliveryState.HANDING_OVER)
    found += unknown.update(state=DeliveryState.DEAD, last_error="unknown", settled_at=timezone.now(), **free)
    if found:
        logger.warning("deliveries_left_behind", found=found)
    return found


def forget_settled() -> int:
    """Remove what was sent or not needed a month ago. Returns how many."""
    settled = Delivery.objects.filter(
        state__in=(DeliveryState.SENT, DeliveryState.CANCELLED), settled_at__lt=timezone.now() - KEPT
    )
    return settled.delete()[1].get("notifications.Delivery", 0)


def _carry_one(delivery: Delivery, carry: Callable[[Delivery], None]) -> bool:
    try:
        carry(delivery)
    except LeaseLost:
        logger.warning("delivery_lease_lost", delivery=str(delivery.uuid))
    except Later as later:
        _release(delivery, later.moment)
    except NotNeeded as reason:
        _settle(delivery, DeliveryState.CANCELLED, reason.code)
    except GiveUp as reason:
        _settle(delivery, DeliveryState.DEAD, reason.code)
    except Unreachable:
        raise
    except TryAgain as reason:
        _put_off(delivery, reason.code)
    except Exception:
        # One that cannot be put in words must not hold up the others.
        logger.exception("delivery_failed", delivery=str(delivery.uuid))
        _put_off(delivery, "failed")
    else:
        _settle(delivery, DeliveryState.SENT)
        return True
    return False


def _put_off(delivery: Delivery, code: str) -> None:
    """Again after a while, longer each time; after the last, staff decide."""
    if delivery.attempts > len(WAITS):
        _settle(delivery, DeliveryState.DEAD, code)
        return
    wait = WAITS[delivery.attempts - 1] * random.uniform(1, 1.2)  # noqa: S311 - spreads load, guards nothing
    _settle(delivery, DeliveryState.WAITING, code, next_try_at=timezone.now() + wait)


def _release(delivery: Delivery, moment: datetime | None = None) -> None:
    """Give it back untried: that counts as no attempt."""
    more = {"next_try_at": moment} if moment else {}
    _settle(delivery, DeliveryState.WAITING, delivery.last_error, attempts=delivery.attempts - 1, **more)


def _settle(delivery: Delivery, state: DeliveryState, code: str = "", **more: object) -> None:
    settled_at = None if state == DeliveryState.WAITING else timezone.now()
    # Not when the lease was lost meanwhile: then the row is another's.
    Delivery.objects.filter(pk=delivery.pk, leased_to=delivery.leased_to).update(
        state=state, last_error=code, leased_to="", leased_until=None, settled_at=settled_at, **more
    )
