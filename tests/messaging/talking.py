"""People who talk, for tests: accounts, conversations between them, and sockets in this process."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from alumni_site.asgi import application
from messaging.models import Conversation, Message
from profiles.models import User
from tests.factories import ConversationFactory, TalkerFactory
from tests.messaging import protocol

ORIGIN = b"http://localhost"


def member(name: str = "") -> User:
    """A member who has agreed to the norms."""
    return TalkerFactory(**({"first_name": name} if name else {})).user


def talk_between(*people: User) -> Conversation:
    """Two who have talked before, or a group that the first of these people runs."""
    return ConversationFactory(people=list(people))


def written(conversation: Conversation, sender: User, how_many: int, body: str = "Number") -> None:
    """Messages in bulk, told to nobody."""
    first = conversation.last_seq + 1
    Message.objects.bulk_create(
        Message(conversation=conversation, seq=seq, sender=sender, body=f"{body} {seq}") for seq in range(first, first + how_many)
    )
    Conversation.objects.filter(pk=conversation.pk).update(last_seq=first + how_many - 1)
    conversation.refresh_from_db()


def session_of(user: User) -> str:
    """The key of a new session, as signing in makes one."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


class Page:
    """A socket of a page, in this process. Every frame, in both directions, is held against the schema."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator
        self.hello: dict[str, Any] = {}
        self.close: dict[str, Any] | None = None

    async def send(self, type: str, **fields: Any) -> None:
        frame = {"v": 1, "type": type, **{name: _plain(value) for name, value in fields.items()}}
        await self.communicator.send_to(text_data=protocol.sent(frame))

    async def say(self, conversation: Conversation, body: str, client_id: uuid.UUID | None = None, **more: Any) -> str:
        """Send a message; returns its client_id."""
        client_id = client_id or uuid.uuid4()
        await self.send("send", conversation=conversation.uuid, client_id=client_id, body=body, **more)
        return str(client_id)

    async def raw(self, *, text: str | None = None, data: bytes | None = None) -> None:
        """Something the schema may know nothing of."""
        await self.communicator.send_to(text_data=text, bytes_data=data)

    async def next(self, seconds: float = 30) -> dict[str, Any]:
        """The next frame. A closing socket is the frame `{"type": "close", "code": …, "reason": …}`."""
        event = await self.communicator.receive_output(seconds)
        if event["type"] == "websocket.close":
            self.close = {"type": "close", "code": event["code"], "reason": event.get("reason")}
            return self.close
        return protocol.received(event["text"])

    async def until(self, *types: str, seconds: float = 30) -> dict[str, Any]:
        """The next frame of one of these types; what comes before is passed over."""
        while True:
            frame = await self.next(seconds)
            if frame["type"] in types:
                return frame
            assert frame["type"] != "close", f"closed while waiting for {types}: {frame}"

    async def quiet(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for so long."""
        return await self.communicator.receive_nothing(timeout=seconds, interval=0.02)

    async def everything(self, seconds: float = 1) -> list[dict[str, Any]]:
        """All that comes until nothing comes for so long."""
        found = []
        while not await self.quiet(seconds):
            found.append(await self.next())
        return found


@asynccontextmanager
async def page(
    user: User | None, *, session: str | None = None, origin: bytes | None = ORIGIN, **headers: str
) -> AsyncIterator[Page]:
    """An open socket of somebody who is signed in, after its `hello` (or its close)."""
    key = session or (await sync_to_async(session_of)(user) if user is not None else "")
    sent = [(b"host", b"localhost"), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode())]
    sent += [(b"origin", origin)] if origin is not None else []
    sent += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    communicator = WebsocketCommunicator(application, "/ws/messages/", headers=sent)
    connected, _ = await communicator.connect(timeout=30)
    opened = Page(communicator)
    try:
        if connected:
            opened.hello = await opened.next()
        yield opened
    finally:
        with contextlib.suppress(asyncio.CancelledError, asyncio.TimeoutError):
            await communicator.disconnect(timeout=5)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
