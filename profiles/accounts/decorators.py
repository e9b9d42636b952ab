"""Who may open which kind of page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from profiles.accounts.policies import can_manage_members
from profiles.models import User
from profiles.policies import acts_as_member
from profiles.viewers import Viewer

View = Callable[..., HttpResponseBase]


class AccountRequest(HttpRequest):
    """A request of somebody signed in."""

    viewer: Viewer
    user: User


def account_page(view: View) -> View:
    """A page about one's own account, for anybody signed in, applicants too. Never kept by a cache."""
    return never_cache(login_required(view))


def active_member_page(view: View) -> View:
    """A page for members, whether they have a profile or not. Applicants get the 404 of a page that is not there."""
    return _guarded(view, acts_as_member)


def adviser_page(view: View) -> View:
    """A page for Norec's advisers while they act as one. Everybody else who is signed in gets a 404."""
    return _guarded(view, can_manage_members)


def _guarded(view: View, policy: Callable[[Viewer], bool]) -> View:
    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy(request.viewer):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
