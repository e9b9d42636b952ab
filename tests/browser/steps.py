"""What people do in the network, step by step, as a test tells it."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from django.test import override_settings
from playwright.sync_api import Page, expect

from alumni_site.core.demo_mail import all_mail
from tests.browser.driver import DEMO_PASSWORD
from tests.services.network import Network

SECONDS_TO_MAIL = 15

_TELL = """
from django.db import transaction
from notifications.services import notify
from profiles.models import User
from profiles.notices import PROPOSAL_DECIDED
with transaction.atomic():
    for number in range({count}):
        data = {{"word": f"welding {{number}}", "status": "in_use"}}
        notify(recipient=User.objects.get(email="{email}"), kind=PROPOSAL_DECIDED, data=data)
"""


def join(page: Page, *, name: str, email: str, text: str = "") -> None:
    """Fill in the form "Join the network" and send it."""
    page.goto("/accounts/signup/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(email)
    page.locator("[name=password1]").fill(DEMO_PASSWORD)
    page.locator("[name=role]").first.check()
    page.locator("[name=text]").fill(text)
    page.locator("main form[action$='/signup/'] button.ds-button").click()
    page.wait_for_url("**/accounts/confirm-email/")


def verify(page: Page, network: Network, email: str) -> None:
    """Follow the link in the mail, in the browser that signed up, and say that the address is one's own."""
    page.goto(link_in_mail(network, email, r"/accounts/confirm-email/\S+"))
    page.locator("main form button.ds-button").click()
    page.wait_for_url(lambda address: "/confirm-email/" not in address)


def link_in_mail(network: Network, to: str, path: str) -> str:
    """The path of the link of this pattern in the newest mail to that address. Waits for the mail."""
    deadline = time.monotonic() + SECONDS_TO_MAIL
    while time.monotonic() < deadline:
        for text in _mail_to(network, to):
            if found := re.search(re.escape(network.address) + f"({path})", text):
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"No mail with {path} came to {to} within {SECONDS_TO_MAIL} s.")


def _mail_to(network: Network, to: str) -> list[str]:
    with override_settings(EMAIL_FILE_PATH=str(Path(network.environment["DATA_DIR"]) / "mail")):
        return [mail.text for mail in all_mail() if mail.recipients == to]


def choose_for_each(page: Page, choices: dict[str, set[str]]) -> None:
    """Tick exactly these audiences for these fields on "Who sees what", and save. Boxes that are locked stay as they are."""
    page.goto("/me/visibility/")
    for field, audiences in choices.items():
        # "Everyone" locks the others, so it goes first off and last on.
        boxes = page.locator(f"input[type=checkbox][name='audiences_{field}']")
        for audience in ("public", "norec", "members", "partners", "missions"):
            box = boxes.and_(page.locator(f"[value={audience}]"))
            if box.is_enabled() and audience != "public":
                box.set_checked(audience in audiences)
        boxes.and_(page.locator("[value=public]")).set_checked("public" in audiences)
    page.locator(".nw-do button[value=save]").click()
    page.get_by_text("Saved. It holds from now on.").wait_for()


def fill_section(page: Page, key: str, **values: str) -> None:
    """Fill in one section of one's own profile and save it."""
    page.goto(f"/me/profile/{key}/")
    for name, value in values.items():
        field = page.locator(f"main [name='{name}']")
        if field.evaluate("field => field.matches('select')"):
            field.select_option(value)
        else:
            field.fill(value)
    save_section(page)


def save_section(page: Page) -> None:
    page.locator("main button.ds-button[value=save]").click()
    page.wait_for_url("**/me/profile/")


def search_finds(page: Page, words: str, uuid: str) -> bool:
    """Whether whoever is signed in to this window finds that person by these words."""
    answer = page.context.request.get("/people/", params={"q": words})
    assert answer.ok, answer.status
    return f"/people/{uuid}/" in answer.text()


def seconds_until(holds: Callable[[], bool], *, at_most: float) -> float:
    """How long it takes until it holds; fails when it takes longer than that."""
    start = time.monotonic()
    while not holds():
        assert time.monotonic() - start < at_most, f"not so after {at_most} s"
        time.sleep(0.05)
    return time.monotonic() - start


def follow(page: Page, heading: str) -> None:
    """Wait for the page that follows what the worker does. With scripts it comes by itself; without, one presses the link."""
    title = page.get_by_role("heading", level=1)
    again = page.get_by_role("link", name="See how far it is now")
    for _ in range(100):
        if title.inner_text() == heading:
            return
        if again.is_visible():
            again.click()
        page.wait_for_timeout(100)
    expect(title).to_have_text(heading)


def tell(network: Network, email: str, count: int) -> None:
    """Give an account so many notices that are not read yet."""
    done = network.command("shell", "-v0", "-c", _TELL.format(email=email, count=count))
    assert done.returncode == 0, done.stderr
