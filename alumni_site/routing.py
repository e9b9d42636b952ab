"""Addresses of the WebSocket consumers."""

from typing import Any

from django.urls import path

from messaging.consumers import MessagesConsumer

websocket_urlpatterns: list[Any] = [
    # Finds out by the cookie who it is, in threads that keep their connection to the database.
    path("ws/messages/", MessagesConsumer.as_asgi()),  # type: ignore[arg-type]
]
