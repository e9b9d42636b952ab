"""Content policy and other security headers, and no request to anybody else from any page, the editors' admin included."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from profiles.models import User

STRICT = {"'self'", "'none'"}
IN_THE_ADMIN = STRICT | {"'unsafe-inline'", "data:", "blob:"}
# Attributes that make a browser fetch something without anybody pressing anything.
FETCHING = {
    "link": ("href",),
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
    "input": ("src",),
    "form": ("action",),
}


class Fetches(HTMLParser):
    """Collects every address a page would fetch, and what its inline styles and scripts name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline = ""
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") in {"canonical", "alternate"}:
            return
        self.inside = tag
        self.found += [values[name] or "" for name in FETCHING.get(tag, ()) if values.get(name)]
        self.inline += values.get("style") or ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.inline += data


def third_parties(html: str) -> list[str]:
    page = Fetches()
    page.feed(html)
    addresses = page.found + re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", page.inline)
    return [address for address in addresses if re.match(r"(?i)\s*(https?:)?//", address) and "//testserver" not in address]


def policy_of(response: object) -> dict[str, set[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))  # type: ignore[index]
    return {part[0]: set(part[1:]) for part in parts if part}


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address that takes no arguments."""
    for entry in resolver.url_patterns:
        pattern = str(entry.pattern)
        if isinstance(entry, URLResolver):
            if not re.search(r"[<(\[]", pattern):
                yield from addresses(entry, before + pattern.lstrip("^"))
        elif isinstance(entry, URLPattern) and not re.search(r"[<(\[\\]", pattern):
            yield before + pattern.lstrip("^").rstrip("$")


def test_the_finder_of_third_parties_finds_them() -> None:
    html = """<link rel="stylesheet" href="https://cdn.example/a.css"><script src="//cdn.example/b.js"></script>
    <img src="/own.png" srcset="https://cdn.example/c.png 2x"><style>@import "https://cdn.example/d.css";</style>
    <p style="background:url(https://cdn.example/e.png)"><a href="https://elsewhere.example/">a link is no request</a>"""
    found = sorted(re.findall(r"cdn\.example/(\w)", " ".join(third_parties(html))))
    assert found == ["a", "b", "c", "d", "e"]


@pytest.mark.django_db
@pytest.mark.parametrize("staff", [False, True], ids=["visitor", "administrator"])
def test_no_page_asks_anybody_else(client: Client, staff: bool) -> None:
    if staff:
        client.force_login(User.objects.create_superuser("admin@example.no", "utveksling"))
    looked_at = 0
    for address in sorted(set(addresses(get_resolver()))):
        if re.search(r"log_?out|readyz|failwhale|\.(css|js|xml|txt)$", address):
            continue
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response.get("Content-Type", ""):
            continue
        looked_at += 1
        assert third_parties(response.content.decode()) == [], address
        allowed = IN_THE_ADMIN if address.startswith("/cms/") else STRICT
        assert set().union(*policy_of(response).values()) <= allowed, address
    assert looked_at > (40 if staff else 4)


@pytest.mark.django_db
def test_the_policy_is_strict_and_the_admins_is_looser(client: Client) -> None:
    strict = policy_of(client.get("/accounts/login/"))
    assert strict["default-src"] == {"'none'"}
    assert strict["script-src"] == strict["style-src"] == strict["img-src"] == {"'self'"}
    assert strict["frame-ancestors"] == strict["base-uri"] == {"'none'"}
    client.force_login(User.objects.create_superuser("admin@example.no", "utveksling"))
    admin = policy_of(client.get("/cms/"))
    assert admin["script-src"] == {"'self'", "'unsafe-inline'"}
    assert admin["frame-ancestors"] == {"'self'"}
    assert policy_of(client.get("/cms/no-such-page/"))["script-src"] == {"'self'", "'unsafe-inline'"}
    assert policy_of(client.get("/no-such-page/"))["script-src"] == {"'self'"}


def test_other_headers(client: Client) -> None:
    response = client.get("/healthz")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_SSL_REDIRECT=True)
def test_https_is_kept_to(client: Client) -> None:
    assert client.get("/healthz", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert client.get("/accounts/login/").status_code == 301


KEPT = ("images/picture.png", "documents/secret.pdf", "documents/drawn.svg", "images/page.html", "private/photo.png")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("images/picture.png", 200),
        ("documents/secret.pdf", 404),
        ("documents/drawn.svg", 404),
        ("images/page.html", 404),
        ("images/missing.png", 404),
        ("images/../documents/drawn.svg", 404),
        ("images/../../db.sqlite3", 404),
        ("private/photo.png", 404),
    ],
)
def test_only_pictures_of_pages_are_handed_out(client: Client, name: str, status: int, tmp_path: object) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        for kept in (
            "images/picture.png",
            "documents/secret.pdf",
            "documents/drawn.svg",
            "images/page.html",
            "private/photo.png",
        ):
            storages["default"].save(kept, ContentFile(b"content"))
        response = client.get(f"/media/{name}")
        assert response.status_code == status
        if status == 200:
            assert b"".join(response.streaming_content) == b"content"  # type: ignore[attr-defined]
            assert "sandbox" in response["Content-Security-Policy"]
