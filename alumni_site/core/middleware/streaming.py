"""Lets a view stream from an ordinary iterator on an asynchronous server, without gathering all of it in memory first."""

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

_PARTS_AT_ONCE = 16


class StreamingMiddleware:
    """Stands outermost, so that it sees what every other middleware made of the stream."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(request, ASGIRequest) and isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _in_thread(iter(response.streaming_content))  # type: ignore[arg-type]
        return response


async def _in_thread(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts, a few at a time, each lot fetched in the thread of the request."""
    take = sync_to_async(lambda: list(islice(parts, _PARTS_AT_ONCE)))
    while lot := await take():
        for part in lot:
            yield part
