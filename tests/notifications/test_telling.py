"""What follows from telling: rows that grow, the outbox, what people chose, and reading that stops what waits."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.kinds import MailPace, Notice
from notifications.models import Channel, Delivery, KindChoice, NoticeTimes, Notification, PushSubscription
from notifications.services import mark_all_read, mark_group_read, notify, notify_many
from profiles.models import User
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db


def waiting(person: User) -> list[str]:
    return list(Delivery.objects.waiting().filter(recipient=person).values_list("channel", flat=True))


def test_group_grows_while_it_is_unread(kind: Any) -> None:
    kind(group_words=lambda data, count: Notice(f"{count} new, the last {data['what']}", "/me/"))
    person = ProfileFactory().user
    for what in ("one", "two", "three"):
        notify(recipient=person, kind="tests.told", data={"what": what}, group="g")
    notify(recipient=person, kind="tests.told", data={"what": "else"}, group="other")
    assert sorted(Notification.objects.values_list("group", "count")) == [("g", 3), ("other", 1)]
    client = Client()
    client.force_login(person)
    page = client.get("/notices/").content.decode()
    assert "3 new, the last three" in page
    assert "Told else" in page
    assert mark_group_read(user=person, kind="tests.told", group="g") == 1
    notify(recipient=person, kind="tests.told", data={"what": "four"}, group="g")
    assert list(Notification.objects.filter(group="g", read_at=None).values_list("count", flat=True)) == [1]


def test_group_counts_the_same_key_once(kind: Any) -> None:
    kind()
    person = UserFactory()
    assert notify(recipient=person, kind="tests.told", data={}, key="m1", group="g") is not None
    assert notify(recipient=person, kind="tests.told", data={}, key="m1", group="g") is None
    assert notify(recipient=person, kind="tests.told", data={}, key="m2", group="g") is not None
    assert Notification.objects.get().count == 2


def test_group_of_one_leaves_that_of_another_alone(kind: Any) -> None:
    kind()
    one, other = UserFactory(), UserFactory()
    notify_many(recipients=[one, other], kind="tests.told", data={}, group="g")
    notify(recipient=one, kind="tests.told", data={}, group="g")
    assert mark_group_read(user=one, kind="tests.told", group="g") == 1
    assert Notification.objects.get(recipient=other).count == 1
    assert Notification.objects.get(recipient=other).read_at is None
    assert waiting(one) == []
    assert waiting(other) == [Channel.MAIL]


def test_many_are_told_at_the_price_of_one(kind: Any) -> None:
    kind(push=True)
    few, many = [UserFactory()], [UserFactory() for _ in range(30)]
    for person in (*few, *many):
        PushSubscription.objects.create(user=person, endpoint=f"https://push.example.org/{person.pk}", p256dh="x", auth="y")

    def price(people: list[User]) -> int:
        with CaptureQueriesContext(transaction.get_connection()) as queries:
            notify_many(recipients=people, kind="tests.told", data={}, group="g")
        return len(queries)

    assert price(few) == price(many)
    # And so it is when they grow.
    assert price(few) == price(many)
    assert price(many) <= 12
    KindChoice.objects.bulk_create(
        [KindChoice(user=each, kind="tests.told", in_app=True, mail=MailPace.DAILY, push=False) for each in many + few]
    )
    Notification.objects.update(read_at=timezone.now())
    assert price(few) == price(many)
    assert Delivery.objects.filter(channel=Channel.DAILY).count() == 31


def test_outbox_stands_or_falls_with_what_is_told(kind: Any) -> None:
    kind()
    person = UserFactory()

    def told_then_failed() -> None:
        with transaction.atomic():
            notify(recipient=person, kind="tests.told", data={})
            assert waiting(person) == [Channel.MAIL]
            raise RuntimeError

    with pytest.raises(RuntimeError):
        told_then_failed()
    assert Delivery.objects.count() == 0


def test_what_is_read_is_not_sent(kind: Any) -> None:
    kind(delay=timedelta(minutes=10))
    person = UserFactory()
    notify(recipient=person, kind="tests.told", data={})
    delivery = Delivery.objects.get()
    assert timedelta(minutes=9) < delivery.due_at - timezone.now() <= timedelta(minutes=10)
    mark_all_read(actor=person)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("cancelled", "read")


def test_first_of_a_group_decides_when_its_mail_goes(kind: Any) -> None:
    kind(delay=timedelta(minutes=10))
    person = UserFactory()
    notify(recipient=person, kind="tests.told", data={}, group="g")
    due = Delivery.objects.get().due_at
    notify(recipient=person, kind="tests.told", data={}, group="g")
    assert Delivery.objects.get().due_at == due
    # Once it has gone, the next about what is still unread comes twelve hours later.
    Delivery.objects.update(state="sent")
    notify(recipient=person, kind="tests.told", data={}, group="g")
    assert Delivery.objects.waiting().get().due_at == due + timedelta(hours=12)


@pytest.mark.parametrize("fields", [{"status": "suspended"}, {"status": "applicant"}, {"is_active": False}])
def test_who_may_not_be_reached_gets_nothing_sent(kind: Any, fields: dict[str, Any]) -> None:
    kind(push=True)
    person = UserFactory(**fields)
    PushSubscription.objects.create(user=person, endpoint="https://push.example.org/1", p256dh="x", auth="y")
    assert notify(recipient=person, kind="tests.told", data={}) is not None
    assert Delivery.objects.count() == 0


def test_choice_decides_the_channels(kind: Any) -> None:
    kind(push=True)
    person = UserFactory()
    PushSubscription.objects.create(user=person, endpoint="https://push.example.org/1", p256dh="x", auth="y")
    choice = KindChoice.objects.create(user=person, kind="tests.told", in_app=True, mail=MailPace.NEVER, push=False)
    notify(recipient=person, kind="tests.told", data={})
    assert waiting(person) == []
    choice.in_app, choice.push = False, True
    choice.save()
    told = notify(recipient=person, kind="tests.told", data={})
    assert told is not None
    assert waiting(person) == [Channel.PUSH]
    assert Notification.objects.of(person).filter(pk=told.pk).count() == 0
    choice.push = False
    choice.save()
    assert notify(recipient=person, kind="tests.told", data={}) is None


def test_kind_that_may_not_be_turned_off_is_always_told(kind: Any) -> None:
    kind(may_be_turned_off=False)
    person = UserFactory()
    KindChoice.objects.create(user=person, kind="tests.told", in_app=False, mail=MailPace.NEVER, push=False)
    told = notify(recipient=person, kind="tests.told", data={})
    assert told is not None
    assert told.in_app
    assert waiting(person) == [Channel.MAIL]


def test_quiet_hours_put_off_what_is_sent_at_once(kind: Any) -> None:
    kind()
    person = UserFactory(time_zone="Asia/Kathmandu")
    NoticeTimes.objects.create(user=person, quiet_from=0, quiet_until=23)
    notify(recipient=person, kind="tests.told", data={})
    assert Delivery.objects.get().due_at.astimezone(ZoneInfo("Asia/Kathmandu")).hour == 23


def test_many_of_one_day_wait_for_one_digest(kind: Any) -> None:
    kind(mail=MailPace.DAILY)
    kind("tests.weekly", mail=MailPace.WEEKLY)
    person = UserFactory()
    for _ in range(3):
        notify(recipient=person, kind="tests.told", data={})
    notify(recipient=person, kind="tests.weekly", data={})
    assert sorted(waiting(person)) == ["daily", "weekly"]
    assert Delivery.objects.get(channel="daily").digested.count() == 3


def test_names_are_looked_up_once_for_all_of_a_kind(kind: Any) -> None:
    asked = []

    def load(reader: Any, data: Any) -> Any:
        asked.append((reader, len(data)))
        return [{**each, "what": f"{each['what']} by a name"} for each in data]

    kind(load=load)
    person = ProfileFactory().user
    for number in range(5):
        notify(recipient=person, kind="tests.told", data={"what": str(number)})
    client = Client()
    client.force_login(person)
    page = client.get("/notices/").content.decode()
    assert "Told 4 by a name" in page
    assert asked == [(person, 5)]
    assert "by a name" not in str(list(Notification.objects.values_list("data")))


def test_one_is_marked_as_read_in_place_and_only_by_its_reader(kind: Any) -> None:
    kind()
    person, other = ProfileFactory().user, ProfileFactory().user
    told = notify(recipient=person, kind="tests.told", data={})
    assert told is not None
    client, stranger = Client(), Client()
    client.force_login(person)
    stranger.force_login(other)
    assert stranger.post(f"/notices/{told.uuid}/read/").status_code == 404
    assert waiting(person) == [Channel.MAIL]
    assert client.get(f"/notices/{told.uuid}/read/").status_code == 405
    assert client.post(f"/notices/{told.uuid}/read/")["Location"] == "/notices/"
    assert waiting(person) == []
    assert client.get("/notices/count/").json() == {"type": "count", "v": 1, "count": 0}
    assert Client().get("/notices/count/").status_code == 302


def test_more_than_a_page_is_split(kind: Any) -> None:
    kind()
    person = ProfileFactory().user
    for number in range(26):
        notify(recipient=person, kind="tests.told", data={"what": f"n{number}."})
    client = Client()
    client.force_login(person)
    assert "Told n0." not in client.get("/notices/").content.decode()
    assert "Told n0." in client.get("/notices/?page=2").content.decode()
