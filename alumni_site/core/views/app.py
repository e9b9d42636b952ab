"""What makes the network installable: the manifest, the service worker, and the page shown without network."""

import hashlib
import json
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from alumni_site.core.languages import LANGUAGE_NAMES

_COLOUR = "#0b3b46"
# What the page without network is made of.
_FILES = (
    "vendor/designsystemet.css",
    "vendor/theme.css",
    "vendor/schibsted-grotesk-700.woff2",
    "css/network.css",
    "img/mark.svg",
    "js/menus.js",
    "js/app.js",
)


@require_GET
@cache_control(private=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """In the reader's language."""
    icons = [("app-192.png", "192x192", "any"), ("app-512.png", "512x512", "any"), ("app-maskable.png", "512x512", "maskable")]
    content = {
        "id": "/",
        "name": _("Norec Network"),
        "short_name": "Norec",
        "description": _("The network of those who have been on exchange with Norec."),
        "lang": request.LANGUAGE_CODE,  # type: ignore[attr-defined]
        "dir": "ltr",
        "start_url": "/me/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _COLOUR,
        "background_color": _COLOUR,
        "icons": [
            {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, so that it may look after every page. The browser asks for it anew each time."""
    return HttpResponse(_service_worker(), content_type="text/javascript; charset=utf-8")


@require_GET
@cache_control(public=True, max_age=3600)
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """The page the service worker shows when there is no network."""
    if language not in LANGUAGE_NAMES:
        raise Http404
    with override(language):
        # Without the request: nothing on it may depend on who asks.
        response = HttpResponse(render_to_string("app/offline.html"))
        response.headers["Content-Language"] = language
        return response


@lru_cache(maxsize=1)
def _service_worker() -> str:
    offline_pages = {language: reverse("offline", args=[language]) for language in LANGUAGE_NAMES}
    values = {
        "files": mark_safe(json.dumps([static(name) for name in _FILES])),
        "offline": mark_safe(json.dumps(offline_pages)),
        "icon": static("img/app-192.png"),
    }
    # A new version of anything it keeps makes a new worker, which fetches all of it anew.
    text = render_to_string("app/service-worker.js", {**values, "version": ""}) + "".join(_offline_in_all_languages())
    return render_to_string("app/service-worker.js", {**values, "version": hashlib.sha256(text.encode()).hexdigest()[:12]})


def _offline_in_all_languages() -> list[str]:
    pages: list[str] = []
    for language in LANGUAGE_NAMES:
        with override(language):
            pages.append(render_to_string("app/offline.html"))
    return pages
