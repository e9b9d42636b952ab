"""The import pages: who may open them, what they show with nothing, one and many, and every button on them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.importing import services
from profiles.models import Exchange, ImportRun, Profile
from profiles.models.imports import ImportStatus
from profiles.roles import Role
from tests.profiles.accounts_helpers import acting, adviser, member, signed_in
from tests.profiles.importing.files import row
from tests.profiles.importing.web import adviser_client, adviser_viewer, checked, imported, run_tasks, undone, upload

pytestmark = pytest.mark.django_db

GET_PAGES = ["staff_import", "staff_import_progress", "staff_import_rejected", "staff_import_changed", "staff_import_new"]
POST_PAGES = [
    *("staff_import_choose", "staff_import_country", "staff_import_check", "staff_import_confirm"),
    *("staff_import_carry_on", "staff_import_discard", "staff_import_undo"),
]


def text_of(response: Any) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def address(name: str, run: ImportRun) -> str:
    return reverse(name, args=[run.uuid])


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- Who ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADVISER])
def test_the_pages_are_not_there_for_anybody_else(role: Role) -> None:
    run = checked(adviser_viewer(), row(1), row(2, host_country="Neapl"))
    client = signed_in(member(role))
    assert client.get(reverse("staff_imports")).status_code == 404
    assert client.post(reverse("staff_imports"), {"file": upload(row(3))}).status_code == 404
    for name in [*GET_PAGES, "staff_import_rejected_file"]:
        response = client.get(address(name, run))
        assert (name, response.status_code) == (name, 404)
        assert b"Amina" not in response.content
    for name in POST_PAGES:
        assert (name, client.post(address(name, run)).status_code) == (name, 404)
    assert list(ImportRun.objects.values_list("status", flat=True)) == [ImportStatus.READY]


def test_an_adviser_who_acts_as_a_member_has_no_import_pages() -> None:
    user = adviser()
    from tests.factories import RoleGrantFactory

    client = signed_in(user, RoleGrantFactory(user=user, role=Role.MEMBER))
    assert client.get(reverse("staff_imports")).status_code == 404


def test_signed_out_one_is_asked_to_sign_in() -> None:
    run = checked(adviser_viewer(), row(1))
    for url in [reverse("staff_imports"), *(address(name, run) for name in GET_PAGES)]:
        response = Client().get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_nothing_is_done_by_following_a_link() -> None:
    run = checked(adviser_viewer(), row(1))
    client = adviser_client()
    for name in set(POST_PAGES) - {"staff_import_undo", "staff_import_discard"}:
        assert client.get(address(name, run)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(adviser())
    assert strict.post(address("staff_import_confirm", run)).status_code == 403
    run.refresh_from_db()
    assert run.status == ImportStatus.READY


# --- List and upload ----------------------------------------------------------------------------------------------------------


def test_the_list_with_none_one_and_many(django_assert_num_queries: Any) -> None:
    client = adviser_client()
    assert "No list has been imported yet" in text_of(client.get(reverse("staff_imports")))
    imported(adviser_viewer(first_name="Åse", last_name="Bø"), row(1))
    page = text_of(client.get(reverse("staff_imports")))
    assert "participants.csv" in page
    assert "Åse Bø" in page
    assert "1 new, 0 changed" in page
    with CountedQueries() as one:
        client.get(reverse("staff_imports"))
    for number in range(2, 25):
        ImportRun.objects.create(file_name=f"list {number}.csv", digest=str(number), started_by=adviser(), status="ready")
    with CountedQueries() as many:
        page = text_of(client.get(reverse("staff_imports")))
    assert one.count == many.count
    assert "list 24.csv" in page
    assert "participants.csv" not in page
    assert "participants.csv" in text_of(client.get(reverse("staff_imports"), {"page": 2}))


class CountedQueries:
    count = 0

    def __enter__(self) -> "CountedQueries":
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.context = CaptureQueriesContext(connection)
        self.context.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.context.__exit__(*error)
        self.count = len(self.context.captured_queries)


def test_uploading_leads_to_the_import_and_then_to_the_preview() -> None:
    client = adviser_client()
    response = client.post(reverse("staff_imports"), {"file": upload(row(1), name="Deltakarar <2024>.csv")})
    run = ImportRun.objects.get()
    assert response["Location"] == address("staff_import", run)
    page = client.get(response["Location"])
    assert "Checking the file" in text_of(page)
    assert "Deltakarar &lt;2024&gt;.csv" in page.content.decode()
    run_tasks()
    page = text_of(client.get(response["Location"]))
    assert "Check before you import" in page
    assert "Nothing is saved yet. The file Deltakarar <2024>.csv has 1 row" in page
    assert "1 of 1 row can go in" in page
    assert "Import 1 person" in page


@pytest.mark.parametrize(("content", "words"), [(None, "Choose a file."), (b"", "The file is empty. Choose another.")])
def test_uploading_nothing_is_told_in_the_form(content: bytes | None, words: str) -> None:
    data = {} if content is None else {"file": upload(content=content)}
    response = adviser_client().post(reverse("staff_imports"), data)
    assert response.status_code == 422
    assert f"Participant list: {words}" in text_of(response)
    assert not ImportRun.objects.exists()


def test_uploading_too_much_is_told_in_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.forms.MOST_BYTES", 10)
    response = adviser_client().post(reverse("staff_imports"), {"file": upload(row(1))})
    assert response.status_code == 422
    assert not ImportRun.objects.exists()


def test_uploading_the_same_file_again_leads_to_the_first() -> None:
    client = adviser_client()
    client.post(reverse("staff_imports"), {"file": upload(row(1))})
    response = client.post(reverse("staff_imports"), {"file": upload(row(1), name="again.csv")})
    assert response["Location"] == address("staff_import", ImportRun.objects.get())
    assert told(response) == ["This file is here already. This is how it stands."]


# --- Preview ------------------------------------------------------------------------------------------------------------------


def test_the_preview_shows_old_and_new_what_is_wrong_and_what_to_do() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    run = checked(
        actor,
        {**row(1, host_organisation="Ny vert", homecoming_date="2019-10-28"), "Kommentar": "x"},
        {**row(2), "Kommentar": ""},
        {**row(3, sending_country="Neapl", first_name="", last_name=""), "Kommentar": ""},
    )
    html = adviser_client().get(address("staff_import", run)).content.decode()
    page = " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
    assert "2 of 3 rows can go in" in page
    assert "This column means nothing here and is ignored: Kommentar." in page
    assert "Host organisation Now: Førde folkebibliotek → New: Ny vert" in page
    assert "Homecoming date nothing → New: 28 October 2019" in page
    assert "4 No name" in page
    assert "“Neapl” is not a country" in page
    assert "Did you mean Nepal? Use Nepal" in page
    assert "Amina Hassan2" in page
    assert "Kathmandu Library, Nepal → Førde folkebibliotek, Norway · 1 August 2018 – 30 June 2019 · Librarian" in page
    assert "2 people to import: 1 new and 1 changed. You can undo it for 7 days. No e-mail is sent." in page
    assert html.count("<h1") == 1


def test_the_preview_says_which_of_several_addresses_is_taken() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    rows = [
        row(number, exchange_id=f"X{number}-{year}", email=f"{year}-{number}@example.org", start_date=f"{year}-01-01")
        for number in (1, 2)
        for year in (2018, 2015, 2012)
    ]
    run = checked(actor, *rows)
    client = adviser_client()
    words = "is used: the newest exchange has it. Not used: 2015-{0}@example.org, 2012-{0}@example.org."
    for number, name in ((1, "staff_import_changed"), (2, "staff_import_new")):
        for page in (address("staff_import", run), address(name, run)):
            assert f"2018-{number}@example.org {words.format(number)}" in text_of(client.get(page))
    client.post(address("staff_import_confirm", run))
    run_tasks()
    assert set(Profile.objects.exclude(participant_id=None).values_list("email_on_file", flat=True)) == {
        *("2018-1@example.org", "2018-2@example.org")
    }
    run.refresh_from_db()
    undone(actor, run)
    assert Profile.objects.exclude(participant_id=None).get().email_on_file == "amina1@example.org"


def test_the_preview_shows_a_few_of_many_and_leads_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = adviser_viewer()
    imported(actor, *(row(n) for n in range(10)))
    rows = (
        [row(n, role="New") for n in range(10)]
        + [row(n) for n in range(10, 20)]
        + [row(n, host_country="Neapl") for n in range(20, 30)]
    )
    run = checked(actor, *rows)
    client = adviser_client()
    page = text_of(client.get(address("staff_import", run)))
    assert page.count("“Neapl” is not a country") == 4
    assert page.count("New: New") == 3
    assert "Show the 6 others" in page
    assert "Show the 7 others" in page
    assert "Show the 5 others" in page
    monkeypatch.setattr("profiles.importing.pages.ON_A_PAGE", 6)
    assert text_of(client.get(address("staff_import_rejected", run))).count("is not a country") == 6
    assert text_of(client.get(address("staff_import_rejected", run), {"page": 2})).count("is not a country") == 4
    assert text_of(client.get(address("staff_import_changed", run))).count("New: New") == 6
    assert text_of(client.get(address("staff_import_new", run))).count("Amina Hassan") == 6


def test_one_more_is_shown_rather_than_a_link_to_one() -> None:
    run = checked(adviser_viewer(), *(row(n, host_country="Neapl") for n in range(5)))
    page = text_of(adviser_client().get(address("staff_import", run)))
    assert page.count("“Neapl” is not a country") == 5
    assert "Show the" not in page


@pytest.mark.parametrize("name", ["staff_import", *GET_PAGES[2:]])
def test_a_page_costs_the_same_with_one_and_with_many(name: str) -> None:
    actor = adviser_viewer()
    imported(actor, *(row(n) for n in range(20)))
    client = adviser_client()
    one = checked(actor, row(1, role="New"), row(20), row(30, host_country="Neapl"))
    many = checked(actor, *(row(n, role="Newer", host_country="" if n < 40 else "Neapl") for n in range(60)))
    assert (many.totals["check"]["changed"], many.totals["check"]["new"], many.totals["check"]["rejected"]) == (20, 20, 20)
    counts = []
    for run in (one, many):
        client.get(address(name, run))
        with CountedQueries() as counted:
            assert client.get(address(name, run)).status_code == 200
        counts.append(counted.count)
    assert counts[0] == counts[1]


def test_unticked_people_are_kept_with_htmx_without_it_and_with_the_import_itself() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2), row(3))
    run = checked(actor, *(row(n, role="New") for n in (1, 2, 3)))
    ids = {person.participant_id: person.pk for person in run.people.all()}
    client = adviser_client()
    response = client.post(
        address("staff_import_choose", run),
        {"shown": ids.values(), "person": [ids["P2"], ids["P3"]]},
        headers={"HX-Request": "true"},
    )
    assert "Import 2 people" in text_of(response)
    assert "<html" not in response.content.decode()
    response = client.post(address("staff_import_choose", run), {"shown": [ids["P2"]]})
    assert response["Location"] == address("staff_import", run)
    page = client.get(address("staff_import", run)).content.decode()
    assert "Import 1 person" in text_of(client.get(address("staff_import", run)))
    assert page.count('name="person"') == 3
    assert len(re.findall(r'name="person" value="\d+" checked', page)) == 1
    client.post(address("staff_import_confirm", run), {"shown": ids.values(), "person": [ids["P1"], "x", "9" * 30]})
    run_tasks()
    assert dict(Exchange.objects.values_list("exchange_id", "role")) == {"X1": "New", "X2": "Librarian", "X3": "Librarian"}
    assert "2 people were left as before, as you chose." in text_of(client.get(address("staff_import", run)))


def test_a_suggested_country_is_used_with_one_press_and_taken_back() -> None:
    run = checked(adviser_viewer(), row(1, host_country="Ne|apl"), row(2, host_country="Neapl"))
    client = adviser_client()
    client.post(address("staff_import_country", run), {"meaning": "host_country|NP|Neapl"})
    run_tasks()
    page = text_of(client.get(address("staff_import", run)))
    assert "1 row cannot go in" in page
    assert "“Neapl” is read as Nepal Take it back" in page
    client.post(address("staff_import_country", run), {"meaning": "host_country|NP|Ne|apl"})
    run_tasks()
    assert "2 of 2 rows can go in" in text_of(client.get(address("staff_import", run)))
    client.post(address("staff_import_country", run), {"meaning": "host_country||Neapl"})
    run_tasks()
    assert "1 row cannot go in" in text_of(client.get(address("staff_import", run)))
    for data in ({"meaning": "host_country|XX|Neapl"}, {}):
        response = adviser_client().post(address("staff_import_country", run), data)
        assert told(response) == ["Choose a country from the list."]


def test_nothing_to_import_has_no_button_for_it() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    page = text_of(adviser_client().get(address("staff_import", checked(actor, row(1)))))
    assert "Nothing to import." in page
    assert "Import 0" not in page
    assert "Choose another file" in page


def test_a_file_that_cannot_be_used_says_why_and_offers_its_other_sheets() -> None:
    run = checked(adviser_viewer(), content=b"%PDF-1.4", name="list.pdf")
    page = text_of(adviser_client().get(address("staff_import", run)))
    assert "This file cannot be used" in page
    assert "This is a PDF. Save the list as .xlsx or CSV from the program it was made in." in page
    ImportRun.objects.filter(pk=run.pk).update(sheet="Notat", sheets=["Notat", "Liste"])
    html = adviser_client().get(address("staff_import", run)).content.decode()
    assert re.findall(r"<option>(.*?)</option>", html) == ["Liste"]


def test_choosing_another_file_puts_this_one_aside() -> None:
    run = checked(adviser_viewer(), row(1))
    client = adviser_client()
    assert client.get(address("staff_import_discard", run)).status_code == 200
    assert client.post(address("staff_import_discard", run))["Location"] == reverse("staff_imports")
    assert client.get(address("staff_import_discard", run)).status_code == 404
    assert "This file was put aside" in text_of(client.get(address("staff_import", run)))
    assert client.get(address("staff_import_new", run)).status_code == 404
    response = client.post(address("staff_import_confirm", run))
    assert told(response) == ["This import has moved on. Look at how it stands now."]


def test_choosing_another_file_asks_first_when_choices_would_be_lost() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    run = checked(actor, row(1, role="New"), row(2, role="New"), row(3, host_country="Neapl"))
    client = adviser_client()
    ids = list(run.people.values_list("pk", flat=True))
    response = client.post(address("staff_import_discard", run), {"shown": ids, "person": ids[:1]})
    assert response["Location"] == address("staff_import_discard", run)
    page = text_of(client.get(response["Location"]))
    assert "Put this file aside?" in page
    assert "That you unticked 1 person" in page
    assert "country" not in page
    client.post(address("staff_import_country", run), {"meaning": "host_country|NP|Neapl"})
    run_tasks()
    client.post(address("staff_import_choose", run), {"shown": ids, "person": ids})
    assert client.post(address("staff_import_discard", run))["Location"] == address("staff_import_discard", run)
    assert "What you said of 1 country" in text_of(client.get(address("staff_import_discard", run)))
    run.refresh_from_db()
    assert run.status == ImportStatus.READY
    assert client.post(address("staff_import_discard", run), {"sure": "yes"})["Location"] == reverse("staff_imports")
    run.refresh_from_db()
    assert run.status == ImportStatus.DISCARDED


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADVISER])
def test_the_page_that_asks_is_not_there_for_anybody_else(role: Role) -> None:
    run = checked(adviser_viewer(), row(1))
    assert signed_in(member(role)).get(address("staff_import_discard", run)).status_code == 404
    assert Client().get(address("staff_import_discard", run))["Location"].startswith(reverse("account_login"))


def buttons(html: str) -> dict[str, str]:
    """Where the buttons with an address of their own lead, by what they say."""
    return {text: unescape(to) for to, text in re.findall(r'<button[^>]*formaction="([^"]*)"[^>]*>([^<]*)</button>', html)}


def ticked(html: str) -> list[str]:
    return re.findall(r'name="person" value="(\d+)" checked', html)


def test_choices_are_kept_from_page_to_page_and_saving_stays_where_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profiles.importing.pages.ON_A_PAGE", 2)
    actor = adviser_viewer()
    imported(actor, *(row(n) for n in range(5)))
    run = checked(actor, *(row(n, role="New") for n in range(5)))
    client, ids = adviser_client(), [str(pk) for pk in run.people.values_list("pk", flat=True)]
    url = address("staff_import_changed", run)
    first = client.get(url).content.decode()
    assert f'hx-post="{address("staff_import_choose", run)}"' in first
    assert "Import 5 people" in text_of(client.get(url))
    assert ticked(first) == ids[:2]
    assert "?page=" not in first
    response = client.post(buttons(first)["Next"], {"shown": ids[:2], "person": ids[1:2]}, follow=True)
    assert response.redirect_chain == [(f"{url}?page=2", 302)]
    second = response.content.decode()
    assert ticked(second) == ids[2:4]
    assert "Import 4 people" in text_of(response)
    assert "Your choices are saved." not in text_of(response)
    response = client.post(buttons(second)["Save your choices"], {"shown": ids[2:4], "save": ""}, follow=True)
    assert response.redirect_chain == [(f"{url}?page=2", 302)]
    assert ticked(response.content.decode()) == []
    assert "Your choices are saved." in text_of(response)
    assert ticked(client.post(buttons(second)["1"], {"shown": ids[2:4]}, follow=True).content.decode()) == ids[1:2]
    response = client.post(buttons(second)["Back to the import"], {"shown": ids[2:4], "person": ids[2:3]})
    assert response["Location"] == address("staff_import", run)
    client.post(address("staff_import_confirm", run), {"shown": ids[4:], "person": ids[4:]})
    run_tasks()
    new = Exchange.objects.filter(role="New").values_list("exchange_id", flat=True)
    assert sorted(new) == ["X1", "X2", "X4"]


def test_the_ways_on_from_the_preview_keep_its_choices() -> None:
    actor = adviser_viewer()
    imported(actor, *(row(n) for n in range(9)))
    wrong = [row(n, host_country="Neapl") for n in range(20, 27)]
    run = checked(actor, *(row(n, role="New") for n in range(9)), *(row(n) for n in range(10, 19)), *wrong)
    client = adviser_client()
    html = client.get(address("staff_import", run)).content.decode()
    shown = ticked(html)
    for kind in ("rejected", "changed", "new"):
        to = f"{address('staff_import_choose', run)}?to={kind}"
        assert to in html
        assert client.post(to, {"shown": shown})["Location"] == address(f"staff_import_{kind}", run)
        assert run.people.filter(is_wanted=False).count() == 3
        client.post(to, {"shown": shown, "person": shown})
    assert client.post(f"{address('staff_import_choose', run)}?to=//evil.example&page=x")["Location"] == address(
        "staff_import", run
    )


# --- Progress, result, rejects, undo ------------------------------------------------------------------------------------------


def test_progress_is_asked_for_until_there_is_something_new() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    services.confirm_import(actor=actor, run=run)
    ImportRun.objects.filter(pk=run.pk).update(rows_done=40, rows_total=100)
    client = adviser_client()
    page = client.get(address("staff_import", run)).content.decode()
    assert f'hx-get="{address("staff_import_progress", run)}"' in page
    assert "See how far it is now" in page
    part = client.get(address("staff_import_progress", run))
    assert "HX-Refresh" not in part
    assert '<progress class="nw-progress" id="rows-done" value="40" max="100">' in part.content.decode()
    run_tasks()
    assert client.get(address("staff_import_progress", run))["HX-Refresh"] == "true"


def test_an_import_that_does_not_move_can_be_carried_on() -> None:
    actor = adviser_viewer()
    run = checked(actor, row(1))
    services.confirm_import(actor=actor, run=run)
    client = adviser_client()
    assert "Carry on" not in text_of(client.get(address("staff_import", run)))
    response = client.post(address("staff_import_carry_on", run))
    assert told(response) == ["This import has moved on. Look at how it stands now."]
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now() - timedelta(minutes=3))
    page = client.get(address("staff_import", run))
    assert "It has not moved for two minutes." in text_of(page)
    assert "hx-get" not in page.content.decode()
    client.post(address("staff_import_carry_on", run))
    run_tasks()
    assert "1 person imported" in text_of(client.get(address("staff_import", run)))


def test_an_import_that_stopped_says_how_far_it_came_and_why() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1), row(2))
    refusal = {"code": "changed_since", "details": {}}
    ImportRun.objects.filter(pk=run.pk).update(status="stopped", finished_at=None, rows_done=1, refusal=refusal)
    page = text_of(adviser_client().get(address("staff_import", run)))
    assert "1 of 2 rows of participants.csv are done. Every person is whole: nobody is half imported." in page
    assert "The file is not the one that was checked. Choose it again." in page
    assert "Carry on" in page
    assert "Undo what is in" in page


def test_two_advisers_at_once_are_told_of_each_other() -> None:
    actor = adviser_viewer()
    one, other = checked(actor, row(1), name="one.csv"), checked(actor, row(2))
    client = adviser_client()
    client.post(address("staff_import_confirm", one))
    response = client.post(address("staff_import_confirm", other))
    assert told(response) == ["Another import is writing now: one.csv. Try again when it has finished."]


def test_the_result_says_what_happened() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2), row(5))
    run = checked(actor, row(1, role="New"), row(2, role="New"), row(3), row(4, host_country="Neapl"), row(5))
    Exchange.objects.filter(exchange_id="X2").update(role="By staff")
    services.confirm_import(actor=actor, run=run)
    run_tasks()
    page = text_of(adviser_client().get(address("staff_import", run)))
    assert "2 people imported" in page
    assert re.search(r"New people 1 Changed 1 Rows with nothing new 1 Rejected rows 1", page)
    assert "1 row did not go in" in page
    assert "1 person had changed since you checked" in page
    assert "Amina Hassan2 row 3 Role Now: Librarian → New: New" in page
    assert "You can undo this import until" in page


def test_rejected_rows_can_be_downloaded_mended_and_uploaded() -> None:
    run = checked(adviser_viewer(), row(1), row(2, role="=1+1", host_country="Neapl"), name="Liste 2024.csv")
    client = adviser_client()
    response = client.get(address("staff_import_rejected_file", run))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Liste%202024%20%E2%80%93%20rejected.csv"
    content = response.content.decode()
    assert content.startswith("\ufeff")
    assert content.count("\r\n") == 2
    assert ",'=1+1," in content
    assert content.endswith(",line 3: host_country: “Neapl” is not a country. Did you mean Nepal?\r\n")
    client.post(reverse("staff_imports"), {"file": upload(content=content.replace("Neapl", "Nepal").encode())})
    run_tasks()
    mended = ImportRun.objects.order_by("-pk")[0]
    assert (mended.totals["check"]["created"], mended.totals["check"]["rejected"], mended.ignored_columns) == (1, 0, [])


def test_there_is_no_file_of_rejected_rows_when_none_is_rejected() -> None:
    run = checked(adviser_viewer(), row(1))
    client = adviser_client()
    assert client.get(address("staff_import_rejected_file", run)).status_code == 404
    assert "Every row can go in" in text_of(client.get(address("staff_import_rejected", run)))


def test_undoing_says_what_it_does_first_and_who_stayed_afterwards() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1), row(2))
    client = adviser_client()
    page = text_of(client.get(address("staff_import_undo", run)))
    assert "People who have signed up stay. Their account is theirs." in page
    Exchange.objects.filter(exchange_id="X2").update(role="By staff")
    client.post(address("staff_import_undo", run))
    assert "Undoing the import" in text_of(client.get(address("staff_import", run)))
    run_tasks()
    page = text_of(client.get(address("staff_import", run)))
    assert "1 person is as before" in page
    assert "1 person stays as imported" in page
    assert "Was changed after the import, and stays as it is" in page
    assert client.get(address("staff_import_undo", run)).status_code == 404
    assert told(client.post(address("staff_import_undo", run))) == ["This import cannot be undone any more."]


def test_an_import_that_is_forgotten_says_so() -> None:
    run = imported(adviser_viewer(), row(1), row(2, host_country="Neapl"))
    from profiles.importing.forgetting import forget

    forget(run)
    client = adviser_client()
    page = text_of(client.get(address("staff_import", run)))
    assert "This import is more than 7 days old and cannot be undone." in page
    assert "Undo the import" not in page
    assert client.get(address("staff_import_new", run)).status_code == 404


SENTENCES = {
    "nn": [
        *("Sjekk før du importerer", "«Neapl» er ikkje eit land", "Meinte du Nepal?"),
        *("Importer 2 personar", "Ingenting er lagra enno."),
    ],
    "nb": [
        *("Sjekk før du importerer", "«Neapl» er ikke et land", "Mente du Nepal?"),
        *("Importer 2 personer", "Ingenting er lagret ennå."),
    ],
}


@pytest.mark.parametrize("language", ["nn", "nb"])
def test_every_page_speaks_the_readers_language(language: str) -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = checked(actor, row(1, role="New"), row(2), row(3, host_country="Neapl"))
    client = adviser_client()
    headers = {"Accept-Language": language}
    page = text_of(client.get(address("staff_import", run), headers=headers))
    assert [sentence for sentence in SENTENCES[language] if sentence not in page] == []
    rejected = client.get(address("staff_import_rejected_file", run), headers=headers).content.decode()
    assert SENTENCES[language][1] in rejected


def test_undone_and_finished_imports_stand_in_the_list_with_what_came_of_them() -> None:
    actor = acting(adviser())
    undone(actor, imported(actor, row(1)))
    page = text_of(adviser_client().get(reverse("staff_imports")))
    assert "Undone 1 person as before" in page
