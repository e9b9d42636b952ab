"""What the pages about oneself have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from profiles.models import Profile
from profiles.policies import acts_as_member
from profiles.viewers import Viewer


class MemberRequest(HttpRequest):
    """A request of somebody who has a profile."""

    viewer: Viewer
    profile: Profile


def member_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for a member about their own profile, which it gets as `request.profile`. Others get a 404; nobody a cached copy."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer: Viewer = request.viewer
        if not acts_as_member(viewer) or viewer.profile_id is None:
            raise Http404
        request.profile = Profile.objects.with_disclosable().get(pk=viewer.profile_id)
        return view(request, *args, **kwargs)

    return guarded
