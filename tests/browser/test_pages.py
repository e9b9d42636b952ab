"""Every page, in every language, light and dark, on a phone and on a desk: nothing for axe to find, and a sound frame."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import axe_problems, page_problems
from tests.browser.driver import DESK, LANGUAGES, PHONE, SCHEMES, Look, OpenWindow
from tests.browser.routes import ROUTES, Route
from tests.browser.steps import link_in_mail
from tests.services.network import Network

pytestmark = pytest.mark.pages

# Routes of one account in one test: a window is opened once for many, and two workers share the work evenly.
_AT_ONCE = 12


def _batches() -> Iterator[tuple[str, list[Route]]]:
    by_account = sorted(ROUTES, key=lambda route: route.account)
    for account, routes in groupby(by_account, key=lambda route: route.account):
        all_of_them = list(routes)
        for start in range(0, len(all_of_them), _AT_ONCE):
            yield account, all_of_them[start : start + _AT_ONCE]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "routes", [batch for _, batch in _batches()], ids=[f"{account or 'visitor'}-{batch[0]}" for account, batch in _batches()]
)
def test_page_has_nothing_wrong_in_any_look(
    open_window: OpenWindow, furnished: Network, routes: list[Route], language: str
) -> None:
    problems: list[str] = []
    with open_window(Look(language=language), routes[0].account) as page:
        for route in routes:
            for width in (PHONE, DESK):
                page.set_viewport_size({"width": width, "height": 900})
                _open(page, route, furnished)
                problems += [f"{route} {width} {language}: {problem}" for problem in _problems(page, route, language)]
    assert problems == []


def test_titles_tell_pages_apart(open_window: OpenWindow, furnished: Network) -> None:
    """Two tabs of different pages never look the same. States of one page may."""
    pages_by_title: dict[str, set[str]] = defaultdict(set)
    for account, routes in _batches():
        with open_window(Look(), account) as page:
            for route in routes:
                if not route.prepare and route.name != "wagtail_serve":
                    _open(page, route, furnished)
                    pages_by_title[page.title()].add(route.name)
    assert {title: names for title, names in pages_by_title.items() if len(names) > 1} == {}


def _problems(page: Page, route: Route, language: str) -> list[str]:
    found = page_problems(page, language)
    if route.shows_errors:
        # The browser gives it focus in its own time, after the page has come.
        expect(page.locator(".ds-error-summary"), str(route)).to_be_focused()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme} {problem}" for problem in axe_problems(page, only=route.only, rules_off=route.rules_off)]
    return found


def _open(page: Page, route: Route, network: Network) -> None:
    page.emulate_media(color_scheme="light")
    # An address with a fragment that is open already would not be loaded again.
    answer = page.goto(_address(page, route, network)) or page.reload()
    assert answer is not None, route
    assert answer.status == route.status, f"{route}: {answer.status}"
    if route.prepare:
        route.prepare(page)


def _address(page: Page, route: Route, network: Network) -> str:
    if route.mail_to:
        return link_in_mail(network, route.mail_to, route.link)
    if not route.link:
        return route.address
    for link in page.context.request.get(route.address).text().split('href="')[1:]:
        if (found := re.match(rf"({route.link})[\"?#]", link)) and route.text in link:
            return found[1] + route.beyond
    raise AssertionError(f"{route}: no link {route.link} on {route.address}")
