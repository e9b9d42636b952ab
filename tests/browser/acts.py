"""What a person does on a page before it is looked at: opens a menu, sends a form with mistakes."""

from collections.abc import Callable

from playwright.sync_api import Page

Prepare = Callable[[Page], None]

_EMPTIED = """form => {
  form.noValidate = true;
  const words = "[type=text], [type=email], [type=url], [type=tel], [type=search], [type=password], textarea, input:not([type])";
  for (const field of form.elements) {
    if (field.matches(words)) field.value = "";
    if (field.matches("[type=radio]")) field.checked = false;
    if (field.matches("select") && [...field.options].some((option) => option.value === "")) field.value = "";
  }
}"""


def open_menu(page: Page) -> None:
    """The menu, where there is one: on a desk a visitor has all links in the bar."""
    for summary in page.locator("header details.nw-menu > summary >> visible=true").all()[:1]:
        summary.click()


def open_all_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true })")


def open_last(details: str) -> Prepare:
    """Open the last of these, and no other: menus that are open lie over each other."""

    def prepare(page: Page) -> None:
        page.locator(details).last.evaluate("(details) => { details.open = true }")

    return prepare


def ask_for_suggestions(page: Page) -> None:
    page.locator("#q").fill("sol")
    page.locator("#q-suggestions [role=option]").first.wait_for()


def go(*selectors: str) -> Prepare:
    """Follow the last link that fits, where it may stand in a menu that is closed; then the next one, from there."""

    def prepare(page: Page) -> None:
        for selector in selectors:
            address = page.locator(selector).last.get_attribute("href")
            assert address is not None
            page.goto(address)

    return prepare


def write_and_edit(page: Page) -> None:
    """Write a message and open the page that changes it: that one can for a quarter of an hour."""
    page.locator("#body").fill("I will ask for the equipment.")
    page.locator("#write [data-send]").click()
    page.locator(".nw-talk a[href$='/edit/']").last.wait_for(state="attached")
    go(".nw-talk a[href$='/edit/']")(page)


def open_notice(page: Page) -> None:
    """Open the newest notice about a decision of Norec's."""
    with page.expect_navigation():
        page.locator("main li:has(use[href$='#ShieldLock']) form[action$='/open/'] button").first.click()


def report_nothing(page: Page) -> None:
    """Go on to report the newest message of the other side, and send the form empty."""
    go(".nw-talk a[href$='/report/']")(page)
    send("")(page)


def send(
    action: str, /, *, button: str = "button:not([class*=sr-only])", files: dict[str, str] | None = None, **values: str
) -> Prepare:
    """Send the form whose `action` ends like this ("": the page's own) with these values and all else empty."""

    def prepare(page: Page) -> None:
        form = page.locator(f"main form[action$='{action}']" if action else "main form[method=post]:not([action])").first
        form.evaluate(_EMPTIED)
        for name, value in values.items():
            form.locator(f"[name='{name}']").first.evaluate("(field, value) => { field.value = value }", value)
        for name, file in (files or {}).items():
            form.locator(f"[name='{name}']").set_input_files(file)
        with page.expect_navigation():
            form.locator(button).last.click()

    return prepare
