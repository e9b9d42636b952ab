"""The way out that stands in every mail: a signed address that needs no sign-in (RFC 8058), and the way back."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from notifications.choices import choice_of
from notifications.kinds import MailPace, NotificationKind, kinds
from notifications.models import KindChoice
from notifications.preferences import save_choices
from notifications.recipients import language_of

# In place of a kind: everything that comes in a digest.
DIGEST = "digest"
_STOP, _UNDO = "notices.stop", "notices.undo"
SECONDS_VALID = 366 * 24 * 3600


class BadToken(Exception):
    """Forged, altered, too old, or of an account or kind that is gone."""


@dataclass(frozen=True)
class Stop:
    """Whose mails, and which kinds of them."""

    person: Any
    scope: str

    @property
    def language(self) -> str:
        return language_of(self.person)

    @property
    def kind(self) -> NotificationKind | None:
        """None for the digest."""
        return kinds().get(self.scope)


def stop_address(person: Any, scope: str) -> str:
    """The whole address that turns off mails of a kind, or the digest."""
    token = signing.dumps({"u": str(person.uuid), "k": scope}, salt=_STOP)
    return settings.SITE_URL + reverse("stop_mails", args=[token])


def read_stop(token: str) -> Stop:
    """Raises `BadToken`."""
    content = _read(token, _STOP)
    scope = content["k"]
    kind = kinds().get(scope)
    if scope != DIGEST and (kind is None or not kind.may_be_turned_off):
        raise BadToken
    return Stop(_person(content), scope)


def stop_mails(stop: Stop) -> str:
    """Turn them off, whoever asks: the address is the proof. Returns the token that takes it back."""
    rows = {row.kind: row for row in KindChoice.objects.filter(user=stop.person)}
    before = {
        kind.key: choice.mail
        for kind in kinds().values()
        if kind.may_be_turned_off and _is_meant(kind, choice := choice_of(kind, rows.get(kind.key)), stop.scope)
    }
    _set_paces(stop.person, dict.fromkeys(before, MailPace.NEVER))
    return signing.dumps({"u": str(stop.person.uuid), "k": stop.scope, "b": before}, salt=_UNDO)


def start_mails_again(token: str) -> Stop:
    """Take it back: every kind has the pace it had. Raises `BadToken`."""
    content = _read(token, _UNDO)
    stop = Stop(_person(content), content["k"])
    _set_paces(stop.person, {key: MailPace(pace) for key, pace in content["b"].items() if key in kinds()})
    return stop


def _is_meant(kind: NotificationKind, choice: Any, scope: str) -> bool:
    return choice.mail in (MailPace.DAILY, MailPace.WEEKLY) if scope == DIGEST else kind.key == scope


def _set_paces(person: Any, paces: dict[str, MailPace]) -> None:
    rows = {row.kind: row for row in KindChoice.objects.filter(user=person)}
    choices = {}
    for key, pace in paces.items():
        now = choice_of(kinds()[key], rows.get(key))
        choices[key] = type(now)(now.in_app, pace, now.push)
    save_choices(user=person, choices=choices)


def _read(token: str, salt: str) -> dict[str, Any]:
    try:
        content = signing.loads(token, salt=salt, max_age=SECONDS_VALID)
    except signing.BadSignature as error:
        raise BadToken from error
    if not isinstance(content, dict):
        raise BadToken
    return content


def _person(content: dict[str, Any]) -> Any:
    person = get_user_model()._default_manager.filter(uuid=content["u"]).first()
    if person is None:
        raise BadToken
    return person
