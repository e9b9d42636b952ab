"""Office documents: a zip with a known build. Macros, and what unpacks to more than it should, are refused."""

import io
import zipfile
from xml.etree import ElementTree

from messaging.attachments.problems import Refused

_MOST_ENTRIES = 3000
_MOST_UNPACKED = 150 * 1024 * 1024
# Plain text in a document packs to a fiftieth; what packs to a two-hundredth was made to.
_MOST_TIMES = 200
_LONGEST_LIST = 1024 * 1024

_TYPES = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN_PARTS: dict[str, tuple[str, str]] = {
    "wordprocessingml.document": (f"{_OOXML}wordprocessingml.document", ".docx"),
    "spreadsheetml.sheet": (f"{_OOXML}spreadsheetml.sheet", ".xlsx"),
    "presentationml.presentation": (f"{_OOXML}presentationml.presentation", ".pptx"),
    "presentationml.slideshow": (f"{_OOXML}presentationml.slideshow", ".ppsx"),
}
_ODF: dict[str, str] = {
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
_MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/", "word/activex/", "xl/activex/", "ppt/activex/")


def document_type(content: bytes) -> tuple[str, str]:
    """Content type and ending of a document. Raises `Refused` when it is another archive, damaged, or one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _checked_entries(archive, len(content))
            found = _open_document(archive, entries) if "mimetype" in entries else _office_open_xml(archive, entries)
            _refuse_damaged(archive)
            return found
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError) as error:
        raise Refused("damaged") from error
    except Exception as error:
        # The decompressors raise errors of their own kinds; nothing else can happen here.
        if isinstance(error, Refused):
            raise
        raise Refused("damaged") from error


def _checked_entries(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or unpacked > _MOST_TIMES * size or packed > size:
        raise Refused("bomb")
    if any(info.flag_bits & 0x1 for info in infos):
        raise Refused("old_office")
    # Something before the first entry, or after the list at the end, belongs to another file.
    if not infos or min(info.header_offset for info in infos) != 0 or archive.comment:
        raise Refused("two_in_one")
    names = [info.filename.lower() for info in infos]
    if any(name.endswith(_MACRO_PARTS) or name.startswith(_MACRO_FOLDERS) for name in names):
        raise Refused("macros")
    if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise Refused("damaged")
    return {info.filename: info for info in infos}


def _open_document(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> tuple[str, str]:
    content_type = _read(archive, entries["mimetype"]).decode("ascii", "replace").strip()
    if content_type not in _ODF or "META-INF/manifest.xml" not in entries or "content.xml" not in entries:
        raise Refused("not_taken")
    return content_type, _ODF[content_type]


def _office_open_xml(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> tuple[str, str]:
    if _TYPES not in entries or "_rels/.rels" not in entries:
        raise Refused("not_taken")
    listed = _read(archive, entries[_TYPES])
    if b"<!" in listed.replace(b"<!--", b""):
        raise Refused("damaged")
    try:
        root = ElementTree.fromstring(listed)  # noqa: S314 - bounded, and without declarations of its own
    except ElementTree.ParseError as error:
        raise Refused("damaged") from error
    types = {(element.get("ContentType") or ""): (element.get("PartName") or "").lstrip("/") for element in root}
    if any("macroenabled" in each.lower() or "vbaproject" in each.lower() for each in types):
        raise Refused("macros")
    for part, found in _MAIN_PARTS.items():
        if types.get(f"{_OOXML}{part}.main+xml") in entries:
            return found
    raise Refused("not_taken")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > _LONGEST_LIST:
        raise Refused("bomb")
    return archive.read(info)


def _refuse_damaged(archive: zipfile.ZipFile) -> None:
    """Unpacks everything once, a piece at a time: sums must fit. No entry yields more than it announces."""
    if archive.testzip() is not None:
        raise Refused("damaged")
