"""Chromium as a person uses it: one window size, colour scheme and language at a time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.services.chromium import headless_chromium, whole_chromium

DEMO_PASSWORD = "utveksling"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    # There is none: what would draw with it is no process of its own, which saves a tenth.
    "--in-process-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, DESK = 320, 1280
LANGUAGES = ("nn", "nb", "en")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    width: int = DESK
    scheme: Scheme = "light"
    language: str = "en"
    javascript: bool = True
    # Whether the installable app may settle in this window: its worker, through which all requests go then.
    app: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.language}{'' if self.javascript else '-nojs'}"


# open_window(look, "member@example.org"): see conftest.py.
OpenWindow = Callable[..., AbstractContextManager[Page]]


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Debian's Chromium: Playwright's own download is not to be had everywhere. `whole` is with all that is around the pages,
    such as what shows notifications."""
    return playwright.chromium.launch(executable_path=whole_chromium() if whole else headless_chromium(), args=ARGUMENTS)


@contextmanager
def window(browser: Browser, address: str, look: Look, *, cookies: list[Any] | None = None) -> Iterator[Page]:
    """A new window with nothing in it but these cookies. Scripts' errors and refused requests fail the test."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": 900},
        color_scheme=look.scheme,
        locale={"nn": "nn-NO", "nb": "nb-NO", "en": "en-GB"}[look.language],
        java_script_enabled=look.javascript,
        reduced_motion="reduce",
        service_workers="allow" if look.app else "block",
    )
    context.set_default_timeout(15_000)
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    problems = watch_for_problems(page, address)
    try:
        yield page
    finally:
        context.close()
    assert problems == []


def watch_for_problems(page: Page, address: str) -> list[str]:
    """A list that fills with what must not happen: script errors, policy violations, requests to anybody else."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:", "blob:", "about:"))
            else problems.append(f"third party: {request.url}")
        ),
    )
    return problems


def sign_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def speak(context: BrowserContext, language: str) -> None:
    """Choose the language as a member does in the menu: it is kept with the account and comes before the browser's."""
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "language": language, "next": "/healthz"}
    answer = context.request.post("/language/", form=form)
    assert answer.ok, f"The language was not changed: {answer.status}"
    context.clear_cookies(name="language")
