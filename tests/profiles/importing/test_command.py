"""`manage.py import_participants`: what goes in, what is rejected and why, how it ends."""

# ruff: noqa: E501 - what a person reads stands here as one sentence

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from alumni_site.core.models import IndexChange
from profiles.models import Exchange, ImportRun, Organisation, OrganisationName, Profile
from profiles.models.imports import ImportStatus
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, UserFactory
from tests.profiles.importing.files import Ran, another_import_writing, csv_file, csv_text, least, row, run_command, xlsx_bytes

pytestmark = pytest.mark.django_db


def imported(folder: Path, *rows: dict[str, Any], options: tuple[str, ...] = ()) -> Ran:
    return run_command(csv_file(folder, *rows, columns=list({key: None for one in rows for key in one})), *options)


def rejects(folder: Path, *rows: dict[str, Any]) -> list[dict[str, str]]:
    """The rejected rows of a file, as a program would read them."""
    path = folder / "rejects.csv"
    imported(folder, *rows, options=("--rejects", str(path)))
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_a_row_becomes_a_person_with_an_exchange(tmp_path: Path) -> None:
    ran = imported(tmp_path, row(1))
    assert (ran.code, ran.last_line) == (0, "created=1 updated=0 unchanged=0 rejected=0")
    profile = Profile.objects.get()
    assert (profile.participant_id, profile.first_name, profile.last_name) == ("P1", "Amina", "Hassan1")
    assert (profile.birth_year, profile.email_on_file, profile.user) == (1990, "amina1@example.org", None)
    exchange = profile.exchanges.get()
    assert (exchange.exchange_id, exchange.programme, exchange.role) == ("X1", "Norec exchange", "Librarian")
    assert (exchange.from_country, exchange.to_country, exchange.direction) == ("NP", "NO", "south-north")
    assert (exchange.start, exchange.end) == (date(2018, 8, 1), date(2019, 6, 30))
    assert exchange.homecoming_date == date(2019, 7, 14)
    assert exchange.sending_organisation is not None
    assert (exchange.sending_organisation.name, exchange.sending_organisation.country) == ("Kathmandu Library", "NP")
    assert set(OrganisationName.objects.values_list("key", flat=True)) == {"kathmandu library", "førde folkebibliotek"}


def test_an_imported_person_is_put_in_the_outbox_of_the_index(tmp_path: Path) -> None:
    imported(tmp_path, row(1), row(2))
    changed = IndexChange.objects.filter(kind="people").values_list("object_id", flat=True)
    assert sorted(changed) == sorted(Profile.objects.values_list("pk", flat=True))


def test_required_columns_are_enough(tmp_path: Path) -> None:
    assert imported(tmp_path, least(1)).counts == (1, 0, 0, 0)
    exchange = Exchange.objects.get()
    assert (exchange.from_country, exchange.start, exchange.sending_organisation, exchange.role) == ("", None, None, "")


def test_several_rows_are_several_exchanges_of_one_person(tmp_path: Path) -> None:
    second = row(1, exchange_id="X2", start_date="2021-01-01", end_date="", homecoming_date="", email="")
    assert imported(tmp_path, row(1), second).counts == (2, 0, 0, 0)
    assert Profile.objects.count() == 1
    assert set(Exchange.objects.values_list("exchange_id", flat=True)) == {"X1", "X2"}


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    rows = [row(1), row(1, exchange_id="X9"), row(2), least(3)]
    imported(tmp_path, *rows)
    before = snapshot()
    IndexChange.objects.all().delete()
    again = imported(tmp_path, *rows)
    assert (again.code, again.counts) == (0, (0, 0, 4, 0))
    assert snapshot() == before
    assert not IndexChange.objects.exists()


def snapshot() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in (Profile, Exchange, Organisation, OrganisationName)]


def test_a_changed_row_updates_norecs_facts_and_never_what_the_member_wrote(tmp_path: Path) -> None:
    imported(tmp_path, row(1), row(2))
    member = UserFactory(email="login@example.org")
    own = {
        "chosen_name": "Amina H.",
        "headline": "Librarian",
        "name_then": "A. Omar",
        "country": "KE",
        "contact_email": "me@example.org",
    }
    Profile.objects.filter(participant_id="P1").update(user=member, audiences_name=frozenset({"members"}), **own)
    before = Profile.objects.values(*own, "audiences_name", "user_id", "uuid", "created_at").get(participant_id="P1")
    new = row(
        1, last_name="Hassan-Omar", birth_year="1991", email="new@example.org", role="Head", host_organisation="Ny organisasjon"
    )
    assert imported(tmp_path, new, row(2)).counts == (0, 1, 1, 0)
    profile = Profile.objects.get(participant_id="P1")
    assert (profile.last_name, profile.birth_year, profile.email_on_file) == ("Hassan-Omar", 1991, "new@example.org")
    exchange = profile.exchanges.get()
    assert (exchange.role, exchange.host_organisation.name) == ("Head", "Ny organisasjon")
    assert Profile.objects.values(*own, "audiences_name", "user_id", "uuid", "created_at").get(participant_id="P1") == before
    member.refresh_from_db()
    assert member.email == "login@example.org"


def test_updated_rows_are_stamped_and_reindexed_and_others_are_not(tmp_path: Path) -> None:
    imported(tmp_path, row(1), row(2))
    stamps = dict(Profile.objects.values_list("participant_id", "updated_at"))
    IndexChange.objects.all().delete()
    imported(tmp_path, row(1, first_name="Ny"), row(2))
    changed, same = Profile.objects.get(participant_id="P1"), Profile.objects.get(participant_id="P2")
    assert changed.updated_at > stamps["P1"]
    assert same.updated_at == stamps["P2"]
    assert list(IndexChange.objects.values_list("object_id", flat=True)) == [changed.pk]


def test_an_empty_cell_and_a_missing_column_keep_what_is_there(tmp_path: Path) -> None:
    imported(tmp_path, row(1))
    before = snapshot()
    empty = {name: "" for name in row(1) if name not in least(1)}
    assert imported(tmp_path, {**row(1), **empty}).counts == (0, 0, 1, 0)
    assert imported(tmp_path, least(1)).counts == (0, 0, 1, 0)
    assert snapshot() == before


def test_a_new_name_is_a_change_in_each_row_that_says_it(tmp_path: Path) -> None:
    imported(tmp_path, row(1), row(1, exchange_id="X2"))
    renamed = [row(1, last_name="Ny"), row(1, exchange_id="X2", last_name="Ny"), row(1, exchange_id="X3", last_name="Ny")]
    assert imported(tmp_path, *renamed).counts == (1, 2, 0, 0)


def test_the_very_same_row_twice_is_one_row_and_one_unchanged(tmp_path: Path) -> None:
    twice = [row(1), row(1, host_organisation=" førde  FOLKEBIBLIOTEK", host_country="Norway")]
    assert imported(tmp_path, *twice).counts == (1, 0, 1, 0)
    assert imported(tmp_path, *twice).counts == (0, 0, 2, 0)


def test_organisations_that_differ_in_spelling_or_by_a_known_other_name_are_one(tmp_path: Path) -> None:
    library = OrganisationFactory(name="Kathmandu Public Library", country="NP")
    OrganisationName.objects.create(organisation=library, name="KPL")
    rows = [
        row(1, sending_organisation="kathmandu  public LIBRARY", host_organisation="Ny  org"),
        row(2, sending_organisation="kpl", host_organisation="NY\u00a0ORG "),
        row(3, sending_organisation="Kathmandu Public Library", host_organisation="Ny org"),
    ]
    assert imported(tmp_path, *rows).counts == (3, 0, 0, 0)
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Kathmandu Public Library", "Ny org"]
    assert library.exchanges_sent.count() == 3
    assert imported(tmp_path, *rows).counts == (0, 0, 3, 0)


def test_an_organisation_gets_a_country_only_when_all_rows_agree(tmp_path: Path) -> None:
    rows = [
        row(1, sending_organisation="In two", sending_country="Nepal", host_organisation="In one", host_country="Kenya"),
        row(2, sending_organisation="in one", sending_country="", host_organisation="in two", host_country="Uganda"),
    ]
    imported(tmp_path, *rows)
    assert dict(Organisation.objects.values_list("name", "country")) == {"In two": "", "In one": "KE"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_cells_that_look_like_formulas_are_text(tmp_path: Path, start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    assert imported(tmp_path, row(1, role=text, host_organisation=text)).counts == (1, 0, 0, 0)
    assert Exchange.objects.get().role == text
    assert imported(tmp_path, row(1, role=text, host_organisation=text)).counts == (0, 0, 1, 0)


REJECTED_ALONE = {
    "no id": ({"participant_id": ""}, "participant_id: This cell is empty. Fill it in, or take the row out."),
    "no first name": ({"first_name": " \u00a0"}, "first_name: This cell is empty. Fill it in, or take the row out."),
    "no exchange": ({"exchange_id": ""}, "exchange_id: This cell is empty. Fill it in, or take the row out."),
    "two-digit year": (
        {"birth_year": "90"},
        "birth_year: The year “90” has two digits. Write all four digits of the year, as in 1990.",
    ),
    "born too early": (
        {"birth_year": "1919"},
        "birth_year: Nobody in the network was born in 1919. Check the year. The earliest is 1920.",
    ),
    "under 18": (
        {"birth_year": "2001"},
        "birth_year: Born in 2001, the person would be under 18 in 2018. Check the year of birth and the dates.",
    ),
    "month first": (
        {"start_date": "03/14/2018"},
        "start_date: “03/14/2018” has no such month: the day comes first. Did you mean 14.03.2018? Then change all dates in the column.",
    ),
    "two-digit date": (
        {"end_date": "30.06.19"},
        "end_date: The year in “30.06.19” has two digits. Write all four digits of the year, as in 31.12.2019.",
    ),
    "no such day": (
        {"start_date": "31.02.2018"},
        "start_date: There is no day “31.02.2018”. Check the day and the month. The day comes first.",
    ),
    "end before start": (
        {"end_date": "2018-07-31"},
        "end_date: The exchange ends (31.07.2018) before it starts (01.08.2018). Check both dates with the partner.",
    ),
    "home before start": (
        {"homecoming_date": "2018-07-31"},
        "homecoming_date: The homecoming date (31.07.2018) is before the exchange starts (01.08.2018). Check both dates with the partner.",
    ),
    "country": ({"sending_country": "Neapl"}, "sending_country: “Neapl” is not a country. Did you mean Nepal?"),
    "e-mail": (
        {"email": "amina(at)example.org"},
        "email: “amina(at)example.org” is not an e-mail address. Put it right, or empty the cell.",
    ),
    "too long": ({"role": "x" * 161}, f"role: “{'x' * 80}…” is longer than 160 signs. Shorten it."),
    "error cell": ({"role": "#N/A"}, "role: The spreadsheet shows an error here: #N/A. Mend the formula, or empty the cell."),
    "lost letters": (
        {"last_name": "S\ufffdrb\ufffd"},
        "last_name: Letters have been lost here: “S\ufffdrb\ufffd”. Write the cell again, and save the file as XLSX or as CSV in UTF-8.",
    ),
}


@pytest.mark.parametrize(("cells", "reason"), REJECTED_ALONE.values(), ids=REJECTED_ALONE)
def test_a_row_is_rejected_with_line_column_value_and_reason_and_the_rest_goes_in(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    wrong = row(1, **cells)
    found = rejects(tmp_path, wrong, row(2))
    assert found == [{**wrong, "error": f"line 2: {reason}"}]
    assert list(Exchange.objects.values_list("exchange_id", flat=True)) == ["X2"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    (found,) = rejects(tmp_path, row(1, birth_year="85", host_country="Keny"))
    assert found["error"] == (
        "line 2: birth_year: The year “85” has two digits. Write all four digits of the year, as in 1990. "
        "host_country: “Keny” is not a country. Did you mean Kenya?"
    )


@pytest.mark.parametrize(("column", "value"), [("first_name", "Anita"), ("last_name", "HASSAN1"), ("birth_year", "1991")])
def test_all_rows_of_a_person_who_differs_between_rows_are_rejected(tmp_path: Path, column: str, value: str) -> None:
    rows = [row(1), row(2), row(1, exchange_id="X3", **{column: value})]
    found = rejects(tmp_path, *rows)
    assert [one["exchange_id"] for one in found] == ["X1", "X3"]
    assert found[0]["error"] == (
        f"line 2: {column}: “{row(1)[column]}” is not the same in all rows of participant P1: lines 2, 4. "
        "Write the same in all rows of the person."
    )
    assert list(Profile.objects.values_list("participant_id", flat=True)) == ["P2"]


OLD, NEW = {"email": "old@example.org", "start_date": "2015-08-01"}, {"email": "new@example.org", "start_date": "2018-08-01"}


@pytest.mark.parametrize(
    ("rows", "taken"),
    [
        pytest.param([NEW, OLD], "new@example.org", id="the newest exchange, not the last row"),
        pytest.param([OLD, NEW], "new@example.org", id="the newest exchange"),
        pytest.param([{**NEW, "email": ""}, OLD], "old@example.org", id="an empty cell says nothing"),
        pytest.param([{**NEW, "start_date": ""}, {**OLD, "start_date": ""}], "old@example.org", id="no start: the last row"),
        pytest.param([NEW, {**OLD, "start_date": "2018-08-01"}], "old@example.org", id="the same start: the last row"),
        pytest.param([OLD, {**NEW, "start_date": ""}], "old@example.org", id="one start is known"),
        pytest.param([{**NEW, "host_country": "Neapl"}, OLD], "old@example.org", id="a rejected row gives none"),
    ],
)
def test_the_address_of_the_newest_exchange_is_taken(tmp_path: Path, rows: list[dict[str, str]], taken: str) -> None:
    given = [least(1, exchange_id=f"X{number}", **{"host_country": "", **one}) for number, one in enumerate(rows)]
    imported(tmp_path, *given)
    assert Profile.objects.get().email_on_file == taken
    assert imported(tmp_path, *given).counts[:2] == (0, 0)


def test_the_newest_exchange_may_be_known_to_be_so_by_the_network_alone(tmp_path: Path) -> None:
    imported(tmp_path, least(1, start_date="2018-08-01"), least(1, exchange_id="X2", start_date="2015-08-01"))
    rows = [least(1, email="new@example.org"), least(1, exchange_id="X2", email="old@example.org")]
    assert imported(tmp_path, *rows).counts == (0, 1, 1, 0)
    assert Profile.objects.get().email_on_file == "new@example.org"


def test_only_the_rows_with_an_address_that_somebody_else_has_are_rejected_for_it(tmp_path: Path) -> None:
    ProfileFactory(unclaimed=True, participant_id="P7", email_on_file="new@example.org")
    (found,) = rejects(tmp_path, least(1, **OLD), least(1, exchange_id="X2", **NEW))
    assert found["exchange_id"] == "X2"
    assert Profile.objects.get(participant_id="P1").email_on_file == "old@example.org"


def test_an_older_address_that_another_participant_has_is_no_matter(tmp_path: Path) -> None:
    ProfileFactory(unclaimed=True, participant_id="P7", email_on_file="old@example.org")
    assert imported(tmp_path, least(1, **OLD), least(1, exchange_id="X2", **NEW)).counts == (2, 0, 0, 0)


def test_an_exchange_that_stands_twice_with_different_content_is_rejected_twice(tmp_path: Path) -> None:
    found = rejects(tmp_path, row(1), row(1, role="Nurse"), row(2))
    assert [one["error"] for one in found] == [
        f"line {line}: exchange_id: The exchange “X1” stands more than once, with different content: lines 2, 3. "
        "Keep the row that is right, and take the others out."
        for line in (2, 3)
    ]
    assert list(Exchange.objects.values_list("exchange_id", flat=True)) == ["X2"]


def test_an_exchange_with_two_participants_is_rejected_for_both(tmp_path: Path) -> None:
    assert imported(tmp_path, row(1), row(2, exchange_id="X1")).counts == (0, 0, 0, 2)
    assert not Profile.objects.exists()


def test_an_address_of_two_participants_of_the_file_is_rejected_for_both(tmp_path: Path) -> None:
    found = rejects(tmp_path, row(1, email="A@example.org"), row(2, email="a@EXAMPLE.org"), row(3))
    assert [one["participant_id"] for one in found] == ["P1", "P2"]
    assert found[1]["error"].startswith("line 3: email: “a@example.org” stands with more than one participant: lines 2, 3.")


def test_an_address_that_another_participant_has_is_rejected(tmp_path: Path) -> None:
    ProfileFactory(unclaimed=True, participant_id="P7", email_on_file="amina1@example.org")
    (found,) = rejects(tmp_path, row(1), row(2))
    assert found["error"] == (
        "line 2: email: Another participant has the address “amina1@example.org”. "
        "Find out whose address it is. If it is one person with two numbers, use the number we have."
    )
    assert not Profile.objects.filter(participant_id="P1").exists()


def test_an_address_that_another_participant_signs_in_with_is_rejected(tmp_path: Path) -> None:
    ProfileFactory(participant_id="P7", user__email="amina1@example.org")
    assert imported(tmp_path, row(1)).counts == (0, 0, 0, 1)


def test_the_address_of_the_account_that_claimed_the_person_is_no_other_persons(tmp_path: Path) -> None:
    ProfileFactory(participant_id="P1", user__email="amina1@example.org")
    assert imported(tmp_path, row(1)).counts == (1, 0, 0, 0)


def test_an_address_differs_in_more_than_case(tmp_path: Path) -> None:
    imported(tmp_path, row(1))
    Profile.objects.update(email_on_file="Amina1@Example.org")
    assert imported(tmp_path, row(1)).counts == (0, 0, 1, 0)
    assert imported(tmp_path, row(2, email="AMINA1@example.org")).counts == (0, 0, 0, 1)


def test_two_participants_can_change_addresses_with_each_other(tmp_path: Path) -> None:
    imported(tmp_path, row(1, email="a@example.org"), row(2, email="b@example.org"))
    swapped = [row(1, email="b@example.org"), row(2, email="a@example.org")]
    assert imported(tmp_path, *swapped).counts == (0, 2, 0, 0)
    assert dict(Profile.objects.values_list("participant_id", "email_on_file")) == {"P1": "b@example.org", "P2": "a@example.org"}
    assert imported(tmp_path, *swapped).counts == (0, 0, 2, 0)


def test_an_address_is_not_free_when_its_owner_cannot_get_the_new_one(tmp_path: Path) -> None:
    imported(tmp_path, row(1, email="a@example.org"), row(2, email="b@example.org"), row(3, email="c@example.org"))
    # P2 wants the address of P1, who wants that of P3, who keeps it.
    assert imported(tmp_path, row(1, email="c@example.org"), row(2, email="a@example.org")).counts == (0, 0, 0, 2)


def test_addresses_are_handed_on_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.plan.chunks_of.__defaults__", (1,))
    imported(tmp_path, *(row(n, email=f"{n}@example.org") for n in range(1, 5)))
    moved = [row(n, email=f"{n % 4 + 1}@example.org") for n in range(1, 5)]
    assert imported(tmp_path, *moved).counts == (0, 4, 0, 0)
    assert imported(tmp_path, *moved).counts == (0, 0, 4, 0)


def test_an_exchange_of_another_participant_is_rejected(tmp_path: Path) -> None:
    ExchangeFactory(exchange_id="X1", profile=ProfileFactory(participant_id="P7"))
    (found,) = rejects(tmp_path, row(1), row(2))
    assert found["error"].startswith("line 2: exchange_id: The exchange “X1” belongs to another participant.")
    assert not Profile.objects.filter(participant_id="P1").exists()


def test_dates_are_held_against_those_the_network_has(tmp_path: Path) -> None:
    imported(tmp_path, row(1))
    assert imported(tmp_path, least(1, end_date="2018-01-01")).counts == (0, 0, 0, 1)
    assert imported(tmp_path, least(1, birth_year="2001")).counts == (0, 0, 0, 1)
    assert imported(tmp_path, least(1, exchange_id="X2", birth_year="2001")).counts == (0, 0, 0, 1)
    assert imported(tmp_path, least(1, start_date="2000-01-01")).counts == (0, 0, 0, 1)
    assert imported(tmp_path, least(1, start_date="2010-01-01")).counts == (0, 1, 0, 0)


@pytest.mark.parametrize(
    "dates",
    [
        {"end_date": "2018-07-31"},
        {"start_date": "2019-07-01"},
        {"homecoming_date": "2018-07-31"},
        {"start_date": "2019-07-02", "end_date": "2019-07-01"},
    ],
)
def test_no_import_makes_an_exchange_end_before_it_starts(tmp_path: Path, dates: dict[str, str]) -> None:
    imported(tmp_path, row(1))
    before = snapshot()
    assert imported(tmp_path, least(1, **dates)).counts == (0, 0, 0, 1)
    assert snapshot() == before


def test_a_person_whose_only_row_is_rejected_is_not_made(tmp_path: Path) -> None:
    assert imported(tmp_path, row(1, host_country="Neapl"), row(1, exchange_id="X2")).counts == (1, 0, 0, 1)
    assert imported(tmp_path, row(5, host_country="Neapl")).counts == (0, 0, 0, 1)
    assert list(Profile.objects.values_list("participant_id", flat=True)) == ["P1"]


def test_rejected_rows_can_be_mended_and_imported_again(tmp_path: Path) -> None:
    columns = ["Rolle", "Deltakar-ID", "Førenamn", "Etternamn", "Utvekslings-ID", "Vertsland", "Kommentar"]
    text = ";".join(columns) + '\r\n=1+1;P1;Åse;Bø;X1;Neapl;"sjå\nher"\r\nLærar;P2;Kari;Bø;X2;Noreg;\r\n'
    path = tmp_path / "liste.csv"
    path.write_bytes(text.encode("cp1252"))
    wrong = tmp_path / "avvist.csv"
    ran = run_command(path, "--rejects", str(wrong))
    assert (ran.code, ran.counts) == (3, (1, 0, 0, 1))
    written = wrong.read_bytes().decode("utf-8")
    assert written == (
        "\ufeff" + ";".join([*columns, "error"]) + '\r\n\'=1+1;P1;Åse;Bø;X1;Neapl;"sjå\nher";'
        "line 2: Vertsland: “Neapl” is not a country. Did you mean Nepal?\r\n"
    )
    wrong.write_text(written.replace("Neapl", "Nepal"), "utf-8", newline="")
    ran = run_command(wrong, "--rejects", str(wrong))
    assert (ran.code, ran.counts) == (0, (1, 0, 0, 0))
    assert Exchange.objects.get(exchange_id="X1").role == "=1+1"
    assert wrong.read_text("utf-8-sig") == ";".join([*columns, "error"]) + "\n"


def test_a_row_with_more_cells_than_headings_is_rejected(tmp_path: Path) -> None:
    path = csv_file(tmp_path, least(1))
    path.write_text(path.read_text() + "P2,A,Nurse, ward 3,X2\nP3,A,B,X3,,\n")
    ran = run_command(path)
    assert ran.counts == (2, 0, 0, 1)
    assert "line 3: The row has more cells than there are headings: X2." in ran.out


def test_a_file_that_cannot_be_used_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("from last time")
    for content in (b"", b"%PDF-1.4", csv_text([least(1)]).replace("exchange_id", "x").encode(), b"a,b\n1,2\n"):
        (tmp_path / "list.csv").write_bytes(content)
        ran = run_command(tmp_path / "list.csv", "--rejects", str(path))
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.strip()
    assert path.read_text() == "from last time"
    assert run_command(tmp_path / "not there.csv").code == 2
    assert run_command(tmp_path).code == 2
    assert not ImportRun.objects.exists()


def test_a_place_where_no_rejects_can_be_written_ends_it_before_anything_is(tmp_path: Path) -> None:
    ran = imported(tmp_path, row(1), options=("--rejects", str(tmp_path / "no folder" / "r.csv")))
    assert ran.code == 2
    assert not Profile.objects.exists()


def test_dry_run_counts_the_same_and_writes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, row(1), row(2))
    before, runs = snapshot(), ImportRun.objects.count()
    rows = [row(1), row(2, role="New"), row(3), row(4, host_country="Neapl")]
    path = tmp_path / "wrong.csv"
    dry = imported(tmp_path, *rows, options=("--dry-run", "--rejects", str(path)))
    assert (dry.code, dry.counts) == (3, (1, 1, 1, 1))
    assert (snapshot(), ImportRun.objects.count()) == (before, runs)
    assert "Neapl" in path.read_text("utf-8")
    assert imported(tmp_path, *rows).counts == dry.counts


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(xlsx_bytes(row(1, birth_year=1990, start_date=date(2018, 8, 1)), sheet="Liste"))
    wrong = run_command(path, "--sheet", "Ark1")
    assert (wrong.code, wrong.err.strip()) == (2, "There is no sheet “Ark1”. The file has: Liste.")
    assert run_command(path, "--sheet", "LISTE").counts == (1, 0, 0, 0)
    assert run_command(path).counts == (0, 0, 1, 0)


def test_dates_of_excel_are_dates_and_numbers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows = [row(1, start_date=date(2018, 8, 1)), row(2, start_date=43313), row(3, participant_id=date(2020, 1, 3))]
    path.write_bytes(xlsx_bytes(*rows))
    ran = run_command(path)
    assert ran.counts == (1, 0, 0, 2)
    assert "line 3: start_date: “43313” is a number, not a date." in ran.out
    assert "line 4: participant_id: The spreadsheet has made a date of this cell (2020-01-03)." in ran.out


def test_what_it_says_on_the_way_and_that_quiet_says_the_last_line_only(tmp_path: Path) -> None:
    rows = [{**row(1), "Kommentar": "x"}, {**row(2, host_country="Neapl"), "Kommentar": ""}]
    ran = imported(tmp_path, *rows)
    assert ran.out.splitlines() == [
        "These columns mean nothing here and are ignored: Kommentar.",
        "line 3: host_country: “Neapl” is not a country. Did you mean Nepal?",
        "Add --rejects FILE to get the rejected rows in a file.",
        "created=1 updated=0 unchanged=0 rejected=1",
    ]
    assert imported(tmp_path, *rows, options=("--quiet",)).out == "created=0 updated=0 unchanged=1 rejected=1\n"


def test_headings_without_rows_are_an_empty_list(tmp_path: Path) -> None:
    path = csv_file(tmp_path, least(1))
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert (run_command(path).code, run_command(path).counts) == (0, (0, 0, 0, 0))


def test_an_import_is_kept_with_its_result(tmp_path: Path) -> None:
    ExchangeFactory(
        exchange_id="X9", profile=ProfileFactory(participant_id="P9", first_name="Amina", last_name="Hassan9", birth_year=1990)
    )
    imported(tmp_path, row(1), row(9), row(2, host_country="Neapl"))
    run = ImportRun.objects.get()
    assert (run.status, run.source, run.file_name, run.rows_total, run.rows_done) == (
        ImportStatus.DONE,
        "command",
        "list.csv",
        3,
        3,
    )
    assert {key: run.totals["result"][key] for key in ("created", "updated", "unchanged", "rejected")} == {
        **{"created": 1, "updated": 1, "unchanged": 0, "rejected": 1}
    }
    assert run.rejected_rows.get().line == 4
    assert sorted(run.people.values_list("participant_id", "is_new", "state")) == [
        ("P1", True, "written"),
        ("P9", False, "written"),
    ]


def test_another_import_is_waited_for_and_then_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.management.commands.import_participants._SECONDS_TO_WAIT", 0.3)
    with another_import_writing():
        ran = imported(tmp_path, row(1))
        dry = imported(tmp_path, row(1), options=("--dry-run",))
    assert (ran.code, ran.err.strip()) == (2, "Another import is writing now. Try again when it has finished.")
    assert dry.counts == (1, 0, 0, 0)
    assert not Profile.objects.exists()
    assert imported(tmp_path, row(1)).counts == (1, 0, 0, 0)


@pytest.mark.parametrize("people", [1, 12])
def test_a_chunk_costs_the_same_queries_whatever_is_in_it(
    tmp_path: Path, people: int, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from profiles.importing.plan import load_state, people_of, plan_people
    from profiles.importing.reading import read_file
    from profiles.importing.rows import parse_table

    rows = [row(n, host_organisation=f"Host {n}", exchange_id=f"X{n}{k}") for n in range(people) for k in range(3)]
    parsed = parse_table(read_file(csv_file(tmp_path, *rows)))
    imported(tmp_path, *rows)
    with django_assert_num_queries(5):
        plan_people(parsed, people_of(parsed), load_state(people_of(parsed)))
