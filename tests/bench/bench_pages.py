"""Every page of the network: what it weighs at the first visit, how long the server takes, how often it asks the database."""

import logging
import re
import sys
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from django.test import Client

from tests.bench.pages import browser, links_of, publish_files, queries_of, weight_of
from tests.bench.results import Bench, percentile
from tests.bench.timing import Times
from tests.browser.routes import APPLICANT, NEWCOMER, ROUTES, Route

PEOPLE = 50000
ROUNDS = 7
MOST_KILOBYTES = 100


def run(bench: Bench) -> None:
    """There is no baseline: the limit on the weight is the specification's."""
    logging.disable(logging.WARNING)
    publish_files()
    weights, left_out = [], []
    for route in pages():
        client = browser_of(route.account)
        address = address_of(client, route)
        if not address or client.get(address).status_code != route.status:
            left_out.append(str(route))
            continue
        weight = weight_of(client, address)
        weights.append(weight.kilobytes)
        bench.note(f"{route}: weight", weight.kilobytes, "kB", at_most=MOST_KILOBYTES)
        times = times_of(client, address)
        bench.note(f"{route}: server, p50", percentile(times.wall, 0.5), "ms")
        bench.note(f"{route}: server, p50, processor", percentile(times.processor, 0.5), "ms")
        bench.note(f"{route}: database", queries_of(client, address), "queries")
    bench.note("heaviest page", max(weights), "kB", at_most=MOST_KILOBYTES)
    bench.note("pages measured", len(weights), "pages")
    bench.note("pages that this site has nothing for", len(left_out), "pages")
    if left_out:
        print(f"Left out, since the demo has nothing to show on them: {', '.join(left_out)}.", file=sys.stderr)


def pages() -> Iterator[Route]:
    """Every page of tests/browser that is there without somebody first doing something to it, each once."""
    seen = set()
    for route in ROUTES:
        key = (route.name, route.address, route.account, route.link, route.text, route.beyond)
        made_by_tests = route.prepare or route.mail_to or route.account in (APPLICANT, NEWCOMER)
        only_in_development = route.name.startswith(("dev_", "styleguide"))
        if key not in seen and not made_by_tests and not only_in_development:
            seen.add(key)
            yield route


@cache
def browser_of(account: str) -> Client:
    return browser(account)


def address_of(client: Client, route: Route) -> str:
    """Where the page is: its address, or the first link of that kind on the page that has it. "" when there is none."""
    if not route.link:
        return route.address.partition("#")[0]
    paths = (path for path, words in links_of(client, route.address) if route.text in words and re.fullmatch(route.link, path))
    path = next(paths, "")
    return f"{path}{route.beyond}" if path else ""


def times_of(client: Client, address: str) -> Times:
    times = Times()
    ask: Any = partial(client.get, address)
    for number in range(ROUNDS + 2):
        times.take(ask, keep=number >= 2)
    return times
