"""The page where members choose what they are told, how and when."""

import re
from typing import Any

import pytest
from django.test import Client

from notifications.kinds import MailPace
from notifications.models import KindChoice, NoticeTimes
from profiles.models import User
from tests.factories import ProfileFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def _names(page: str, end: str) -> list[str]:
    return [name for name in re.findall(r'<select name="([^"]+)"', page) if name.endswith(end)]


def test_choices_are_kept_and_shown_again(kind: Any) -> None:
    kind()
    person = ProfileFactory().user
    client = client_of(person)
    page = client.get("/me/notices/").content.decode()
    values = dict.fromkeys(_names(page, "-mail"), "daily") | {"digest_hour": "7", "quiet_from": "22", "quiet_until": "6"}
    answer = client.post("/me/notices/", {**values, "tests-told-mail": "weekly", "tests-told-push": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/notices/")
    row = KindChoice.objects.get(user=person, kind="tests.told")
    assert (row.in_app, row.mail, row.push) == (False, MailPace.WEEKLY, True)
    times = NoticeTimes.objects.get(user=person)
    assert (times.digest_hour, times.quiet_from, times.quiet_until) == (7, 22, 6)
    again = client.get("/me/notices/").content.decode()
    assert "Saved. It holds from now on." in again
    assert '<option value="weekly" selected>' in again


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_from": "22"}, "Choose both when it begins and when it ends, or neither."),
        ({"quiet_from": "7", "quiet_until": "7"}, "Choose another hour than the one it begins at."),
        ({"digest_hour": "24"}, "digest_hour"),
        ({"tests-told-mail": "hourly"}, "tests-told-mail"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(kind: Any, wrong: dict[str, str], words: str) -> None:
    kind()
    person = ProfileFactory().user
    client = client_of(person)
    names = _names(client.get("/me/notices/").content.decode(), "-mail")
    answer = client.post(
        "/me/notices/", {**dict.fromkeys(names, "daily"), "digest_hour": "8", "quiet_from": "", "quiet_until": "", **wrong}
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "ds-error-summary" in answer.content.decode()
    assert KindChoice.objects.count() == 0
    assert NoticeTimes.objects.count() == 0


def test_kind_that_may_not_be_turned_off_says_so_and_stays_on(kind: Any) -> None:
    kind(may_be_turned_off=False)
    person = ProfileFactory().user
    client = client_of(person)
    page = client.get("/me/notices/").content.decode()
    assert "It cannot be turned off." in page
    assert 'name="tests-told-mail"' not in page
    names = _names(page, "-mail")
    client.post("/me/notices/", {**dict.fromkeys(names, "daily"), "digest_hour": "8", "tests-told-mail": "never"})
    row = KindChoice.objects.get(user=person, kind="tests.told")
    assert (row.in_app, row.mail) == (True, MailPace.AT_ONCE)


def test_kind_of_others_is_not_offered(kind: Any) -> None:
    kind(label="For advisers only", shown_to=lambda viewer: viewer.is_norec)
    assert "For advisers only" not in client_of(ProfileFactory().user).get("/me/notices/").content.decode()
    adviser = RoleGrantFactory(role="adviser").user
    assert "For advisers only" in client_of(adviser).get("/me/notices/").content.decode()


def test_page_is_for_members(kind: Any) -> None:
    kind()
    assert Client().get("/me/notices/").status_code == 302
    assert client_of(UserFactory(status="applicant")).get("/me/notices/").status_code == 404
    assert client_of(UserFactory(status="applicant")).post("/me/notices/", {}).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Kva du får vite"), ("nb", "Hva du får vite"), ("en", "What you are told")]
)
def test_page_is_in_the_readers_language(language: str, words: str) -> None:
    assert f"{words}</h1>" in client_of(ProfileFactory(user__language=language).user).get("/me/notices/").content.decode()
