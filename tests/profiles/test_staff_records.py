"""Norec's pages about what it knows of anybody: the person, their exchanges, and the ways that lead there."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from privacy.models import AuditEvent
from profiles.models import CorrectionRequest, Exchange, Profile, RoleGrant, User
from profiles.roles import Role
from profiles.services.facts import (
    ExchangeFacts,
    RecordFacts,
    add_exchange,
    correct_person,
    exchange_token,
    record_token,
    remove_exchange,
)
from profiles.viewers import viewer_for
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory
from tests.profiles.accounts_helpers import acting, adviser, applicant, member, signed_in
from tests.profiles.importing.files import row
from tests.profiles.importing.web import adviser_viewer, imported

pytestmark = pytest.mark.django_db


def unclaimed(**fields: Any) -> Profile:
    values = {"participant_id": "P1", "first_name": "Grace", "last_name": "Nakato", "email_on_file": "grace@example.org"}
    return ProfileFactory(unclaimed=True, **values | fields)


def facts_of(profile: Profile, **changes: Any) -> RecordFacts:
    names = ("first_name", "last_name", "birth_year", "participant_id", "email_on_file")
    return RecordFacts(**{name: getattr(profile, name) for name in names} | changes)


def correct(profile: Profile, actor: User | None = None, **changes: Any) -> list[str]:
    facts = facts_of(profile, **changes)
    return correct_person(actor=acting(actor or adviser()), profile=profile, facts=facts, token=record_token(profile))


STAY = ExchangeFacts("Norec exchange", None, None, "UG", "NO", date(2018, 8, 1), date(2019, 6, 1), "Nurse", date(2019, 7, 1))


def token_of(answer: Any) -> str:
    found = re.search(r'name="token" value="(\w+)"', answer.content.decode())
    assert found
    return found.group(1)


# --- The person -------------------------------------------------------------------------------------------------------


def test_number_and_address_are_corrected_and_the_log_holds_neither() -> None:
    profile, who = unclaimed(), adviser()
    assert sorted(correct(profile, who, participant_id="P2", email_on_file="")) == ["email_on_file", "participant_id"]
    profile.refresh_from_db()
    assert (profile.participant_id, profile.email_on_file) == ("P2", "")
    event = AuditEvent.objects.get(action="profiles.person_corrected")
    assert (event.actor, sorted(event.details["fields"])) == (who, ["email_on_file", "participant_id"])
    assert "example.org" not in str(event.details)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"participant_id": "P2"}, "participant_id"),
        ({"participant_id": None}, "participant_id"),
        ({"email_on_file": "ADA@example.org"}, "email_on_file"),
        ({"email_on_file": "login@example.org"}, "email_on_file"),
        ({"email_on_file": "no address"}, "invalid"),
        ({"first_name": ""}, "invalid"),
    ],
)
def test_what_somebody_else_has_is_refused(changes: dict[str, Any], code: str) -> None:
    profile = unclaimed()
    ProfileFactory(participant_id="P2", email_on_file="ada@example.org", user__email="login@example.org")
    with pytest.raises(Invalid) as caught:
        correct(profile, **changes)
    assert caught.value.code == code
    assert not AuditEvent.objects.exists()


def test_two_advisers_do_not_overwrite_each_others_address() -> None:
    profile = unclaimed()
    old = record_token(profile)
    Profile.objects.update(email_on_file="new@example.org")
    with pytest.raises(Conflict):
        correct_person(actor=acting(adviser()), profile=profile, facts=facts_of(profile, birth_year=1990), token=old)


def test_right_address_gives_the_record_to_who_has_verified_it() -> None:
    profile, application, who = unclaimed(), applicant(), adviser()
    correct(profile, who, email_on_file=application.user.email)
    profile.refresh_from_db()
    assert (profile.user, User.objects.get(pk=application.user_id).status) == (application.user, "active")
    event = AuditEvent.objects.get(action="profiles.record_claimed")
    assert (event.actor, event.details) == (who, {"account": str(application.user.uuid)})


def test_member_without_a_record_gets_a_number() -> None:
    profile = member().profile
    correct(profile, participant_id="P7")
    profile.refresh_from_db()
    assert profile.participant_id == "P7"


# --- Exchanges --------------------------------------------------------------------------------------------------------


def test_exchange_is_added_once_and_homecoming_counts() -> None:
    user, who = member(Role.PARTICIPANT), adviser()
    IndexChange.objects.all().delete()
    exchange = add_exchange(actor=acting(who), profile=user.profile, exchange_id=" X-9 ", facts=STAY)
    assert (exchange.exchange_id, exchange.profile, exchange.role) == ("X-9", user.profile, "Nurse")
    assert RoleGrant.objects.get(user=user).role == Role.MEMBER
    event = AuditEvent.objects.get(action="profiles.exchange_added")
    assert (event.actor, event.object_id, event.details) == (who, str(exchange.uuid), {"profile": str(user.profile.uuid)})
    assert IndexChange.objects.filter(object_id=user.profile.pk).exists()
    for number in ("X-9", "  "):
        with pytest.raises(Invalid) as caught:
            add_exchange(actor=acting(who), profile=user.profile, exchange_id=number, facts=STAY)
        assert caught.value.code == "exchange_id"


def test_exchange_that_cannot_be_is_not_added() -> None:
    backwards = ExchangeFacts("", None, None, "UG", "NO", date(2019, 1, 1), date(2018, 1, 1), "", None)
    with pytest.raises(Invalid):
        add_exchange(actor=acting(adviser()), profile=unclaimed(), exchange_id="X1", facts=backwards)
    assert not Exchange.objects.exists()


def test_exchange_is_removed_unless_it_changed_or_the_member_waits() -> None:
    exchange, who = ExchangeFactory(profile=member().profile), adviser()
    question = CorrectionRequest.objects.create(profile=exchange.profile, exchange=exchange, text="Wrong year.")
    for token in ("old", exchange_token(exchange)):
        with pytest.raises(Conflict):
            remove_exchange(actor=acting(who), exchange=exchange, token=token)
    question.status = "done"
    question.save()
    IndexChange.objects.all().delete()
    remove_exchange(actor=acting(who), exchange=exchange, token=exchange_token(exchange))
    assert not Exchange.objects.exists()
    event = AuditEvent.objects.get(action="profiles.exchange_removed")
    assert (event.actor, event.object_id) == (who, str(exchange.uuid))
    assert IndexChange.objects.filter(object_id=exchange.profile_id).exists()
    with pytest.raises(Conflict):
        remove_exchange(actor=acting(who), exchange=exchange, token=exchange_token(exchange))


# --- The pages --------------------------------------------------------------------------------------------------------


def test_person_is_changed_on_the_page_and_what_is_wrong_stays_written() -> None:
    profile, client = unclaimed(), signed_in(adviser())
    ProfileFactory(participant_id="P2")
    url = reverse("staff_record", args=[profile.uuid])
    page = client.get(url)
    assert "Nobody has claimed this record" in page.content.decode()
    typed = {
        "first_name": "Grace",
        "last_name": "Acen",
        "birth_year": "",
        "participant_id": "P2",
        "email_on_file": "G@Example.org",
    }
    refused = client.post(url, {**typed, "token": token_of(page)})
    assert refused.status_code == 422
    assert "Another record has this participant number." in refused.content.decode()
    assert 'value="Acen"' in refused.content.decode()
    assert client.post(url, {**typed, "participant_id": "P1", "token": "old"}).status_code == 409
    assert client.post(url, {**typed, "email_on_file": "x", "token": token_of(page)}).status_code == 422
    done = client.post(url, {**typed, "participant_id": "P1", "token": token_of(page)}, follow=True)
    assert "Saved." in done.content.decode()
    profile.refresh_from_db()
    assert (profile.last_name, profile.email_on_file) == ("Acen", "g@example.org")
    same = {**typed, "participant_id": "P1", "token": token_of(done)}
    assert "Nothing was changed." in client.post(url, same, follow=True).content.decode()


def test_page_follows_the_record_to_the_member_who_gets_it() -> None:
    profile, user = unclaimed(), member(first_name="Grace", user__email="g.nakato@example.org")
    client, url = signed_in(adviser()), reverse("staff_record", args=[profile.uuid])
    typed = {"first_name": "Grace", "last_name": "Nakato", "participant_id": "P1", "email_on_file": "g.nakato@example.org"}
    done = client.post(url, {**typed, "token": token_of(client.get(url))}, follow=True)
    assert done.redirect_chain == [(reverse("staff_record", args=[user.profile.uuid]), 302)]
    assert "They have got the record" in done.content.decode()
    assert reverse("staff_member", args=[user.uuid]) in done.content.decode()


def test_exchange_is_added_changed_and_removed_on_its_pages() -> None:
    profile, client = unclaimed(), signed_in(adviser())
    OrganisationFactory(name="Mulago Hospital")
    new = reverse("staff_new_exchange", args=[profile.uuid])
    assert client.get(new).status_code == 200
    typed = {"from_country": "UG", "to_country": "NO", "start": "1.8.2018", "end": "2018-01-01", "role": "Nurse"}
    assert client.post(new, typed).status_code == 422
    refused = client.post(new, {**typed, "exchange_id": "X1"})
    assert refused.status_code == 422
    assert "The exchange ends before it starts." in refused.content.decode()
    assert 'value="Nurse"' in refused.content.decode()
    client.post(new, {**typed, "exchange_id": "X1", "end": "2019-06-01", "host_organisation": "mulago hospital"})
    exchange = profile.exchanges.get()
    assert (exchange.start, exchange.host_organisation.name) == (date(2018, 8, 1), "Mulago Hospital")

    url = reverse("staff_exchange", args=[exchange.uuid])
    page = client.get(url)
    answer = client.post(url, {"from_country": "UG", "to_country": "NO", "start": "2018-08-01", "token": token_of(page)})
    assert answer.headers["Location"] == reverse("staff_record", args=[profile.uuid])
    exchange.refresh_from_db()
    # An adviser can take away what an import keeps.
    assert (exchange.end, exchange.role, exchange.host_organisation) == (None, "", None)
    assert client.post(url, {"start": "2018-08-02", "token": "old"}).status_code == 409

    remove = reverse("staff_remove_exchange", args=[exchange.uuid])
    page = client.get(remove)
    assert "the next import brings it back" in page.content.decode()
    assert client.post(remove, {"token": "old"}).status_code == 409
    assert client.post(remove, {"token": token_of(page)}).headers["Location"] == reverse("staff_record", args=[profile.uuid])
    assert not Exchange.objects.exists()
    assert client.get(url).status_code == 404


def test_page_costs_the_same_for_one_exchange_and_for_many() -> None:
    profile, client = unclaimed(), signed_in(adviser())
    url = reverse("staff_record", args=[profile.uuid])
    counts = []
    for many in (1, 12):
        for _ in range(many):
            ExchangeFactory(profile=profile, host_organisation=OrganisationFactory())
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.COORDINATOR, Role.EDITOR])
def test_record_is_there_for_advisers_only(role: Role) -> None:
    exchange = ExchangeFactory(profile=unclaimed())
    who = acting(member(role))
    profile = exchange.profile
    for act in (
        lambda: correct_person(actor=who, profile=profile, facts=facts_of(profile), token=record_token(profile)),
        lambda: add_exchange(actor=who, profile=profile, exchange_id="X2", facts=STAY),
        lambda: remove_exchange(actor=who, exchange=exchange, token=exchange_token(exchange)),
    ):
        with pytest.raises(NotAllowed):
            act()
    client = signed_in(who.user)
    for url in _addresses(exchange):
        assert client.get(url).status_code == 404
        assert client.post(url, {"first_name": "X"}).status_code in {404, 405}
    profile.refresh_from_db()
    assert profile.first_name == "Grace"


def test_record_is_not_there_for_strangers_applicants_and_an_adviser_who_acts_as_a_member() -> None:
    exchange, staff = ExchangeFactory(profile=unclaimed()), adviser()
    as_member = RoleGrant.objects.create(user=staff, role="member")
    assert not viewer_for(staff, capacity=str(as_member.uuid)).is_norec
    for url in _addresses(exchange):
        assert Client().get(url).headers["Location"].startswith("/accounts/login/")
        assert signed_in(applicant(name="Ada").user).get(url).status_code == 404
        assert signed_in(staff, as_member).get(url).status_code == 404


def _addresses(exchange: Exchange) -> list[str]:
    person = [reverse(name, args=[exchange.profile.uuid]) for name in ("staff_record", "staff_new_exchange")]
    stay = [reverse(name, args=[exchange.uuid]) for name in ("staff_exchange", "staff_remove_exchange")]
    return [*person, *stay, f"{reverse('staff_records')}?number=P1"]


# --- The ways that lead there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["P1", "p1", "grace", "Nakato Grace", "grace@example.org"])
def test_members_search_finds_who_has_not_claimed_their_record(words: str) -> None:
    profile = unclaimed()
    unclaimed(participant_id="P11", first_name="Eva", email_on_file="")
    ExchangeFactory(profile=profile)
    page = signed_in(adviser()).get(reverse("staff_members"), {"q": words}).content.decode()
    assert re.findall(r'href="/staff/records/([0-9a-f-]+)/"', page) == [str(profile.uuid)]
    assert "1 record that nobody has claimed" in page
    assert "No account fits" not in page


def test_members_list_without_a_search_or_with_a_role_shows_accounts_alone() -> None:
    profile = unclaimed()
    client = signed_in(adviser())
    for query in ({}, {"q": "grace", "role": "member"}, {"q": "grace", "status": "active"}):
        assert str(profile.uuid) not in client.get(reverse("staff_members"), query).content.decode()


def test_many_records_are_counted_and_cost_what_few_do() -> None:
    client, url = signed_in(adviser()), reverse("staff_members")
    counts = []
    for many in (1, 24):
        for number in range(many):
            ExchangeFactory(profile=unclaimed(participant_id=f"P{many}-{number}", email_on_file=""))
        client.get(url, {"q": "grace"})
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url, {"q": "grace"}).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "25 records that nobody has claimed" in page
    assert "Only the first 20 are shown." in page


def test_profile_leads_advisers_to_the_record_and_nobody_else() -> None:
    profile = member(shown_to=["members", "norec"]).profile
    link = reverse("staff_record", args=[profile.uuid])
    url = reverse("profile", args=[profile.uuid])
    assert link in signed_in(adviser()).get(url).content.decode()
    for role in (Role.MEMBER, Role.EDITOR):
        answer = signed_in(member(role)).get(url)
        assert (answer.status_code, link in answer.content.decode()) == (200, False)


def test_members_and_imports_lead_to_the_record() -> None:
    user, client = member(participant_id="P5"), signed_in(adviser())
    link = reverse("staff_record", args=[user.profile.uuid])
    assert link in client.get(reverse("staff_members"), {"q": "P5"}).content.decode()
    assert link in client.get(reverse("staff_member", args=[user.uuid])).content.decode()
    run = imported(adviser_viewer(), row(1))
    assert reverse("staff_import_new", args=[run.uuid]) in client.get(reverse("staff_import", args=[run.uuid])).content.decode()
    page = client.get(reverse("staff_import_new", args=[run.uuid])).content.decode()
    (link,) = re.findall(r'href="(/staff/records/\?number=[^"]+)"', page)
    profile = Profile.objects.get(participant_id="P1")
    assert client.get(link).headers["Location"] == reverse("staff_record", args=[profile.uuid])
    assert client.get(reverse("staff_records"), {"number": "?"}).headers["Location"] == f"{reverse('staff_members')}?q=%3F"
