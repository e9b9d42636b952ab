"""Where people's files are kept: outside what any web server hands out by itself, because a view asks the disclosure gate."""

from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

PRIVATE = "private"


class PrivateFileSystemStorage(FileSystemStorage):
    """Files under `DATA_DIR/private`. They have no address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(location=settings.DATA_DIR / "private", base_url=None, file_permissions_mode=0o600, **options)

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address: a view serves it after asking the disclosure gate.")


def private_storage() -> Storage:
    """The storage of people's files; in production `STORAGES["private"]` may be a private bucket."""
    return storages[PRIVATE]
