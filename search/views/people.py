"""The search page, in its three views, and the suggestions while typing."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe
from django_htmx.http import push_url

from profiles.viewers import Viewer
from search.engines.base import SearchUnavailable
from search.forms import PeopleAddress
from search.pages import people_page
from search.policies import can_export_people, can_keep
from search.suggestions import grouped_suggestions

# What the scripts ask for in place of a whole page.
RESULTS_REGION = "found"


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """The resource bank: everybody may search, and finds what is shown to them."""
    viewer = viewer_of(request)
    address = PeopleAddress.from_params(request.GET)
    wants_region = _wants_region(request)
    if not wants_region and address.is_understood and any(end.typed for end in address.year_ends):
        # Without a script the years come as a span; the address to share has them one by one.
        return redirect(f"{reverse('people')}?{address.query_string()}")
    context: dict[str, Any] = {"viewer": viewer, "may_keep": can_keep(viewer), "may_export": can_export_people(viewer)}
    try:
        page = people_page(viewer, address, reverse("people"))
    except SearchUnavailable:
        response = render(request, "search/unavailable.html", {**context, "address": address}, status=503)
        return kept_private(response)
    template = "search/_answer.html" if wants_region else "search/people.html"
    response = render(request, template, {**context, "page": page})
    if wants_region:
        # To see more values of a facet is no other question: the address stays.
        is_same = "more" in request.GET or request.htmx.current_url_abs_path == page.url  # type: ignore[attr-defined]
        push_url(response, False if is_same else page.url)
    return kept_private(response)


@require_GET
def suggest_people(request: HttpRequest) -> HttpResponseBase:
    """What the reader may be about to type, as the options of a list box. Empty for fewer than two letters."""
    groups = grouped_suggestions(viewer_of(request), request.GET.get("q", ""))
    return kept_private(render(request, "search/_suggestions.html", {"groups": groups}))


def viewer_of(request: HttpRequest) -> Viewer:
    """Who is looking."""
    return cast(Viewer, request.viewer)  # type: ignore[attr-defined]


def kept_private(response: HttpResponse) -> HttpResponse:
    """The answer depends on who asks and what members choose from one moment to the next: nobody may keep it."""
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])
    return response


def no_search_now() -> str:
    """What stands by a form when the engine does not answer. Never the engine’s own words: those are for operators."""
    return _("We cannot search right now. Nothing is lost: wait a minute, then press the button again.")


def _wants_region(request: HttpRequest) -> bool:
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request and htmx.target == RESULTS_REGION
