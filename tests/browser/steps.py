"""What people do in the network, step by step, as a test tells it."""

import re
import time
from pathlib import Path

from django.test import override_settings
from playwright.sync_api import Page

from alumni_site.core.demo_mail import all_mail
from tests.browser.driver import DEMO_PASSWORD
from tests.services.network import Network

SECONDS_TO_MAIL = 15


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
