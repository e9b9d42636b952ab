"""Gives every request an id, puts it in the answer and in every log line written meanwhile, and logs the request."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from alumni_site.core.logging import route_of

logger = structlog.get_logger("request")

_USABLE = re.compile(r"[A-Za-z0-9-]{8,64}")
# Asked every few seconds, and say nothing about anybody's visit.
_NOT_LOGGED = frozenset({"/healthz", "/readyz"})


class RequestIdMiddleware:
    """Stands outermost. An error page shows the id, so that it can be found in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _USABLE.fullmatch(given) else str(uuid.uuid4())
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            if request.path not in _NOT_LOGGED and not request.path.startswith(settings.STATIC_URL):
                self.log(request, response, time.perf_counter() - began)
        response["X-Request-ID"] = request_id
        return response

    def log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """One line a request: the pattern of the address, never the address, and not where it came from."""
        logger.info(
            "request",
            method=request.method,
            route=route_of(request),
            status=response.status_code,
            ms=round(seconds * 1000),
        )
