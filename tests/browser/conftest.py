"""One server and one browser for all browser tests of a worker; sign-ins are kept, windows are not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driver import Look, launch, session_of, sign_in, window
from tests.browser.network import running_network

OpenWindow = Callable[..., AbstractContextManager[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_network(tmp_path_factory.mktemp("network")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions(browser: Browser, address: str) -> Callable[[str], list[dict]]:
    """The cookies of a signed-in demo account. Each signs in once; sign-in is limited, as it should be."""
    known: dict[str, list[dict]] = {}

    def session(email: str) -> list[dict]:
        if email not in known:
            with window(browser, address, Look()) as page:
                sign_in(page, email)
                known[email] = [cookie for cookie in session_of(page.context) if cookie["name"] != "language"]
        return known[email]

    return session


@pytest.fixture
def open_window(browser: Browser, address: str, sessions: Callable[[str], list[dict]]) -> OpenWindow:
    """`open_window(look, email="member@example.org")`: a window, signed in unless there is no e-mail."""

    def opened(look: Look = Look(), email: str = "") -> AbstractContextManager[Page]:  # noqa: B008
        return window(browser, address, look, cookies=sessions(email) if email else None)

    return opened
