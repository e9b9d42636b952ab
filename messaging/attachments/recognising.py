"""What a file is, by what is in it. Its name decides nothing; one that says something else is a reason to refuse."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from messaging.attachments import office, sounds
from messaging.attachments.names import ending_of
from messaging.attachments.problems import Refused
from messaging.models import AttachmentKind

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Where a reader of PDF still looks for its head, and for its end.
_PDF_HEAD, _PDF_END = 1024, 2048
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
# Text that other programs than a reader of text would run or open.
_NO_PLAIN_TEXT = (b"{\\rtf", b"%!ps", b"#!")


@dataclass(frozen=True, slots=True)
class Recognised:
    """`endings` are those that files of this type have, the usual one first."""

    kind: AttachmentKind
    content_type: str
    endings: tuple[str, ...]
    seconds: int | None = None


# Endings whose meaning everybody knows, and the kind a file of that name must be.
_KIND_BY_ENDING: dict[str, AttachmentKind] = {
    **dict.fromkeys(
        (".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".svg", ".heic", ".bmp", ".tif", ".tiff", ".avif"),
        AttachmentKind.IMAGE,
    ),
    ".pdf": AttachmentKind.PDF,
    **dict.fromkeys(
        (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".doc", ".xls", ".ppt", ".docm", ".xlsm", ".pptm"),
        AttachmentKind.OFFICE,
    ),
    **dict.fromkeys((".txt", ".md", ".csv", ".tsv", ".log", ".ics", ".vcf"), AttachmentKind.TEXT),
    **dict.fromkeys((".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".weba"), AttachmentKind.AUDIO),
}


def recognise(content: bytes, name: str) -> Recognised:
    """What is in the file. Raises `Refused` with a code when it is nothing we take.

    A picture's pixels are not read here: `making` does that when it writes the picture anew.
    """
    if not content:
        raise Refused("empty")
    found = next((found for reader in _READERS if (found := reader(content)) is not None), None)
    if found is None:
        raise Refused("not_taken")
    _refuse_two_in_one(content, found)
    _refuse_mislabelled(name, found)
    return found


def _picture(content: bytes) -> Recognised | None:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise Refused("heic")
    # Only what begins as one of these is handed to the library at all.
    is_picture = content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (
        content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    )
    return Recognised(AttachmentKind.IMAGE, "image/webp", (".webp",)) if is_picture else None


def _pdf(content: bytes) -> Recognised | None:
    if not content.startswith(b"%PDF-"):
        return None
    if b"%%EOF" not in content[-_PDF_END:] or b"startxref" not in content[-_PDF_END:]:
        raise Refused("damaged")
    return Recognised(AttachmentKind.PDF, "application/pdf", (".pdf",))


def _office(content: bytes) -> Recognised | None:
    if content.startswith(_OLD_OFFICE):
        raise Refused("old_office")
    if not content.startswith(b"PK\x03\x04"):
        return None
    content_type, ending = office.document_type(content)
    return Recognised(AttachmentKind.OFFICE, content_type, (ending,))


def _sound(content: bytes) -> Recognised | None:
    found = sounds.sound_type(content)
    if found is None:
        return None
    return Recognised(AttachmentKind.AUDIO, found.content_type, found.endings, found.seconds)


def _text(content: bytes) -> Recognised | None:
    if content[:16].lower().startswith(_NO_PLAIN_TEXT):
        return None
    text = decoded(content)
    if text is None or any(_is_control(sign) for sign in text):
        return None
    return Recognised(AttachmentKind.TEXT, "text/plain", (".txt", ".md", ".csv", ".tsv", ".log", ".ics", ".vcf"))


def decoded(content: bytes) -> str | None:
    """Text in UTF-8, in UTF-16 that says so, or in the old Western signs; None when it is none of them."""
    for encoding in ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Any bytes at all are some text in the old signs; people's are mostly plain letters.
        if encoding != "cp1252" or sum(sign > 127 for sign in content) * 3 <= len(content):
            return text
    return None


def _is_control(sign: str) -> bool:
    return (sign < " " and sign not in "\t\n\r\f") or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff"


def _refuse_two_in_one(content: bytes, found: Recognised) -> None:
    """What another program would open as something else. Of a picture only the pixels go on; it is refused all the same."""
    is_archive = found.kind != AttachmentKind.OFFICE and zipfile.is_zipfile(io.BytesIO(content))
    is_pdf = found.kind not in (AttachmentKind.PDF, AttachmentKind.TEXT) and b"%PDF-" in content[:_PDF_HEAD]
    if is_archive or is_pdf:
        raise Refused("two_in_one")


def _refuse_mislabelled(name: str, found: Recognised) -> None:
    expected = _KIND_BY_ENDING.get(ending_of(name))
    if expected is not None and expected != found.kind:
        raise Refused("mislabelled")


_READERS: tuple[Callable[[bytes], Recognised | None], ...] = (_picture, _pdf, _office, _sound, _text)
