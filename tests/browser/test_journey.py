"""The whole job in a browser, with scripts and without: from Norec's participant list to the right person found, and hidden."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import Look, OpenWindow
from tests.browser.routes import ADVISER, COORDINATOR, MEMBER, OFFICER, VISITOR
from tests.browser.steps import (
    choose_for_each,
    fill_section,
    follow,
    join,
    save_section,
    search_finds,
    seconds_until,
    verify,
)
from tests.browser.visitor import VisitorOf
from tests.services.network import Network

SECONDS_TO_FIND = 2.0
VIEWERS = {"public": VISITOR, "members": MEMBER, "missions": OFFICER, "partners": COORDINATOR, "norec": ADVISER}


@dataclass(frozen=True)
class Newcomer:
    """Somebody on Norec's list. Each word stands in one field only and nowhere else in the demo."""

    email: str
    first_name: str
    last_name: str
    headline: str
    place: str
    work: str
    about: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def words_by_field(self) -> dict[str, str]:
        return {"headline": self.headline, "place": self.place, "work": self.work, "about": self.about}


WITH_SCRIPTS = Newcomer("zubeda@example.org", "Zubeda", "Kwayumbo", "Ambrelvox", "Quistandor", "Fjermunkle", "Obliwantze")
WITHOUT = Newcomer("xolani@example.org", "Xolani", "Tredwick", "Hussnapplig", "Ystermoen", "Brakvidde", "Zintelkorp")

# What the newcomer chooses: each field has audiences of its own.
CHOICE = {
    "name": {"norec", "members", "missions", "partners", "public"},
    "headline": {"norec", "members", "missions", "partners", "public"},
    "place": {"members"},
    "work": {"missions"},
    "about": {"partners"},
    "skills": {"members", "missions"},
    "photo": {"members"},
    "languages": {"norec"},
    "exchanges": {"norec"},
}


@pytest.mark.parametrize(("javascript", "person"), [(True, WITH_SCRIPTS), (False, WITHOUT)], ids=["js", "nojs"])
def test_from_the_list_to_the_person_found_and_hidden(
    open_window: OpenWindow, visitor_of: VisitorOf, network: Network, tmp_path: Path, javascript: bool, person: Newcomer
) -> None:
    look = Look(javascript=javascript)
    with open_window(look, ADVISER) as page:
        import_list(page, write_list(tmp_path / f"{person.last_name}.csv", person), person)
    with open_window(look) as page:
        join(page, name=person.name, email=person.email)
        verify(page, network, person.email)
        expect(page).to_have_url(f"{network.address}/me/visibility/")
        expect(page.get_by_text("Nobody but Norec finds you yet")).to_be_visible()
        assert page.locator(".nw-aud input:checked:not([disabled])").count() == 0
        uuid = profile_uuid(page)
        assert found_by(visitor_of, person.last_name, uuid) == {"norec"}
        fill_in(page, person, tmp_path)
        choose_for_each(page, CHOICE)
        everybody_sees_exactly_what_is_chosen(open_window, person, uuid)
        hide(page)
        assert found_by(visitor_of, person.last_name, uuid) == {"norec"}
        hidden_is_like_nobody(open_window, uuid)


def write_list(file: Path, person: Newcomer) -> Path:
    """A participant list as Norec has it: the newcomer with two exchanges, and a row that cannot be used."""
    header = (
        "Participant ID;First name;Last name;E-mail;Birth year;Exchange ID;Programme;Sending organisation;Sending country;"
        "Host organisation;Host country;Start date;End date;Role;Homecoming date"
    )
    key = person.last_name
    rows = [
        f"{key}-1;{person.first_name};{person.last_name};{person.email};1991;{key}-a;South-South;Sogn Solkraft;Noreg;"
        f"Zomba Rural Power;Malawi;15.08.2018;15.06.2019;Adviser;05.07.2019",
        f"{key}-1;{person.first_name};{person.last_name};{person.email};1991;{key}-b;South-South;Zomba Rural Power;MW;"
        f"Lakeshore Clean Kitchens;Kenya;01.02.2021;30.10.2021;Adviser;18.11.2021",
        f"{key}-2;Wrong;Country;;1990;{key}-c;South-South;Sogn Solkraft;Neapl;;Kenya;01.02.2021;30.10.2021;;",
    ]
    file.write_text("\r\n".join([header, *rows]) + "\r\n", encoding="cp1252")
    return file


def import_list(page: Page, file: Path, person: Newcomer) -> None:
    """Upload, look at what would change, take the rejected row home, confirm, and read what happened."""
    page.goto("/staff/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form[enctype] button.ds-button").click()
    follow(page, "Check before you import")
    expect(page.get_by_role("heading", name="1 row cannot go in")).to_be_visible()
    expect(page.get_by_role("table").filter(has_text="Neapl")).to_be_visible()
    expect(page.get_by_text(person.name).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the row (CSV)").click()
    rejected = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [(row["Last name"], row["Sending country"]) for row in rejected] == [("Country", "Neapl")]
    assert "Nepal" in rejected[0]["error"]
    page.get_by_role("button", name="Import 1 person").click()
    follow(page, "1 person imported")


def profile_uuid(page: Page) -> str:
    page.goto("/me/")
    return page.locator("main a[href^='/people/']").first.get_attribute("href").split("/")[2]  # type: ignore[union-attr]


def fill_in(page: Page, person: Newcomer, folder: Path) -> None:
    fill_section(page, "basics", headline=f"Beekeeper, {person.headline}")
    fill_section(page, "home", country="MW", place=person.place)
    fill_section(page, "work", work_title=person.work)
    fill_section(page, "about", about=f"I keep bees and {person.about}.", about_language="en")
    page.goto("/me/profile/skills/")
    choose(page, "new-skill", "Beekeeping")
    add_row(page, "Beekeeping")
    page.goto("/me/profile/languages/")
    choose(page, "new-code", "Chichewa")
    page.locator("[name=new-level]").select_option(index=1)
    add_row(page, "Chichewa")
    picture = folder / "me.jpg"
    Image.effect_mandelbrot((900, 700), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(picture)
    page.goto("/me/profile/photo/")
    page.locator("[name=photo]").set_input_files(picture)
    page.locator("main form[enctype] button.ds-button").click()
    expect(page.locator("main .ds-avatar img").first).to_be_visible()


def add_row(page: Page, name: str) -> None:
    page.locator("button[value=add]").click()
    expect(page.get_by_role("group", name=name)).to_be_visible()
    save_section(page)


def choose(page: Page, name: str, label: str) -> None:
    """With scripts one types into the list's field; without, one chooses in the list."""
    select = page.locator(f"select[name='{name}']")
    if select.is_visible():
        select.select_option(label=label)
    else:
        page.locator("[data-choose]").filter(has=select).get_by_role("combobox").fill(label.lower()[:5])
        page.get_by_role("option", name=label).click()


def found_by(visitor_of: VisitorOf, words: str, uuid: str) -> set[str]:
    """The audiences that find this person by these words."""
    return {audience for audience, email in VIEWERS.items() if visitor_of(email).finds(words, uuid)}


def everybody_sees_exactly_what_is_chosen(open_window: OpenWindow, person: Newcomer, uuid: str) -> None:
    for audience, email in VIEWERS.items():
        with open_window(Look(javascript=False), email) as page:
            seconds_until(lambda page=page: search_finds(page, person.headline, uuid), at_most=SECONDS_TO_FIND)  # type: ignore[misc]
            page.goto(f"/people/{uuid}/")
            text = page.locator("main").inner_text()
            shown = {field for field, word in person.words_by_field().items() if word in text}
            shown |= {"skills"} if "Beekeeping" in text else set()
            shown |= {"languages"} if "Chichewa" in text else set()
            shown |= {"exchanges"} if "Zomba" in text else set()
            shown |= {"photo"} if page.locator("main .ds-avatar img").count() else set()
            chosen = {field for field, audiences in CHOICE.items() if audience in audiences} - {"name"}
            assert (audience, sorted(shown)) == (audience, sorted(chosen))
            for field, word in person.words_by_field().items():
                assert search_finds(page, word, uuid) is (audience in CHOICE[field]), f"{audience}: {field}"


def hide(page: Page) -> None:
    page.goto("/me/visibility/")
    page.get_by_role("button", name="Hide me").click()
    expect(page.get_by_role("button", name="Show me")).to_be_visible()


def hidden_is_like_nobody(open_window: OpenWindow, uuid: str) -> None:
    """The page of somebody hidden cannot be told from the page of nobody."""
    with open_window(email=MEMBER) as page:
        bodies = []
        for address in (f"/people/{uuid}/", "/people/00000000-0000-4000-8000-000000000000/"):
            answer = page.context.request.get(address)
            assert answer.status == 404
            bodies.append(answer.text().replace(uuid, "").replace("00000000-0000-4000-8000-000000000000", ""))
        csrf = r'name="csrfmiddlewaretoken" value="[^"]*"'
        assert re.sub(csrf, "", bodies[0]) == re.sub(csrf, "", bodies[1])
