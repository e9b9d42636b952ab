"""The bar, the menus and the choice of language, as a person meets them: with scripts and without, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.driver import DESK, LANGUAGES, PHONE, Look, speak
from tests.browser.steps import tell
from tests.services.network import Network

_HAS_OUR_TYPEFACE = "document.fonts.ready.then((faces) => [...faces].some((face) => face.status === 'loaded'))"


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_visitor_changes_the_language_with_and_without_scripts(open_window: OpenWindow, width: int, javascript: bool) -> None:
    with open_window(Look(width=width, javascript=javascript)) as page:
        page.goto("/help/")
        if width == PHONE:
            page.get_by_text("Menu", exact=True).click()
        page.locator("header").get_by_role("button", name="Nynorsk").locator("visible=true").click()
        expect(page).to_have_url(re.compile(r"/help/$"))
        expect(page.locator("html")).to_have_attribute("lang", "nn")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hjelp og kontakt")


def test_menu_closes_on_escape_and_gives_focus_back(open_window: OpenWindow) -> None:
    with open_window(Look(width=PHONE)) as page:
        page.goto("/")
        menu = page.locator("details.nw-menu.nw-narrow")
        menu.locator("summary").click()
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary")).to_be_focused()


def test_menu_closes_on_a_click_outside_and_when_focus_leaves(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), email="member@example.org") as page:
        page.goto("/help/")
        menu = page.locator("details.nw-menu.nw-wide")
        menu.locator("summary").click()
        page.get_by_role("heading", level=1).click()
        expect(menu).not_to_have_attribute("open", "")
        menu.locator("summary").click()
        menu.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Tab")
        expect(menu).not_to_have_attribute("open", "")


def test_skip_link_is_first_and_goes_to_the_content(open_window: OpenWindow) -> None:
    with open_window() as page:
        page.goto("/help/")
        page.keyboard.press("Tab")
        link = page.locator(".ds-skip-link")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


def test_summary_of_errors_has_focus_without_scripts(open_window: OpenWindow) -> None:
    with open_window(Look(javascript=False)) as page:
        page.goto("/accounts/login/")
        page.locator("main button[type=submit], main button:not([type])").first.click()
        expect(page.locator(".ds-error-summary")).to_be_focused()
        page.locator(".ds-error-summary a").first.click()
        expect(page.locator("input[name=login]")).to_be_focused()


@pytest.mark.parametrize(
    ("email", "path"),
    [("", "/"), ("member@example.org", "/help/"), ("adviser@example.org", "/staff/members/")],
    ids=["visitor", "member", "adviser"],
)
def test_bar_is_one_row_on_the_narrowest_phone_in_every_language(
    open_window: OpenWindow, network: Network, email: str, path: str
) -> None:
    """With the reader's own typeface, which is there first, and with ours."""
    if email:
        tell(network, email, 12)
    with open_window(Look(width=PHONE), email=email) as page:
        # A typeface that has come is kept, so those pages are first on which it does not come. The service worker may ask for it.
        page.context.route("**/*.woff2", lambda route: route.abort())
        for is_ours in (False, True):
            for language in LANGUAGES:
                page.context.add_cookies([{"name": "language", "value": language, "url": network.address}])
                if email:
                    speak(page.context, language)
                page.goto(path)
                expect(page.locator("html")).to_have_attribute("lang", language)
                assert page.evaluate(_HAS_OUR_TYPEFACE) is is_ours
                if email:
                    expect(page.locator("header a[href='/notices/'] .ds-badge")).to_be_visible()
                brand, tools = page.locator("header .nw-brand").bounding_box(), page.locator("header .nw-tools").bounding_box()
                assert brand is not None
                assert tools is not None
                assert brand["y"] + brand["height"] > tools["y"], (language, is_ours)
                assert brand["x"] + brand["width"] <= tools["x"], (language, is_ours)
            page.context.unroute("**/*.woff2")


@pytest.mark.parametrize(
    ("email", "path"),
    [("", "/"), ("member@example.org", "/help/"), ("adviser@example.org", "/staff/members/")],
    ids=["visitor", "member", "adviser"],
)
def test_bar_never_makes_the_page_wider_than_the_screen(open_window: OpenWindow, email: str, path: str) -> None:
    with open_window(Look(language="nn"), email=email) as page:
        page.goto(path)
        # Around each width where the bar changes: phone, large phone, tablet, the narrowest with all links, desk.
        for width in (PHONE, 480, 700, 1000, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
