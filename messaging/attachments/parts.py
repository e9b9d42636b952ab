"""The bytes of an upload that is not complete: one object in the private storage for each piece that came in.

Object storage cannot append, and several machines share nothing else: a piece has its place in the file as its name, so that
any machine takes the next one (docs/decisions/uploads-in-pieces.md).
"""

from uuid import UUID

from django.core.files.base import ContentFile

from profiles.storage import private_storage

FOLDER = "uploads"


def save_part(upload: UUID, offset: int, content: bytes) -> None:
    """Keep a piece. One that was left by a process that died at this very place is written over."""
    storage, name = private_storage(), _name(upload, offset)
    storage.delete(name)
    storage.save(name, ContentFile(content))


def joined(upload: UUID, size: int) -> bytes:
    """The whole file. Raises `FileNotFoundError` when a piece is missing."""
    content = bytearray()
    storage = private_storage()
    while len(content) < size:
        with storage.open(_name(upload, len(content))) as part:
            piece = part.read()
        if not piece:
            raise FileNotFoundError(_name(upload, len(content)))
        content += piece
    return bytes(content)


def delete_parts(upload: UUID) -> None:
    """Delete every piece; what is gone already does not matter."""
    storage, folder = private_storage(), f"{FOLDER}/{upload.hex}"
    try:
        names = storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    # A folder on disk; in object storage there is none.
    storage.delete(folder)


def _name(upload: UUID, offset: int) -> str:
    return f"{FOLDER}/{upload.hex}/{offset:08}"
