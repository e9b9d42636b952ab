"""Without a mouse: menu and sheet of filters; and "back" after the page has changed itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import DESK, PHONE, Look, OpenWindow
from tests.browser.routes import OFFICER

JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])


def _tab_to(page: Page, wanted: str, *, at_most: int = 60) -> None:
    """Press Tab until what has focus is `wanted`."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.locator(f"{wanted} >> visible=true").evaluate_all("found => found.includes(document.activeElement)"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


@JAVASCRIPT
def test_menu_on_a_phone(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(width=PHONE, javascript=javascript), OFFICER) as page:
        page.goto("/me/")
        _tab_to(page, "header details.nw-menu > summary")
        page.keyboard.press("Enter")
        _tab_to(page, "header nav a[href='/people/']", at_most=3)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Find people")


@JAVASCRIPT
def test_sheet_of_filters_on_a_phone(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(width=PHONE, javascript=javascript), OFFICER) as page:
        page.goto("/people/?q=solar")
        before = page.locator("#results").inner_text()
        _tab_to(page, "a[href='#filters']")
        page.keyboard.press("Enter")
        expect(page.locator("#filters")).to_be_in_viewport()
        _tab_to(page, "#filters [name=country_residence]")
        page.keyboard.press("Space")
        _tab_to(page, "#filters .nw-sheet__go button", at_most=100)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"country_residence=[A-Z]{2}"))
        expect(page.locator("#results")).not_to_have_text(before)
        expect(page.locator("#results")).to_be_in_viewport()
        expect(page.locator("#filters .nw-sheet__go")).not_to_be_visible()
        if javascript:
            expect(page.locator("#results")).to_be_focused()


def test_escape_closes_the_sheet_of_filters(open_window: OpenWindow) -> None:
    with open_window(Look(width=PHONE), OFFICER) as page:
        page.goto("/people/?q=solar")
        page.locator("a[href='#filters']").click()
        expect(page.locator("#filters .nw-sheet__go")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#filters .nw-sheet__go")).not_to_be_visible()
        page.go_back()
        expect(page.locator("#filters .nw-sheet__go")).not_to_be_visible()


def test_back_and_forward_after_the_result_changed_in_place(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?q=solar")
        page.evaluate("window.isTheSamePage = true")
        all_of_them = page.locator("#results").inner_text()
        box = page.locator("#filters [name=country_residence]").first
        box.check()
        expect(page).to_have_url(re.compile("country_residence="))
        expect(page.locator("#results")).not_to_have_text(all_of_them)
        some_of_them = page.locator("#results").inner_text()
        assert page.evaluate("window.isTheSamePage")
        page.go_back()
        expect(page.locator("#results")).to_have_text(all_of_them)
        expect(page.locator("#filters [name=country_residence]").first).not_to_be_checked()
        page.go_forward()
        expect(page.locator("#results")).to_have_text(some_of_them)
        address = page.url
    with open_window(Look(javascript=False), OFFICER) as page:
        page.goto(address)
        expect(page.locator("#results")).to_have_text(some_of_them)
        expect(page.locator("#filters [name=country_residence]:checked")).to_have_count(1)


def test_view_and_order_change_in_place(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?q=solar")
        page.evaluate("window.isTheSamePage = true")
        page.get_by_label("Sort by").locator("visible=true").select_option("name")
        expect(page).to_have_url(re.compile("sort=name"))
        names = page.locator(".nw-person h3 a").all_inner_texts()
        assert names == sorted(names)
        page.get_by_role("navigation", name="Show as").get_by_role("link", name="Table").click()
        expect(page.get_by_role("table")).to_be_visible()
        expect(page).to_have_url(re.compile("view=table"))
        page.get_by_role("navigation", name="Show as").get_by_role("link", name="Map").click()
        expect(page.locator(".nw-map")).to_be_visible()
        assert page.evaluate("window.isTheSamePage")


def test_suggestion_is_chosen_without_a_mouse(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/")
        field = page.get_by_role("combobox", name="What should they know, or who are they?")
        options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
        field.press_sequentially("grace nak")
        expect(options.first).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        # Nothing is chosen before somebody chooses.
        assert field.get_attribute("aria-activedescendant") is None
        field.press("ArrowDown")
        assert _chosen(page) == 0
        field.press("ArrowUp")
        assert _chosen(page) == options.count() - 1
        field.press("Escape")
        expect(field).to_have_attribute("aria-expanded", "false")
        assert field.input_value() == "grace nak"
        expect(field).to_be_focused()
        field.press("ArrowDown")
        expect(options.first).to_be_visible()
        while "Grace Nakato" not in page.locator("#q-suggestions [aria-selected=true]").all_inner_texts():
            assert _chosen(page) < options.count() - 1
            field.press("ArrowDown")
        field.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Grace Nakato")


def test_enter_searches_for_what_is_typed_when_no_suggestion_is_chosen(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/")
        page.locator("#q").press_sequentially("solar")
        expect(page.locator("#q-suggestions [role=option]").first).to_be_visible()
        page.locator("#q").press("Enter")
        expect(page).to_have_url(re.compile(r"/people/\?q=solar$"))
        expect(page.locator("#q-suggestions")).to_be_hidden()


def _chosen(page: Page) -> int:
    """The place of the option that is chosen, which the field names too; -1 for none."""
    places: list[str] = page.locator("#q-suggestions [role=option]").evaluate_all(
        "(options) => options.map((option) => option.ariaSelected === 'true' ? option.id : '')"
    )
    named = page.locator("#q").get_attribute("aria-activedescendant")
    assert sum(map(bool, places)) == (1 if named else 0)
    return places.index(named) if named else -1
