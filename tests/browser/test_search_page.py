"""The search page with scripts: the result changes in place, the address can be shared, and nobody loses their place."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import DESK, PHONE, Look, OpenWindow

OFFICER = "officer@example.org"
FOCUS = "document.activeElement.id"


def _results(page: Page) -> str:
    return page.locator("#results").inner_text()


def _wait_for(page: Page, address: str) -> None:
    """Until the address is this one, and what belongs to it is there."""
    page.wait_for_url(re.compile(re.escape(address) + "$"))
    expect(page.locator("#bank")).not_to_have_class(re.compile("htmx-request"))


def test_ticking_a_box_changes_the_result_in_place(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?q=energy")
        before = _results(page)
        page.evaluate("window.isSamePage = true")
        box = page.locator("#f-open_to-mentoring")
        box.focus()
        box.press("Space")
        _wait_for(page, "/people/?q=energy&open_to=mentoring")
        expect(page.locator("#results")).not_to_have_text(before)
        assert page.evaluate("window.isSamePage") is True
        # Focus stays on the box, and the number is said aloud.
        assert page.evaluate(FOCUS) == "f-open_to-mentoring"
        assert page.locator("#found-status").inner_text() == _results(page)
        # The address alone gives the same.
        shared = _results(page)
        page.reload()
        assert _results(page) == shared
        assert page.locator("#f-open_to-mentoring").is_checked()


def test_back_and_forward_show_what_was_there(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?q=energy")
        first = _results(page)
        page.locator("#f-open_to-mentoring").check()
        _wait_for(page, "open_to=mentoring")
        second = _results(page)
        page.get_by_role("navigation", name="Show as").get_by_role("link", name="Table").click()
        _wait_for(page, "open_to=mentoring&view=table")
        assert page.evaluate(FOCUS) == "results"
        page.go_back()
        expect(page.locator("ul.nw-people")).to_be_visible()
        assert _results(page) == second
        page.go_back()
        expect(page.locator("#results")).to_have_text(first)
        assert not page.locator("#f-open_to-mentoring").is_checked()
        assert page.locator("#q").input_value() == "energy"
        page.go_forward()
        expect(page.locator("#results")).to_have_text(second)


def test_words_and_filters_count_together_and_focus_goes_to_the_result(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?open_to=mentoring")
        page.locator("#q").fill("energy")
        page.locator("#q").press("Enter")
        _wait_for(page, "/people/?q=energy&open_to=mentoring")
        assert page.evaluate(FOCUS) == "results"
        assert page.title() == "Find people: energy – Norec Network"


def test_span_of_years_waits_for_both_ends(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/")
        page.locator("#year_from").fill("2015")
        page.locator("#year_from").press("Tab")
        page.wait_for_timeout(400)
        assert page.url.endswith("/people/")
        page.locator("#year_to").fill("2017")
        page.locator("#year_to").press("Tab")
        _wait_for(page, "/people/?year=2015&year=2016&year=2017")
        assert "2015–2017" in page.get_by_role("group", name="Filters in use").inner_text()


def test_filters_stay_open_on_a_phone_until_the_result_is_asked_for(open_window: OpenWindow) -> None:
    with open_window(Look(width=PHONE), OFFICER) as page:
        page.goto("/people/?q=energy")
        sheet = page.locator("#filters")
        expect(sheet).to_be_hidden()
        page.get_by_role("link", name="Filters").click()
        expect(sheet).to_be_visible()
        page.locator("#f-open_to-mentoring").check()
        _wait_for(page, "open_to=mentoring")
        expect(sheet).to_be_visible()
        button = page.locator(".nw-sheet__go button")
        assert button.inner_text() == f"Show {_results(page)}"
        button.click()
        expect(sheet).to_be_hidden()
        assert page.evaluate(FOCUS) == "results"
        page.get_by_role("link", name="Filters: 1").click()
        expect(sheet).to_be_visible()
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()


def test_bookmark_is_pressed_in_place(open_window: OpenWindow) -> None:
    with open_window(Look(width=DESK), OFFICER) as page:
        page.goto("/people/?q=energy&sort=name")
        button = page.locator("[data-keep]").last
        name = (button.get_attribute("aria-label") or "").removeprefix("Save ")
        identifier = button.get_attribute("id")
        button.press("Enter")
        pressed = page.locator(f"[id='{identifier}']")
        expect(pressed).to_have_attribute("aria-label", f"{name} is saved. Take off my list")
        assert page.evaluate(FOCUS) == identifier
        assert page.url.endswith("/people/?q=energy&sort=name")
        pressed.press("Enter")
        expect(page.locator(f"[id='{identifier}']")).to_have_attribute("aria-label", f"Save {name}")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_whole_search_without_scripts(open_window: OpenWindow, width: int) -> None:
    with open_window(Look(width=width, javascript=False), OFFICER) as page:
        page.goto("/people/")
        page.locator("#q").fill("energy")
        page.get_by_role("button", name="Search", exact=True).click()
        assert "q=energy" in page.url
        if width == PHONE:
            page.get_by_role("link", name="Filters").click()
        page.locator("#f-open_to-mentoring").check()
        page.locator(".nw-sheet__go button").click()
        assert "open_to=mentoring" in page.url
        # The answer has no fragment, so the sheet is closed by itself.
        assert "#" not in page.url
        assert "Mentoring" in page.locator(".nw-picked").inner_text()
        if width == PHONE:
            page.get_by_role("link", name="Filters: 1").click()
        page.get_by_role("button", name=re.compile("more topics")).click()
        # Ticks are kept, and on a phone the sheet is open where one was.
        assert page.url.endswith("#filters")
        assert "open_to=mentoring" in page.url
        expect(page.locator("#filters")).to_be_visible()
        assert page.locator("#filters [name=skill]").count() > 5
        if width == PHONE:
            page.locator(".nw-sheet__go button").click()
        page.get_by_role("navigation", name="Show as").get_by_role("link", name="Map").click()
        assert page.locator("svg.nw-map a").count() > 0
        page.locator(".ds-table td a").first.click()
        assert "country_residence=" in page.url
        assert page.locator("ul.nw-people > li").count() > 0


def _middle_of_people(page: Page) -> float:
    """Where the people stand on the map, from the middle of what is seen of it, in parts of half its width."""
    return page.evaluate("""() => {
      const box = document.querySelector(".nw-maps").getBoundingClientRect();
      let sum = 0, people = 0;
      for (const disc of document.querySelectorAll(".nw-maps a")) {
        const { left, width } = disc.querySelector("circle").getBoundingClientRect();
        sum += (left + width / 2) * Number(disc.textContent);
        people += Number(disc.textContent);
      }
      return (sum / people - box.left - box.width / 2) / (box.width / 2);
    }""")


def test_map_on_a_phone_begins_where_the_people_are(open_window: OpenWindow) -> None:
    with open_window(Look(width=PHONE), OFFICER) as page:
        page.goto("/people/?view=map")
        assert page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.nw-maps'))")
        assert abs(_middle_of_people(page)) < 0.1
        # And when it comes in the place of another view.
        page.goto("/people/")
        page.get_by_role("navigation", name="Show as").get_by_role("link", name="Map").click()
        _wait_for(page, "/people/?view=map")
        assert abs(_middle_of_people(page)) < 0.1
