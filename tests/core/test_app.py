"""What makes the network installable, and what is cleared at sign-out."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from tests.factories import ProfileFactory


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_manifest_is_in_the_readers_language_and_names_icons_that_there_are(client: Client, language: str) -> None:
    answer = client.get("/manifest.webmanifest", headers={"accept-language": language})
    content = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (content["lang"], content["start_url"], content["scope"], content["display"]) == (language, "/me/", "/", "standalone")
    assert content["description"]
    sizes = set()
    for icon in content["icons"]:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
            sizes.add((icon["sizes"], icon["purpose"]))
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}


def test_worker_looks_after_every_page_and_keeps_only_static_files(client: Client) -> None:
    answer = client.get("/service-worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    files = json.loads(re.search(r"const FILES = (\[.*\]);", text)[1])  # type: ignore[index]
    assert files
    assert all(file.startswith("/static/") and finders.find(file.removeprefix("/static/")) for file in files)
    pages = json.loads(re.search(r"const OFFLINE = (\{.*\});", text)[1])  # type: ignore[index]
    assert set(pages) == {"nn", "nb", "en"}
    assert re.search(r'"static-[0-9a-f]{12}"', text)


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Du er ikkje på nett"), ("nb", "Du er ikke på nett"), ("en", "You are not connected")]
)
@pytest.mark.django_db
def test_offline_page_is_the_same_for_everybody(client: Client, language: str, words: str) -> None:
    as_visitor = client.get(f"/offline/{language}/")
    assert words in as_visitor.content.decode()
    assert f'<html lang="{language}"' in as_visitor.content.decode()
    member = Client(headers={"accept-language": "en"})
    member.force_login(ProfileFactory(first_name="Grace").user)
    assert member.get(f"/offline/{language}/").content == as_visitor.content
    assert client.get("/offline/de/").status_code == 404


@pytest.mark.django_db
def test_signing_out_clears_the_browser_but_for_the_language() -> None:
    client = Client()
    client.force_login(ProfileFactory().user)
    assert "Clear-Site-Data" not in client.get("/me/")
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "language" not in answer.cookies
    assert "Clear-Site-Data" not in Client().get("/")
