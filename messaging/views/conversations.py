"""A conversation: its messages, writing in it, and what one chooses about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from alumni_site.core.errors import NetworkError
from messaging.answers import error_words
from messaging.attachments.choosing import FilesRefused, take_files
from messaging.attachments.reading import unsent_files
from messaging.attachments.services import cancel_upload
from messaging.frames import Frame, error_frame
from messaging.models import ConversationKind, Message
from messaging.models.messages import LONGEST_BODY
from messaging.notices import forget_answer
from messaging.reading.shown import ShownMessage
from messaging.reading.threads import MESSAGES_IN_A_WINDOW, Thread, Window, missed, window
from messaging.reading.threads import thread as find_thread_or_none
from messaging.reading.unread import first_unread
from messaging.services.choices import FOR_EVER, archive, mark_read, mute, pin, save_draft
from messaging.services.sending import Sent, send_message
from messaging.views.common import a_number, a_uuid, client_id_of, do, find_thread, not_there
from messaging.views.inbox import inbox_column
from messaging.views.requests import request_page
from messaging.views.showing import Bubbles, blank_rows, heading, read_by_other, rows, single_rows
from profiles.accounts.decorators import AccountRequest, active_member_page

_CHOSEN = {
    "mute": _("Muted. You get no notices about this conversation."),
    "unmute": _("You get notices about this conversation again."),
    "archive": _("Put away. It comes back when somebody writes."),
    "unarchive": _("The conversation is in your list again."),
    "pin": _("Pinned to the top of your list."),
    "unpin": _("No longer pinned."),
}


@require_GET
@active_member_page
def conversation(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """A window of the messages, the newest unless the address says which, and the form to write in."""
    thread = find_thread(request, uuid)
    if thread.request is not None and thread.request.is_waiting and not thread.request.is_mine:
        return request_page(request, thread)
    if thread.request is not None and thread.request.is_mine and not thread.request.is_waiting:
        forget_answer(request.user, uuid)
    return conversation_page(request, thread, typed=thread.own.draft)


def conversation_page(
    request: AccountRequest,
    thread: Thread,
    *,
    typed: str,
    problem: str = "",
    file_problems: Sequence[str] = (),
    reply_to: str = "",
    status: int = 200,
) -> HttpResponse:
    viewer = request.viewer
    first_new = first_unread(viewer, thread)
    shown = _window(request, thread, first_new)
    left_out = _unread_left_out(request, shown, first_new)
    read_seq = max(thread.own.read_seq, shown.last or 0) if left_out is None else thread.own.read_seq
    if read_seq > thread.own.read_seq:
        mark_read(actor=viewer, conversation=thread.conversation, seq=read_seq)
    context = {
        **_about(request, thread),
        **inbox_column(request, current=thread.uuid),
        "rows": rows(thread, shown.messages, first_new=first_new),
        "window": shown,
        # What the page knows: with the newest in sight, all there is, whatever of it is hidden from this reader.
        "last": shown.last or thread.last_seq if shown.has_after else thread.last_seq,
        "read_seq": read_seq,
        "left_out": left_out,
        "blank": blank_rows(thread, request.user.uuid),
        "typed": typed,
        "problem": problem,
        "file_problems": file_problems,
        "reply": _answered(request, thread, reply_to or request.GET.get("reply", "")),
        "client_id": uuid4(),
        "unsent": unsent_files(viewer, thread.conversation) if thread.may_write else [],
        "longest": LONGEST_BODY,
        "account": request.user.uuid,
        "zone": timezone.get_current_timezone_name(),
        "day": request.GET.get("on", ""),
    }
    return render(request, "messaging/conversation.html", context, status=status)


def _about(request: AccountRequest, thread: Thread) -> dict[str, Any]:
    is_group = thread.kind != ConversationKind.DIRECT
    return {
        "thread": thread,
        "title": heading(thread),
        "is_group": is_group,
        "can_leave": thread.kind == ConversationKind.GROUP,
        "bubbles": Bubbles(thread),
    }


def _window(request: AccountRequest, thread: Thread, first_new: int | None) -> Window:
    """Which part the address asks for. Without one: where the unread begin, if that is further back, else the newest."""
    asked = request.GET
    viewer = request.viewer
    on = _day(asked.get("on"))
    if on is not None:
        return window(viewer, thread, on=on)
    for name in ("before", "after"):
        if (number := a_number(asked.get(name))) is not None:
            return window(viewer, thread, **{name: number})  # type: ignore[arg-type]
    if (number := a_number(asked.get("at"))) is not None:
        return window(viewer, thread, around=number)
    if first_new is not None and thread.last_seq - first_new >= MESSAGES_IN_A_WINDOW and not _wants_newest(request):
        return window(viewer, thread, around=first_new)
    return window(viewer, thread)


def _wants_newest(request: AccountRequest) -> bool:
    return "newest" in request.GET


def _unread_left_out(request: AccountRequest, shown: Window, first_new: int | None) -> int | None:
    """Where the unread begin, when that is before this part: then it reads nothing, for what stands between was not shown.
    Whoever asks for the newest leaves that behind."""
    if first_new is None or shown.first is None or shown.first <= first_new or _wants_newest(request):
        return None
    return first_new


def _day(text: str | None) -> date | None:
    try:
        day = parse_date(text or "")
    except ValueError:
        return None
    # The ends of the calendar have no midnight in every time zone.
    return day if day is not None and 1970 <= day.year <= 9000 else None


def _answered(request: AccountRequest, thread: Thread, text: str) -> ShownMessage | None:
    """The message that is being answered, when it is one of this conversation that the reader sees."""
    uuid = a_uuid(text)
    if uuid is None or not thread.may_write:
        return None
    found = Message.objects.visible_to(request.viewer).filter(conversation=thread.conversation, uuid=uuid, event="").first()
    return one_message(request, thread, found.seq) if found is not None else None


def one_message(request: AccountRequest, thread: Thread, seq: int) -> ShownMessage | None:
    found = window(request.viewer, thread, after=seq - 1, limit=1).messages
    return found[0] if found and found[0].seq == seq else None


@require_GET
@active_member_page
def part(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """What the page's script asks for: earlier messages, or what it missed and what has changed."""
    thread = find_thread(request, uuid)
    after = a_number(request.GET.get("after"))
    about = _about(request, thread)
    if after is not None:
        news = missed(
            request.viewer,
            thread.conversation,
            after=after,
            changes_after=a_number(request.GET.get("changes")),
            limit=50,
        )
        context: dict[str, Any] = {
            "rows": rows(thread, news.messages),
            "changed": single_rows(thread, news.changed),
            "last": news.last,
            "change": news.last_change,
            "has_older": True,
            "has_newer": news.has_more,
        }
    else:
        before = None if "newest" in request.GET else a_number(request.GET.get("before"))
        shown = window(request.viewer, thread, before=before)
        context = {
            "rows": rows(thread, shown.messages),
            "changed": [],
            "last": thread.last_seq if before is None else shown.last or 0,
            "change": thread.last_change,
            "has_older": shown.has_before,
            "has_newer": before is not None,
        }
    return render(request, "messaging/_piece.html", {**about, **context, "read_by": read_by_other(thread)})


def message_row(request: AccountRequest, thread: Thread, seq: int) -> HttpResponse:
    """One message as it is now, for the page's script; nothing when the reader does not see it any more."""
    found = one_message(request, thread, seq)
    shown = single_rows(thread, [found] if found else [])
    return render(request, "messaging/_piece.html", {**_about(request, thread), "rows": [], "changed": shown})


@require_POST
@active_member_page
def send(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Write in the conversation. What is refused stays in the field; our script is told of it as the socket would."""
    body, client_id = request.POST.get("body", ""), client_id_of(request)
    wants_json = request.headers.get("Accept", "") == "application/json"
    # Kept by a browser for another account than the one that is signed in now: never sent.
    is_own = request.POST.get("account", str(request.user.uuid)) == str(request.user.uuid)
    thread = find_thread_or_none(request.viewer, uuid) if is_own else None
    if thread is None and wants_json:
        frame = error_frame("not_found", error_words("not_found"), answers="send", client_id=client_id, conversation=uuid)
        return JsonResponse(frame, status=404)
    if thread is None:
        return not_there(request, body if is_own else "")
    try:
        sent = _sent(request, thread, body, client_id)
    except NetworkError as error:
        if wants_json:
            return JsonResponse(_error_frame(thread, client_id, error))
        return refused(request, uuid, error, body)
    if wants_json:
        numbers = {"seq": sent.message.seq, "id": str(sent.message.uuid), "sent_at": sent.message.sent_at.isoformat()}
        return JsonResponse({"v": 1, "type": "ack", **_ids(thread, client_id), **numbers})
    return redirect(f"{reverse('conversation', args=[thread.uuid])}#m-{sent.message.uuid}")


def _sent(request: AccountRequest, thread: Thread, body: str, client_id: UUID) -> Sent:
    """Send the message with the files that were ready, and with those that were only chosen. Raises `NetworkError`."""
    actor, conversation = request.viewer, thread.conversation
    # Who may not write is told so by the message itself.
    chosen = request.FILES.getlist("files") if thread.may_write else []
    taken, problems = take_files(actor=actor, conversation=conversation, files=chosen)
    if problems:
        raise FilesRefused(problems)
    ready = [each for text in request.POST.getlist("attachments") if (each := a_uuid(text))]
    sent = send_message(
        actor=actor,
        conversation=conversation,
        body=body,
        client_id=client_id,
        reply_to=a_uuid(request.POST.get("reply_to")),
        attachments=[*ready, *(each.uuid for each in taken)],
    )
    if not sent.is_new:
        # Pressed twice: the files went with the first.
        for attachment in taken:
            cancel_upload(actor=actor, attachment=attachment)
    return sent


def _ids(thread: Thread, client_id: UUID) -> dict[str, str]:
    return {"conversation": str(thread.uuid), "client_id": str(client_id)}


def _error_frame(thread: Thread, client_id: UUID, error: NetworkError) -> Frame:
    """What the socket would say."""
    return error_frame(
        error.code,
        str(error.message),
        answers="send",
        client_id=client_id,
        conversation=thread.uuid,
        retry_after=getattr(error, "retry_after", None),
    )


def refused(request: AccountRequest, uuid: UUID, error: NetworkError, body: str) -> HttpResponse:
    """The conversation as it is now, with why nothing was sent and what was typed, wherever it can still stand."""
    again = find_thread_or_none(request.viewer, uuid)
    if again is None:
        return not_there(request, body)
    if error.code == "norms_not_agreed":
        save_draft(actor=request.viewer, conversation=again.conversation, text=body.strip())
        return redirect(f"{reverse('messaging_norms')}?next={reverse('conversation', args=[uuid])}")
    files, problem = (error.problems, "") if isinstance(error, FilesRefused) else ([], error.message)
    reply_to = request.POST.get("reply_to", "")
    return conversation_page(request, again, typed=body, problem=problem, file_problems=files, reply_to=reply_to, status=422)


@require_POST
@active_member_page
def draft(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Keep what is typed and not sent, for the next device."""
    thread = find_thread(request, uuid)
    try:
        save_draft(actor=request.viewer, conversation=thread.conversation, text=request.POST.get("text", ""))
    except NetworkError as error:
        return JsonResponse({"code": error.code, "text": error.message}, status=422)
    return HttpResponse(status=204)


@require_POST
@active_member_page
def choose(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Mute, put away, pin, or take it back."""
    thread = find_thread(request, uuid)
    chosen = request.POST.get("do", "")
    if chosen not in _CHOSEN:
        raise Http404
    is_on = not chosen.startswith("un")
    if chosen.endswith("mute"):
        done = do(request, mute, conversation=thread.conversation, until=FOR_EVER if is_on else None)
    else:
        service = archive if chosen.endswith("archive") else pin
        done = do(request, service, conversation=thread.conversation, is_on=is_on)
    if done:
        messages.success(request, str(_CHOSEN[chosen]))
    return redirect("messages" if chosen == "archive" else reverse("conversation", args=[thread.uuid]))
