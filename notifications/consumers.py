"""`/ws/notices/`: tells an open page how many notices wait, and nothing else. Frames are in docs/notifications.md."""

import asyncio
from typing import Any

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from notifications.groups import notices_group
from notifications.reading import unread_count_of
from notifications.recipients import may_be_reached

# However much happens, a page is told once in this time.
SECONDS_BETWEEN_FRAMES = 1.0
SIGNED_OUT = 4401


class NoticesConsumer(AsyncJsonWebsocketConsumer):
    """Out: `{"type": "count", "v": 1, "count": 3}` at once and when it has changed. What comes in is not read."""

    group = ""
    _told: int | None = None
    _telling: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        user = self.scope["user"]
        # Let in and told so: a page that is only turned away cannot know why, and would come back for ever.
        await self.accept()
        if not user.is_authenticated:
            await self.close(SIGNED_OUT)
            return
        self.group = notices_group(user.pk)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self._tell()

    async def disconnect(self, code: int) -> None:
        if self._telling is not None:
            self._telling.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, *_: Any, **__: Any) -> None:
        """Nothing is asked of us here."""

    async def broadcast_frame(self, event: dict[str, Any]) -> None:
        """Something changed. The first of many asks; the others are answered by it."""
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_soon())

    async def _tell_soon(self) -> None:
        await asyncio.sleep(SECONDS_BETWEEN_FRAMES if self._told is not None else 0)
        await self._tell()

    async def _tell(self) -> None:
        count = await self._count()
        if count is None:
            await self.close(SIGNED_OUT)
        elif count != self._told:
            self._told = count
            await self.send_json({"type": "count", "v": 1, "count": count})

    async def _count(self) -> int | None:
        """None when the session has ended meanwhile, or the account may not be told anything any more."""
        if not await database_sync_to_async(self.scope["session"].exists)(self.scope["session"].session_key):
            return None
        # Asks the database, and compares the session with the account: signing out elsewhere ends it.
        user = await get_user(self.scope)
        if not user.is_authenticated or not may_be_reached(user):
            return None
        return await database_sync_to_async(unread_count_of)(user)
