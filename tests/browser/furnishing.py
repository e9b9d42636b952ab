"""Puts something on the pages that are empty in a new demo, through the pages themselves, so that they can be looked at full."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from openpyxl import Workbook

from tests.browser.driver import DEMO_PASSWORD
from tests.browser.reporting import report_two_conversations
from tests.browser.routes import ADVISER, APPLICANT, MEMBER, NEWCOMER, OFFICER, VISITOR
from tests.browser.steps import link_in_mail
from tests.browser.visitor import Visitor, VisitorOf
from tests.services.network import Network

SECONDS_TO_READ_A_LIST = 30


def furnish(visitor_of: VisitorOf, network: Network) -> None:
    """An applicant and somebody who has not verified yet, a forgotten password, things saved, somebody blocked, a notice."""
    # The worker sends mails and reads lists while the rest is done.
    applicant = visitor_of(VISITOR)
    _join(applicant, name="Amina Sørlie-Baptiste", email=APPLICANT, text="I taught in Mbeya with Fredskorpset in 1994.")
    adviser, member, officer = (_in_english(visitor_of(email)) for email in (ADVISER, MEMBER, OFFICER))
    lists = _upload_lists(adviser)
    _join(visitor_of(VISITOR), name="Nora Newcomer", email=NEWCOMER)
    _forget_the_password(visitor_of(VISITOR), NEWCOMER)
    _save_a_search_and_two_people(officer)
    _block_somebody(member)
    _answer_a_correction(adviser)
    report_two_conversations(visitor_of)
    _record_lists_in_hand(network)
    _see_what_became_of_lists(adviser, lists)
    _verify(applicant, network, APPLICANT)


def _in_english(visitor: Visitor) -> Visitor:
    """Whatever language a window chose for the account before: the words of a page tell how far it is."""
    visitor.open("/help/")
    visitor.speak("en")
    return visitor


def _join(visitor: Visitor, *, name: str, email: str, text: str = "") -> None:
    visitor.open("/accounts/signup/")
    button = "main form[action$='/signup/'] button.ds-button"
    visitor.press(button, name=name, email=email, password1=DEMO_PASSWORD, role="participant", text=text)
    _is_at(visitor, "/accounts/confirm-email/")


def _verify(visitor: Visitor, network: Network, email: str) -> None:
    visitor.open(link_in_mail(network, email, r"/accounts/confirm-email/\S+"))
    visitor.press("main form button.ds-button")
    assert "/confirm-email/" not in visitor.url, visitor.url


def _forget_the_password(visitor: Visitor, email: str) -> None:
    visitor.open("/accounts/password/reset/")
    visitor.press("main form button.ds-button", email=email)
    _is_at(visitor, "/reset/done/")


def _save_a_search_and_two_people(officer: Visitor) -> None:
    for _ in range(2):
        officer.open("/people/?q=solar")
        officer.press("[data-keep][aria-label^='Save']")
    officer.open("/people/?q=solar&country_residence=UG")
    officer.press("#save button")
    officer.links("#save a[href='/me/searches/']")


def _block_somebody(member: Visitor) -> None:
    member.open("/people/?q=tanvir")
    member.open(member.links(".nw-person h3 a")[0].split("?")[0] + "block/")
    member.press("main form button")
    _is_at(member, "/me/blocked/")


def _answer_a_correction(adviser: Visitor) -> None:
    """The member who asked is told so in a notice."""
    adviser.open("/staff/corrections/")
    adviser.open(adviser.links("main a[href^='/staff/corrections/']")[-1])
    adviser.press("[value=done]", answer="It is corrected. Thank you for telling us.")


def _upload_lists(adviser: Visitor) -> dict[str, str]:
    """Lists that end each in its own way. Returns where each is, by its name."""
    header = "participant_id,first_name,last_name,exchange_id"
    addresses: dict[str, str] = {}
    with TemporaryDirectory() as folder:
        notes, unwanted, sheets = (Path(folder) / name for name in ("notes.csv", "unwanted.csv", "two-sheets.xlsx"))
        notes.write_text("Remember the milk\n")
        unwanted.write_text(f"{header}\n9001,Never,Wanted,9001-1\n")
        book = Workbook()
        for sheet in (book.active, book.create_sheet("Old")):
            for row in (header.split(","), ["9002", "Two", "Sheets", "9002-1"]):
                sheet.append(row)
        book.save(sheets)
        for file in (notes, unwanted, sheets):
            adviser.open("/staff/imports/")
            adviser.press("main form[enctype] button.ds-button", file=file)
            addresses[file.name] = adviser.url
    return addresses


def _see_what_became_of_lists(adviser: Visitor, addresses: dict[str, str]) -> None:
    for name, address in addresses.items():
        _wait_for(adviser, address, "This file cannot be used" if name == "notes.csv" else "Check before you import")
        if name == "unwanted.csv":
            adviser.press("button:-soup-contains('Choose another file')")


def _wait_for(visitor: Visitor, address: str, heading: str) -> None:
    """Open the page again and again until the worker has got so far."""
    deadline = time.monotonic() + SECONDS_TO_READ_A_LIST
    visitor.open(address)
    while visitor.heading != heading:
        assert time.monotonic() < deadline, f"{address} is still at “{visitor.heading}”."
        time.sleep(0.1)
        visitor.open(address)


def _record_lists_in_hand(network: Network) -> None:
    """Two lists that the worker would have in hand if they were real."""
    done = network.command(
        "shell",
        "-v0",
        "-c",
        "from profiles.models import ImportRun; from django.utils import timezone; "
        "one = dict(alive_at=timezone.now(), rows_total=12000, rows_done=4800); "
        "ImportRun.objects.create(file_name='long-list.csv', digest='a', status='checking', **one); "
        "ImportRun.objects.create(file_name='broken-off.csv', digest='b', status='stopped', **one)",
    )
    assert done.returncode == 0, done.stderr


def _is_at(visitor: Visitor, path: str) -> None:
    assert urlsplit(visitor.url).path.endswith(path), f"{visitor.url} is not {path}."
