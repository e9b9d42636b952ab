"""Somebody saves a search that finds nobody, a person comes to fit it, and the network tells: each as it really happens."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.driver import Look, OpenWindow
from tests.browser.routes import MEMBER, OFFICER
from tests.browser.steps import fill_section, search_finds, seconds_until
from tests.services.network import Network

SECONDS_TO_FIND = 20
# The network looks every two seconds for what is due; the note itself is due once an hour.
_DUE_NOW = """
from django.utils import timezone
from alumni_site.core.models import ScheduledJob
assert ScheduledJob.objects.filter(name="note_saved_searches").update(next_run_at=timezone.now())
"""


@contextmanager
def another_headline(page: Page, headline: str) -> Iterator[None]:
    """The member changes what stands under their name, and afterwards back."""
    page.goto("/me/profile/basics/")
    before = page.locator("main [name=headline]").input_value()
    fill_section(page, "basics", headline=headline)
    yield
    fill_section(page, "basics", headline=before)


def test_owner_of_a_saved_search_is_told_of_somebody_new(open_window: OpenWindow, network: Network) -> None:
    word = f"limno{uuid.uuid4().hex[:8]}"
    with open_window(Look(), OFFICER) as officer, open_window(Look(), MEMBER) as member:
        officer.goto(f"/people/?q={word}")
        expect(officer.get_by_role("heading", name="Want to know when somebody fits?")).to_be_visible()
        officer.get_by_label("Name of the search").fill("People who know lakes")
        officer.get_by_role("button", name="Save this search").click()
        expect(officer.get_by_role("heading", name="You have saved this as “People who know lakes”")).to_be_visible()
        officer.goto("/me/")
        bell = officer.locator("header a[href='/notices/']")
        had = _number(bell.inner_text())

        profile = _own_profile(member)
        with another_headline(member, f"Knows {word}"):
            seconds_until(lambda: search_finds(officer, word, profile), at_most=SECONDS_TO_FIND)
            done = network.command("shell", "-v0", "-c", _DUE_NOW)
            assert done.returncode == 0, done.stderr
            # The page that is open is told, too.
            expect(bell.locator(".ds-badge")).to_have_attribute("data-count", str(had + 1), timeout=SECONDS_TO_FIND * 1000)
            officer.goto("/notices/")
            officer.get_by_role("button", name="1 new person fits “People who know lakes”", exact=True).click()
            expect(officer.get_by_role("heading", level=1)).to_have_text("New in “People who know lakes”")
            found = officer.locator("main .nw-person")
            expect(found).to_have_count(1)
            expect(found.get_by_role("link", name="Grace Nakato")).to_have_attribute("href", re.compile(f"/people/{profile}/"))
            expect(found).to_contain_text(f"Knows {word}")


def _own_profile(page: Page) -> str:
    page.goto("/me/")
    address = page.locator("main a[href^='/people/']").first.get_attribute("href")
    assert address is not None
    return address.split("/")[2]


def _number(words: str) -> int:
    found = re.search(r"\d+", words)
    return int(found[0]) if found else 0
