"""Addresses of the WebSocket consumers."""

from django.urls import URLPattern, path

from messaging.consumers import MessagesConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/messages/", MessagesConsumer.as_asgi()),  # type: ignore[arg-type]
]
