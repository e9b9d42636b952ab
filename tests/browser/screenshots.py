"""`make screenshots`: every main page, on a phone and on a desk, light and dark, as small WebP files for docs/screenshots/.

`python -m tests.browser.screenshots [--out FOLDER] [--address URL] [NAME ...]`: only these pages, or of a network that runs.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from tests.browser.acts import open_menu
from tests.browser.driver import DESK, PHONE, SCHEMES, Look, OpenWindow, launch, window
from tests.browser.network import demo_network
from tests.browser.reporting import report_two_conversations
from tests.browser.visitor import Visitor
from tests.services.commands import ROOT

FOLDER = ROOT / "docs" / "screenshots"
PEOPLE = 300
QUALITY = 60
# A picture is for looking at, not for reading to the end: a long page is cut here, in CSS pixels.
LONGEST = {PHONE: 2400, DESK: 1800}


@dataclass(frozen=True)
class Shot:
    """One page to take: whose it is, where, and what to press before."""

    name: str
    address: str
    account: str = ""
    prepare: Callable[[Page], None] = lambda page: None
    widths: tuple[int, ...] = (PHONE, DESK)
    language: str = "en"
    whole_page: bool = True


def open_first_person(page: Page) -> None:
    page.locator(".nw-person h3 a").first.click()
    page.wait_for_url("**/people/*-*/")


def open_waiting_import(page: Page) -> None:
    """The list of the demo that has been checked and waits for a decision stands first."""
    page.locator("main table th a").first.click()
    page.wait_for_url("**/staff/imports/*-*/")


def open_talk(page: Page) -> None:
    page.locator("[aria-labelledby=talks] a.nw-thread").first.click()
    page.locator("[data-conversation]").wait_for()


def open_request(page: Page) -> None:
    page.locator("[aria-labelledby=asks] a.nw-thread").first.click()
    page.locator("#who").wait_for()


def open_report(page: Page) -> None:
    page.locator("main h2 a").first.click()
    page.wait_for_url("**/staff/reports/*-*/")


def save_two_searches(page: Page) -> None:
    """Nobody has saved one in a new demo."""
    if page.locator("main form[action*='/searches/']").count():
        return
    for question in ("q=solar&country_residence=UG&country_residence=KE", "q=nurse&open_to=missions"):
        page.goto(f"/people/?{question}")
        page.locator("#save button").click()
        page.wait_for_load_state()
    page.goto("/me/searches/")


SHOTS = (
    Shot("front", "/"),
    Shot("menu", "/people/?q=solar", "officer@example.org", open_menu, whole_page=False),
    Shot("people", "/people/?q=solar&country_residence=UG&country_residence=KE", "officer@example.org"),
    Shot(
        "people-filters",
        "/people/?q=solar&country_residence=UG#filters",
        "officer@example.org",
        widths=(PHONE,),
        whole_page=False,
    ),
    Shot("people-table", "/people/?q=solar&view=table", "officer@example.org"),
    Shot("people-map", "/people/?view=map", "officer@example.org"),
    Shot("people-none", "/people/?q=solar&country_residence=NP&language=ar&open_to=missions", "officer@example.org"),
    Shot("profile", "/people/?q=%22Grace+Nakato%22", "officer@example.org", open_first_person),
    Shot("visibility", "/me/visibility/", "member@example.org"),
    Shot("my-page", "/me/", "member@example.org"),
    Shot("my-profile", "/me/profile/", "member@example.org"),
    Shot("inbox", "/messages/", "member@example.org"),
    Shot("messages", "/messages/", "member@example.org", open_talk, whole_page=False),
    Shot("message-request", "/messages/", "member@example.org", open_request),
    Shot("sign-in", "/accounts/login/"),
    Shot("sign-up", "/accounts/signup/"),
    Shot("saved-searches", "/me/searches/", "officer@example.org", save_two_searches),
    Shot("settings", "/me/settings/", "officer@example.org"),
    Shot("applicants", "/staff/applicants/", "adviser@example.org"),
    Shot("import-preview", "/staff/imports/", "adviser@example.org", open_waiting_import),
    Shot("members", "/staff/members/", "adviser@example.org"),
    Shot("vocabulary", "/staff/vocabulary/", "adviser@example.org"),
    Shot("not-found", "/there-is-nothing-here/"),
)


# Nobody has reported anything in a new demo: somebody does, after the other pictures are taken.
SHOTS_OF_REPORTS = (
    Shot("reports", "/staff/reports/", "adviser@example.org"),
    Shot("report", "/staff/reports/", "adviser@example.org", open_report),
)


def take(playwright: Playwright, address: str, folder: Path, names: set[str]) -> list[Path]:
    """Take these pages of the network at `address` (all, when none is named) into `folder`. Returns the files."""
    browser = launch(playwright)

    @cache
    def visitor_of(account: str) -> Visitor:
        visitor = Visitor(playwright, address)
        visitor.sign_in(account)
        visitor.speak("en")
        return visitor

    @contextmanager
    def open_window(look: Look, account: str = "") -> Iterator[Page]:
        cookies = visitor_of(account).cookies() if account else None
        with window(browser, address, look, cookies=cookies) as page:
            yield page

    def wanted(shots: tuple[Shot, ...]) -> list[Shot]:
        return [shot for shot in shots if not names or shot.name in names]

    files = _pictures(open_window, folder, wanted(SHOTS))
    if reports := wanted(SHOTS_OF_REPORTS):
        report_two_conversations(visitor_of)
        files += _pictures(open_window, folder, reports)
    browser.close()
    return files


def _pictures(open_window: OpenWindow, folder: Path, shots: list[Shot]) -> list[Path]:
    return [
        _picture(page, shot, folder / f"{shot.name}-{width}-{scheme}.webp", width)
        for shot in shots
        for width in shot.widths
        for scheme in SCHEMES
        for page in _opened(open_window, Look(width, scheme, shot.language), shot.account)
    ]


def _opened(open_window: OpenWindow, look: Look, account: str) -> Iterator[Page]:
    with open_window(look, account) as page:
        yield page


def _picture(page: Page, shot: Shot, file: Path, width: int) -> Path:
    page.goto(shot.address)
    shot.prepare(page)
    page.evaluate("document.fonts.ready")
    height = page.evaluate("document.documentElement.scrollHeight") if shot.whole_page else 0
    page.set_viewport_size({"width": width, "height": max(900, min(height, LONGEST[width]))})
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(file, "WEBP", quality=QUALITY, method=6)
    return file


@contextmanager
def _network(address: str) -> Iterator[str]:
    if address:
        yield address
        return
    with tempfile.TemporaryDirectory() as folder, demo_network(Path(folder), people=PEOPLE) as network:
        yield network.address


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--address", default="", help="take them from this network, which runs already")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with _network(options.address) as address, sync_playwright() as playwright:
        files = take(playwright, address, options.out, set(options.names))
    print(f"{len(files)} pictures, {sum(file.stat().st_size for file in files) / 1_000_000:.1f} MB, in {options.out}")


if __name__ == "__main__":
    main()
