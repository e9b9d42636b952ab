"""Pushes on a device, from the button to what the device shows.

Headless Chromium knows no push service. Where it would ask its maker's, a subscription of ours stands in, to a service of the
test's; what that is sent is handed to the browser as its own would. All else is real: the buttons, the server and its worker,
what is encrypted for this browser alone, the service worker and the notification.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from notifications.webpush import encode
from tests.browser.checks import Eye
from tests.browser.driver import PHONE, Look, OpenWindow, launch, speak, window
from tests.browser.routes import PARTICIPANT
from tests.browser.steps import seconds_until, tell
from tests.notifications.sinks import PushSink, Receiver, push_sink
from tests.services.network import Network

_KIND = "Answers about skills you proposed"
# A service that stands in for the browser maker's: (endpoint, p256dh, auth).
_SERVICE = """([endpoint, p256dh, auth]) => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer;
  const keys = { p256dh: bytes(p256dh), auth: bytes(auth) };
  let current = null;
  const subscription = { endpoint, getKey: (name) => keys[name], unsubscribe: async () => { current = null; return true; } };
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("not what a browser takes");
    return (current = subscription);
  };
}"""
_SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, url: data.url }))"""


@pytest.fixture(scope="module")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """One that can show notifications."""
    browser = launch(playwright, whole=True)
    yield browser
    browser.close()


@pytest.fixture
def open_window(whole_browser: Browser, address: str, sessions: Callable[[str], list[Any]]) -> OpenWindow:
    @contextmanager
    def opened(look: Look, email: str) -> Iterator[Page]:
        with window(whole_browser, address, look, cookies=sessions(email)) as page:
            speak(page.context, look.language)
            yield page

    return opened


@pytest.fixture
def service(network: Network) -> Iterator[PushSink]:
    with push_sink(urlsplit(network.environment["PUSH_TEST_ORIGINS"]).port or 0) as sink:
        yield sink


def _hand_over(page: Page) -> Callable[[str], None]:
    """What gives this browser a push, as its push service would."""
    session = page.context.new_cdp_session(page)
    registrations: list[dict[str, str]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))

    def give(data: str) -> None:
        ours = next(each["registrationId"] for each in registrations if each["scopeURL"].startswith(origin))
        session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": ours, "data": data})

    return give


def _subscribed(network: Network) -> int:
    with closing(sqlite3.connect(Path(network.environment["DATA_DIR"]) / "db.sqlite3")) as database:
        return int(database.execute("SELECT COUNT(*) FROM notifications_pushsubscription").fetchone()[0])


def test_member_turns_pushes_on_gets_one_and_turns_them_off(open_window: OpenWindow, network: Network, service: PushSink) -> None:
    device = Receiver()
    with open_window(Look(width=PHONE, language="nn"), PARTICIPANT) as page:
        page.context.grant_permissions(["notifications"])
        page.add_init_script(f"({_SERVICE})({json.dumps([f'{service.origin}/device', device.p256dh, encode(device.auth)])})")
        page.goto("/me/notices/")
        give = _hand_over(page)
        page.locator("[data-push-on]").click()
        expect(page.locator("[data-push-state]")).to_have_text("Denne eininga får varsel.")
        assert _subscribed(network) == 1
        # The pages that axe looks at have no worker, and so no part about pushes.
        assert Eye().problems(page, only="[data-push]") == []
        kind = page.get_by_role("group", name="Svar om kompetanse du har føreslått")
        kind.locator("[name$=push]").check()
        page.locator("main form .ds-button").click()
        page.wait_for_load_state()

        tell(network, PARTICIPANT, 1)
        seconds_until(lambda: bool(service.pushes), at_most=15)
        path, _headers, body = service.pushes[0]
        assert path == "/device"
        assert b"foresl" not in body
        told = device.read(body).decode()
        give(told)
        seconds_until(lambda: page.evaluate(_SHOWN) != [], at_most=5)
        assert page.evaluate(_SHOWN) == [json.loads(told)]
        assert json.loads(told)["lang"] == "nn"

        page.reload()
        page.locator("[data-push-on]").click()
        page.locator("[data-push-off]").click()
        expect(page.locator("[data-push-state]")).to_have_text("Denne eininga får ingen varsel.")
        assert _subscribed(network) == 0


def test_member_is_told_when_a_browser_takes_no_pushes(open_window: OpenWindow, network: Network) -> None:
    with open_window(Look(), PARTICIPANT) as page:
        page.goto("/me/notices/")
        state = page.locator("[data-push-state]")
        expect(state).to_have_text("This device gets no pushes.")
        page.locator("[data-push-on]").click()
        expect(state).to_contain_text("Your browser does not let us send pushes.")
        page.context.grant_permissions(["notifications"])
        # Nobody of its maker's to ask.
        page.locator("[data-push-on]").click()
        expect(state).to_have_text("It did not work. Try again.")
        expect(page.locator("[data-push-on]")).to_be_enabled()
        assert _subscribed(network) == 0
