"""Two reports, as a member and an adviser make and decide them. Knows nothing of Django: the pictures are taken without."""

from tests.browser.driver import Look, OpenWindow


def report_two_conversations(open_window: OpenWindow) -> None:
    """One waits for a decision. For the other an officer is given a warning."""
    for name in ("Musa", "Eldrid"):
        with open_window(Look(javascript=False), "member@example.org") as page:
            page.goto("/messages/")
            address = page.locator("a.nw-thread", has_text=name).first.get_attribute("href")
            page.goto(f"{address}report/")
            page.locator("[name=reason][value=harassment]").check()
            page.locator("[name=words]").fill("This is not how we talk here.")
            page.locator("main form button.ds-button").click()
            page.wait_for_url("**/messages/reports/**")
    with open_window(Look(javascript=False), "adviser@example.org") as page:
        page.goto("/staff/reports/")
        page.locator("main h2 a", has_text="Eldrid").click()
        page.locator("[name=decision][value=warn]").check()
        page.locator("[name=answer]").fill("Please write to each other with respect.")
        page.locator("form[action$='/decide/'] button").last.click()
        page.wait_for_load_state()
