"""Real files of every kind for tests, made on the spot; and what people send that looks like one."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

from openpyxl import Workbook

from tests.profiles.pictures import halves, jpeg, moving, saved

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/></Types>'
)


def archive(entries: Mapping[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(extra: Mapping[str, bytes | str] | None = None) -> bytes:
    entries: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES.format(part="word/document.xml", kind="wordprocessingml.document"),
        "_rels/.rels": "<Relationships/>",
        "word/document.xml": "<w:document>Grunnlag for søknaden</w:document>" * 20,
    }
    return archive({**entries, **(extra or {})})


def pptx() -> bytes:
    return archive(
        {
            "[Content_Types].xml": _TYPES.format(part="ppt/presentation.xml", kind="presentationml.presentation"),
            "_rels/.rels": "<Relationships/>",
            "ppt/presentation.xml": "<p:presentation/>",
        }
    )


def xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Budsjett", 5000])
    book.save(out)
    return out.getvalue()


def odt(extra: Mapping[str, bytes | str] | None = None) -> bytes:
    entries: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<office:document-content/>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return archive({**entries, **(extra or {})}, stored=("mimetype",))


def pdf() -> bytes:
    body = (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    )
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def wav(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\1" * 8000 * seconds)
    return out.getvalue()


def ogg(seconds: int = 3) -> bytes:
    def page(granule: int, content: bytes) -> bytes:
        return b"OggS\0\2" + struct.pack("<QIII", granule, 1, 0, 0) + bytes([1, len(content)]) + content

    return page(0, b"OpusHead\1\1" + b"\0" * 9) + page(48_000 * seconds, b"\xfc" * 60)


def webm(codec: bytes = b"A_OPUS") -> bytes:
    return (
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"
        + b"\x18\x53\x80\x67"
        + codec
        + b"\x1f\x43\xb6\x75"
        + b"\x80" * 200
    )


def m4a(track: bytes = b"soun") -> bytes:
    head = struct.pack(">I", 24) + b"ftypM4A \0\0\0\0M4A isom"
    return (
        head
        + struct.pack(">I", 60)
        + b"moov"
        + struct.pack(">I", 40)
        + b"hdlr"
        + b"\0" * 8
        + track
        + b"\0" * 20
        + b"mdat"
        + b"\7" * 99
    )


def mp3(frames: int = 20) -> bytes:
    # MPEG 1 layer III, 128 kbit/s at 44 100 Hz: 417 bytes a frame.
    return b"ID3\4\0\0\0\0\0\0" + (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def text() -> bytes:
    return "Hei!\nEg kjem på torsdag. हामी भेट्छौं\n".encode()


# Name, content, and the kind it is.
VALID: dict[str, tuple[bytes, str, str]] = {
    "jpeg.jpg": (jpeg(), "image", "image/webp"),
    "png.png": (saved(halves(), "PNG"), "image", "image/webp"),
    "webp.webp": (saved(halves(), "WEBP"), "image", "image/webp"),
    "gif.gif": (saved(halves((200, 200)), "GIF"), "image", "image/webp"),
    "plan.pdf": (pdf(), "pdf", "application/pdf"),
    "letter.docx": (docx(), "office", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "budget.xlsx": (xlsx(), "office", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "talk.pptx": (pptx(), "office", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "letter.odt": (odt(), "office", "application/vnd.oasis.opendocument.text"),
    "note.txt": (text(), "text", "text/plain"),
    "old.csv": ("Førde;Åse\nBøen;Pål og mange andre frå Vestlandet\n".encode("cp1252"), "text", "text/plain"),
    "wide.txt": ("Hei på deg".encode("utf-16"), "text", "text/plain"),
    "sound.wav": (wav(), "audio", "audio/wav"),
    "sound.ogg": (ogg(), "audio", "audio/ogg"),
    "sound.webm": (webm(), "audio", "audio/webm"),
    "sound.m4a": (m4a(), "audio", "audio/mp4"),
    "sound.mp3": (mp3(), "audio", "audio/mpeg"),
}

_MACRO_TYPES = _TYPES.format(part="word/document.xml", kind="x").replace(
    "vnd.openxmlformats-officedocument.x.main+xml", "vnd.ms-word.document.macroEnabled.main+xml"
)
_DTD = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + _TYPES.format(
    part="word/document.xml", kind="wordprocessingml.document"
).replace('<?xml version="1.0" encoding="UTF-8"?>', "")


def damaged_entry() -> bytes:
    """A document whose text was changed after it was packed: its sum does not fit."""
    whole = bytearray(archive({**_entries(docx()), "word/media/one.bin": b"AAAABBBB" * 64}, stored=("word/media/one.bin",)))
    at = whole.index(b"AAAABBBB")
    whole[at] ^= 0xFF
    return bytes(whole)


def _entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def commented() -> bytes:
    """A document with another file in the remark at its end, where readers of archives do not look."""
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as packed:
        packed.comment = b"<html><script>alert(1)</script></html>"
    return out.getvalue()


# What is refused: name, content, code.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "nothing in it": ("empty.txt", b"", "empty"),
    "a program": ("setup.exe", b"MZ\x90\0\3\0\0\0" + b"\0" * 200, "not_taken"),
    "a program called a picture": ("cat.jpg", b"MZ\x90\0\3\0\0\0" + b"\0" * 200, "not_taken"),
    "a plain archive": ("things.zip", archive({"a.txt": "a"}), "not_taken"),
    "a script of the shell": ("note.txt", b"#!/bin/sh\nrm -r ~\n", "not_taken"),
    "rich text": ("letter.rtf", b"{\\rtf1 hello}", "not_taken"),
    "text called a picture": ("cat.jpg", b"<html><script>alert(1)</script></html>", "mislabelled"),
    "a drawing with scripts": ("cat.svg", b"<svg onload='alert(1)'/>", "mislabelled"),
    "a picture called a document": ("cv.pdf", jpeg(), "mislabelled"),
    "a document called sound": ("song.mp3", pdf(), "mislabelled"),
    "half a picture": ("cat.jpg", jpeg()[: len(jpeg()) // 2], "damaged"),
    "the head of a picture": ("cat.png", b"\x89PNG\r\n\x1a\n", "damaged"),
    "half a pdf": ("cv.pdf", pdf()[:-40], "damaged"),
    "a picture that moves": ("cat.gif", moving("GIF"), "animated"),
    "a png that moves": ("cat.png", moving("PNG"), "animated"),
    "a picture from an iPhone": ("cat.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
    "an old document": ("cv.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"),
    "a document with macros": ("cv.docx", docx({"word/vbaProject.bin": b"\0"}), "macros"),
    "a document made for macros": ("cv.docm", archive({**_entries(docx()), "[Content_Types].xml": _MACRO_TYPES}), "macros"),
    "an open document with macros": ("cv.odt", odt({"Basic/Standard/Module1.xml": "x"}), "macros"),
    "a document that grows": ("cv.docx", docx({"word/media/a.bin": b"\0" * 60_000_000}), "bomb"),
    "a document that is damaged": ("cv.docx", damaged_entry(), "damaged"),
    "a document cut off": ("cv.docx", docx()[:-30], "damaged"),
    "a document with entities": ("cv.docx", archive({**_entries(docx()), "[Content_Types].xml": _DTD}), "damaged"),
    "a document with something before it": ("cv.docx", b"PK\3\4" + b"GIF89a" * 30 + docx(), "two_in_one"),
    "a document with something after it": ("cv.docx", commented(), "two_in_one"),
    "a picture that is an archive": ("cat.jpg", jpeg() + archive({"evil.class": "x"}), "two_in_one"),
    "a pdf that is an archive": ("cv.pdf", pdf()[:-6] + archive({"a": "b"}) + b"%%EOF", "two_in_one"),
    "a picture that is a pdf": ("cat.gif", b"GIF89a%PDF-1.4" + saved(halves((200, 200)), "GIF")[6:], "two_in_one"),
    "a film": ("film.webm", webm(b"V_VP9") + b"A_OPUS", "video"),
    "a film from a phone": ("film.mp4", m4a(b"vide"), "video"),
    "sound without sound": ("sound.wav", b"RIFF\0\0\0\0WAVEjunk", "damaged"),
}
