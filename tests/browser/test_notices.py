"""The bell, what one is told, and the installable app: as a member meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import PHONE, Look, OpenWindow, sign_in
from tests.browser.routes import ADVISER, MEMBER, OFFICER, PARTICIPANT
from tests.browser.steps import tell
from tests.services.network import Network

_KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
  return kept;
}"""
_KEEP = """async () => {
  localStorage.setItem("draft", "words");
  await (await caches.open("other")).put("/me/", new Response("me"));
}"""
_WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


def wait_for_worker(page: Page) -> None:
    """Until the service worker looks after this page and knows the language."""
    page.wait_for_function(
        "async () => { await navigator.serviceWorker.ready; return navigator.serviceWorker.controller !== null }"
    )
    page.wait_for_function("async () => (await caches.match('/offline/language')) !== undefined")


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_bell_follows_what_is_read_elsewhere(open_window: OpenWindow, network: Network, width: int) -> None:
    tell(network, OFFICER, 3)
    with open_window(Look(width=width), OFFICER) as page, open_window(Look(), OFFICER) as other:
        page.goto("/people/")
        bell = page.locator("header a[href='/notices/']")
        expect(bell).to_have_accessible_name(re.compile(r"Notices \d+ new"))
        other.goto("/notices/")
        other.get_by_role("button", name=re.compile("^Mark as read: .*welding 2")).first.click()
        other.get_by_role("button", name="Mark all as read").click()
        # No reload of the first.
        expect(bell).to_have_accessible_name("Notices")
        expect(bell.locator(".ds-badge")).to_have_count(0)


def test_tabs_share_a_socket_and_the_next_takes_over(open_window: OpenWindow, network: Network) -> None:
    tell(network, OFFICER, 2)
    sockets: list[str] = []
    with open_window(Look(), OFFICER) as first, open_window(Look(), OFFICER) as other:
        second = first.context.new_page()
        for page in (first, second):
            page.on("websocket", lambda socket: sockets.append(socket.url))
        with first.expect_websocket():
            first.goto("/people/")
        second.goto("/people/")
        bells = [page.locator("header a[href='/notices/']") for page in (first, second)]
        for bell in bells:
            expect(bell).to_have_accessible_name(re.compile(r"Notices \d+ new"))
        other.goto("/notices/")
        other.get_by_role("button", name="Mark all as read").click()
        for bell in bells:
            expect(bell).to_have_accessible_name("Notices")
        # One line for messages and notices, of both tabs.
        assert len(sockets) == 1
        with second.expect_websocket():
            first.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])
def test_member_chooses_what_they_are_told(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript, width=PHONE), PARTICIPANT) as page:
        page.goto("/me/settings/")
        page.get_by_role("link", name="Choose what you are told").click()
        kind = page.get_by_role("group", name="Answers about skills you proposed")
        kind.get_by_label("E-mail").select_option(label="Once a week")
        page.get_by_label("Quiet from").select_option("22")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".ds-error-summary")).to_contain_text("Choose both when it begins and when it ends")
        page.get_by_label("Quiet until").select_option("7")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
        expect(page.get_by_role("group", name="Answers about skills you proposed").get_by_label("E-mail")).to_have_value("weekly")
        # A button that only a script can make work is not there without one.
        assert page.get_by_role("button", name="Turn on pushes here").is_visible() is javascript
        for name in ("Quiet from", "Quiet until"):
            page.get_by_label(name).select_option("")
        page.get_by_role("button", name="Save", exact=True).click()
        # A window that is closed while its page is on the way may never close, in Chromium.
        page.wait_for_load_state()
        expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
        for name in ("Quiet from", "Quiet until"):
            expect(page.get_by_label(name)).to_have_value("")


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Du er ikkje på nett"), ("nb", "Du er ikke på nett"), ("en", "You are not connected")]
)
def test_without_network_there_is_a_page_in_ones_language(open_window: OpenWindow, language: str, words: str) -> None:
    with open_window(Look(language=language), ADVISER) as page:
        page.goto("/me/")
        wait_for_worker(page)
        page.goto("/people/")
        page.context.set_offline(True)
        page.goto("/me/visibility/")
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
        expect(page.locator("html")).to_have_attribute("lang", language)
        # With its own looks, which were kept.
        assert page.locator("body").evaluate("body => getComputedStyle(body).fontFamily").strip()
        assert page.locator(".nw-top").evaluate("bar => getComputedStyle(bar).backgroundColor") != "rgba(0, 0, 0, 0)"
        page.context.set_offline(False)
        page.locator("main a.ds-button").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(words)


def test_worker_keeps_nothing_personal_and_nothing_is_left_after_signing_out(open_window: OpenWindow) -> None:
    with open_window() as page:
        # A session of its own: signing out ends it.
        sign_in(page, MEMBER)
        for address in ("/me/", "/people/", "/notices/", "/me/profile/"):
            page.goto(address)
        wait_for_worker(page)
        kept = page.evaluate(_KEPT)
        assert [path for path in kept if not re.match(r"/static/|/offline/(nn|nb|en)/$|/offline/language$", path)] == []
        assert "/offline/nn/" in kept
        page.evaluate(
            "localStorage.setItem('draft', 'words'); caches.open('other').then(cache => cache.put('/me/', new Response('me')))"
        )
        page.goto("/accounts/logout/")
        with page.expect_response(lambda answer: answer.request.method == "POST" and "/logout/" in answer.url) as leaving:
            page.locator("main form button.ds-button").click()
        assert leaving.value.header_value("clear-site-data") == '"cache", "storage"'
        page.wait_for_load_state()
        assert page.evaluate("localStorage.getItem('draft')") is None
        assert "/me/" not in page.evaluate(_KEPT)
        assert any(cookie["name"] == "csrftoken" for cookie in page.context.cookies())


def test_app_can_be_installed(open_window: OpenWindow) -> None:
    with open_window(Look(language="nb"), MEMBER) as page:
        page.goto("/me/")
        manifest = page.locator("link[rel=manifest]").get_attribute("href")
        assert manifest is not None
        session = page.context.new_cdp_session(page)
        found = session.send("Page.getAppManifest")
        assert found["errors"] == []
        assert '"lang": "nb"' in found["data"]
        wait_for_worker(page)
        problems = {problem["errorId"] for problem in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
        # The window of a test keeps nothing, and nothing is installed from such a one.
        assert problems <= {"in-incognito"}
        assert page.evaluate(_WORKERS) == 1
