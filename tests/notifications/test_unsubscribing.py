"""The way out that stands in every mail: one press, without signing in, and only with the right address."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from notifications.choices import choice_of
from notifications.kinds import MailPace, kinds
from notifications.mailing import send_digests, send_mails
from notifications.models import Delivery, KindChoice
from notifications.services import notify
from notifications.unsubscribing import DIGEST, SECONDS_VALID, stop_address
from profiles.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def path(person: User, scope: str) -> str:
    return stop_address(person, scope).removeprefix("http://localhost:8000")


def pace(person: User, key: str) -> str:
    return choice_of(kinds()[key], KindChoice.objects.filter(user=person, kind=key).first()).mail


def test_one_click_of_a_mail_program_stops_this_kind_for_this_person(kind: Any) -> None:
    kind()
    kind("tests.other")
    person, other = UserFactory(language="en"), UserFactory()
    notify(recipient=person, kind="tests.told", data={})
    send_mails()
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    # A mail program has no cookie and no token of ours.
    client = Client(enforce_csrf_checks=True)
    answer = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.content) == (200, b"")
    assert pace(person, "tests.told") == MailPace.NEVER
    assert pace(person, "tests.other") == MailPace.AT_ONCE
    assert pace(other, "tests.told") == MailPace.AT_ONCE
    # In the app it is told all the same.
    assert choice_of(kinds()["tests.told"], KindChoice.objects.get()).in_app
    assert client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded").status_code == 200


def test_looking_at_the_page_changes_nothing_and_a_press_can_be_taken_back(kind: Any) -> None:
    kind(mail=MailPace.WEEKLY, label="Beskjedar")
    person = UserFactory(language="nn")
    client = Client(enforce_csrf_checks=True)
    page = client.get(path(person, "tests.told"), headers={"accept-language": "en"})
    # In the language of whose mail it was, and without a word about them.
    assert "Stopp desse e-postane" in page.content.decode()
    assert "Beskjedar" in page.content.decode()
    assert person.email not in page.content.decode()
    assert pace(person, "tests.told") == MailPace.WEEKLY
    done = client.post(path(person, "tests.told")).content.decode()
    assert pace(person, "tests.told") == MailPace.NEVER
    token = re.search(r'name="token" value="([^"]+)"', done)
    assert token is not None
    assert "Alt er som det var" in client.post("/notices/start-again/", {"token": token[1]}).content.decode()
    assert pace(person, "tests.told") == MailPace.WEEKLY


def test_digest_stops_what_comes_in_digests_and_nothing_else(kind: Any) -> None:
    kind(mail=MailPace.DAILY)
    kind("tests.weekly", mail=MailPace.WEEKLY)
    kind("tests.at_once")
    kind("tests.fixed", mail=MailPace.DAILY, may_be_turned_off=False)
    person = UserFactory(language="en")
    notify(recipient=person, kind="tests.told", data={})
    Delivery.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    send_digests()
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    done = Client().post(address).content.decode()
    found = {key: pace(person, key) for key in ("tests.told", "tests.weekly", "tests.at_once", "tests.fixed")}
    assert found == {"tests.told": "never", "tests.weekly": "never", "tests.at_once": "at_once", "tests.fixed": "daily"}
    token = re.search(r'name="token" value="([^"]+)"', done)
    assert token is not None
    Client().post("/notices/start-again/", {"token": token[1]})
    assert (pace(person, "tests.told"), pace(person, "tests.weekly")) == ("daily", "weekly")


def _altered(person: User) -> str:
    content, stamp, signature = path(person, "tests.told").strip("/").rsplit("/", 1)[1].split(":")
    other = signing.dumps({"u": str(UserFactory().uuid), "k": "tests.told"}, salt="notices.stop").split(":")[0]
    assert other != content
    return f"/notices/stop/{other}:{stamp}:{signature}/"


def _expired(person: User) -> str:
    content = path(person, "tests.told").strip("/").rsplit("/", 1)[1].split(":")[0]
    old = f"{content}:{signing.b62_encode(int(timezone.now().timestamp()) - SECONDS_VALID - 60)}"
    return f"/notices/stop/{old}:{signing.TimestampSigner(salt='notices.stop').signature(old)}/"


def _forged(person: User) -> str:
    token = signing.dumps({"u": str(person.uuid), "k": "tests.told"}, key="another-key", salt="notices.stop")
    return f"/notices/stop/{token}/"


def _of_another_use(person: User) -> str:
    token = signing.dumps({"u": str(person.uuid), "k": "tests.told"}, salt="notices.undo")
    return f"/notices/stop/{token}/"


@pytest.mark.parametrize("make", [_altered, _expired, _forged, _of_another_use])
def test_wrong_address_does_nothing(kind: Any, make: Any) -> None:
    kind()
    person = UserFactory()
    wrong = make(person)
    for answer in (Client().get(wrong), Client().post(wrong)):
        assert answer.status_code == 410
    assert KindChoice.objects.count() == 0
    # The right one does.
    assert Client().post(path(person, "tests.told")).status_code == 200
    assert KindChoice.objects.count() == 1


def test_expired_address_was_right_but_for_its_age(kind: Any) -> None:
    """So that the test above does not pass because of something else."""
    kind()
    person = UserFactory()
    content, stamp, signature = path(person, "tests.told").strip("/").rsplit("/", 1)[1].split(":")
    made = signing.TimestampSigner(salt="notices.stop").signature(f"{content}:{stamp}")
    assert made == signature


def test_kind_that_may_not_be_turned_off_cannot_be_stopped(kind: Any) -> None:
    kind(may_be_turned_off=False)
    person = UserFactory()
    assert Client().post(path(person, "tests.told")).status_code == 410
    assert Client().post(path(person, "tests.nothing")).status_code == 410
    assert KindChoice.objects.count() == 0
    assert Client().post("/notices/start-again/", {"token": "x"}).status_code == 410
    gone = path(person, DIGEST)
    person.delete()
    assert Client().post(gone).status_code == 410
