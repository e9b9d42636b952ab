"""Mails and digests: to whom, in which language, with which way out, and when not."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone, translation

from notifications.kinds import MailPace, Notice
from notifications.mailing import PostOffice, send_digests, send_mails
from notifications.models import Delivery, DeliveryState, KindChoice, NoticeTimes
from notifications.outbox import LEASE, Unreachable, claim, forget_settled, reap
from notifications.preferences import save_times
from notifications.services import mark_read, notify
from profiles.models import Block, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def due_now() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.waiting().update(due_at=past, next_try_at=past)


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "last_error"))


def test_mail_says_who_and_where_in_text_and_html(kind: Any) -> None:
    kind(outside=lambda data, count: Notice("New message from Grace", "/messages/1/"))
    person = UserFactory(language="en")
    notify(recipient=person, kind="tests.told", data={"what": "a-private-word"})
    assert send_mails() == 1
    message = mail.outbox[0]
    assert (message.to, message.subject) == ([person.email], "New message from Grace")
    html = message.alternatives[0][0]
    for text in (message.body, html):
        assert "http://localhost:8000/messages/1/" in text
        assert "a-private-word" not in text
        assert "/notices/stop/" in text
    delivery = Delivery.objects.get()
    assert message.extra_headers["Message-ID"] == f"<notice.{delivery.uuid}@localhost>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://localhost:8000/notices/stop/[^>]+>", message.extra_headers["List-Unsubscribe"])
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert (delivery.state, send_mails(), len(mail.outbox)) == ("sent", 0, 1)


@pytest.mark.parametrize(("language", "words"), [("nn", "Opne det"), ("nb", "Åpne det"), ("en", "Open it"), ("", "Open it")])
def test_mail_is_in_the_recipients_language(kind: Any, language: str, words: str) -> None:
    kind(describe=lambda data: Notice(translation.get_language() or "", "/me/"))
    notify(recipient=UserFactory(language=language), kind="tests.told", data={})
    with translation.override("nb" if language != "nb" else "en"):
        send_mails()
    message = mail.outbox[0]
    assert message.subject == (language or "en")
    assert words in message.body
    assert f'<html lang="{language or "en"}">' in message.alternatives[0][0]
    assert message.extra_headers["Content-Language"] == (language or "en")


def test_kind_that_may_not_be_turned_off_has_no_way_out(kind: Any) -> None:
    kind(may_be_turned_off=False)
    notify(recipient=UserFactory(), kind="tests.told", data={})
    send_mails()
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert "/notices/stop/" not in mail.outbox[0].body


def test_mail_waits_for_the_delay_and_is_not_sent_when_read_meanwhile(kind: Any) -> None:
    kind(delay=timedelta(minutes=10))
    read, unread = UserFactory(), UserFactory()
    for person in (read, unread):
        told = notify(recipient=person, kind="tests.told", data={})
    assert send_mails() == 0
    due_now()
    # Read where no service of ours saw it: asked again right before it goes.
    assert told is not None
    told.__class__.objects.filter(recipient=read).update(read_at=timezone.now())
    assert send_mails() == 1
    assert [message.to for message in mail.outbox] == [[unread.email]]
    assert ("cancelled", "read") in states()


def test_nothing_goes_to_who_was_suspended_or_turned_it_off_meanwhile(kind: Any) -> None:
    kind()
    suspended, off, gone = UserFactory(), UserFactory(), UserFactory()
    for person in (suspended, off, gone):
        notify(recipient=person, kind="tests.told", data={})
    User.objects.filter(pk=suspended.pk).update(status="suspended")
    KindChoice.objects.create(user=off, kind="tests.told", in_app=True, mail=MailPace.NEVER, push=False)
    gone.delete()
    assert send_mails() == 0
    assert states() == [("cancelled", "account"), ("cancelled", "turned_off")]
    assert mail.outbox == []


def test_nothing_goes_out_about_somebody_blocked_meanwhile(kind: Any) -> None:
    def not_blocked(user_id: int, data: Any) -> bool:
        pair = Q(blocker=user_id, blocked=data["sender"]) | Q(blocked=user_id, blocker=data["sender"])
        return not Block.objects.filter(pair).exists()

    kind(is_still_wanted=not_blocked)
    sender, blocker, friend = UserFactory(), UserFactory(), UserFactory()
    for person in (blocker, friend):
        notify(recipient=person, kind="tests.told", data={"sender": sender.pk})
    Block.objects.create(blocker=blocker, blocked=sender)
    assert send_mails() == 1
    assert mail.outbox[0].to == [friend.email]
    assert ("cancelled", "not_wanted") in states()


def test_quiet_hours_hold_when_the_worker_comes(kind: Any) -> None:
    kind()
    person = UserFactory()
    notify(recipient=person, kind="tests.told", data={})
    hour = timezone.now().hour
    NoticeTimes.objects.create(user=person, quiet_from=hour, quiet_until=(hour + 2) % 24)
    assert send_mails() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
    assert delivery.next_try_at > timezone.now() + timedelta(minutes=59)


def test_digest_tells_of_what_is_unread_and_goes_once(kind: Any) -> None:
    kind(mail=MailPace.DAILY)
    person = UserFactory(language="en")
    told = [notify(recipient=person, kind="tests.told", data={"what": f"n{number}"}) for number in range(3)]
    assert send_digests() == 0
    assert told[0] is not None
    mark_read(actor=person, notification=told[0])
    due_now()
    assert send_digests() == 1
    assert send_digests() == 0
    message = mail.outbox[0]
    assert message.subject == "2 new things for you in Norec Network"
    assert "Told n0" not in message.body
    assert "Told n1" in message.body
    assert "Told n2" in message.alternatives[0][0]
    assert "since yesterday" in message.body
    assert message.extra_headers["Message-ID"] == f"<notice.{Delivery.objects.get().uuid}@localhost>"
    # What is told after that waits for the next.
    notify(recipient=person, kind="tests.told", data={"what": "n9"})
    assert Delivery.objects.waiting().get().due_at > timezone.now()


@pytest.mark.parametrize("pace", [MailPace.DAILY, MailPace.WEEKLY])
def test_digest_waits_for_the_end_of_quiet_hours(kind: Any, pace: MailPace) -> None:
    kind(mail=pace)
    person = UserFactory()
    hour = timezone.now().hour
    save_times(user=person, digest_hour=hour, quiet_from=hour, quiet_until=(hour + 2) % 24)
    notify(recipient=person, kind="tests.told", data={})
    assert Delivery.objects.get().due_at.hour == (hour + 2) % 24
    # One that was planned before, or that the mail server kept waiting.
    due_now()
    assert send_digests() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
    assert delivery.next_try_at > timezone.now() + timedelta(minutes=59)
    NoticeTimes.objects.update(quiet_from=None, quiet_until=None)
    due_now()
    assert send_digests() == 1


def test_empty_digest_is_not_sent(kind: Any) -> None:
    kind(mail=MailPace.WEEKLY)
    person = UserFactory()
    told = notify(recipient=person, kind="tests.told", data={})
    assert told is not None
    mark_read(actor=person, notification=told)
    due_now()
    assert send_digests() == 0
    assert mail.outbox == []
    assert states() == [("cancelled", "read")]


def test_long_digest_names_some_and_counts_the_rest(kind: Any) -> None:
    kind(mail=MailPace.DAILY)
    person = UserFactory(language="en")
    for number in range(33):
        notify(recipient=person, kind="tests.told", data={"what": f"n{number}."})
    due_now()
    send_digests()
    assert "And 3 more." in mail.outbox[0].body
    assert mail.outbox[0].body.count("• ") == 30


def test_digest_moves_with_the_hour_and_the_clock(kind: Any) -> None:
    kind(mail=MailPace.DAILY)
    person = UserFactory(time_zone="Asia/Kathmandu")
    notify(recipient=person, kind="tests.told", data={})
    assert Delivery.objects.get().due_at.strftime("%H:%M") == "02:15"
    save_times(user=person, digest_hour=18, quiet_from=None, quiet_until=None)
    moved = Delivery.objects.get()
    assert moved.due_at.strftime("%H:%M") == "12:15"
    assert moved.digested.count() == 1


class _Refusing:
    """A connection to a mail server that answers with this error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def open(self) -> None:
        return None

    def close(self) -> None:
        return None

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (smtplib.SMTPDataError(451, b"later"), DeliveryState.WAITING, "refused_for_now"),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"who?")}), DeliveryState.DEAD, "refused"),
        (smtplib.SMTPServerDisconnected("gone"), DeliveryState.DEAD, "unknown"),
        (TimeoutError(), DeliveryState.DEAD, "unknown"),
    ],
)
def test_answer_of_the_server_decides(
    kind: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str, code: str
) -> None:
    kind()
    notify(recipient=UserFactory(), kind="tests.told", data={})
    monkeypatch.setattr("notifications.mailing.get_connection", lambda: _Refusing(error))
    assert send_mails() == 0
    assert states() == [(state, code)]


def test_unreachable_server_is_tried_again_ever_later_and_then_given_up(kind: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    kind()
    for _ in range(3):
        notify(recipient=UserFactory(), kind="tests.told", data={})
    with pytest.raises(Unreachable):
        PostOffice().open()
    waits = []
    for _ in range(5):
        assert send_mails() == 0
        first = Delivery.objects.order_by("-attempts").first()
        assert first is not None
        waits.append(round((first.next_try_at - timezone.now()).total_seconds()))
        # One was tried; the others were given back untried.
        assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, first.attempts]
        Delivery.objects.filter(pk=first.pk).update(next_try_at=timezone.now() - timedelta(days=1))
    assert waits == sorted(waits)
    assert waits[0] >= 59
    assert waits[-1] >= 6 * 3600 - 1
    send_mails()
    assert ("dead", "mail_server_away") in states()


def test_one_that_cannot_be_put_in_words_holds_up_nobody(kind: Any) -> None:
    kind(describe=lambda data: Notice(data["missing"], "/me/"))
    kind("tests.fine")
    notify(recipient=UserFactory(), kind="tests.told", data={})
    notify(recipient=UserFactory(), kind="tests.fine", data={})
    assert send_mails() == 1
    assert states() == [("waiting", "failed"), ("sent", "")]


def test_what_a_killed_worker_left_is_mended(kind: Any) -> None:
    kind()
    for _ in range(2):
        notify(recipient=UserFactory(), kind="tests.told", data={})
    taken, being_sent = claim(["mail"])
    Delivery.objects.filter(pk=being_sent.pk).update(state=DeliveryState.HANDING_OVER)
    assert reap() == 0
    assert claim(["mail"]) == []
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert reap() == 2
    assert reap() == 0
    assert Delivery.objects.get(pk=taken.pk).state == DeliveryState.WAITING
    # Nobody knows whether this one went: it is not sent twice.
    being_sent.refresh_from_db()
    assert (being_sent.state, being_sent.last_error) == ("dead", "unknown")
    assert timedelta(minutes=1) < LEASE


def test_settled_ones_are_forgotten_after_a_month(kind: Any) -> None:
    kind()
    for _ in range(2):
        notify(recipient=UserFactory(), kind="tests.told", data={})
    send_mails()
    old, _new = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=old.pk).update(settled_at=timezone.now() - timedelta(days=31))
    assert (forget_settled(), Delivery.objects.count()) == (1, 1)


def test_commands_may_be_run_twice(kind: Any, capsys: pytest.CaptureFixture[str]) -> None:
    kind()
    notify(recipient=UserFactory(), kind="tests.told", data={})
    for command in ("send_notices", "send_notices", "send_digests", "mend_deliveries"):
        call_command(command)
    said = capsys.readouterr().out.split("\n")
    assert said[:4] == ["mails=1 pushes=0", "mails=0 pushes=0", "digests=0", "mended=0 forgotten=0"]
