"""What the pages of messages have in common."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from alumni_site.core.errors import NetworkError
from messaging.models import Message
from messaging.reading.threads import Thread, thread
from profiles.accounts.decorators import AccountRequest


def find_thread(request: AccountRequest, uuid: UUID) -> Thread:
    """A conversation the reader takes part in. Any other is a page that is not there."""
    found = thread(request.viewer, uuid)
    if found is None:
        raise Http404
    return found


def not_there(request: AccountRequest, typed: str) -> HttpResponse:
    """The page that is not there, the same for whatever reason, with what the reader has just typed: it was theirs before."""
    if not typed.strip():
        raise Http404
    return render(request, "messaging/not_there.html", {"layout": "layouts/public.html", "typed": typed}, status=404)


def find_message(request: AccountRequest, uuid: UUID) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.viewer).select_related("conversation"), uuid=uuid)


def a_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def a_number(text: str | None) -> int | None:
    """A number of a message from an address: what is none, or larger than any, is as if it were not there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def client_id_of(request: AccountRequest) -> UUID:
    return a_uuid(request.POST.get("client_id")) or uuid4()


def is_script(request: AccountRequest) -> bool:
    """Whether our own script asks and shows the answer itself."""
    return request.headers.get("X-Requested-With") == "fetch"


def do(page: AccountRequest, service: Callable[..., Any], **values: Any) -> bool:
    """Let a service act; what it refuses is said at the top of the next page."""
    try:
        service(actor=page.viewer, **values)
    except NetworkError as error:
        messages.warning(page, error.message)
        return False
    return True
