"""The network's pages as a browser gets them, from the request to the last compressed byte, without a server between."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import brotli
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.models import User

# What a page makes a browser fetch of our own files: style sheets, scripts, fonts, pictures, and icons out of the sprite.
_IN_PAGE = re.compile(r'<(?:link|script|img|use|source)\b[^>]*?\s(?:href|src)="([^"#?]+)')
_IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")#?]+)")


def publish_files() -> None:
    """Gather, hash and compress the static files, as an installation does.

    Not those of the editors' admin: no page that is measured uses them, and to compress them takes a minute.
    """
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["wagtail*"])


def browser(email: str = "") -> Client:
    """Somebody's browser: it takes compressed answers. Signed in unless there is no e-mail."""
    client = Client(headers={"host": "localhost", "accept-encoding": "gzip, deflate, br", "accept-language": "nb"})
    if email:
        client.force_login(User.objects.get(email=email))
    return client


def queries_of(client: Client, address: str) -> int:
    """How often the page asks the database. The session is asked for first: it is in the cache from the second page on."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


@dataclass(frozen=True)
class Weight:
    """Bytes that come over the line at the first visit, without content pictures: the page itself, and its files."""

    page: int
    files: int

    @property
    def kilobytes(self) -> float:
        return (self.page + self.files) / 1000


def weight_of(client: Client, address: str) -> Weight:
    """What the page weighs as it is served to a browser that has nothing of it yet."""
    response = client.get(address)
    html = _text(response)
    return Weight(len(response.content), sum(map(_bytes_of_file, set(_files_of(html)))))


def links_of(client: Client, address: str) -> list[tuple[str, str]]:
    """Path and words of every link of a page, in order."""
    html = _text(client.get(address))
    found = re.findall(r'<a\b[^>]*?\shref="([^"#?]+)[^"]*"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [(path, re.sub(r"<[^>]+>", "", words).strip()) for path, words in found]


def _files_of(html: str) -> Iterator[str]:
    """Our own files that the page makes a browser fetch, and what its style sheets fetch in turn."""
    for address in _IN_PAGE.findall(html):
        if address.startswith(settings.STATIC_URL):
            yield address
            if address.endswith(".css"):
                yield from _files_of_styles(address)


@cache
def _files_of_styles(address: str) -> tuple[str, ...]:
    found = (urlsplit(urljoin(address, file)).path for file in _IN_STYLES.findall(_text(_file(address))))
    return tuple(file for file in found if file.startswith(settings.STATIC_URL))


@cache
def _bytes_of_file(address: str) -> int:
    return len(b"".join(_file(address)))


def _file(address: str) -> Any:
    response = browser().get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return response


def _text(response: Any) -> str:
    content = b"".join(response)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(response.headers.get("Content-Encoding", ""), bytes)
    return unpack(content).decode()
