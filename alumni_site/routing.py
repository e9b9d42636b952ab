"""Addresses of the WebSocket consumers."""

from typing import Any

from django.urls import path

from messaging.consumers import MessagesConsumer
from notifications.consumers import NoticesConsumer

websocket_urlpatterns: list[Any] = [
    path("ws/messages/", MessagesConsumer.as_asgi()),  # type: ignore[arg-type]
    path("ws/notices/", NoticesConsumer.as_asgi()),  # type: ignore[arg-type]
]
