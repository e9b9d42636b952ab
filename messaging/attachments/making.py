"""What is kept of a file that came in: of a picture its pixels, written anew in two sizes; of anything else the file itself."""

import io
import threading
from dataclasses import dataclass

from alumni_site.core.pictures import UnusablePicture, check_picture, open_picture, upright_picture, webp
from messaging.attachments.names import named_as_what_it_is
from messaging.attachments.problems import MOST_PIXELS, Refused
from messaging.attachments.recognising import PICTURE_FORMATS, recognise
from messaging.models import AttachmentKind

LARGEST_SIDE = 2048
SMALL_SIDE = 480
# A large picture takes a hundred megabytes while it is read: not many at once in one process.
_PICTURES_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Made:
    """`small` is the little picture for the conversation; empty for what is no picture."""

    kind: AttachmentKind
    content_type: str
    name: str
    content: bytes
    small: bytes = b""
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


def make(content: bytes, name: str) -> Made:
    """What is kept of this file, and under what name. Raises `Refused`."""
    found = recognise(content, name)
    if found.kind == AttachmentKind.IMAGE:
        with _PICTURES_AT_ONCE:
            return _picture(content, named_as_what_it_is(name, found.endings, replace=True))
    kept_as = named_as_what_it_is(name, found.endings)
    return Made(found.kind, found.content_type, kept_as, content, seconds=found.seconds)


def _picture(content: bytes, name: str) -> Made:
    try:
        image = open_picture(io.BytesIO(content), formats=PICTURE_FORMATS)
        check_picture(image, most_pixels=MOST_PIXELS)
        upright = upright_picture(image, side=LARGEST_SIDE, whole=True)
    except UnusablePicture as problem:
        raise Refused("damaged" if problem.code == "not_a_picture" else problem.code) from problem
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    large, (width, height) = webp(upright), upright.size
    upright.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Made(AttachmentKind.IMAGE, "image/webp", name, large, webp(upright), width, height)
