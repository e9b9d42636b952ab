"""Pages of notices: what a member has been told."""

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from notifications.models import Notification
from notifications.reading import in_words
from notifications.services import mark_all_read, mark_read

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

PER_PAGE = 25


@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """All that the reader has been told, newest first."""
    told = Notification.objects.of(_reader(request))
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    shown = in_words(_reader(request), list(page))
    return render(request, "notifications/notices.html", {"page": page, "notices": shown, "unread": told.unread().count()})


@login_required
@require_POST
def notice_open(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notification = get_object_or_404(Notification.objects.of(_reader(request)), uuid=uuid)
    mark_read(actor=_reader(request), notification=notification)
    return redirect(in_words(_reader(request), [notification])[0].url)


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_all_read(actor=_reader(request))
    return redirect("notices")


def _reader(request: HttpRequest) -> "AbstractBaseUser":
    """Who is signed in: every view here asks for it first."""
    return cast("AbstractBaseUser", request.user)
