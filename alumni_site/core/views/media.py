"""Editors' pictures, from the disk or from a bucket, under our own address."""

import mimetypes
import posixpath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

# What anybody may read who knows the address. Documents have a view of Wagtail's, which asks whether they are private.
PUBLIC_FOLDERS = ("images/", "original_images/")
_A_WEEK = 7 * 24 * 60 * 60


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """One file of the default storage. Only pictures that editors put on pages: all else is a 404."""
    # "images/../documents/x" begins well and ends elsewhere.
    if not name.startswith(PUBLIC_FOLDERS) or posixpath.normpath(name) != name:
        raise Http404
    content_type = mimetypes.guess_type(name)[0] or ""
    if not content_type.startswith("image/"):
        raise Http404
    try:
        file = storages["default"].open(name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    # A drawing opened by its own address must not run what is in it.
    headers = {
        "Cache-Control": f"public, max-age={_A_WEEK}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return FileResponse(file, content_type=content_type, headers=headers)
