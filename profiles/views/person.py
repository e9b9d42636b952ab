"""Somebody's profile and picture, as this viewer may see them. Whatever is hidden answers as if it were not there."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from profiles.actions import actions_for
from profiles.audiences import Audience
from profiles.disclosure import DisclosedProfile, disclose, disclose_photo, disclose_to
from profiles.models import Profile
from profiles.photos import PHOTO_SIZES, photo_file, photo_version
from profiles.policies import acts_as_member
from profiles.presentation import profile_page
from profiles.sentences import AUDIENCE_WORDS
from profiles.storage import private_storage
from profiles.viewers import Viewer


@require_safe
def profile(request: Any, uuid: UUID) -> HttpResponse:
    """A person as this viewer sees them; one's own as one's present audience does, or any other with `?as=`."""
    viewer: Viewer = request.viewer
    own = _own_profile(viewer, uuid)
    if own is not None:
        audience = _chosen_audience(request, viewer)
        person = disclose_to(own, audience)
        if person is None:
            return _private(render(request, "profiles/own_unseen.html", {"audience": _words(audience)}))
        return _private(_person_page(request, person, is_own=True))
    found = Profile.objects.visible_to(viewer).with_disclosable().filter(uuid=uuid).first()
    person = disclose(found, viewer) if found else None
    if person is None:
        raise Http404
    return _private(_person_page(request, person, is_own=False))


@require_safe
def profile_photo(request: Any, uuid: UUID, size: str) -> HttpResponse | FileResponse:
    """A person's picture, in one of `PHOTO_SIZES`. The gate is asked each time: a picture that is hidden now is a 404 now."""
    viewer: Viewer = request.viewer
    found = Profile.objects.select_related("user").filter(uuid=uuid).first()
    if found is None or size not in PHOTO_SIZES:
        raise Http404
    is_own = acts_as_member(viewer) and found.pk == viewer.profile_id
    largest = found.photo.name if is_own else disclose_photo(found, viewer)
    if not largest:
        raise Http404
    return _photo_response(request, largest, size)


def _photo_response(request: HttpRequest, largest: str, size: str) -> HttpResponse | FileResponse:
    etag = quote_etag(f"{photo_version(largest)}-{size}")
    response: HttpResponse | FileResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        try:
            picture = private_storage().open(photo_file(largest, size))
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(picture, content_type="image/webp")
    response.headers["ETag"] = etag
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Kept by the browser, but shown only after asking us again.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _own_profile(viewer: Viewer, uuid: UUID) -> Profile | None:
    """The viewer's own profile, when it is the one asked for."""
    if viewer.profile_id is None or not acts_as_member(viewer):
        return None
    return Profile.objects.with_disclosable().filter(pk=viewer.profile_id, uuid=uuid).first()


def _person_page(request: Any, person: DisclosedProfile, *, is_own: bool) -> HttpResponse:
    viewer: Viewer = request.viewer
    actions = [] if is_own else actions_for(viewer, person)
    context = {
        "person": person,
        "page": profile_page(person, timezone.localdate()),
        "audience": _words(person.audience),
        "audience_key": person.audience.value,
        "is_own": is_own,
        "actions": [action for action in actions if not action.quiet],
        "quiet_actions": [action for action in actions if action.quiet],
        "back_url": _way_back(request),
    }
    return render(request, "profiles/profile.html", context)


def _chosen_audience(request: HttpRequest, viewer: Viewer) -> Audience:
    chosen = request.GET.get("as", "")
    return Audience(chosen) if chosen in Audience.values else viewer.audience


def _words(audience: Audience) -> str:
    return str(AUDIENCE_WORDS[audience])


def _way_back(request: HttpRequest) -> str:
    """The search somebody came from, with its filters, else the search as it begins."""
    search = reverse("people")
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host() and came_from.path == search and came_from.query:
        return f"{search}?{came_from.query}"
    return search


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True, no_store=True)
    return response
