"""Puts something on the pages that are empty in a new demo, through the pages themselves, so that they can be looked at full."""

from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

from tests.browser.driver import Look, OpenWindow
from tests.browser.reporting import report_two_conversations
from tests.browser.routes import ADVISER, APPLICANT, MEMBER, NEWCOMER, OFFICER
from tests.browser.steps import follow, join, verify
from tests.services.network import Network


def furnish(open_window: OpenWindow, network: Network) -> None:
    """An applicant and somebody who has not verified yet, a forgotten password, things saved, somebody blocked, a notice."""
    with open_window() as page:
        join(page, name="Amina Sørlie-Baptiste", email=APPLICANT, text="I taught in Mbeya with Fredskorpset in 1994.")
        verify(page, network, APPLICANT)
    with open_window() as page:
        join(page, name="Nora Newcomer", email=NEWCOMER)
    with open_window() as page:
        page.goto("/accounts/password/reset/")
        page.locator("[name=email]").fill(NEWCOMER)
        page.locator("main form button.ds-button").click()
        page.wait_for_url("**/reset/done/")
    _save_a_search_and_two_people(open_window)
    _block_somebody(open_window)
    _answer_a_correction(open_window)
    _upload_lists(open_window, network)
    report_two_conversations(open_window)


def _save_a_search_and_two_people(open_window: OpenWindow) -> None:
    with open_window(Look(javascript=False), OFFICER) as page:
        for place in (0, 1):
            page.goto("/people/?q=solar")
            page.locator("[data-keep]").nth(place).click()
        page.goto("/people/?q=solar&country_residence=UG")
        page.locator("#save button").click()
        page.wait_for_url("**/people/?q=solar*")


def _block_somebody(open_window: OpenWindow) -> None:
    with open_window(Look(javascript=False), MEMBER) as page:
        page.goto("/people/?q=tanvir")
        page.locator(".nw-person h3 a").first.click()
        page.goto(page.url.split("?")[0] + "block/")
        page.locator("main form button").first.click()
        page.wait_for_url("**/me/blocked/")


def _answer_a_correction(open_window: OpenWindow) -> None:
    """The member who asked is told so in a notice."""
    with open_window(Look(javascript=False), ADVISER) as page:
        page.goto("/staff/corrections/")
        page.locator("main a[href^='/staff/corrections/']").last.click()
        page.locator("[name=answer]").fill("It is corrected. Thank you for telling us.")
        page.locator("[value=done]").click()
        page.wait_for_load_state()


def _upload_lists(open_window: OpenWindow, network: Network) -> None:
    """Lists that end each in its own way, and two that the worker would have in hand if they were real."""
    header = "participant_id,first_name,last_name,exchange_id"
    with open_window(Look(javascript=False), ADVISER) as page, TemporaryDirectory() as folder:
        notes, unwanted, sheets = (Path(folder) / name for name in ("notes.csv", "unwanted.csv", "two-sheets.xlsx"))
        notes.write_text("Remember the milk\n")
        unwanted.write_text(f"{header}\n9001,Never,Wanted,9001-1\n")
        book = Workbook()
        for sheet in (book.active, book.create_sheet("Old")):
            for row in (header.split(","), ["9002", "Two", "Sheets", "9002-1"]):
                sheet.append(row)
        book.save(sheets)
        for file in (notes, unwanted, sheets):
            page.goto("/staff/imports/")
            page.locator("main input[type=file]").set_input_files(file)
            page.locator("main form[enctype] button.ds-button").click()
            follow(page, "This file cannot be used" if file == notes else "Check before you import")
            if file == unwanted:
                page.get_by_role("button", name="Choose another file").click()
    done = network.command(
        "shell",
        "-c",
        "from profiles.models import ImportRun; from django.utils import timezone; "
        "one = dict(alive_at=timezone.now(), rows_total=12000, rows_done=4800); "
        "ImportRun.objects.create(file_name='long-list.csv', digest='a', status='checking', **one); "
        "ImportRun.objects.create(file_name='broken-off.csv', digest='b', status='stopped', **one)",
    )
    assert done.returncode == 0, done.stderr
