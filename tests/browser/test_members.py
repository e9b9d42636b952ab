"""What members, officers and advisers do besides: capacity, language, saved searches, files, and pages that are not theirs."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.driver import PHONE, Look, OpenWindow, speak
from tests.browser.routes import ADVISER, COORDINATOR, EDITOR, MEMBER, OFFICER, PARTICIPANT

JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "nojs"])


def _menu(page: Page) -> None:
    page.locator("header details.nw-menu > summary >> visible=true").first.click()


@JAVASCRIPT
def test_officer_acts_in_one_capacity_at_a_time(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript, width=PHONE), OFFICER) as page:
        page.goto("/people/?q=gulu")
        expect(page.get_by_text("chosen to show to missions")).to_be_visible()
        as_officer = page.locator("#results").inner_text()
        _menu(page)
        page.get_by_role("button", name="Member", exact=True).locator("visible=true").click()
        expect(page.get_by_text("You are here as Member now.")).to_be_visible()
        page.goto("/people/?q=gulu")
        expect(page.get_by_text("chosen to show to members")).to_be_visible()
        # Some show their town to members only.
        assert page.locator("#results").inner_text() != as_officer
        _menu(page)
        page.get_by_role("button", name="Mission officer Embassy in Kampala").locator("visible=true").click()
        expect(page.get_by_text("You are here as Mission officer, Embassy in Kampala now.")).to_be_visible()


@JAVASCRIPT
def test_choice_of_language_is_kept_with_the_account(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript), PARTICIPANT) as page:
        page.goto("/me/")
        _menu(page)
        page.locator("header").get_by_role("button", name="Nynorsk").locator("visible=true").click()
        expect(page.locator("html")).to_have_attribute("lang", "nn")
        page.context.clear_cookies(name="language")
        page.goto("/people/")
        expect(page.locator("html")).to_have_attribute("lang", "nn")
        expect(page.get_by_role("heading", level=1)).to_have_text("Finn folk")
        speak(page.context, "en")


@JAVASCRIPT
def test_search_is_saved_renamed_deleted_and_brought_back(open_window: OpenWindow, javascript: bool) -> None:
    name, words = ("Those who teach", "teacher") if javascript else ("Those who farm", "farmer")
    with open_window(Look(javascript=javascript), COORDINATOR) as page:
        page.goto(f"/people/?q={words}")
        page.get_by_label("Name of the search").fill(name)
        page.get_by_role("button", name="Save this search").click()
        expect(page.get_by_text(f"You have saved this as “{name}”")).to_be_visible()
        page.goto("/me/searches/")
        page.get_by_role("link", name=f"Change: {name}").click()
        page.locator("[name=name]").fill(f"{name} again")
        page.locator("main form button.ds-button").first.click()
        page.wait_for_url("**/me/searches/")
        page.get_by_role("button", name=f"Delete: {name} again").click()
        expect(page.get_by_text(f"“{name} again” is deleted.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name=f"Search again: {name} again").click()
        expect(page).to_have_url(re.compile(rf"/people/\?q={words}"))


@JAVASCRIPT
def test_person_is_saved_and_let_go(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript), COORDINATOR) as page:
        page.goto("/people/?q=stoves")
        page.get_by_role("button", name="Save Peter Kamau Mwangi").click()
        expect(page.get_by_role("button", name="Peter Kamau Mwangi is saved. Take off my list")).to_be_visible()
        page.goto("/me/saved/")
        page.get_by_role("button", name="Peter Kamau Mwangi is saved. Take off my list").click()
        page.goto("/me/saved/")
        expect(page.get_by_text("Nobody saved yet")).to_be_visible()


@JAVASCRIPT
def test_member_sees_own_profile_as_a_mission_does(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript), MEMBER) as page:
        page.goto("/me/visibility/")
        peek = page.locator("aside[aria-labelledby=as]")
        expect(peek.get_by_text("Gulu, Uganda")).to_be_visible()
        peek.get_by_role("combobox").select_option("missions")
        peek.get_by_role("button", name="Show").click()
        expect(peek.get_by_text("Not shown to missions")).to_be_visible()
        expect(peek.get_by_text("Gulu")).to_have_count(0)


@JAVASCRIPT
def test_choice_of_who_sees_what_is_undone_with_one_press(open_window: OpenWindow, javascript: bool) -> None:
    with open_window(Look(javascript=javascript), PARTICIPANT) as page:
        page.goto("/me/visibility/")
        before = _ticked(page)
        page.get_by_label("Only Norec", exact=True).check()
        page.get_by_role("button", name="Use this choice").click()
        expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
        assert _ticked(page) != before
        page.get_by_role("button", name="Undo").click()
        page.goto("/me/visibility/")
        assert _ticked(page) == before


def _ticked(page: Page) -> list[str]:
    return page.locator(".nw-aud input:checked").evaluate_all("boxes => boxes.map((box) => box.name + box.value)")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_adviser_takes_a_result_out_as_a_file(open_window: OpenWindow, file_format: str) -> None:
    with open_window(Look(), ADVISER) as page:
        page.goto("/people/?q=grace+nakato")
        page.get_by_role("link", name="Take this result out as a file").click()
        page.locator("[name=purpose]").fill("For the yearly meeting in Kampala")
        page.locator(f"[name=file_format][value={file_format}]").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Make the file").click()
        content = download.value.path().read_bytes()
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    else:
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    table = [row for row in rows if any("Nakato" in cell for cell in row)]
    assert len(table) == 1
    # She shows her town to Norec, and her work to nobody.
    assert "Gulu" in table[0]
    assert not any("Own company" in cell for row in rows for cell in row)


@pytest.mark.parametrize(
    "email", ["", MEMBER, OFFICER, COORDINATOR, EDITOR], ids=["visitor", "member", "officer", "coordinator", "editor"]
)
def test_pages_of_advisers_are_not_there_for_others(open_window: OpenWindow, email: str) -> None:
    with open_window(Look(), email) as page:
        for path in ("/staff/imports/", "/staff/applicants/", "/people/export/", "/staff/vocabulary/"):
            answer = page.goto(path)
            assert answer is not None
            if email or path == "/people/export/":
                assert answer.status == 404, path
                expect(page.get_by_role("heading", level=1)).to_have_text("We cannot find this page")
            else:
                expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
