"""The real application, with the baseline beside it: a consumer as Channels' own guide writes one, which keeps nothing."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from alumni_site.asgi import application as real


class RawConsumer(AsyncJsonWebsocketConsumer):
    """Sends what it is sent to everybody in the group of its address."""

    async def connect(self) -> None:
        self.group = f"raw.{self.scope['url_route']['kwargs']['group']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await self.channel_layer.group_send(self.group, {"type": "told", "frame": content})

    async def told(self, event: dict[str, Any]) -> None:
        await self.send_json(event["frame"])


raw = URLRouter([path("ws/raw/<int:group>/", RawConsumer.as_asgi())])


async def either(scope: Any, receive: Any, send: Any) -> None:
    await (raw if scope["path"].startswith("/ws/raw/") else real)(scope, receive, send)


application = ProtocolTypeRouter({"http": real, "websocket": either})
