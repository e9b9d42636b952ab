"""My page: what waits, how it stands, and the way to everything that is one's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from profiles.models import Profile
from profiles.policies import acts_as_member
from profiles.viewers import Viewer


@require_GET
@never_cache
@login_required
def my_page(request: HttpRequest) -> HttpResponse:
    """The page of panels; whoever is no member yet is shown how their application stands instead."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not acts_as_member(viewer):
        return redirect("application")
    profile = Profile.objects.filter(pk=viewer.profile_id).first() if viewer.profile_id else None
    context = {
        "profile": profile,
        "short_name": profile.name.split(" ")[0] if profile else "",
        "is_first_time": profile is not None and profile.visibility_chosen_at is None,
    }
    return render(request, "profiles/my_page.html", context)
