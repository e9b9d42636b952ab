"""Norec's page about what was given up: advisers see it, send it again or drop it, and the log says so."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.mailing import send_mails
from notifications.models import Delivery, DeliveryState
from notifications.services import notify
from privacy.models import AuditEvent
from profiles.models import User
from profiles.roles import Role
from tests.factories import ProfileFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db


def dead(person: User | None = None) -> Delivery:
    told = notify(recipient=person or ProfileFactory().user, kind="tests.told", data={"what": "private-words"})
    assert told is not None
    Delivery.objects.filter(notification=told).update(
        state=DeliveryState.DEAD, last_error="unknown", attempts=1, settled_at=timezone.now()
    )
    return Delivery.objects.get(notification=told)


def as_role(role: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleGrantFactory(role=role).user)
    return client


def test_adviser_sees_to_whom_of_what_kind_and_why_but_no_words(kind: Any) -> None:
    kind(label="Messages of tests")
    person = ProfileFactory(first_name="Grace", last_name="Akello").user
    dead(person)
    page = as_role(Role.ADVISER).get("/staff/deliveries/").content.decode()
    for words in ("Grace Akello", "Messages of tests", "It may have arrived, so it was not sent again."):
        assert words in page
    assert "private-words" not in page


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR, Role.OFFICER, Role.COORDINATOR])
def test_nobody_else_finds_the_page_or_changes_anything(kind: Any, role: Role) -> None:
    kind()
    delivery = dead()
    client = as_role(role)
    assert client.get("/staff/deliveries/").status_code == 404
    for act in (f"{delivery.uuid}/retry/", f"{delivery.uuid}/drop/", "retry/"):
        assert client.post(f"/staff/deliveries/{act}").status_code == 404
    assert Delivery.objects.get().state == DeliveryState.DEAD
    assert AuditEvent.objects.filter(action__startswith="notifications.").count() == 0


def test_sent_again_it_goes_with_the_same_message_id(kind: Any) -> None:
    kind()
    delivery = dead()
    client = as_role(Role.ADVISER)
    assert client.post(f"/staff/deliveries/{delivery.uuid}/retry/").status_code == 302
    assert send_mails() == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<notice.{delivery.uuid}@localhost>"
    event = AuditEvent.objects.get(action="notifications.delivery_retried")
    assert (event.object_id, event.details) == (str(delivery.uuid), {"channel": "mail"})
    # Pressed twice it does no more.
    assert (
        "Somebody has done this already."
        in client.post(f"/staff/deliveries/{delivery.uuid}/retry/", follow=True).content.decode()
    )
    assert send_mails() == 0


def test_dropped_it_is_not_sent_and_the_notice_stays(kind: Any) -> None:
    kind()
    delivery = dead()
    as_role(Role.ADVISER).post(f"/staff/deliveries/{delivery.uuid}/drop/")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error, send_mails()) == ("cancelled", "dropped", 0)
    assert delivery.notification is not None
    assert AuditEvent.objects.filter(action="notifications.delivery_dropped").count() == 1


def test_all_are_sent_again_but_for_what_has_a_newer_one(kind: Any) -> None:
    kind()
    one, overtaken = dead(), dead()
    Delivery.objects.create(
        recipient=overtaken.recipient,
        notification=overtaken.notification,
        channel="mail",
        due_at=timezone.now(),
        next_try_at=timezone.now(),
    )
    page = as_role(Role.ADVISER).post("/staff/deliveries/retry/", follow=True).content.decode()
    assert "1 is sent again within a minute." in page
    assert Delivery.objects.get(pk=one.pk).state == DeliveryState.WAITING
    assert Delivery.objects.get(pk=overtaken.pk).state == DeliveryState.DEAD
    assert send_mails() == 2


def test_list_costs_the_same_for_one_and_for_many(kind: Any) -> None:
    kind()
    client = as_role(Role.ADVISER)

    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/staff/deliveries/").status_code == 200
        return len(queries)

    dead()
    price()
    one = price()
    for _ in range(6):
        dead()
    assert price() == one
