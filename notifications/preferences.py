"""Writes how and when people want to be told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from notifications.choices import Choice, times_of
from notifications.kinds import MailPace
from notifications.models import DIGESTS, Channel, Delivery, KindChoice, NoticeTimes
from notifications.planning import digest_due_at, open_digests

_PACE = {Channel.DAILY: MailPace.DAILY, Channel.WEEKLY: MailPace.WEEKLY}


@transaction.atomic
def save_choices(*, user: Any, choices: Mapping[str, Choice]) -> None:
    """Keep what a person chose for these kinds. Holds for what is told from now on, and for what still waits to be sent."""
    KindChoice.objects.bulk_create(
        [
            KindChoice(user=user, kind=key, in_app=choice.in_app, mail=choice.mail, push=choice.push)
            for key, choice in choices.items()
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["in_app", "mail", "push", "updated_at"],
    )


@transaction.atomic
def save_times(*, user: Any, digest_hour: int, quiet_from: int | None, quiet_until: int | None) -> None:
    """Keep when a person wants mails and pushes, by their own clock."""
    values = {"digest_hour": digest_hour, "quiet_from": quiet_from, "quiet_until": quiet_until}
    NoticeTimes.objects.update_or_create(user=user, defaults=values)
    move_digests(user=user)


@transaction.atomic
def move_digests(*, user: Any) -> None:
    """Let the digests that wait go out at the hour, and by the clock, that hold now."""
    times = times_of([user])[user.pk]
    now = timezone.now()
    for digest in Delivery.objects.waiting().filter(recipient=user, channel__in=DIGESTS).order_by("due_at"):
        due = digest_due_at(user, times, _PACE[Channel(digest.channel)], now)
        if due != digest.due_at:
            _move(digest, due)


def _move(digest: Delivery, due: datetime) -> None:
    new = open_digests([(digest.recipient_id, digest.channel, due)])[0]
    digest.digested.update(digest=new)
    digest.delete()
