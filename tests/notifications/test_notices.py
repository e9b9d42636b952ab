"""What a member is told: kinds, words, once only, and to nobody else."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from alumni_site.core.navigation import Place, links_for
from notifications import kinds as registry
from notifications.kinds import Notice, NotificationKind, register_kind
from notifications.models import Notification
from notifications.reading import unread_panel
from notifications.services import mark_all_read, mark_read, notify
from profiles.viewers import viewer_for
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[NotificationKind]:
    """A kind that only these tests know."""
    before = registry.kinds()
    told = NotificationKind("tests.told", "Told", lambda data: Notice(f"Told {data['what']}", "/me/"))
    register_kind(told)
    yield told
    registry._kinds.clear()
    registry._kinds.update(before)


def _tell(person: object, what: str = "something", key: str = "") -> Notification | None:
    return notify(recipient=person, kind="tests.told", data={"what": what}, key=key)  # type: ignore[arg-type]


def _signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_notify_needs_a_registered_kind() -> None:
    with pytest.raises(LookupError, match=r"tests\.unheard"):
        notify(recipient=UserFactory(), kind="tests.unheard", data={})
    assert Notification.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_notify_stands_or_falls_with_its_transaction() -> None:
    person = UserFactory()
    with pytest.raises(TransactionManagementError):
        _tell(person)

    def told_then_failed() -> None:
        with transaction.atomic():
            _tell(person)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        told_then_failed()
    assert Notification.objects.count() == 0


def test_same_key_is_told_once_to_each_person() -> None:
    one, other = UserFactory(), UserFactory()
    assert _tell(one, key="k1") is not None
    assert _tell(one, key="k1") is None
    assert _tell(one, key="k2") is not None
    assert _tell(other, key="k1") is not None
    assert _tell(one) is not None
    assert _tell(one) is not None
    assert Notification.objects.of(one).count() == 4


def test_page_shows_own_notices_only_and_newest_first() -> None:
    person, other = ProfileFactory().user, ProfileFactory().user
    _tell(person, "first-thing")
    _tell(person, "second-thing")
    _tell(other, "secret-of-another")
    page = _signed_in(person).get("/notices/").content.decode()
    assert page.index("Told second-thing") < page.index("Told first-thing")
    assert "secret-of-another" not in page


def test_page_asks_strangers_to_sign_in() -> None:
    response = Client().get("/notices/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_page_costs_the_same_for_one_and_for_many(django_assert_num_queries: object) -> None:
    person = ProfileFactory().user
    client = _signed_in(person)
    _tell(person)
    client.get("/notices/")
    with CaptureQueriesContext(transaction.get_connection()) as one:
        client.get("/notices/")
    for _ in range(20):
        _tell(person)
    with CaptureQueriesContext(transaction.get_connection()) as many:
        client.get("/notices/")
    assert len(one) == len(many)


def test_opening_a_notice_marks_it_read_and_leads_on() -> None:
    person = ProfileFactory().user
    notice = _tell(person)
    assert notice is not None
    client = _signed_in(person)
    assert client.get(f"/notices/{notice.uuid}/open/").status_code == 405
    response = client.post(f"/notices/{notice.uuid}/open/")
    assert (response.status_code, response["Location"]) == (302, "/me/")
    notice.refresh_from_db()
    first_read = notice.read_at
    assert first_read is not None
    client.post(f"/notices/{notice.uuid}/open/")
    notice.refresh_from_db()
    assert notice.read_at == first_read


def test_notice_of_another_is_not_found() -> None:
    notice = _tell(UserFactory())
    assert notice is not None
    other = UserFactory()
    assert _signed_in(other).post(f"/notices/{notice.uuid}/open/").status_code == 404
    with pytest.raises(ValueError, match="told to"):
        mark_read(actor=other, notification=notice)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_mark_all_read_leaves_those_of_others() -> None:
    person, other = ProfileFactory().user, UserFactory()
    for _ in range(3):
        _tell(person)
    _tell(other)
    response = _signed_in(person).post("/notices/read/")
    assert (response.status_code, response["Location"]) == (302, "/notices/")
    assert Notification.objects.of(person).unread().count() == 0
    assert Notification.objects.of(other).unread().count() == 1
    assert mark_all_read(actor=person) == 0


def test_kind_that_is_gone_is_left_out_everywhere(kind: NotificationKind) -> None:
    person = ProfileFactory().user
    _tell(person)
    del registry._kinds[kind.key]
    assert Notification.objects.of(person).count() == 0
    assert unread_panel(viewer_for(person)) is None
    assert "Told" not in _signed_in(person).get("/notices/").content.decode()


def test_header_counts_what_waits() -> None:
    person = ProfileFactory().user
    _tell(person)
    _tell(person)

    def waiting() -> int:
        return next(link.count for link in links_for(Place.TOOLS, viewer_for(person)) if link.url == "/notices/")

    assert waiting() == 2
    mark_all_read(actor=person)
    assert waiting() == 0
    assert [link for link in links_for(Place.TOOLS, viewer_for(None)) if link.url == "/notices/"] == []


def test_panel_shows_the_newest_four_that_wait() -> None:
    person = UserFactory()
    viewer = viewer_for(person)
    assert unread_panel(viewer) is None
    assert unread_panel(viewer_for(None)) is None
    for number in range(5):
        _tell(person, f"n{number}")
    panel = unread_panel(viewer)
    assert panel is not None
    assert [notice.text for notice in panel["notices"]] == ["Told n4", "Told n3", "Told n2", "Told n1"]
    assert panel["has_more"] is True


def test_words_are_in_the_language_of_the_reader() -> None:
    def describe(data: object) -> Notice:
        return Notice({"nn": "Ei melding", "en": "A notice"}[translation.get_language() or "en"], "/me/")

    register_kind(NotificationKind("tests.language", "Language", describe))
    person = ProfileFactory().user
    notify(recipient=person, kind="tests.language", data={})
    client = _signed_in(person)
    assert "Ei melding" in client.get("/notices/", headers={"accept-language": "nn"}).content.decode()
    assert "A notice" in client.get("/notices/", headers={"accept-language": "en"}).content.decode()


def test_words_are_escaped() -> None:
    person = ProfileFactory().user
    _tell(person, "<script>alert(1)</script>")
    page = _signed_in(person).get("/notices/").content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "Told &lt;script&gt;" in page
