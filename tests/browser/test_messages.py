"""Messages as people use them: two who talk, one who goes offline, several tabs, a long conversation, keyboard, no scripts."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from tests.browser.checks import Eye
from tests.browser.driver import DESK, LANGUAGES, PHONE, Look, OpenWindow, sign_in
from tests.browser.routes import ADVISER, EDITOR, MEMBER
from tests.services.network import Network

PETER = "entrepreneur@example.org"
MANY = 10_000
# Where somebody's conversation with somebody is; a worker has one network.
_addresses: dict[tuple[str, str], str] = {}
# A machine with much to do is slow, and not wrong.
expect.set_options(timeout=20_000)


@contextmanager
def talking(open_window: OpenWindow, email: str, name: str, look: Look = Look()) -> Iterator[Page]:  # noqa: B008
    """Somebody's conversation with somebody else, open on a page that has its line."""
    with open_window(look, email) as page:
        if (email, name) in _addresses:
            page.goto(_addresses[email, name])
            expect(page.locator("[data-conversation]")).to_be_visible()
        else:
            open_talk(page, name)
            _addresses[email, name] = page.url
        yield page


def open_talk(page: Page, name: str) -> None:
    page.goto("/messages/")
    page.locator("a.nw-thread", has_text=name).last.click()
    expect(page.locator("[data-conversation]")).to_be_visible()


def write(page: Page, words: str) -> None:
    page.locator("#body").fill(words)
    page.keyboard.press("Enter")


def said(page: Page) -> list[str]:
    return page.locator(".nw-talk li[data-seq] [data-body]").all_inner_texts()


def numbers(page: Page) -> list[int]:
    return page.locator(".nw-talk li[data-seq]").evaluate_all("rows => rows.map((row) => Number(row.dataset.seq))")


def kept(page: Page) -> int:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('outbox:')).length")


def settled(page: Page) -> None:
    expect(page.locator("[data-waiting]")).to_have_count(0)


def test_two_talk_and_one_goes_offline_and_returns(open_window: OpenWindow) -> None:
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        write(aase, "Are you there? https://example.org/plan")
        arrived = peter.locator(".nw-talk li[data-seq]", has_text="Are you there?")
        expect(arrived).to_have_count(1)
        expect(arrived.get_by_role("link", name="https://example.org/plan")).to_have_attribute(
            "rel", "noopener noreferrer nofollow ugc"
        )
        expect(peter.locator("[data-spoken]")).to_contain_text("Are you there?")
        expect(aase.locator("[data-spoken]")).not_to_contain_text("Are you there?")
        settled(aase)
        expect(aase.locator(".nw-talk li.me").last.locator("[data-is-read]")).to_be_visible()
        peter.locator("#body").press_sequentially("Ye")
        expect(aase.get_by_text("Peter Kamau Mwangi is writing …")).to_be_visible()

        peter.context.set_offline(True)
        for words in ("Yes, on a train", "No, now in a tunnel"):
            write(peter, words)
        expect(peter.locator("[data-waiting]")).to_have_count(2)
        expect(peter.get_by_text("No connection.")).to_be_visible()
        for words in ("Good", "Write when you are out"):
            write(aase, words)
        settled(aase)
        peter.context.set_offline(False)
        settled(peter)
        for page in (aase, peter):
            expect(page.locator(".nw-talk")).to_contain_text("No, now in a tunnel")
            expect(page.locator(".nw-talk")).to_contain_text("Write when you are out")
        assert said(aase)[-5:] == said(peter)[-5:]
        assert len(set(said(peter)[-5:])) == 5
        assert numbers(peter) == sorted(set(numbers(peter)))
        assert kept(peter) == 0


def test_what_was_not_sent_goes_from_whatever_page_is_opened_next(open_window: OpenWindow) -> None:
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        aase.context.set_offline(True)
        write(aase, "Kept while I was away")
        expect(aase.locator("[data-waiting]")).to_have_count(1)
        aase.close()
        again = aase.context.new_page()
        aase.context.set_offline(False)
        again.goto("/me/")
        seen = peter.locator(".nw-talk li[data-seq]", has_text="Kept while I was away")
        expect(seen).to_have_count(1)
        open_talk(again, "Peter")
        expect(again.locator(".nw-talk li[data-seq]", has_text="Kept while I was away")).to_have_count(1)
        settled(again)
        assert kept(again) == 0


def test_two_tabs_share_a_line_and_show_the_same_once(open_window: OpenWindow) -> None:
    with talking(open_window, MEMBER, "Musa") as first:
        sockets: list[str] = []
        words_of_first, words_of_second = (f"From tab {uuid.uuid4().hex}" for _ in range(2))
        second = first.context.new_page()
        second.on("websocket", lambda socket: sockets.append(socket.url) if socket.url.endswith("/ws/messages/") else None)
        open_talk(second, "Musa")
        write(first, words_of_first)
        write(second, words_of_second)
        for page in (first, second):
            settled(page)
            for words in (words_of_first, words_of_second):
                expect(page.locator(".nw-talk li[data-seq]", has_text=words)).to_have_count(1)
        assert sockets == []
        # The tab with the line goes; the other takes it up.
        first.close()
        write(second, f"{words_of_first}, alone")
        expect(second.locator(".nw-talk li[data-seq]", has_text=f"{words_of_first}, alone")).to_have_count(1)
        assert len(sockets) == 1


def test_signing_out_empties_the_outbox(open_window: OpenWindow) -> None:
    with open_window() as page:
        sign_in(page, "coordinator@example.org")
        page.evaluate("id => localStorage.setItem(`outbox:${id}:x`, JSON.stringify({ failed: 1, frame: {} }))", _account(page))
        assert kept(page) == 1
        page.locator("header details.nw-menu > summary >> visible=true").first.click()
        page.get_by_role("button", name="Sign out").locator("visible=true").click()
        page.wait_for_url(lambda url: "/me/" not in url)
        assert kept(page) == 0


def test_texts_of_another_account_are_not_kept(open_window: OpenWindow) -> None:
    with open_window(Look(), MEMBER) as page:
        page.goto("/me/")
        page.evaluate("localStorage.setItem('outbox:00000000-0000-4000-8000-000000000000:x', '{}')")
        page.reload()
        assert kept(page) == 0


def _account(page: Page) -> str:
    account = page.locator("script[data-line]").get_attribute("data-account")
    assert account is not None
    return account


def test_count_in_the_bar_and_the_list_follow(open_window: OpenWindow) -> None:
    with open_window(Look(), PETER) as peter, talking(open_window, ADVISER, "Peter") as adviser:
        peter.goto("/messages/")
        thread = peter.locator("a.nw-thread", has_text="Åse")
        before = thread.inner_text()
        write(adviser, "A word for the list")
        expect(thread).to_contain_text("A word for the list")
        assert thread.inner_text() != before
        expect(peter.locator(".nw-tools > a[href='/messages/'] .ds-sr-only").last).to_contain_text("new")


def test_keyboard_alone_replies_changes_and_escapes(open_window: OpenWindow) -> None:
    with talking(open_window, MEMBER, "Musa") as page:
        field = page.locator("#body")
        field.focus()
        page.keyboard.type("one line")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("and another")
        page.keyboard.press("Enter")
        settled(page)
        mine = page.locator(".nw-talk li.me").last
        expect(mine.locator("[data-body]")).to_have_text("one line\nand another")
        expect(field).to_be_focused()
        mine.locator("summary").focus()
        page.keyboard.press("Enter")
        mine.locator("[data-edit]").focus()
        page.keyboard.press("Enter")
        expect(field).to_be_focused()
        expect(field).to_have_value("one line\nand another")
        page.keyboard.press("Escape")
        expect(field).to_have_value("")
        mine.locator("[data-edit]").evaluate("link => link.click()")
        field.fill("one line, changed")
        page.keyboard.press("Enter")
        expect(mine).to_contain_text("· edited")
        expect(mine.locator("[data-body]")).to_have_text("one line, changed")
        mine.locator("[data-reply]").evaluate("link => link.click()")
        field.fill("an answer to myself")
        page.keyboard.press("Enter")
        expect(page.locator(".nw-talk li[data-seq]").last.locator(".nw-quote")).to_contain_text("one line, changed")


def change(page: Page, words: str) -> None:
    """Begin to change the message with these words."""
    mine = page.locator(".nw-talk li.me[data-seq]", has_text=words).last
    mine.locator("[data-edit]").evaluate("link => link.click()")
    expect(page.locator("#body")).to_have_value(words)


def test_change_leaves_what_was_being_written(open_window: OpenWindow) -> None:
    words = f"Said too soon {uuid.uuid4().hex}"
    with talking(open_window, MEMBER, "Musa") as page:
        field = page.locator("#body")
        write(page, words)
        settled(page)
        page.locator(".nw-talk li:not(.me) [data-reply]").last.evaluate("link => link.click()")
        answered = page.locator("[data-over-text]").inner_text()
        field.fill("half a thou")
        change(page, words)
        page.keyboard.press("Escape")
        expect(field).to_have_value("half a thou")
        expect(page.locator("[data-over-text]")).to_have_text(answered)
        assert page.locator("#write [name=reply_to]").input_value()
        change(page, words)
        field.fill(f"{words}, changed")
        page.keyboard.press("Enter")
        expect(page.locator(".nw-talk li.me", has_text=f"{words}, changed")).to_contain_text("· edited")
        expect(field).to_have_value("half a thou")
        page.reload()
        expect(field).to_have_value("half a thou")
        with page.expect_response("**/draft/"):
            field.fill("")


def test_change_is_kept_until_it_is_saved(open_window: OpenWindow) -> None:
    words = f"Said too soon {uuid.uuid4().hex}"
    with talking(open_window, MEMBER, "Musa") as page:
        field = page.locator("#body")
        write(page, words)
        settled(page)
        change(page, words)
        cookies = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        field.fill(f"{words}, changed")
        page.keyboard.press("Enter")
        expect(page.locator("[data-over-text]")).to_contain_text("The change is not saved: you are signed out.")
        expect(field).to_have_value(f"{words}, changed")
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
        page.context.set_offline(True)
        page.keyboard.press("Enter")
        expect(page.locator("[data-over-text]")).to_have_text("The change is not saved. Try again in a moment.")
        page.context.set_offline(False)
        # The page's own token is too old when one has signed in anew.
        page.locator("[name=csrfmiddlewaretoken]").evaluate_all("all => all.forEach((field) => { field.value = 'old' })")
        page.keyboard.press("Enter")
        expect(page.locator(".nw-talk li.me", has_text=f"{words}, changed")).to_contain_text("· edited")
        expect(field).to_have_value("")


def test_new_name_of_a_group_is_there_while_one_changes_a_message(open_window: OpenWindow) -> None:
    first_name, new_name, words = (f"{what} {uuid.uuid4().hex}" for what in ("Choir", "Band", "Sing"))
    with open_window(Look(), MEMBER) as page:
        page.goto("/messages/new/group/")
        page.locator("#id_name").fill(first_name)
        page.get_by_role("button", name="Make the group").click()
        page.get_by_role("link", name=first_name).click()
        expect(page.get_by_text("No messages yet.")).to_be_visible()
        write(page, words)
        expect(page.get_by_text("No messages yet.")).to_have_count(0)
        settled(page)
        change(page, words)
        page.locator("#body").fill(f"{words} louder")
        page.evaluate("window.isTheSamePage = true")
        other = page.context.new_page()
        other.goto(page.locator("#with a").get_attribute("href") or "")
        other.locator("#id_name").fill(new_name)
        other.get_by_role("button", name="Change the name").click()
        for place in ("#with a", "h1"):
            expect(page.locator(place)).to_have_text(new_name)
        assert page.title() == f"{new_name} – Norec Network"
        expect(page.get_by_role("log", name=f"Conversation with {new_name}")).to_have_count(1)
        assert page.evaluate("window.isTheSamePage")
        page.locator("#body").press("Enter")
        expect(page.locator(".nw-talk li.me", has_text=f"{words} louder")).to_contain_text("· edited")


def test_words_deleted_for_all_go_from_answers_and_from_what_was_said_aloud(open_window: OpenWindow) -> None:
    words, answer = (f"{what} {uuid.uuid4().hex}" for what in ("Regretted", "Really?"))
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        write(aase, words)
        expect(peter.locator("[data-spoken]")).to_contain_text(words)
        said = peter.locator(".nw-talk li[data-seq]", has_text=words).first
        said.locator("[data-reply]").evaluate("link => link.click()")
        write(peter, answer)
        settled(peter)
        quote = peter.locator(".nw-talk li", has_text=answer).locator(".nw-quote")
        expect(quote).to_contain_text(words)
        aase.locator(".nw-talk li.me", has_text=words).locator("a", has_text="Delete").evaluate("link => link.click()")
        aase.get_by_role("button", name="Delete for everybody").click()
        expect(quote).to_contain_text("This message is deleted.")
        expect(peter.locator("body")).not_to_contain_text(words)


def put_in_outbox(page: Page, conversation: str, client_id: str) -> None:
    """As another page has left it there, before everything else."""
    entry = {"at": 1, "frame": {"conversation": conversation, "client_id": client_id, "body": "To whom?"}}
    key = f"outbox:{_account(page)}:{client_id}"
    page.evaluate("([key, entry]) => localStorage.setItem(key, JSON.stringify(entry))", [key, entry])


def test_message_that_is_refused_holds_up_no_other_where_no_socket_gets_through(open_window: OpenWindow) -> None:
    words, nowhere = f"Behind it {uuid.uuid4().hex}", str(uuid.uuid4())
    with open_window(Look(), MEMBER) as page:
        page.route_web_socket("**/ws/messages/", lambda socket: socket.close())
        open_talk(page, "Musa")
        put_in_outbox(page, str(uuid.uuid4()), nowhere)
        # The page's own token is too old when one has signed in anew in another tab.
        page.locator("[name=csrfmiddlewaretoken]").evaluate_all("all => all.forEach((field) => { field.value = 'old' })")
        write(page, words)
        expect(page.locator(".nw-talk li[data-seq]", has_text=words)).to_have_count(1, timeout=60_000)
        left = page.evaluate("key => localStorage.getItem(key)", f"outbox:{_account(page)}:{nowhere}")
        assert json.loads(left)["failed"] == "This conversation is not there, or it is not yours."


def test_message_refused_without_a_word_says_what_to_do(open_window: OpenWindow) -> None:
    words = f"Without a token {uuid.uuid4().hex}"
    with open_window(Look(), MEMBER) as page:
        page.route_web_socket("**/ws/messages/", lambda socket: socket.close())
        open_talk(page, "Musa")
        page.context.clear_cookies(name="csrftoken")
        write(page, words)
        row = page.locator("[data-waiting]", has_text=words)
        expect(row).to_contain_text("Not sent. Load the page again, and try once more.", timeout=60_000)
        row.get_by_role("button", name="Take it away").click()
        assert kept(page) == 0


def test_file_goes_on_when_it_is_chosen_again_after_a_reload(open_window: OpenWindow, tmp_path: Path) -> None:
    file, other = (tmp_path / f"{uuid.uuid4().hex}.txt" for _ in range(2))
    for each in (file, other):
        each.write_text(uuid.uuid4().hex * (600 * 1024 // 32))
    offsets: list[int] = []
    with talking(open_window, PETER, "Åse") as page:

        def let_first_piece_through(route: Route) -> None:
            if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
                route.abort()
            else:
                route.continue_()

        page.route("**/messages/files/*/", let_first_piece_through)
        page.locator("#write input[type=file]").set_input_files([file, other])
        for each in (file, other):
            expect(page.locator("#write .nw-attach-file", has_text=each.name)).to_contain_text("goes on by itself")
        page.unroute("**/messages/files/*/")
        page.reload()
        rows = page.locator("#write .nw-attach-file")
        for each in (file, other):
            expect(rows.filter(has_text=each.name)).to_contain_text("Only a part of it has come.")
        page.on("request", lambda one: offsets.append(int(one.headers["upload-offset"])) if one.method == "PATCH" else None)
        page.locator("#write input[type=file]").set_input_files(file)
        expect(rows.filter(has_text=file.name).locator("input[name=attachments]")).to_have_count(1)
        expect(rows).to_have_count(2)
        assert sorted(offsets) == [256 * 1024, 512 * 1024]
        # The other one holds up nothing.
        write(page, f"Here it is {file.name}")
        expect(page.locator(".nw-talk li[data-seq]").get_by_role("link", name=file.name)).to_have_count(1)
        assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('upload:')).length") == 1
    with talking(open_window, PETER, "Åse", Look(javascript=False, width=PHONE)) as page:
        page.get_by_role("button", name=f"Remove {other.name}").click()
        expect(page.locator("#write .nw-attach-file")).to_have_count(0)


def test_sign_is_put_without_leaving_the_page_and_the_other_sees_it(open_window: OpenWindow) -> None:
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        words = f"Do you like it? {uuid.uuid4().hex}"
        write(aase, words)
        message = peter.locator(".nw-talk li[data-seq]", has_text=words)
        peter.evaluate("window.isTheSamePage = true")
        message.locator("summary").click()
        message.locator(".nw-menu .nw-sign").first.click()
        expect(message.locator(".nw-sign[aria-pressed=true]")).to_have_count(1)
        expect(aase.locator(".nw-talk li.me").last.locator(".nw-sign[aria-pressed=false]")).to_have_count(1)
        assert peter.evaluate("window.isTheSamePage")


def test_files_go_both_ways(open_window: OpenWindow) -> None:
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        for sender, other in ((aase, peter), (peter, aase)):
            name = f"{uuid.uuid4().hex}.txt"
            file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": b"Words in a file"}
            sender.locator("#write input[type=file]").set_input_files(file)
            expect(sender.locator("#write input[name=attachments]")).to_have_count(1)
            write(sender, "See what I have")
            link = other.locator(".nw-talk li[data-seq]").get_by_role("link", name=name)
            expect(link).to_have_count(1)
            settled(sender)
            expect(sender.locator("#write input[name=attachments]")).to_have_count(0)
            address = link.get_attribute("href")
            assert address is not None
            assert other.context.request.get(address).text() == "Words in a file"


def test_file_goes_on_where_the_line_broke(open_window: OpenWindow) -> None:
    name, size = f"{uuid.uuid4().hex}.txt", 700 * 1024
    content = (uuid.uuid4().hex * (size // 32 + 1))[:size].encode()
    offsets: list[int] = []
    with talking(open_window, ADVISER, "Peter") as aase, talking(open_window, PETER, "Åse") as peter:
        line = {"breaks": True}

        def pass_on(route: Route) -> None:
            """The first piece gets through. Then the line is gone, until it is mended."""
            request = route.request
            if request.method == "PATCH":
                offsets.append(int(request.headers["upload-offset"]))
            if line["breaks"] and (request.method == "HEAD" or (request.method == "PATCH" and offsets[-1] > 0)):
                route.abort()
            else:
                route.continue_()

        aase.route("**/messages/files/*/", pass_on)
        aase.locator("#write input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
        upload = aase.locator("#write .nw-attach-file", has_text=name)
        expect(upload).to_contain_text(f"No connection. {name} goes on by itself.")
        progress = upload.locator("progress")
        expect(progress).to_be_visible()
        assert progress.evaluate("bar => bar.value") == 100 * 256 * 1024 // size
        # What is written meanwhile waits for the file.
        write(aase, "It is a long one")
        expect(aase.get_by_text("A file is still on its way. Wait a little, then send.")).to_be_visible()
        expect(aase.locator("#body")).to_have_value("It is a long one")
        line["breaks"] = False
        expect(aase.locator("#write input[name=attachments]")).to_have_count(1)
        expect(progress).to_be_hidden()
        # The first piece went once; the others from where it had got to.
        assert offsets.count(0) == 1
        assert sorted(set(offsets)) == [0, 256 * 1024, 512 * 1024]
        aase.locator("#write [data-send]").click()
        link = peter.locator(".nw-talk li[data-seq]", has_text="It is a long one").get_by_role("link", name=name)
        expect(link).to_have_count(1)
        address = link.get_attribute("href")
        assert address is not None
        assert peter.context.request.get(address).body() == content


def test_files_are_sent_with_the_message_without_scripts(open_window: OpenWindow) -> None:
    name, words = f"{uuid.uuid4().hex}.txt", f"See what I have {uuid.uuid4().hex}"
    with talking(open_window, ADVISER, "Peter", Look(javascript=False, width=PHONE)) as aase:
        wrong: FilePayload = {"name": "cat.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
        right: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": b"Words in a file"}
        aase.locator("#body").fill(words)
        aase.locator("#write input[type=file]").set_input_files([right, wrong])
        aase.get_by_role("button", name="Send", exact=True).click()
        expect(aase.get_by_role("alert").filter(has_text="cat.jpg")).to_be_visible()
        expect(aase.locator("#body")).to_have_value(words)
        for part in ("#write [data-send]", "#write .nw-attach-file button", "#write .nw-failed"):
            box = aase.locator(part).last.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= PHONE, part
        expect(aase.locator(".nw-talk")).not_to_contain_text(words)
        aase.get_by_role("button", name="Send", exact=True).click()
        expect(aase.locator(".nw-talk li.me", has_text=words).get_by_role("link", name=name)).to_have_count(1)
        expect(aase.locator("#body")).to_have_value("")


def flood(page: Page, at_least: int = 15) -> None:
    """Send until the server has had enough, and for at least so many seconds to come."""
    address = page.locator("#write").get_attribute("action") or ""
    token = page.locator("#write [name=csrfmiddlewaretoken]").input_value()
    for number in range(200):
        form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "body": f"{number}"}
        answer = page.context.request.post(address, form=form, headers={"Accept": "application/json"}).json()
        if answer["type"] == "error":
            if answer["retry_after"] >= at_least:
                return
            # The minute is nearly over, in which so many may be sent.
            page.wait_for_timeout(answer["retry_after"] * 1000)
    raise AssertionError("The server takes everything.")


@pytest.mark.slow
def test_outbox_waits_as_long_as_the_server_says_where_no_socket_gets_through(open_window: OpenWindow) -> None:
    words = f"After the flood {uuid.uuid4().hex}"
    asked: list[Request] = []
    with open_window(Look(), MEMBER) as page:
        page.route_web_socket("**/ws/messages/", lambda socket: socket.close())
        open_talk(page, "Musa")
        flood(page)
        page.on("request", lambda request: asked.append(request) if request.url.endswith("/send/") else None)
        with page.expect_response("**/send/", timeout=60_000) as first:
            write(page, words)
        refused = first.value.json()
        assert refused["code"] == "too_fast"
        expect(page.locator(".nw-talk li[data-seq]", has_text=words)).to_have_count(1, timeout=100_000)
        assert len(asked) == 2
        # By the browser's own clock: here one may hear of it late.
        first_at, second_at = (request.timing["startTime"] / 1000 for request in asked)
        assert second_at - first_at >= refused["retry_after"]
        assert kept(page) == 0


def test_draft_comes_along_to_the_next_page(open_window: OpenWindow) -> None:
    with talking(open_window, PETER, "Åse") as page:
        page.locator("#body").fill("half a thou")
        page.goto("/messages/")
        open_talk(page, "Åse")
        expect(page.locator("#body")).to_have_value("half a thou")
        write(page, "a whole thought")
        settled(page)
        page.reload()
        expect(page.locator("#body")).to_have_value("")


def test_draft_the_server_has_not_got_yet_is_there_all_the_same(open_window: OpenWindow) -> None:
    with talking(open_window, PETER, "Åse") as page:
        page.route("**/draft/", lambda route: route.abort())
        page.locator("#body").fill("on a bad line")
        page.goto("/messages/")
        open_talk(page, "Åse")
        expect(page.locator("#body")).to_have_value("on a bad line")
        page.unroute("**/draft/")
        page.reload()
        expect(page.locator("#body")).to_have_value("on a bad line")
        is_with_the_server = "() => !Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
        page.wait_for_function(is_with_the_server)
        with page.expect_response("**/draft/"):
            page.locator("#body").fill("")
        page.wait_for_function(is_with_the_server)
        page.reload()
        expect(page.locator("#body")).to_have_value("")


def test_request_is_answered_without_scripts(open_window: OpenWindow) -> None:
    with open_window(Look(javascript=False, width=PHONE), PETER) as page:
        page.goto("/messages/")
        page.get_by_role("link", name=re.compile("Chikondi")).click()
        expect(page.get_by_text("Chikondi cannot see that you have read this.")).to_be_visible()
        page.get_by_role("button", name="Say yes and write back").click()
        page.locator("#body").fill("I asked my aunt to cook for the whole street.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".nw-talk li.me").last).to_contain_text("I asked my aunt")
        page.locator(".nw-talk li.me summary").last.click()
        page.get_by_role("link", name="Edit").locator("visible=true").click()
        page.get_by_label("Your message").fill("I asked my aunt to cook.")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".nw-talk li.me").last).to_contain_text("· edited")
        page.locator(".nw-talk li.me summary").last.click()
        page.locator(".nw-talk li.me .nw-menu .nw-sign >> visible=true").first.click()
        expect(page.locator(".nw-talk .nw-sign[aria-pressed=true]")).to_have_count(1)
        page.locator(".nw-talk li.me summary").last.click()
        page.get_by_role("link", name="Delete").locator("visible=true").click()
        page.get_by_role("button", name="Delete for everybody").click()
        expect(page.get_by_text("You have deleted this message.")).to_be_visible()


def scroll_until(page: Page, place: str, holds: Callable[[], bool]) -> None:
    """Scroll to an end again and again, as more comes there, until it holds."""
    for _ in range(200):
        if holds():
            return
        page.locator(".nw-conv__b").evaluate(f"box => {{ box.scrollTop = {place} }}")
        page.wait_for_timeout(100)
    raise AssertionError(f"not so after scrolling: {numbers(page)[0]} to {numbers(page)[-1]}")


@pytest.mark.slow
def test_ten_thousand_messages_scroll_both_ways_in_a_small_page(open_window: OpenWindow, network: Network) -> None:
    done = network.command("shell", "-c", _LONG_TALK)
    assert done.returncode == 0, done.stderr
    with talking(open_window, EDITOR, "Tanvir") as page:
        newest = numbers(page)[-1]
        assert newest >= MANY
        scroll_until(page, "-box.scrollHeight", lambda: numbers(page)[0] < newest - 600)
        shown = numbers(page)
        assert len(shown) <= 300
        assert shown == list(range(shown[0], shown[-1] + 1))
        assert shown[-1] < newest
        bottom = shown[-1]
        scroll_until(page, "0", lambda: numbers(page)[-1] > bottom + 100)
        page.wait_for_timeout(500)
        shown = numbers(page)
        assert len(shown) <= 300
        assert shown == list(range(shown[0], shown[-1] + 1))
        # Writing from the middle leads to the end, where what one writes stands.
        write(page, "At the end of a long talk")
        expect(page.locator(".nw-talk li[data-seq]").last).to_contain_text("At the end of a long talk")
        expect(page.locator(".nw-talk li").last).to_be_in_viewport()


def test_open_conversation_has_nothing_for_axe_to_find(open_window: OpenWindow) -> None:
    problems: list[str] = []
    eye = Eye()
    for language in LANGUAGES:
        with talking(open_window, MEMBER, "Musa", Look(language=language)) as page:
            page.context.set_offline(True)
            write(page, "Not yet sent")
            expect(page.locator("[data-waiting]")).to_have_count(1)
            page.locator(".nw-talk summary").last.evaluate("summary => summary.click()")
            for width in (PHONE, DESK):
                page.set_viewport_size({"width": width, "height": 900})
                problems += [f"{language} {width} {problem}" for problem in eye.problems(page)]
    assert problems == []


_LONG_TALK = f"""
from datetime import timedelta
from django.utils import timezone
from messaging.models import Conversation, Message
talk = Conversation.objects.get(participations__user__email="tanvir.rahman@example.org", kind="direct")
people = [row.user for row in talk.participations.all()]
now = timezone.now() - timedelta(days=9)
Message.objects.bulk_create(
    Message(conversation=talk, seq=n, sender=people[n % 2], body=f"Word number {{n}}", sent_at=now + timedelta(seconds=n))
    for n in range(talk.last_seq + 1, {MANY} + 1)
)
Conversation.objects.filter(pk=talk.pk).update(last_seq={MANY})
talk.participations.update(read_seq={MANY})
"""
