"""One server and one browser for all browser tests of a worker; sign-ins are kept, windows are not."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.driver import Look, OpenWindow, launch, speak, window
from tests.browser.furnishing import furnish
from tests.browser.network import demo_network
from tests.browser.visitor import Visitor, VisitorOf
from tests.services.network import Network


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """This worker's own network. What it is made of is made once for all workers of the run."""
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else tmp_path_factory.getbasetemp()
    with demo_network(tmp_path_factory.mktemp("network"), made_in=shared / "demo") as network:
        yield network


@pytest.fixture(scope="session")
def address(network: Network) -> str:
    return network.address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def visitor_of(playwright: Playwright, address: str) -> VisitorOf:
    """Somebody who uses a demo account without a window, or is new here. Each account signs in once: that is limited."""
    known: dict[str, Visitor] = {}

    def visitor(email: str) -> Visitor:
        if email in known:
            return known[email]
        visitor = Visitor(playwright, address)
        if email:
            visitor.sign_in(email)
            known[email] = visitor
        return visitor

    return visitor


@pytest.fixture(scope="session")
def sessions(visitor_of: VisitorOf) -> Callable[[str], list[Any]]:
    """The cookies of a signed-in demo account, as they were when it signed in."""
    return cache(lambda email: visitor_of(email).cookies())


@pytest.fixture(scope="session")
def open_window(browser: Browser, address: str, sessions: Callable[[str], list[Any]]) -> OpenWindow:
    """`open_window(look, email="member@example.org")`: a window, signed in unless there is no e-mail."""

    @contextmanager
    def opened(look: Look = Look(), email: str = "") -> Iterator[Page]:  # noqa: B008
        with window(browser, address, look, cookies=sessions(email) if email else None) as page:
            if email:
                speak(page.context, look.language)
            yield page

    return opened


@pytest.fixture(scope="session")
def furnished(network: Network, visitor_of: VisitorOf) -> Network:
    """The network with something on every page."""
    furnish(visitor_of, network)
    return network
