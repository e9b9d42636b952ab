"""The socket that keeps the number beside the bell right."""

import asyncio
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import transaction
from django.test import Client

from alumni_site.asgi import application
from notifications import consumers
from notifications.services import mark_all_read, notify
from profiles.models import User
from tests.factories import ProfileFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, kind: Any) -> None:
    monkeypatch.setattr(consumers, "SECONDS_BETWEEN_FRAMES", 0.05)
    kind()


def _person() -> tuple[User, Client]:
    person = ProfileFactory().user
    client = Client()
    client.force_login(person)
    return person, client


def _socket(client: Client | None, origin: str = "http://localhost") -> WebsocketCommunicator:
    headers = [(b"origin", origin.encode())]
    if client is not None:
        headers.append(
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode())
        )
    return WebsocketCommunicator(application, "/ws/notices/", headers=headers)


def _tell(person: User, group: str = "") -> None:
    with transaction.atomic():
        notify(recipient=person, kind="tests.told", data={}, group=group)


async def _counts(socket: WebsocketCommunicator) -> int:
    frame = await socket.receive_json_from(10)
    assert frame == {"type": "count", "v": 1, "count": frame["count"]}
    return frame["count"]


async def test_page_is_told_the_number_and_each_change_of_it() -> None:
    person, client = await database_sync_to_async(_person)()
    other, _ = await database_sync_to_async(_person)()
    socket = _socket(client)
    assert (await socket.connect(10))[0]
    assert await _counts(socket) == 0
    await database_sync_to_async(_tell)(person, "g")
    assert await _counts(socket) == 1
    # Neither what is another's, nor what does not change the number.
    await database_sync_to_async(_tell)(other)
    await database_sync_to_async(_tell)(person, "g")
    assert await socket.receive_nothing(0.5)
    await database_sync_to_async(mark_all_read)(actor=person)
    assert await _counts(socket) == 0
    await socket.disconnect()


async def test_many_changes_are_told_as_one() -> None:
    person, client = await database_sync_to_async(_person)()
    socket = _socket(client)
    await socket.connect(10)
    assert await _counts(socket) == 0

    def tell_many() -> None:
        with transaction.atomic():
            for _ in range(20):
                notify(recipient=person, kind="tests.told", data={})

    await database_sync_to_async(tell_many)()
    assert await _counts(socket) == 20
    assert await socket.receive_nothing(0.3)
    await socket.disconnect()


async def test_strangers_and_other_sites_are_not_let_in() -> None:
    socket = _socket(None)
    await socket.connect(10)
    assert await socket.receive_output(10) == {"type": "websocket.close", "code": 4401}
    _, client = await database_sync_to_async(_person)()
    connected, _ = await _socket(client, origin="https://evil.example.com").connect(10)
    assert not connected


async def test_garbage_from_the_page_harms_nobody() -> None:
    person, client = await database_sync_to_async(_person)()
    socket = _socket(client)
    await socket.connect(10)
    assert await _counts(socket) == 0
    for text in (" ", "{", "[1]", "x" * 100_000):
        await socket.send_to(text_data=text)
    await socket.send_to(bytes_data=b"\x00\xff")
    await database_sync_to_async(_tell)(person)
    assert await _counts(socket) == 1
    await socket.disconnect()


@pytest.mark.parametrize("end", ["sign out", "suspend", "end sessions"])
async def test_socket_ends_with_the_session(end: str) -> None:
    person, client = await database_sync_to_async(_person)()
    socket = _socket(client)
    await socket.connect(10)
    assert await _counts(socket) == 0

    def finish() -> None:
        if end == "sign out":
            client.logout()
        elif end == "suspend":
            User.objects.filter(pk=person.pk).update(status="suspended")
        else:
            User.objects.filter(pk=person.pk).update(session_epoch=1)
        _tell(person)

    await database_sync_to_async(finish)()
    message = await socket.receive_output(10)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)
    await asyncio.sleep(0)
