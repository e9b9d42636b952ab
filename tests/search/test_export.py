"""A result as a file: for advisers only, of what they may see, written in the log, and with no formula in it."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from alumni_site.core.errors import NotAllowed
from privacy.models import AuditEvent
from profiles.models import User
from profiles.viewers import viewer_for
from search import exports
from search.exports import export_people
from search.forms import FileFormat
from search.models import PeopleExport
from search.queries import PeopleQuery
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
)
from tests.indexing import SearchIndex
from tests.search.people_pages import ROLES, account, client_for, main_of, member, page

pytestmark = pytest.mark.django_db

PURPOSE = "Invitations to the meeting in Nairobi"


@pytest.fixture
def adviser(search_index: SearchIndex) -> User:
    return account("norec")


@pytest.fixture
def client(adviser: User) -> Client:
    return client_for(adviser)


def _file(client: Client, query: str = "", file_format: str = "csv") -> bytes:
    data = {"query": query, "purpose": PURPOSE, "file_format": file_format}
    response = client.post("/people/export/", data)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith('attachment; filename="people-')
    assert response["Cache-Control"] == "private, no-store"
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_adviser_takes_a_result_out(client: Client, search_index: SearchIndex) -> None:
    person = member("Grace Nakato", "norec", headline="Solar engineer", country="UG", place="Gulu", open_to_mentoring=True)
    ProfileSkillFactory(profile=person, term=TermFactory(name_en="Solar energy"))
    person.languages.create(code="sw")
    sender, host = OrganisationFactory(name="Sender"), OrganisationFactory(name="Host")
    ExchangeFactory(
        profile=person,
        from_country="UG",
        to_country="NO",
        sending_organisation=sender,
        host_organisation=host,
        programme="FK Youth",
        role="Trainer",
        homecoming_date=date(2019, 7, 1),
    )
    member("Somebody Else", "norec", country="KE")
    search_index.refresh()
    (row,) = _rows(_file(client, "country_residence=UG"))
    assert row == {
        "Name": "Grace Nakato",
        "Headline": "Solar engineer",
        "Town": "Gulu",
        "Country": "Uganda",
        "Work": "",
        "Workplace": "",
        "Knows": "Solar energy",
        "Sector": "",
        "Development goal": "",
        "Speaks": "Swahili",
        "Open to": "Mentoring",
        "E-mail for contact": "",
        "Phone for contact": "",
        "Exchanges": "1",
        "Exchange from": "Uganda",
        "Exchange to": "Norway",
        "Direction": "To Norway",
        "Sent by": "Sender",
        "Hosted by": "Host",
        "Programme": "FK Youth",
        "Role on the exchange": "Trainer",
        "Start": "2018-08-01",
        "End": "2019-06-01",
        "Homecoming": "2019-07-01",
        "Address of the profile": f"http://localhost:8000/people/{person.uuid}/",
    }


def test_exchange_in_a_row_is_the_latest_even_when_its_start_is_not_known(client: Client, search_index: SearchIndex) -> None:
    person = member("Grace Nakato", "norec", country="UG")
    ExchangeFactory(profile=person, start=None, end=date(2023, 6, 1))
    ExchangeFactory(profile=person, start=date(2010, 8, 1), end=date(2011, 6, 1))
    search_index.refresh()
    (row,) = _rows(_file(client, "country_residence=UG"))
    assert (row["Start"], row["End"]) == ("", "2023-06-01")


def test_xlsx_has_the_same_rows(client: Client, search_index: SearchIndex) -> None:
    member("Grace Nakato", "norec", country="UG")
    search_index.refresh()
    book = load_workbook(io.BytesIO(_file(client, "country_residence=UG", "xlsx")))
    header, row = book.active.iter_rows(values_only=True)
    assert (header[0], row[0], header[3], row[3]) == ("Name", "Grace Nakato", "Country", "Uganda")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_cells_are_never_formulas(client: Client, search_index: SearchIndex, file_format: str) -> None:
    member('=HYPERLINK("https://evil.example") X', "norec", headline="+1+1", place="@sum", country="UG")
    search_index.refresh()
    content = _file(client, "country_residence=UG", file_format)
    if file_format == "csv":
        (row,) = _rows(content)
        assert (row["Name"], row["Headline"], row["Town"]) == ('\'=HYPERLINK("https://evil.example") X', "'+1+1", "'@sum")
    else:
        cells = next(load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2))
        assert [cells[at].data_type for at in (0, 1, 2)] == ["s", "s", "s"]
        assert cells[0].value == '=HYPERLINK("https://evil.example") X'


def test_hidden_fields_are_in_no_cell(client: Client, search_index: SearchIndex) -> None:
    person = member(
        "Listed Person",
        "members",
        "missions",
        headline="Hiddenheadline",
        about="Hiddenabout",
        place="Hiddenplace",
        country="BT",
        work_title="Hiddenwork",
        contact_email="hidden@example.org",
        contact_phone="+4712345678",
        email_on_file="onfile@example.org",
        participant_id="HiddenP1",
        birth_year=1990,
    )
    ProfileSkillFactory(profile=person, term=TermFactory(name_en="Hiddenskill"))
    search_index.refresh()
    (row,) = [row for row in _rows(_file(client, "")) if row["Name"] == "Listed Person"]
    shown = {key: value for key, value in row.items() if value}
    assert shown == {
        "Name": "Listed Person",
        "Exchanges": "0",
        "Address of the profile": f"http://localhost:8000/people/{person.uuid}/",
    }


def test_file_is_in_the_language_of_who_asked_even_when_it_is_written_later(adviser: User, search_index: SearchIndex) -> None:
    member("Grace Nakato", "norec", country="NO", open_to_speaking=True)
    search_index.refresh()
    data = {"query": "country_residence=NO", "purpose": PURPOSE, "file_format": "csv"}
    response = client_for(adviser, language="nn").post("/people/export/", data)
    with translation.override("en"):
        (row,) = _rows(b"".join(response.streaming_content))  # type: ignore[arg-type]
    assert (row["Namn"], row["Land"]) == ("Grace Nakato", "Noreg")


def test_rows_are_the_result_in_its_order_in_pieces(
    client: Client, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_AT_A_TIME", 2)
    for number in range(5):
        member(f"Person {number}", "norec", country="UG")
    search_index.refresh()
    assert [row["Name"] for row in _rows(_file(client, "country_residence=UG&sort=name"))] == [f"Person {n}" for n in range(5)]


def test_taking_out_is_written_in_the_log_without_words_or_names(
    client: Client, adviser: User, search_index: SearchIndex
) -> None:
    for number in range(3):
        member(f"Secretname {number}", "norec", country="UG")
    search_index.refresh()
    _file(client, "q=secretname&country_residence=UG&country_residence=KE&sort=name")
    export = PeopleExport.objects.get()
    assert (export.actor, export.purpose, export.people, export.file_format) == (adviser, PURPOSE, 3, "csv")
    event = AuditEvent.objects.get(action="search.people_exported")
    assert (event.actor, event.object_type, event.object_id) == (adviser, "search.PeopleExport", str(export.uuid))
    assert event.details == {
        "filters": ["country_residence=KE", "country_residence=UG"],
        "with_words": True,
        "people": 3,
        "format": "csv",
    }


@pytest.mark.parametrize("who", [*(audience for audience in ROLES if audience != "norec"), "editor", "nobody"])
def test_for_everybody_else_there_is_no_such_page(search_index: SearchIndex, who: str) -> None:
    member("Some Person", "public")
    search_index.refresh()
    user = None
    if who == "editor":
        user = ProfileFactory().user
        RoleGrantFactory(user=user, role="editor")
    elif who != "nobody":
        user = account(who)
    client = client_for(user)
    data = {"query": "", "purpose": PURPOSE, "file_format": "csv"}
    assert client.get("/people/export/").status_code == 404
    assert client.post("/people/export/", data).status_code == 404
    assert "as a file" not in page(client)
    with pytest.raises(NotAllowed):
        export_people(actor=viewer_for(user), query=PeopleQuery(), purpose=PURPOSE, file_format=FileFormat.CSV)
    assert (PeopleExport.objects.count(), AuditEvent.objects.filter(action="search.people_exported").count()) == (0, 0)


def test_adviser_who_acts_as_a_member_takes_nothing_out(search_index: SearchIndex, adviser: User) -> None:
    RoleGrantFactory(user=adviser, role="member")
    client = client_for(adviser)
    session = client.session
    session["capacity"] = "members"
    session.save()
    assert client.get("/people/export/").status_code == 404


def test_purpose_must_be_said(client: Client, search_index: SearchIndex) -> None:
    member("Grace Nakato", "norec", country="UG")
    search_index.refresh()
    html = main_of(page(client, "/people/export/?country_residence=UG&q=grace"))
    assert "1 person" in html
    assert "<q>grace</q> · Lives in Uganda" in html
    for purpose, words in (("", "Say what you need the file for."), ("short", "Say a little more")):
        response = client.post("/people/export/", {"query": "q=grace", "purpose": purpose, "file_format": "csv"})
        assert response.status_code == 400
        assert words in response.content.decode()
    assert client.post("/people/export/", {"query": "", "purpose": PURPOSE, "file_format": "pdf"}).status_code == 400
    assert PeopleExport.objects.count() == 0


def test_too_many_people_are_refused_before_anything_is_written(
    client: Client, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_PEOPLE", 2)
    for number in range(3):
        member(f"Person {number}", "norec", country="UG")
    search_index.refresh()
    data = {"query": "country_residence=UG", "purpose": PURPOSE, "file_format": "csv"}
    response = client.post("/people/export/", data)
    assert response.status_code == 400
    assert "More than 2 people fit. Narrow the search first." in response.content.decode()
    assert PeopleExport.objects.count() == 0
    assert AuditEvent.objects.filter(action="search.people_exported").count() == 0
