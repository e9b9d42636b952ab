"""How people want to be told: what they chose, and where they have not, what the kind says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from notifications.kinds import MailPace, NotificationKind
from notifications.models import KindChoice, NoticeTimes


@dataclass(frozen=True, slots=True)
class Choice:
    in_app: bool
    mail: MailPace
    push: bool


def default_choice(kind: NotificationKind) -> Choice:
    return Choice(kind.in_app, kind.mail, kind.push)


def choice_of(kind: NotificationKind, row: KindChoice | None) -> Choice:
    """What holds for a person whose row is `row`. A kind that may not be turned off keeps page and mail as declared."""
    if row is None:
        return default_choice(kind)
    if not kind.may_be_turned_off:
        return Choice(True, kind.mail, row.push)
    return Choice(row.in_app, MailPace(row.mail), row.push)


def choices_of(people: Iterable[Any], kind: NotificationKind) -> dict[int, Choice]:
    """What holds for each of many people, by their id; one query."""
    ids = [person.pk for person in people]
    rows = {row.user_id: row for row in KindChoice.objects.filter(kind=kind.key, user__in=ids)}
    return {each: choice_of(kind, rows.get(each)) for each in ids}


def times_of(people: Iterable[Any]) -> dict[int, NoticeTimes]:
    """When each of many people wants mails, by their id; one query. Who has not chosen has the defaults, unsaved."""
    ids = [person.pk for person in people]
    rows = {row.user_id: row for row in NoticeTimes.objects.filter(user__in=ids)}
    return {each: rows.get(each) or NoticeTimes(user_id=each) for each in ids}
