"""The answer that carries a file. Nothing in it may run, be taken for something else, or be kept."""

import re
from collections.abc import Iterator
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from messaging.attachments.services import small_file
from messaging.models import Attachment, AttachmentKind
from profiles.storage import private_storage

# Even where a browser opens it as a page of its own: it loads nothing, runs nothing, and is of no origin.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_PIECE = 64 * 1024


def file_response(request: HttpRequest, attachment: Attachment, *, small: bool = False) -> HttpResponseBase:
    """The file, or the part that the request asks for. The view has asked who may read it. Raises `Http404` without bytes."""
    name = attachment.file.name or ""
    is_picture = attachment.kind == AttachmentKind.IMAGE
    if not name or (small and not is_picture):
        raise Http404
    try:
        file = private_storage().open(small_file(name) if small else name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = _whole_or_part(request, file, file.size)
    response.headers["Content-Type"] = _content_type(attachment)
    # Only what we have written ourselves, pixel by pixel, is shown as it is.
    disposition = content_disposition_header(not is_picture, attachment.name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Accept-Ranges"] = "bytes"
    # Packed on the way, a part would no longer be the part that was asked for, and lengths would be lost.
    response.headers["Content-Encoding"] = "identity"
    return response


def _content_type(attachment: Attachment) -> str:
    return "text/plain; charset=utf-8" if attachment.content_type == "text/plain" else attachment.content_type


def _whole_or_part(request: HttpRequest, file: IO[Any], size: int) -> HttpResponseBase:
    asked = request.headers.get("Range")
    wanted = _RANGE.fullmatch(asked.strip()) if asked else None
    if wanted is None or not (wanted[1] or wanted[2]):
        return FileResponse(file, headers={"Content-Length": str(size)})
    first, last = _bounds(wanted[1], wanted[2], size)
    if first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_part(file, first, last - first + 1), status=206)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["Content-Length"] = str(last - first + 1)
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte, both included; the first is behind the last when there is no such part."""
    if not first:
        return (size - min(int(last), size), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


def _part(file: IO[Any], first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece
