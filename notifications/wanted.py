"""Whether something is still to be sent, asked right before it goes out."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from notifications.choices import choice_of, times_of
from notifications.kinds import MailPace, NotificationKind, kinds
from notifications.models import Channel, KindChoice, Notification
from notifications.outbox import Later, NotNeeded
from notifications.recipients import may_be_reached, zone_of
from notifications.times import after_quiet_hours


def ensure_wanted(person: Any, notification: Notification, channel: Channel) -> None:
    """Raises `NotNeeded` with the reason when it is not, and `Later` during the person's quiet hours."""
    ensure_reachable(person)
    reason = why_unwanted(person, notification, channel, _row_of(person, notification.kind))
    if reason:
        raise NotNeeded(reason)
    ensure_not_quiet(person)


def ensure_not_quiet(person: Any) -> None:
    """Raises `Later` during the person's quiet hours."""
    times = times_of([person])[person.pk]
    now = timezone.now()
    moment = after_quiet_hours(now, zone_of(person), times.quiet_from, times.quiet_until)
    if moment > now:
        raise Later(moment)


def ensure_reachable(person: Any) -> None:
    if not may_be_reached(person):
        raise NotNeeded("account")


def still_wanted(person: Any, notifications: Sequence[Notification], channel: Channel) -> list[Notification]:
    """Those that a digest is still to tell of."""
    rows = {row.kind: row for row in KindChoice.objects.filter(user=person)}
    return [each for each in notifications if not why_unwanted(person, each, channel, rows.get(each.kind))]


def why_unwanted(person: Any, notification: Notification, channel: Channel, row: KindChoice | None) -> str:
    """A code, or nothing when it is wanted."""
    if notification.read_at is not None:
        return "read"
    kind = kinds().get(notification.kind)
    if kind is None:
        return "kind_gone"
    if not _is_on(kind, row, channel):
        return "turned_off"
    if kind.is_still_wanted is not None and not kind.is_still_wanted(person.pk, notification.data):
        return "not_wanted"
    return ""


def _is_on(kind: NotificationKind, row: KindChoice | None, channel: Channel) -> bool:
    choice = choice_of(kind, row)
    return choice.push if channel == Channel.PUSH else choice.mail != MailPace.NEVER


def _row_of(person: Any, kind: str) -> KindChoice | None:
    return KindChoice.objects.filter(user=person, kind=kind).first()
