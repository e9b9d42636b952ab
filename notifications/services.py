"""Telling people things, and noting what they have read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from notifications.choices import Choice, choices_of
from notifications.kinds import MailPace, NotificationKind, kinds
from notifications.models import Delivery, DeliveryState, Notification
from notifications.open_pages import number_changed
from notifications.planning import plan_deliveries

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def notify(
    *, recipient: "AbstractBaseUser", kind: str, data: Mapping[str, Any], key: str = "", group: str = ""
) -> Notification | None:
    """Tell a person something: `notify_many` for one."""
    told = notify_many(recipients=[recipient], kind=kind, data=data, key=key, group=group)
    return told[0] if told else None


def notify_many(
    *, recipients: "Iterable[AbstractBaseUser]", kind: str, data: Mapping[str, Any], key: str = "", group: str = ""
) -> list[Notification]:
    """Tell many people the same, in a fixed number of queries. Runs in the transaction of what it tells about, and writes
    the mails and pushes that follow into the outbox there: all stand or fall together.

    `kind` is the key of a registered kind and `data` what its `describe` needs: no personal data of anybody else. With a
    `key` the same thing is told once to each. With a `group`, what is still unread of that group grows by one instead.

    Returns what was told or grew: nothing for those who had been told already, or have turned this kind off.

    Raises `LookupError` for an unknown kind and `TransactionManagementError` outside a transaction.
    """
    known = _registered(kind)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("notify must run in the transaction of what it tells about")
    people = {person.pk: person for person in recipients}
    told_already = set(_told(people, known, key)) if key else set()
    chosen = choices_of([person for pk, person in people.items() if pk not in told_already], known)
    choices = {each: choice for each, choice in chosen.items() if _tells(choice)}
    grown = _grow(known, choices, data, key, group) if group else []
    new = _tell(known, {each: choices[each] for each in choices.keys() - {told.recipient_id for told in grown}}, data, key, group)
    plan_deliveries(known, [*grown, *new], people, choices)
    number_changed(told.recipient_id for told in new if told.in_app)
    return [*grown, *new]


def mark_read(*, actor: "AbstractBaseUser", notification: Notification) -> None:
    """Note that a person has read what they were told. Doing it twice keeps the first time.

    Raises `ValueError` when it was told to somebody else: views find a notification through `objects.of(person)`.
    """
    if notification.recipient_id != actor.pk:
        raise ValueError("A notification is read by the person it was told to.")
    _read(actor, Notification.objects.filter(recipient_id=actor.pk, pk=notification.pk))


def mark_all_read(*, actor: "AbstractBaseUser") -> int:
    """Note that a person has read everything they have been told until now. Returns how many were new."""
    return _read(actor, Notification.objects.of(actor))


def mark_group_read(*, user: "AbstractBaseUser", kind: str, group: str) -> int:
    """Note that a person has read a group where it is, such as a conversation they opened. Cheap when nothing is unread.

    Mails and pushes about it that wait are not sent. Returns how many were new.
    """
    return _read(user, Notification.objects.filter(recipient_id=user.pk, kind=kind, group=group))


def _registered(kind: str) -> NotificationKind:
    if kind not in kinds():
        raise LookupError(f"No app has registered the notification kind “{kind}”.")
    return kinds()[kind]


def _told(people: Iterable[int], kind: NotificationKind, key: str) -> Iterable[int]:
    rows = Notification.objects.filter(recipient__in=list(people), kind=kind.key, key=key)
    return rows.values_list("recipient", flat=True)


def _tells(choice: Choice) -> bool:
    return choice.in_app or choice.push or choice.mail != MailPace.NEVER


def _grow(
    kind: NotificationKind, choices: Mapping[int, Choice], data: Mapping[str, Any], key: str, group: str
) -> list[Notification]:
    """Add one to what is unread of the group. Held until the transaction ends, so that it is not read meanwhile."""
    open_ones = Notification.objects.unread().filter(recipient__in=choices, kind=kind.key, group=group)
    grown = list(open_ones.select_related("digest").select_for_update(of=("self",)).order_by("pk"))
    for each in grown:
        each.count, each.data, each.key, each.created_at = each.count + 1, dict(data), key, timezone.now()
    Notification.objects.filter(pk__in=[each.pk for each in grown]).update(
        count=F("count") + 1, data=dict(data), key=key, created_at=timezone.now()
    )
    return grown


def _tell(
    kind: NotificationKind, choices: Mapping[int, Choice], data: Mapping[str, Any], key: str, group: str
) -> list[Notification]:
    rows = [
        Notification(recipient_id=each, kind=kind.key, data=dict(data), key=key, group=group, in_app=choice.in_app)
        for each, choice in choices.items()
    ]
    # Told by another at this very moment: the constraints say so, and the transaction goes on.
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Notification.objects.filter(uuid__in=[row.uuid for row in rows])) if rows else []


def _read(person: "AbstractBaseUser", notifications: "QuerySet[Notification]") -> int:
    unread: Sequence[int] = list(notifications.filter(read_at=None).values_list("pk", flat=True))
    if not unread:
        return 0
    now = timezone.now()
    with transaction.atomic():
        read = Notification.objects.unread().filter(pk__in=unread).update(read_at=now)
        Delivery.objects.waiting().filter(notification__in=unread).update(
            state=DeliveryState.CANCELLED, last_error="read", settled_at=now
        )
        number_changed([person.pk])
    return read
