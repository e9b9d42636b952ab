"""Saved searches and people: each member's own, in the capacity they were saved in; and who is told of whom, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.schedule import jobs
from notifications.models import Notification
from notifications.reading import in_words
from profiles.audiences import Audience
from profiles.models import Block, Profile, User
from profiles.roles import Role
from profiles.services.merging import merge_organisations
from profiles.viewers import Viewer, viewer_for
from search import saved as services
from search.models import SavedPerson, SavedSearch
from search.reading import saved_search_rows, saved_searches_panel
from search.saved import change_search, delete_search, new_people, note_new_people, save_person, save_search, saved_people
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
    UserFactory,
)
from tests.indexing import SearchIndex
from tests.search.people_pages import account, client_for, main_of, member, names_on, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(search_index: SearchIndex) -> User:
    return account()


def _saved(owner: User, query: str = "q=engineer", name: str = "Engineers", **fields: object) -> SavedSearch:
    return save_search(actor=viewer_for(owner), name=name, query_string=query, **fields)  # type: ignore[arg-type]


def _without_tokens(html: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main_of(html))


def _told(owner: User) -> list[str]:
    return [notice.text for notice in in_words(owner, list(Notification.objects.of(owner).order_by("pk")))]


# --- Saving a search --------------------------------------------------------------------------------------------------


def test_result_is_saved_without_a_script(owner: User, search_index: SearchIndex) -> None:
    member("An Engineer", headline="Engineer", country="KE")
    search_index.refresh()
    client = client_for(owner)
    html = page(client, "/people/?q=engineer&country_residence=KE&sort=name&view=table&page=1")
    form = re.search(r'<form class="nw-row nw-save" method="post" action="([^"]+)">.*?</form>', html, re.S)
    assert form is not None
    fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])}
    assert (form[1], fields["name"]) == ("/me/searches/save/", "engineer, Kenya")
    response = client.post(form[1], fields)
    assert response["Location"] == "/people/?q=engineer&country_residence=KE&sort=name"
    search = SavedSearch.objects.get()
    assert (search.owner, search.audience, search.name, search.tells_of_new) == (owner, "members", "engineer, Kenya", True)
    again = page(client, response["Location"])
    assert "You have saved this as “engineer, Kenya”" in again
    assert names_on(again) == ["An Engineer"]


def test_same_question_is_saved_once_and_renamed(owner: User) -> None:
    first = _saved(owner, "country_to=TZ&country_to=KE&q=x&page=3&view=map&unknown=1")
    second = _saved(owner, "q=x&country_to=KE&country_to=TZ", name="Other name")
    assert first.pk == second.pk
    assert SavedSearch.objects.get().query == "q=x&country_to=KE&country_to=TZ"
    assert SavedSearch.objects.get().name == "Other name"


def test_search_needs_a_name(owner: User) -> None:
    response = client_for(owner).post("/me/searches/save/", {"query": "q=x", "name": "  "})
    assert response.status_code == 400
    html = response.content.decode()
    assert "Give the search a name, so that you know it again." in html
    assert '<input type="hidden" name="query" value="q=x">' in html
    assert SavedSearch.objects.count() == 0


def test_silly_questions_are_refused_or_cleaned(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_for(owner)
    assert client.post("/me/searches/save/", {"query": "%%%&&==\x00q=", "name": "Odd"}).status_code == 302
    assert SavedSearch.objects.get().query == ""
    monkeypatch.setattr(services, "LONGEST_QUERY", 200)
    skills = "&".join(f"skill={'s' * 60}{number}" for number in range(5))
    with pytest.raises(Invalid, match="too many filters"):
        _saved(owner, skills)
    assert SavedSearch.objects.count() == 1


def test_number_of_searches_is_bounded(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_SEARCHES", 2)
    for number in range(2):
        _saved(owner, f"q=word{number}")
    with pytest.raises(Conflict, match="Delete one"):
        _saved(owner, "q=third")
    client = client_for(owner)
    html = client.post("/me/searches/save/", {"query": "q=third", "name": "Third"}, follow=True).content.decode()
    assert "You have 2 saved searches. Delete one before you save another." in html
    assert SavedSearch.objects.count() == 2


@pytest.mark.parametrize("who", ["nobody", "applicant", "suspended"])
def test_who_is_no_member_keeps_nothing(search_index: SearchIndex, who: str) -> None:
    profile = member("Public Person", "public")
    search_index.refresh()
    user = None if who == "nobody" else UserFactory(status=who)
    client = client_for(user)
    # Whoever is suspended is signed out at once.
    refusal = 404 if who == "applicant" else 302
    for address in ("/me/searches/", "/me/saved/"):
        assert client.get(address).status_code == refusal
    for address in ("/me/searches/save/", f"/people/{profile.uuid}/save/", f"/people/{profile.uuid}/unsave/"):
        assert client.post(address, {"name": "x", "query": ""}).status_code == refusal
    with pytest.raises(NotAllowed):
        save_search(actor=viewer_for(user), name="x", query_string="")
    with pytest.raises(NotAllowed):
        save_person(actor=viewer_for(user), profile=profile)
    assert (SavedSearch.objects.count(), SavedPerson.objects.count()) == (0, 0)


# --- One's own list ---------------------------------------------------------------------------------------------------


def test_list_says_each_search_in_words(owner: User) -> None:
    TermFactory(code="solar", name_en="Solar energy")
    _saved(owner, "q=gulu&skill=solar&country_residence=KE&country_residence=UG", name="My <b>search</b>")
    html = main_of(page(client_for(owner), "/me/searches/"))
    assert "<q>gulu</q> · Knows about Solar energy · Lives in Kenya or Uganda" in html
    assert "My &lt;b&gt;search&lt;/b&gt;" in html
    assert "We tell you when somebody new fits." in html


def test_list_costs_the_same_for_one_and_for_many(owner: User) -> None:
    client = client_for(owner)
    terms = [TermFactory() for _ in range(6)]
    _saved(owner, f"skill={terms[0].code}", name="0")
    page(client, "/me/searches/")
    with CaptureQueriesContext(connection) as one:
        page(client, "/me/searches/")
    for number, term in enumerate(terms[1:], 1):
        _saved(owner, f"skill={term.code}", name=str(number))
    with CaptureQueriesContext(connection) as many:
        page(client, "/me/searches/")
    assert len(one) == len(many)


@pytest.mark.parametrize("action", ["", "change/", "delete/", "restore/"])
def test_search_of_another_is_not_found(owner: User, action: str) -> None:
    search = _saved(account(), name="Secretname")
    client = client_for(owner)
    address = f"/me/searches/{search.uuid}/{action}"
    send: Callable[..., object] = client.get if action == "" else client.post
    assert send(address, {"name": "taken"}).status_code == 404  # type: ignore[attr-defined]
    assert "Secretname" not in page(client, f"/me/searches/?deleted={search.uuid}")
    search.refresh_from_db()
    assert (search.name, search.deleted_at) == ("Secretname", None)
    for service in (delete_search, services.restore_search):
        with pytest.raises(NotAllowed):
            service(actor=viewer_for(owner), search=search)
    with pytest.raises(NotAllowed):
        change_search(actor=viewer_for(owner), search=search, name="taken", tells_of_new=False)
    assert new_people(viewer_for(owner), search) == []


def test_search_is_renamed(owner: User) -> None:
    search = _saved(owner)
    client = client_for(owner)
    assert 'value="Engineers"' in page(client, f"/me/searches/{search.uuid}/change/")
    assert client.post(f"/me/searches/{search.uuid}/change/", {"name": ""}).status_code == 400
    client.post(f"/me/searches/{search.uuid}/change/", {"name": "Builders"})
    search.refresh_from_db()
    assert (search.name, search.tells_of_new) == ("Builders", False)


def test_deleted_search_can_be_had_back_for_a_day(owner: User) -> None:
    search = _saved(owner)
    client = client_for(owner)
    assert client.get(f"/me/searches/{search.uuid}/delete/").status_code == 405
    html = client.post(f"/me/searches/{search.uuid}/delete/", follow=True).content.decode()
    assert "“Engineers” is deleted." in html
    assert f'action="/me/searches/{search.uuid}/restore/"' in html
    assert page(client, f"/me/searches/{search.uuid}/", status=404)
    client.post(f"/me/searches/{search.uuid}/restore/")
    assert "Engineers" in page(client, "/me/searches/")
    client.post(f"/me/searches/{search.uuid}/delete/")
    SavedSearch.objects.update(deleted_at=timezone.now() - timedelta(hours=23))
    note_new_people()
    assert SavedSearch.objects.count() == 1
    SavedSearch.objects.update(deleted_at=timezone.now() - timedelta(hours=25))
    note_new_people()
    assert SavedSearch.objects.count() == 0


def test_panel_on_my_page_shows_the_first_four(owner: User) -> None:
    assert saved_searches_panel(viewer_for(None)) is None
    assert saved_searches_panel(viewer_for(owner)) == {"rows": [], "has_more": False}
    for number in range(5):
        _saved(owner, f"q=word{number}", name=f"Search {number}")
    panel = saved_searches_panel(viewer_for(owner))
    assert panel is not None
    assert [row.search.name for row in panel["rows"]] == [f"Search {number}" for number in range(4)]
    assert panel["has_more"] is True


# --- Somebody new fits ------------------------------------------------------------------------------------------------


def test_owner_is_told_once_of_each_new_person(owner: User, search_index: SearchIndex) -> None:
    member("Known Engineer", headline="Engineer")
    search_index.refresh()
    search = _saved(owner)
    assert note_new_people() == 0
    member("New Engineer", headline="Engineer")
    member("New Baker", headline="Baker")
    search_index.refresh()
    assert note_new_people() == 1
    assert note_new_people() == 0
    call_command("note_saved_searches")
    assert _told(owner) == ["1 new person fits “Engineers”"]
    member("Engineer Two", headline="Engineer")
    member("Engineer Three", headline="Engineer")
    search_index.refresh()
    assert note_new_people() == 1
    assert _told(owner) == ["1 new person fits “Engineers”", "2 new people fit “Engineers”"]
    html = page(client_for(owner), f"/me/searches/{search.uuid}/")
    assert sorted(names_on(html)) == ["Engineer Three", "Engineer Two", "New Engineer"]


def test_notice_says_nothing_of_the_person(owner: User, search_index: SearchIndex) -> None:
    _saved(owner)
    person = member("Secret Name", headline="Engineer in Secretplace")
    search_index.refresh()
    note_new_people()
    notification = Notification.objects.get()
    stored = f"{notification.data} {notification.key} {_told(owner)}"
    assert "Secret" not in stored
    assert str(person.uuid) not in stored


def test_person_who_hides_is_gone_from_the_new_ones_and_not_told_of_again(owner: User, search_index: SearchIndex) -> None:
    search = _saved(owner)
    person = member("New Engineer", headline="Engineer")
    search_index.refresh()
    note_new_people()
    client = client_for(owner)
    assert names_on(page(client, f"/me/searches/{search.uuid}/")) == ["New Engineer"]
    Profile.objects.get(pk=person.pk)
    person.is_paused = True
    person.save()
    html = page(client, f"/me/searches/{search.uuid}/")
    assert "Engineer</a>" not in html
    assert "Nobody new yet" in html
    person.is_paused = False
    person.save()
    search_index.refresh()
    assert note_new_people() == 0


def test_person_who_hides_what_fitted_is_gone_from_the_new_ones(owner: User, search_index: SearchIndex) -> None:
    """The person is still listed; that they fit the search would tell what they have hidden."""
    search = _saved(owner)
    person = member("New Person", headline="Engineer")
    search_index.refresh()
    note_new_people()
    person.audiences_headline = frozenset()
    person.save()
    search_index.refresh()
    assert new_people(viewer_for(owner), search) == []


@pytest.mark.parametrize("reason", ["paused", "for missions only", "unclaimed", "blocked", "herself", "withheld"])
def test_hidden_people_are_never_told_of(owner: User, search_index: SearchIndex, reason: str) -> None:
    _saved(owner)
    if reason == "herself":
        own = owner.profile  # type: ignore[attr-defined]
        own.headline, own.audiences_headline, own.audiences_name = "Engineer", frozenset({"members"}), frozenset({"members"})
        own.save()
    elif reason == "unclaimed":
        ProfileFactory(unclaimed=True, headline="Engineer")
    else:
        person = member("Some Engineer", "missions" if reason == "for missions only" else "members", headline="Engineer")
        if reason == "paused":
            person.is_paused = True
            person.save()
        if reason == "blocked":
            Block.objects.create(blocker=person.user, blocked=owner)
    search_index.refresh()
    if reason == "withheld":
        person.is_paused = True
        person.save()
    assert note_new_people() == 0
    assert _told(owner) == []


def test_officers_search_is_answered_as_officer_only(search_index: SearchIndex) -> None:
    owner = account("missions")
    RoleGrantFactory(user=owner, role="member")
    search = save_search(actor=viewer_for(owner, capacity="missions"), name="Engineers", query_string="q=engineer")
    assert search.audience == "missions"
    member("Members Only", "members", headline="Engineer")
    for_missions = member("For Missions", "missions", headline="Engineer")
    search_index.refresh()
    note_new_people()
    assert _told(owner) == ["1 new person fits “Engineers”"]
    assert [person.id for person in new_people(viewer_for(owner, capacity="missions"), search)] == [for_missions.pk]
    assert new_people(viewer_for(owner, capacity="members"), search) == []
    client = client_for(owner)
    session = client.session
    session["capacity"] = "members"
    session.save()
    html = page(client, f"/me/searches/{search.uuid}/")
    assert "You saved this search while you acted for: Missions." in html
    assert "For Missions" not in html


def test_search_of_a_capacity_that_was_taken_away_is_silent(search_index: SearchIndex) -> None:
    owner = account("missions")
    _saved(owner)
    owner.role_grants.all().delete()
    RoleGrantFactory(user=owner, role="member")
    member("For Both", "missions", "members", headline="Engineer")
    search_index.refresh()
    assert note_new_people() == 0


def test_suspended_owner_is_not_told(owner: User, search_index: SearchIndex) -> None:
    _saved(owner)
    owner.status = "suspended"
    owner.save()
    member("New Engineer", headline="Engineer")
    search_index.refresh()
    assert note_new_people() == 0


def test_who_did_not_want_to_hear_is_not_told_later(owner: User, search_index: SearchIndex) -> None:
    search = _saved(owner, tells_of_new=False)
    member("New Engineer", headline="Engineer")
    search_index.refresh()
    assert note_new_people() == 0
    change_search(actor=viewer_for(owner), search=search, name="Engineers", tells_of_new=True)
    assert note_new_people() == 0
    member("Newer Engineer", headline="Engineer")
    search_index.refresh()
    note_new_people()
    assert _told(owner) == ["1 new person fits “Engineers”"]


def test_too_wide_a_search_says_so_and_starts_afresh(
    owner: User, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_REMEMBERED", 2)
    people = [member(f"Person {number}", headline="Engineer") for number in range(3)]
    search_index.refresh()
    search = _saved(owner)
    assert search.is_too_wide
    assert "So many people fit that we cannot tell you who is new." in page(client_for(owner), "/me/searches/")
    people[0].headline = "Baker"
    people[0].save()
    search_index.refresh()
    assert note_new_people() == 0
    search.refresh_from_db()
    assert not search.is_too_wide
    assert search.people.count() == 2


def test_two_runs_at_once_tell_once(owner: User, search_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run comes between this one's search and its writing."""
    _saved(owner)
    member("New Engineer", headline="Engineer")
    search_index.refresh()
    real = services._people_who_fit

    def with_another_run_between(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        monkeypatch.setattr(services, "_people_who_fit", real)
        note_new_people()
        return found

    monkeypatch.setattr(services, "_people_who_fit", with_another_run_between)
    assert note_new_people() == 0
    assert _told(owner) == ["1 new person fits “Engineers”"]


def test_search_follows_a_merged_term_and_never_becomes_wider(owner: User, search_index: SearchIndex) -> None:
    kept, gone = TermFactory(code="kept"), TermFactory(code="gone")
    _saved(owner, "skill=gone", name="Merged")
    _saved(owner, "host_organisation=00000000-0000-4000-8000-000000000000", name="Of what is no longer there")
    gone.status, gone.merged_into = "merged", kept
    gone.save()
    ProfileSkillFactory(profile=member("New Person"), term=kept)
    search_index.refresh()
    note_new_people()
    assert _told(owner) == ["1 new person fits “Merged”"]


def test_search_follows_a_merged_organisation(owner: User, search_index: SearchIndex) -> None:
    first, second, third = (OrganisationFactory(name=name) for name in ("Kraftlaget", "Sunnfjord Kraftlag", "Vestland Kraft"))
    _saved(owner, f"host_organisation={first.uuid}", name="Hosted")
    _saved(owner, f"sending_organisation={first.uuid}", name="Sent")
    adviser = viewer_for(RoleGrantFactory(role=Role.ADVISER).user)
    merge_organisations(actor=adviser, organisation=first, into=second)
    merge_organisations(actor=adviser, organisation=second, into=third)
    ExchangeFactory(profile=member("New Person"), host_organisation=third)
    search_index.refresh()
    note_new_people()
    assert _told(owner) == ["1 new person fits “Hosted”"]
    assert "Vestland Kraft" in page(client_for(owner), f"/people/?host_organisation={first.uuid}")
    rows = saved_search_rows(viewer_for(owner))
    assert [picked.sentence for row in rows for picked in row.filters] == ["Hosted by Vestland Kraft", "Sent by Vestland Kraft"]


def test_job_is_on_the_schedule() -> None:
    assert [job.run for job in jobs() if job.name == "note_saved_searches"] == [note_new_people]


# --- Saved people -----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(owner: User) -> Client:
    return client_for(owner)


def test_person_is_saved_from_a_card_and_taken_off_again(client: Client, owner: User, search_index: SearchIndex) -> None:
    person = member("Grace Nakato")
    search_index.refresh()
    html = page(client)
    assert f'formaction="/people/{person.uuid}/save/"' in html
    assert 'aria-label="Save Grace Nakato"' in html
    response = client.post(f"/people/{person.uuid}/save/", {"next": "/people/?q=grace"})
    assert response["Location"] == "/people/?q=grace"
    client.post(f"/people/{person.uuid}/save/")
    assert SavedPerson.objects.count() == 1
    assert f'formaction="/people/{person.uuid}/unsave/"' in page(client)
    assert names_on(page(client, "/me/saved/")) == ["Grace Nakato"]
    client.post(f"/people/{person.uuid}/unsave/")
    assert "Nobody saved yet" in page(client, "/me/saved/")


def test_script_gets_the_button_alone(client: Client, search_index: SearchIndex) -> None:
    person = member("Grace Nakato")
    html = client.post(f"/people/{person.uuid}/save/", headers={"HX-Request": "true"}).content.decode().strip()
    assert html.startswith("<button")
    assert 'aria-label="Grace Nakato is saved. Take off my list"' in html


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_saving_leads_nowhere_else(client: Client, search_index: SearchIndex, target: str) -> None:
    person = member("Grace Nakato")
    assert client.post(f"/people/{person.uuid}/save/", {"next": target})["Location"] == "/me/saved/"


def test_hidden_person_cannot_be_saved(client: Client, search_index: SearchIndex) -> None:
    for hidden in (member("For Missions", "missions"), ProfileFactory(unclaimed=True)):
        assert client.post(f"/people/{hidden.uuid}/save/").status_code == 404
    assert client.post("/people/00000000-0000-4000-8000-000000000000/save/").status_code == 404
    assert SavedPerson.objects.count() == 0


def test_person_who_hides_is_gone_without_a_trace(client: Client, owner: User, search_index: SearchIndex) -> None:
    nobody = _without_tokens(page(client, "/me/saved/"))
    person = member("Grace Nakato")
    viewer = viewer_for(owner)
    save_person(actor=viewer, profile=person)
    person.is_paused = True
    person.save()
    assert saved_people(viewer) == []
    assert _without_tokens(page(client, "/me/saved/")) == nobody
    # Taking off works and tells nothing.
    assert client.post(f"/people/{person.uuid}/unsave/").status_code == 302
    assert SavedPerson.objects.count() == 0


def test_list_follows_the_capacity(search_index: SearchIndex) -> None:
    owner = account("missions")
    RoleGrantFactory(user=owner, role="member")
    save_person(actor=viewer_for(owner, capacity="missions"), profile=member("For Missions", "missions", headline="Seen"))
    as_mission, as_member = (viewer_for(owner, capacity=audience) for audience in ("missions", "members"))
    assert [(person.name, person.headline) for person in saved_people(as_mission)] == [("For Missions", "Seen")]
    assert saved_people(as_member) == []


def test_saved_people_are_bounded_and_each_members_own(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_PEOPLE", 1)
    viewer = viewer_for(owner)
    first, second = member("First Person"), member("Second Person")
    save_person(actor=viewer, profile=first)
    with pytest.raises(Conflict):
        save_person(actor=viewer, profile=second)
    save_person(actor=viewer_for(account()), profile=second)
    assert [person.name for person in saved_people(viewer)] == ["First Person"]


def test_list_of_people_costs_the_same_for_one_and_for_many(client: Client, owner: User) -> None:
    viewer: Viewer = viewer_for(owner)

    def add(number: int) -> None:
        person = member(f"Person {number}")
        ProfileSkillFactory(profile=person)
        save_person(actor=viewer, profile=person)

    add(0)
    page(client, "/me/saved/")
    with CaptureQueriesContext(connection) as one:
        assert len(names_on(page(client, "/me/saved/"))) == 1
    for number in range(1, 8):
        add(number)
    with CaptureQueriesContext(connection) as many:
        assert len(names_on(page(client, "/me/saved/"))) == 8
    assert len(one) == len(many)
    assert viewer.audience == Audience.MEMBERS


def test_person_is_saved_from_their_profile(client: Client, owner: User) -> None:
    person = member("Grace Nakato")
    address = f"/people/{person.uuid}/"
    html = page(client, address)
    assert f'action="{address}save/"' in html
    assert client.post(f"{address}save/", {"next": address})["Location"] == address
    assert f'action="{address}unsave/"' in page(client, address)
    public = member("Public Person", "public")
    assert "/save/" not in page(client_for(), f"/people/{public.uuid}/")
