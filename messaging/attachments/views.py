"""Files on their way in, as tus 1.0 (core, creation, termination, expiration) and as a plain form, and on their way out.

What somebody may not see or do here answers 404, as if it were not there.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alumni_site.core.errors import Conflict, NetworkError, NotAllowed
from alumni_site.core.redirects import safe_next
from messaging.attachments.choosing import take_files
from messaging.attachments.policies import can_attach
from messaging.attachments.reading import own_upload, readable_file, unsent
from messaging.attachments.services import append, begin_upload, cancel_upload, expires_at
from messaging.attachments.serving import file_response
from messaging.models import Attachment, Conversation
from messaging.models.attachments import LARGEST_FILE
from messaging.reading.threads import thread
from messaging.services.choices import save_draft
from messaging.services.sending import refuse
from messaging.views.common import not_there
from messaging.views.conversations import refused

TUS_VERSION = "1.0.0"
_EXTENSIONS = "creation,termination,expiration"
_PIECE_TYPE = "application/offset+octet-stream"
_LONGEST_NAME = 1000
View = Callable[..., HttpResponseBase]


def _signed_in(view: View) -> View:
    """For programs: who is signed out gets a 404, not the sign-in page."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.viewer.user is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _tus(view: View) -> View:
    """Answers in the protocol: its version in every answer, 412 to a client that speaks another, errors as JSON with a code."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response.headers["Tus-Version"] = TUS_VERSION
            response.headers["Tus-Extension"] = _EXTENSIONS
            response.headers["Tus-Max-Size"] = str(LARGEST_FILE)
        elif request.method != "GET" and request.headers.get("Tus-Resumable") != TUS_VERSION:
            response = HttpResponse(status=412)
            response.headers["Tus-Version"] = TUS_VERSION
        else:
            response = _without_errors(view, request, *args, **kwargs)
        response.headers["Tus-Resumable"] = TUS_VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def _without_errors(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except NotAllowed as error:
        raise Http404 from error
    except NetworkError as error:
        status = 409 if isinstance(error, Conflict) else 413 if error.code == "too_large" else 422
        return JsonResponse({"code": error.code, "text": error.message}, status=status)


@require_http_methods(["POST", "OPTIONS"])
@_signed_in
def files(request: Any, uuid: UUID) -> HttpResponseBase:
    """Add a file to a conversation: announce one (tus), or send the whole form."""
    is_form = request.method == "POST" and request.content_type == "multipart/form-data"
    return _form(request, uuid) if is_form else _announce(request, uuid)


@_tus
def _announce(request: Any, uuid: UUID) -> HttpResponseBase:
    conversation = _conversation(request, uuid)
    length = request.headers.get("Upload-Length", "")
    if not length.isascii() or not length.isdigit():
        return JsonResponse({"code": "length", "text": _("The length of the file is missing.")}, status=400)
    # A number of a thousand digits is no length.
    size = int(length) if len(length) < 16 else LARGEST_FILE + 1
    name = _name_in(request.headers.get("Upload-Metadata", ""))
    attachment = begin_upload(actor=request.viewer, conversation=conversation, name=name, size=size)
    response = HttpResponse(status=201)
    response.headers["Location"] = reverse("message_upload", args=[attachment.uuid])
    return _with_progress(response, attachment)


@require_POST
def _form(request: Any, uuid: UUID) -> HttpResponseBase:
    """Up to five files from a plain form. What was written beside them is kept as the draft; the page says what was not taken."""
    body, found = request.POST.get("body", ""), thread(request.viewer, uuid)
    if found is None:
        return not_there(request, body)
    if found.refusal is not None:
        return refused(request, uuid, refuse(found.refusal), body)
    chosen = request.FILES.getlist("files")
    if not chosen:
        messages.error(request, _("Choose a file first."))
    try:
        _taken, problems = take_files(actor=request.viewer, conversation=found.conversation, files=chosen)
        _keep_draft(request, found.conversation)
    except NetworkError as error:
        return refused(request, uuid, error, body)
    for problem in problems:
        messages.error(request, problem)
    return redirect(_way_back(request, uuid))


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE", "OPTIONS"])
@_signed_in
@_tus
def upload(request: Any, uuid: UUID) -> HttpResponseBase:
    """One file on its way: how far it is, the next piece, or take it back. GET tells what came of it, as JSON."""
    attachment = own_upload(request.viewer, uuid)
    if attachment is None:
        raise Http404
    if request.method == "GET":
        return JsonResponse(unsent(attachment).as_data())
    if request.method == "DELETE":
        cancel_upload(actor=request.viewer, attachment=attachment)
        return HttpResponse(status=204)
    if request.method == "PATCH":
        return _take_piece(request, attachment)
    response = HttpResponse(status=200)
    response.headers["Upload-Length"] = str(attachment.size)
    return _with_progress(response, attachment)


def _take_piece(request: Any, attachment: Attachment) -> HttpResponseBase:
    offset = request.headers.get("Upload-Offset", "")
    if request.content_type != _PIECE_TYPE:
        return HttpResponse(status=415)
    if not offset.isascii() or not offset.isdigit() or len(offset) > 15:
        return JsonResponse({"code": "offset", "text": _("The file is not at this place.")}, status=400)
    # One byte more than there is room for is enough to know that it is too much; the rest is not read.
    content = request.read(max(0, attachment.size - int(offset)) + 1)
    if not can_attach(request.viewer, attachment.conversation):
        raise Http404
    after = append(actor=request.viewer, attachment=attachment, offset=int(offset), content=content)
    response = HttpResponse(status=204)
    response.headers["Upload-Offset"] = str(int(offset) + len(content))
    response.headers["Upload-Expires"] = http_date(expires_at(after).timestamp())
    return response


@require_POST
@login_required
def remove(request: Any, uuid: UUID) -> HttpResponse:
    """The button "Remove" of the form without JavaScript."""
    body, attachment = request.POST.get("body", ""), own_upload(request.viewer, uuid)
    if attachment is None:
        return not_there(request, body)
    conversation = attachment.conversation
    try:
        cancel_upload(actor=request.viewer, attachment=attachment)
        _keep_draft(request, conversation)
    except NetworkError as error:
        return refused(request, conversation.uuid, error, body)
    return redirect(_way_back(request, conversation.uuid))


@require_safe
@_signed_in
def file(request: Any, uuid: UUID, name: str) -> HttpResponseBase:
    """A file. Who may read it is asked each time; the name in the address is for the reader's eyes only."""
    return _file(request, uuid, small=False)


@require_safe
@_signed_in
def small(request: Any, uuid: UUID) -> HttpResponseBase:
    """The little picture of a picture."""
    return _file(request, uuid, small=True)


def _file(request: Any, uuid: UUID, *, small: bool) -> HttpResponseBase:
    attachment = readable_file(request.viewer, uuid)
    if attachment is None:
        raise Http404
    return file_response(request, attachment, small=small)


def _conversation(request: Any, uuid: UUID) -> Conversation:
    conversation: Conversation = get_object_or_404(Conversation.objects.visible_to(request.viewer), uuid=uuid)
    if not can_attach(request.viewer, conversation):
        raise Http404
    return conversation


def _with_progress(response: HttpResponse, attachment: Attachment) -> HttpResponse:
    response.headers["Upload-Offset"] = str(attachment.received)
    response.headers["Upload-Expires"] = http_date(expires_at(attachment).timestamp())
    return response


def _name_in(metadata: str) -> str:
    """The file's name in what a tus client tells of it: `filename d29ybGQudHh0,other dmFsdWU=`."""
    for pair in metadata.split(","):
        key, _space, value = pair.strip().partition(" ")
        if key == "filename" and len(value) <= 2 * _LONGEST_NAME:
            try:
                return base64.b64decode(value, validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                return ""
    return ""


def _keep_draft(request: Any, conversation: Conversation) -> None:
    if "body" in request.POST:
        save_draft(actor=request.viewer, conversation=conversation, text=request.POST["body"])


def _way_back(request: HttpRequest, conversation: UUID) -> str:
    return safe_next(request, reverse("conversation", args=[conversation]))
