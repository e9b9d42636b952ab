"""Error pages, in plain words and in the reader's language."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from alumni_site.core.languages import language_of_browser


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _quiet_page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "403_csrf.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _quiet_page(request, "500.html", 500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page with the usual bar and foot, where the request came far enough for us to know who is looking."""
    if not hasattr(request, "viewer"):
        return _quiet_page(request, template, status)
    return HttpResponse(render_to_string(template, {"layout": "layouts/public.html"}, request), status=status)


def _quiet_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    """A page that asks nobody: rendered without the request, for what failed may well be the database behind it."""
    # Missing when it failed before the language was known.
    language = getattr(request, "LANGUAGE_CODE", None) or language_of_browser(request)
    number = structlog.contextvars.get_contextvars().get("request_id", "")
    with translation.override(language):
        html = render_to_string(template, {"layout": "layouts/quiet.html", "number": number})
    return HttpResponse(html, status=status, headers={"Content-Language": language})
