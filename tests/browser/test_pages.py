"""Every page, in every language, light and dark, on a phone and on a desk: nothing for axe to find, and a sound frame."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import Eye, page_problems
from tests.browser.driver import DESK, LANGUAGES, PHONE, Look, OpenWindow
from tests.browser.routes import ROUTES, Route
from tests.browser.steps import link_in_mail
from tests.services.network import Network

# Where the page of a route is, which is the same in every language; a worker has one network.
_addresses: dict[Route, str] = {}
# Routes of one account in one test: a window is opened once for many, and two workers share the work evenly.
_AT_ONCE = 12


def _batches() -> Iterator[tuple[str, list[Route]]]:
    by_account = sorted(ROUTES, key=lambda route: route.account)
    for account, routes in groupby(by_account, key=lambda route: route.account):
        all_of_them = list(routes)
        for start in range(0, len(all_of_them), _AT_ONCE):
            yield account, all_of_them[start : start + _AT_ONCE]


@pytest.fixture(scope="module")
def eye() -> Eye:
    """One for all pages: it remembers what axe has passed."""
    return Eye()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "routes",
    [
        # One worker has a page in all languages: what is asked for in the first is known in the others.
        pytest.param(batch, id=(name := f"{account or 'visitor'}-{batch[0]}"), marks=pytest.mark.xdist_group(name))
        for account, batch in _batches()
    ],
)
def test_page_has_nothing_wrong_in_any_look(
    open_window: OpenWindow, furnished: Network, eye: Eye, routes: list[Route], language: str
) -> None:
    problems: list[str] = []
    with open_window(Look(language=language, app=False), routes[0].account) as page:
        for route in routes:
            found = _problems(page, route, language, eye, _address(page, route, furnished).replace("LANGUAGE", language))
            problems += [f"{route} {language} {problem}" for problem in found]
    assert problems == []


def test_titles_tell_pages_apart(open_window: OpenWindow, furnished: Network) -> None:
    """Two tabs of different pages never look the same. States of one page may."""
    pages_by_title: dict[str, set[str]] = defaultdict(set)
    for account, routes in _batches():
        with open_window(Look(), account) as page:
            for route in routes:
                if not route.prepare and route.name != "wagtail_serve":
                    address = _address(page, route, furnished).replace("LANGUAGE", "en")
                    text = page.context.request.get(address).text()
                    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
                    assert title is not None, route
                    pages_by_title[title[1].strip()].add(route.name)
    assert {title: names for title, names in pages_by_title.items() if len(names) > 1} == {}


def _problems(page: Page, route: Route, language: str, eye: Eye, address: str) -> list[str]:
    """The page is loaded once; then the window changes its width and the person their colours, as both may."""
    page.set_viewport_size({"width": PHONE, "height": 900})
    # An address with a fragment that is open already would not be loaded again.
    answer = page.goto(address) or page.reload()
    assert answer is not None, route
    assert answer.status == route.status, f"{route}: {answer.status}"
    opened = page.url
    if route.prepare:
        route.prepare(page)
    has_moved = page.url != opened
    if route.shows_errors:
        # The browser gives it focus in its own time, after the page has come.
        expect(page.locator(".ds-error-summary"), str(route)).to_be_focused()
    found = _problems_at_this_width(page, route, language, eye)
    page.set_viewport_size({"width": DESK, "height": 900})
    if route.prepare and not route.shows_errors and not has_moved:
        # What is opened on a desk may be another thing than on a phone.
        route.prepare(page)
    return found + [f"on a desk {problem}" for problem in _problems_at_this_width(page, route, language, eye)]


def _problems_at_this_width(page: Page, route: Route, language: str, eye: Eye) -> list[str]:
    return page_problems(page, language) + eye.problems(page, only=route.only, rules_off=route.rules_off)


def _address(page: Page, route: Route, network: Network) -> str:
    if route not in _addresses:
        _addresses[route] = _look_up(page, route, network)
    return _addresses[route]


def _look_up(page: Page, route: Route, network: Network) -> str:
    if route.mail_to:
        return link_in_mail(network, route.mail_to, route.link)
    if not route.link:
        return route.address
    for link in page.context.request.get(route.address).text().split('href="')[1:]:
        if (found := re.match(rf"({route.link})[\"?#]", link)) and route.text in link:
            return found[1] + route.beyond
    raise AssertionError(f"{route}: no link {route.link} on {route.address}")
