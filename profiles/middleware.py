"""Who looks at the page, and by which clock: `request.viewer`, once, when somebody first asks, and their time zone."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from profiles.accounts.time_zones import is_time_zone
from profiles.viewers import Viewer, viewer_for

CAPACITY_SESSION_KEY = "capacity"


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: viewer_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class TimeZoneMiddleware:
    """Shows times by the reader's own clock, where they have chosen one. Stands after the authentication middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session nobody is signed in: asking who it is would only make the page depend on the session.
        chosen = getattr(request.user, "time_zone", "") if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
        with timezone.override(chosen if is_time_zone(chosen) else None):
            return self.get_response(request)


def viewer_of(request: Any) -> Viewer:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Viewer()
    return viewer_for(user, capacity=request.session.get(CAPACITY_SESSION_KEY))
