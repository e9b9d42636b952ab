"""Telling people things, and noting what they have read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from notifications.kinds import kinds
from notifications.models import Notification

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def notify(*, recipient: "AbstractBaseUser", kind: str, data: Mapping[str, Any], key: str = "") -> Notification | None:
    """Tell a person something. Runs in the transaction of what it tells about, so that both stand or fall together.

    `kind` is the key of a registered kind and `data` what its `describe` needs: no personal data of anybody else. With a
    `key` the same thing is told once; None is returned when it had been told already.

    Raises `LookupError` for an unknown kind and `TransactionManagementError` outside a transaction.
    """
    if kind not in kinds():
        raise LookupError(f"No app has registered the notification kind “{kind}”.")
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("notify must run in the transaction of what it tells about")
    if not key:
        return Notification.objects.create(recipient_id=recipient.pk, kind=kind, data=dict(data))
    told, is_new = Notification.objects.get_or_create(
        recipient_id=recipient.pk, kind=kind, key=key, defaults={"data": dict(data)}
    )
    return told if is_new else None


def mark_read(*, actor: "AbstractBaseUser", notification: Notification) -> None:
    """Note that a person has read what they were told. Doing it twice keeps the first time.

    Raises `ValueError` when it was told to somebody else: views find a notification through `objects.of(person)`.
    """
    if notification.recipient_id != actor.pk:
        raise ValueError("A notification is read by the person it was told to.")
    Notification.objects.of(actor).unread().filter(pk=notification.pk).update(read_at=timezone.now())


def mark_all_read(*, actor: "AbstractBaseUser") -> int:
    """Note that a person has read everything they have been told until now. Returns how many were new."""
    return Notification.objects.of(actor).unread().update(read_at=timezone.now())
