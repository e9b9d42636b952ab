"""The real application, with one more WebSocket: it listens to a group and puts a task in the queue for each message."""

from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from alumni_site.asgi import application as real
from alumni_site.core.broadcast import remember_server_loop
from tests.core.served.tasks import tell, tell_and_undo


class ListeningConsumer(AsyncJsonWebsocketConsumer):
    groups = ("listeners",)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        await sync_to_async(tell_and_undo.enqueue)("listeners")
        await sync_to_async(tell.enqueue)("listeners", content["number"])

    async def broadcast_frame(self, event: dict[str, Any]) -> None:
        await self.send_json(event["frame"])


application = ProtocolTypeRouter(
    {"http": real, "websocket": remember_server_loop(URLRouter([path("ws/listen/", ListeningConsumer.as_asgi())]))}
)
