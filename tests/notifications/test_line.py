"""The one line of a page tells of notices too: the number beside the bell when it opens, and when there is another."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from notifications.models import Notification
from notifications.services import mark_all_read, notify, notify_many
from profiles.models import User
from tests.factories import ProfileFactory, TalkerFactory
from tests.messaging.talking import page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def told(kind: Any) -> None:
    kind()


def _people(number: int) -> list[User]:
    return [TalkerFactory().user for _ in range(number)]


def _tell(*people: User) -> None:
    with transaction.atomic():
        notify_many(recipients=people, kind="tests.told", data={})


async def test_page_is_told_that_there_is_another_number() -> None:
    kari, amina, stranger = await sync_to_async(_people)(3)
    async with page(kari) as hers, page(amina) as aminas, page(stranger) as others:
        assert hers.hello["notices_total"] == 0
        await sync_to_async(_tell)(kari, amina)
        assert await hers.next() == await aminas.next() == {"v": 1, "type": "notices"}
        await sync_to_async(mark_all_read)(actor=kari)
        assert (await hers.next())["type"] == "notices"
        # There was nothing left to read.
        await sync_to_async(mark_all_read)(actor=kari)
        assert await hers.quiet()
        assert await aminas.quiet()
        assert await others.quiet()
    async with page(amina) as again:
        assert again.hello["notices_total"] == 1


async def test_nothing_is_told_of_what_did_not_happen() -> None:
    [kari] = await sync_to_async(_people)(1)

    def tell_and_take_back() -> None:
        with transaction.atomic():
            notify(recipient=kari, kind="tests.told", data={})
            transaction.set_rollback(True)

    async with page(kari) as hers:
        await sync_to_async(tell_and_take_back)()
        assert await hers.quiet()
        assert await sync_to_async(Notification.objects.count)() == 0


async def test_what_is_not_shown_in_the_network_is_not_told(kind: Any) -> None:
    [kari] = await sync_to_async(_people)(1)
    kind("tests.mail_only", in_app=False)

    def tell() -> None:
        with transaction.atomic():
            notify(recipient=kari, kind="tests.mail_only", data={})

    async with page(kari) as hers:
        await sync_to_async(tell)()
        assert await hers.quiet()


async def test_who_is_not_let_in_is_told_no_number() -> None:
    applicant = await sync_to_async(lambda: ProfileFactory(user__status="applicant").user)()
    async with page(applicant) as shut:
        assert shut.hello["type"] == "close"
        await sync_to_async(_tell)(applicant)
        assert await shut.quiet()
