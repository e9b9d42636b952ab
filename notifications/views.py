"""Pages of notices: what a member has been told, what they want to be told, and the way out that stands in every mail."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Invalid
from notifications.choices import choice_of, times_of
from notifications.forms import KindForm, TimesForm
from notifications.kinds import kinds
from notifications.models import KindChoice, Notification
from notifications.preferences import save_choices, save_times
from notifications.pushing import subscribe, unsubscribe
from notifications.reading import in_words, unread_count_of
from notifications.recipients import may_be_reached, zone_of
from notifications.services import mark_all_read, mark_read
from notifications.signals import PUSH_SESSION_KEY
from notifications.unsubscribing import BadToken, Stop, read_stop, start_mails_again, stop_mails
from notifications.webpush import public_key

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

PER_PAGE = 25


@never_cache
@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """All that the reader has been told, newest first."""
    told = Notification.objects.of(_reader(request))
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    shown = in_words(_reader(request), list(page))
    context = {
        "page": page,
        "notices": shown,
        "unread": told.unread().count(),
        "chooses": may_be_reached(request.user),
        "marks": True,
    }
    return render(request, "notifications/notices.html", context)


@login_required
@require_POST
def notice_open(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark one as read and go where it leads."""
    notification = _own(request, uuid)
    mark_read(actor=_reader(request), notification=notification)
    return redirect(in_words(_reader(request), [notification])[0].url)


@login_required
@require_POST
def notice_read(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark one as read and stay."""
    mark_read(actor=_reader(request), notification=_own(request, uuid))
    return redirect("notices")


@login_required
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_all_read(actor=_reader(request))
    return redirect("notices")


@never_cache
@login_required
@require_GET
def notices_count(request: HttpRequest) -> HttpResponse:
    """How many wait: for a page whose socket cannot be opened."""
    return JsonResponse({"type": "count", "v": 1, "count": unread_count_of(_reader(request))})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """What the reader wants to be told, how and when. For members: nobody else is told anything."""
    person = _member(request)
    posted = request.POST if request.method == "POST" else None
    rows = {row.kind: row for row in KindChoice.objects.filter(user_id=person.pk)}
    offered = [kind for kind in kinds().values() if kind.shown_to(request.viewer)]  # type: ignore[attr-defined]
    forms = [KindForm(posted, kind=kind, choice=choice_of(kind, rows.get(kind.key))) for kind in offered]
    times = TimesForm(posted, times=times_of([person])[person.pk])
    if posted is not None and all([times.is_valid(), *(form.is_valid() for form in forms)]):
        save_choices(user=person, choices={form.kind.key: form.choice() for form in forms})
        save_times(user=person, **times.cleaned_data)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("notice_choices")
    context = {
        "kinds": forms,
        "times": times,
        "forms": [times, *forms],
        "zone": zone_of(person).key,
        "push_key": public_key(),
    }
    return render(request, "notifications/choices.html", context, status=200 if posted is None else 422)


@login_required
@require_POST
def push_subscribe(request: HttpRequest) -> HttpResponse:
    """Keep where this browser can be reached. Asked by a script, after the person has said yes."""
    values = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    try:
        subscription = subscribe(user=_member(request), **values)
    except Invalid as error:
        return JsonResponse({"code": error.code, "message": error.message}, status=422)
    # So that signing out here forgets this browser and no other.
    request.session[PUSH_SESSION_KEY] = subscription.endpoint
    return HttpResponse(status=204)


@login_required
@require_POST
def push_unsubscribe(request: HttpRequest) -> HttpResponse:
    unsubscribe(user=_reader(request), endpoint=request.POST.get("endpoint", ""))
    request.session.pop(PUSH_SESSION_KEY, None)
    return HttpResponse(status=204)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The way out of a mail. The signed address is the proof: no sign-in, no token (RFC 8058). A GET changes nothing."""
    try:
        wanted = read_stop(token)
    except BadToken:
        return _stop_page(request, None, status=410)
    if request.method == "GET":
        return _stop_page(request, wanted)
    undo = stop_mails(wanted)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse("", content_type="text/plain")
    return _stop_page(request, wanted, done=True, undo=undo)


@csrf_exempt
@never_cache
@require_POST
def start_again(request: HttpRequest) -> HttpResponse:
    """Take it back, from the page that said it was done."""
    try:
        wanted = start_mails_again(request.POST.get("token", ""))
    except BadToken:
        return _stop_page(request, None, status=410)
    return _stop_page(request, wanted, undone=True)


def _stop_page(request: HttpRequest, wanted: Stop | None, *, status: int = 200, **context: Any) -> HttpResponse:
    """In the language of whose mail it was."""
    language = wanted.language if wanted else getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    with override(language):
        kind = wanted.kind if wanted else None
        values = {"wanted": wanted, "label": kind.label if kind else "", **context}
        response = render(request, "notifications/stop.html", values, status=status)
        response.headers["Content-Language"] = language
        return response


def _own(request: HttpRequest, uuid: UUID) -> Notification:
    return get_object_or_404(Notification.objects.of(_reader(request)), uuid=uuid)


def _reader(request: HttpRequest) -> "AbstractBaseUser":
    """Who is signed in: every view here asks for it first."""
    return cast("AbstractBaseUser", request.user)


def _member(request: HttpRequest) -> Any:
    if not may_be_reached(request.user):
        raise Http404
    return request.user
