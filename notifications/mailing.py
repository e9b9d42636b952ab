"""Mails about notices, one at a time and in digests: who and where, never what was written."""

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.utils import translation

from alumni_site.core.mails import build_mail
from notifications.kinds import Notice, kinds
from notifications.models import DIGESTS, Channel, Delivery, Notification
from notifications.outbox import GiveUp, NotNeeded, TryAgain, Unreachable, begin_handover, work_off
from notifications.reading import loaded_data
from notifications.recipients import language_of
from notifications.unsubscribing import DIGEST, stop_address
from notifications.wanted import ensure_not_quiet, ensure_reachable, ensure_wanted, still_wanted

# A digest names this many; the page has the rest.
MOST_IN_A_DIGEST = 30


def send_mails() -> int:
    """Send the mails that are due. Returns how many went."""
    with _post_office() as office:
        return work_off([Channel.MAIL], lambda delivery: _carry(delivery, _mail_about_one, office))


def send_digests() -> int:
    """Send the digests that are due. Returns how many went."""
    with _post_office() as office:
        return work_off(DIGESTS, lambda delivery: _carry(delivery, _digest, office))


class PostOffice:
    """One connection to the mail server for many mails, opened when the first goes."""

    def __init__(self) -> None:
        self._connection: Any = None

    def open(self) -> None:
        """Be sure that somebody answers before a mail is marked as being sent. Raises `Unreachable`."""
        if self._connection is not None and not self._still_answers():
            self.close()
        if self._connection is None:
            self._connection = get_connection()
            try:
                self._connection.open()
            except smtplib.SMTPAuthenticationError as error:
                self._connection = None
                raise Unreachable("mail_server_sign_in") from error
            except (OSError, smtplib.SMTPException) as error:
                self._connection = None
                raise Unreachable("mail_server_away") from error

    def send(self, message: EmailMultiAlternatives) -> None:
        """Raises `TryAgain` when the server said no for now, `GiveUp` when for good, or when it fell silent."""
        message.connection = self._connection
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            raise _refused(min(code for code, _words in error.recipients.values())) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            # It broke off in between: the server may have taken it.
            self.close()
            raise GiveUp("unknown") from error
        finally:
            message.connection = None
            if not isinstance(self._connection, SmtpBackend):
                self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _still_answers(self) -> bool:
        try:
            return bool(self._connection.connection.noop()[0] == 250)
        except (OSError, smtplib.SMTPException, AttributeError):
            return False


@contextmanager
def _post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    try:
        yield office
    finally:
        office.close()


def _carry(delivery: Delivery, build: Any, office: PostOffice) -> None:
    message = build(delivery)
    office.open()
    begin_handover(delivery)
    office.send(message)


def _mail_about_one(delivery: Delivery) -> EmailMultiAlternatives:
    person, notification = delivery.recipient, delivery.notification
    assert notification is not None  # noqa: S101 - a constraint of the table
    ensure_wanted(person, notification, Channel.MAIL)
    kind = kinds()[notification.kind]
    notice = _outside_words(person, [notification])[0]
    stop = stop_address(person, kind.key) if kind.may_be_turned_off else ""
    context = {"notice": notice, "open_url": settings.SITE_URL + notice.url, "kind": kind.label, "stop_url": stop}
    return _mail("notifications/notice", delivery, context, stop)


def _digest(delivery: Delivery) -> EmailMultiAlternatives:
    person = delivery.recipient
    ensure_reachable(person)
    told = list(Notification.objects.filter(digest=delivery, read_at=None, kind__in=kinds()).order_by("-created_at", "-id"))
    wanted = still_wanted(person, told, Channel(delivery.channel))
    if not wanted:
        raise NotNeeded("read" if not told else "not_wanted")
    ensure_not_quiet(person)
    stop = stop_address(person, DIGEST)
    context = {
        "notices": _outside_words(person, wanted[:MOST_IN_A_DIGEST]),
        "count": len(wanted),
        "more": max(0, len(wanted) - MOST_IN_A_DIGEST),
        "is_weekly": delivery.channel == Channel.WEEKLY,
        "stop_url": stop,
    }
    return _mail("notifications/digest", delivery, context, stop)


def _mail(template: str, delivery: Delivery, context: dict[str, Any], stop: str) -> EmailMultiAlternatives:
    person = delivery.recipient
    # The same however often it is tried, so that a mail system can tell a second copy from a new mail.
    headers = {"Message-ID": f"<notice.{delivery.uuid}@{urlsplit(settings.SITE_URL).hostname}>"}
    if stop:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return build_mail(template=template, to=person.email, language=language_of(person), context=context, headers=headers)


def _outside_words(person: Any, notifications: Sequence[Notification]) -> list[Notice]:
    with translation.override(language_of(person)):
        loaded = loaded_data(person, notifications)
        return [kinds()[each.kind].in_words_outside(loaded[each.pk], each.count) for each in notifications]


def _refused(code: int) -> Exception:
    return GiveUp("refused") if code >= 500 else TryAgain("refused_for_now")
