"""Writes the outbox: which mails and pushes follow from what somebody was told, and when each is due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from notifications.choices import Choice, times_of
from notifications.kinds import MailPace, NotificationKind
from notifications.models import Channel, Delivery, DeliveryState, NoticeTimes, Notification, PushSubscription
from notifications.recipients import may_be_reached, zone_of
from notifications.times import after_quiet_hours, next_daily, next_weekly

# While a group stays unread, the next mail about it comes no sooner than this after the last one.
BETWEEN_MAILS_OF_A_GROUP = timedelta(hours=12)
# From an hour until the same one the day after the clock has been put back.
_LONGEST_QUIET = timedelta(hours=25)
_NEXT = {MailPace.DAILY: next_daily, MailPace.WEEKLY: next_weekly}
_CHANNEL = {MailPace.DAILY: Channel.DAILY, MailPace.WEEKLY: Channel.WEEKLY}


def plan_deliveries(
    kind: NotificationKind, told: Sequence[Notification], people: Mapping[int, Any], choices: Mapping[int, Choice]
) -> None:
    """Write what is to be sent about these notifications of one kind, each told to another person. In the caller's transaction.

    What waits already stays as it is: the first of a group decides when its mail goes out.
    """
    reached = [each for each in told if may_be_reached(people[each.recipient_id])]
    if not reached:
        return
    recipients = [people[each.recipient_id] for each in reached]
    times = times_of(recipients)
    by_mail = [each for each in reached if choices[each.recipient_id].mail == MailPace.AT_ONCE]
    in_digest = [each for each in reached if choices[each.recipient_id].mail in _NEXT and not _has_digest(each)]
    by_push = [each for each in reached if choices[each.recipient_id].push]
    rows = [*_mails(kind, by_mail, people, times), *_pushes(kind, by_push, people, times)]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    _put_into_digests(in_digest, people, times, choices)


def _has_digest(told: Notification) -> bool:
    """Whether it stands in a digest that is still to go out."""
    return told.digest is not None and told.digest.state == DeliveryState.WAITING


def digest_due_at(person: Any, times: NoticeTimes, pace: MailPace, after: datetime) -> datetime:
    """When the next digest of this pace goes to this person: at their hour, or at the end of the quiet hours it falls into."""
    following, zone = _NEXT[pace], zone_of(person)
    # One whose hour has passed in quiet hours is still to come.
    hour = following(after - _LONGEST_QUIET, zone, times.digest_hour)
    while (due := _outside_quiet_hours(hour, person, times)) <= after:
        hour = following(hour, zone, times.digest_hour)
    return due


def _mails(
    kind: NotificationKind, told: Sequence[Notification], people: Mapping[int, Any], times: Mapping[int, NoticeTimes]
) -> Iterable[Delivery]:
    grown = [each.pk for each in told if each.count > 1]
    mails = Delivery.objects.filter(notification__in=grown, channel=Channel.MAIL).exclude(state=DeliveryState.CANCELLED)
    last = dict(mails.values_list("notification").annotate(Max("due_at"))) if grown else {}
    for each in told:
        due = timezone.now() + kind.delay
        if each.pk in last:
            due = max(due, last[each.pk] + BETWEEN_MAILS_OF_A_GROUP)
        yield _delivery(each, Channel.MAIL, _outside_quiet_hours(due, people[each.recipient_id], times[each.recipient_id]))


def _pushes(
    kind: NotificationKind, told: Sequence[Notification], people: Mapping[int, Any], times: Mapping[int, NoticeTimes]
) -> Iterable[Delivery]:
    if not told:
        return
    browsers: dict[int, list[int]] = {}
    subscriptions = PushSubscription.objects.filter(user__in=[each.recipient_id for each in told])
    for user_id, pk in subscriptions.values_list("user", "pk"):
        browsers.setdefault(user_id, []).append(pk)
    for each in told:
        person = people[each.recipient_id]
        due = _outside_quiet_hours(timezone.now() + kind.delay, person, times[each.recipient_id])
        for pk in browsers.get(each.recipient_id, []):
            yield _delivery(each, Channel.PUSH, due, subscription_id=pk)


def _put_into_digests(
    told: Sequence[Notification], people: Mapping[int, Any], times: Mapping[int, NoticeTimes], choices: Mapping[int, Choice]
) -> None:
    now = timezone.now()
    wanted: dict[tuple[int, str, datetime], list[Notification]] = {}
    for each in told:
        pace = choices[each.recipient_id].mail
        due = digest_due_at(people[each.recipient_id], times[each.recipient_id], pace, now)
        wanted.setdefault((each.recipient_id, _CHANNEL[pace], due), []).append(each)
    for digest in open_digests(wanted):
        for each in wanted[digest.recipient_id, digest.channel, digest.due_at]:
            each.digest = digest
    Notification.objects.bulk_update(told, ["digest"])


def open_digests(wanted: Iterable[tuple[int, str, datetime]]) -> list[Delivery]:
    """The digest of each recipient, channel and moment; made where there is none."""
    keys = set(wanted)
    if not keys:
        return []
    rows = [
        Delivery(recipient_id=recipient, channel=channel, due_at=due, next_try_at=due) for recipient, channel, due in sorted(keys)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    found = Delivery.objects.filter(
        notification=None, recipient__in={key[0] for key in keys}, due_at__in={key[2] for key in keys}
    )
    return [digest for digest in found if (digest.recipient_id, digest.channel, digest.due_at) in keys]


def _delivery(told: Notification, channel: Channel, due: datetime, subscription_id: int | None = None) -> Delivery:
    return Delivery(
        recipient_id=told.recipient_id,
        notification=told,
        subscription_id=subscription_id,
        channel=channel,
        due_at=due,
        next_try_at=due,
    )


def _outside_quiet_hours(moment: datetime, person: Any, times: NoticeTimes) -> datetime:
    return after_quiet_hours(moment, zone_of(person), times.quiet_from, times.quiet_until)
