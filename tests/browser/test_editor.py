"""Wagtail's pages for editors, in a real browser: they ask nobody else for anything, and what is published is seen."""

from playwright.sync_api import Page, expect

from tests.browser.driver import Look, OpenWindow
from tests.browser.routes import EDITOR

WORDS = "Everybody has something to teach"


def test_editor_writes_on_the_front_page_and_a_visitor_reads_it(open_window: OpenWindow) -> None:
    with open_window(Look(), EDITOR) as page:
        problems = _watch(page)
        page.goto("/cms/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.goto("/cms/pages/")
        with page.expect_response("**/editing-sessions/ping/**"):
            page.locator("main a[href$='/edit/']", has_text="Norec Network").first.click()
        editor = page.url
        _publish(page, WORDS)
        assert _title_for_a_visitor(open_window) == WORDS
        # What an editor takes away gives back the words that come with the network.
        page.goto(editor)
        _publish(page, "")
        assert _title_for_a_visitor(open_window) == "You came home with something others need"
        assert problems == []


def _watch(page: Page) -> list[str]:
    """A list that fills with what a browser's console says is wrong, and with requests that are refused."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: problems.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return problems


def _publish(page: Page, title: str) -> None:
    page.locator("[name=hero_title_en]").fill(title)
    page.get_by_role("button", name="More actions", exact=True).click()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messages .success")).to_be_visible()


def _title_for_a_visitor(open_window: OpenWindow) -> str:
    with open_window() as page:
        page.goto("/")
        return page.get_by_role("heading", level=1).inner_text()
