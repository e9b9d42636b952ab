"""What one does with a single message: a sign, a change, taking it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alumni_site.core.errors import NetworkError
from messaging.forms import EditForm
from messaging.models import Message
from messaging.policies import CLOSED, can_delete_for_all, can_edit
from messaging.services.sending import delete_for_all, delete_for_me, edit_message, set_reaction
from messaging.views.common import find_message, find_thread, is_script
from messaging.views.conversations import message_row, one_message
from messaging.views.showing import heading
from profiles.accounts.decorators import AccountRequest, active_member_page


@require_POST
@active_member_page
def message_react(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Put a sign under a message, or take it away."""
    message = find_message(request, uuid)
    is_on = "on" in request.POST
    sign = request.POST.get("on" if is_on else "off", "")
    try:
        set_reaction(actor=request.viewer, message=message, sign=sign, is_on=is_on)
    except NetworkError as error:
        if is_script(request):
            return JsonResponse({"code": error.code, "text": error.message}, status=422)
        messages.warning(request, error.message)
    return _shown(request, message)


@require_http_methods(["GET", "POST"])
@active_member_page
def message_edit(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Change what one wrote, within a quarter of an hour."""
    message = find_message(request, uuid)
    if not can_edit(request.viewer, message) and request.method == "GET":
        is_late = message.conversation.closed_at is None
        messages.warning(
            request, _("You can change a message for 15 minutes after you sent it.") if is_late else str(CLOSED.words)
        )
        return redirect(_place(message))
    form = EditForm(request.POST if request.method == "POST" else None, initial={"body": message.body})
    if request.method == "POST" and form.is_valid():
        try:
            edit_message(actor=request.viewer, message=message, body=form.cleaned_data["body"])
        except NetworkError as error:
            form.add_error("body", error.message)
        else:
            return _shown(request, message)
    if form.is_bound and is_script(request):
        return JsonResponse({"code": "invalid", "text": " ".join(str(error) for error in form.errors["body"])}, status=422)
    thread = find_thread(request, message.conversation.uuid)
    context = {"form": form, "thread": thread, "title": heading(thread)}
    return render(request, "messaging/edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@active_member_page
def message_delete(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Take a message away, for oneself or for all: first what it means, then the press."""
    message = find_message(request, uuid)
    thread = find_thread(request, message.conversation.uuid)
    if request.method == "GET":
        shown = one_message(request, thread, message.seq)
        for_all = can_delete_for_all(request.viewer, message)
        context = {"message": shown, "thread": thread, "title": heading(thread), "for_all": for_all}
        return render(request, "messaging/delete.html", context)
    service = {"me": delete_for_me, "all": delete_for_all}.get(request.POST.get("for", ""))
    if service is None:
        raise Http404
    try:
        service(actor=request.viewer, message=message)  # type: ignore[operator]
    except NetworkError as error:
        messages.warning(request, error.message)
    else:
        messages.success(request, _("The message is deleted."))
    return redirect("conversation", uuid=thread.uuid)


def _shown(request: AccountRequest, message: Message) -> HttpResponse:
    if is_script(request):
        return message_row(request, find_thread(request, message.conversation.uuid), message.seq)
    return redirect(_place(message))


def _place(message: Message) -> str:
    return f"{reverse('conversation', args=[message.conversation.uuid])}?at={message.seq}#m-{message.uuid}"
