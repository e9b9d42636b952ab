"""Who verifies an address that is on file gets that record, once; everybody else is an applicant."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alumni_site.core.models import IndexChange
from notifications.models import Notification
from privacy.models import AuditEvent
from profiles.accounts.services.claiming import (
    admit_by_verified_addresses,
    admit_owners,
    admit_verified_account,
    clear_squatters,
    forget_unverified_accounts,
    settle_roles_after_homecoming,
    take_record,
    vouch_for_address,
)
from profiles.audiences import Audience
from profiles.disclosure import disclose_to
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Application, Profile, RoleGrant, User
from profiles.roles import Role
from search.models import SavedPerson
from tests.factories import (
    ExchangeFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
    UserFactory,
)
from tests.profiles.accounts_helpers import applicant, at_once, verified

pytestmark = pytest.mark.django_db


def on_file(email: str = "kari@example.org", **fields: Any) -> Profile:
    return ProfileFactory(unclaimed=True, email_on_file=email, participant_id=fields.pop("participant_id", "P-1"), **fields)


def test_account_gets_the_record_and_nothing_is_shown() -> None:
    record = on_file()
    IndexChange.objects.all().delete()
    application = applicant()
    admitted = admit_verified_account(user=application.user, address="kari@example.org")
    record.refresh_from_db()
    user = User.objects.get(pk=application.user.pk)
    assert admitted == record
    assert (record.user, user.status, user.is_member) == (user, "active", True)
    assert list(user.role_grants.values_list("role", flat=True)) == ["participant"]
    assert record.visibility_chosen_at is None
    assert [getattr(record, field.column) for field in DISCLOSABLE_FIELDS] == [frozenset()] * len(DISCLOSABLE_FIELDS)
    assert [audience for audience in Audience if disclose_to(record, audience)] == [Audience.NOREC]
    assert not Application.objects.filter(user=user).exists()
    assert IndexChange.objects.filter(kind="people", object_id=record.pk, withhold=True).exists()
    event = AuditEvent.objects.get(action="profiles.record_claimed")
    assert (event.actor, event.object_id, event.details) == (user, str(record.uuid), {})


@pytest.mark.parametrize(
    ("homecoming", "role"), [(None, "participant"), (date(2019, 8, 1), "member"), (date(2999, 1, 1), "participant")]
)
def test_role_follows_homecoming(homecoming: date | None, role: str) -> None:
    record = on_file()
    ExchangeFactory(profile=record)
    ExchangeFactory(profile=record, homecoming_date=homecoming)
    user = UserFactory(status="applicant")
    admit_verified_account(user=user, address="kari@example.org")
    assert list(user.role_grants.values_list("role", flat=True)) == [role]


@pytest.mark.parametrize("address", ["Kari@Example.ORG", " kari@example.org "])
def test_case_and_spaces_of_the_address_do_not_matter(address: str) -> None:
    record = on_file("KARI@example.org")
    assert admit_verified_account(user=UserFactory(status="applicant"), address=address) == record


@pytest.mark.parametrize("address", ["kar\u0131@example.org", "kari@example.or", "ari@example.org", ""])
def test_address_that_only_looks_like_it_gets_nothing(address: str) -> None:
    on_file()
    ProfileFactory(unclaimed=True, email_on_file="", participant_id="P-2")
    user = UserFactory(status="applicant")
    assert admit_verified_account(user=user, address=address) is None
    assert not Profile.objects.filter(user=user).exists()
    user.refresh_from_db()
    assert user.status == "applicant"
    assert not user.role_grants.exists()


def test_two_records_under_one_address_are_left_to_staff() -> None:
    on_file("kari@example.org")
    on_file("KARI@example.org", participant_id="P-2")
    user = UserFactory(status="applicant")
    assert admit_verified_account(user=user, address="kari@example.org") is None


def test_claimed_record_is_not_given_again() -> None:
    record = on_file()
    first, second = UserFactory(status="applicant"), UserFactory(status="applicant")
    assert admit_verified_account(user=first, address="kari@example.org") == record
    assert admit_verified_account(user=first, address="kari@example.org") is None
    assert admit_verified_account(user=second, address="kari@example.org") is None
    record.refresh_from_db()
    assert record.user == first
    assert AuditEvent.objects.filter(action="profiles.record_claimed").count() == 1


def test_account_with_a_record_gets_no_second_one() -> None:
    record = on_file()
    profile = ProfileFactory(participant_id="P-2")
    assert admit_verified_account(user=profile.user, address="kari@example.org") is None
    record.refresh_from_db()
    assert record.user is None


def test_suspended_account_claims_nothing() -> None:
    on_file()
    assert admit_verified_account(user=UserFactory(status="suspended"), address="kari@example.org") is None


def test_declined_person_who_proves_the_address_on_file_is_in() -> None:
    record = on_file()
    user = UserFactory(status="declined")
    assert admit_verified_account(user=user, address="kari@example.org") == record
    assert user.is_member


def test_staff_and_owner_cannot_both_get_one_record() -> None:
    record = on_file()
    owner, other = UserFactory(status="applicant"), UserFactory()
    assert take_record(profile=record, user=owner)
    assert not take_record(profile=record, user=other)
    record.refresh_from_db()
    assert record.user == owner


@pytest.mark.django_db(transaction=True)
def test_record_goes_to_one_of_many_who_come_at_once() -> None:
    record = on_file()
    users = [UserFactory(status="applicant") for _ in range(4)]
    answers = at_once([partial(admit_verified_account, user=user, address="kari@example.org") for user in users])
    got = [user for user, answer in zip(users, answers, strict=True) if answer is not None]
    assert set(answers) == {record, None}
    assert len(got) == 1
    record.refresh_from_db()
    assert record.user == got[0]
    assert list(RoleGrant.objects.values_list("user", flat=True)) == [got[0].pk]
    assert User.objects.filter(status="active").count() == 1


def test_homecoming_makes_a_member_of_a_participant_and_keeps_the_capacity() -> None:
    grant = RoleGrantFactory(user=ProfileFactory().user, role="participant")
    other = RoleGrantFactory(user=ProfileFactory().user, role="participant")
    officer = RoleGrantFactory(user=grant.user, role="officer")
    exchange = ExchangeFactory(profile=grant.user.profile)
    exchange.homecoming_date = timezone.localdate()
    exchange.save()
    for each in (grant, other, officer):
        each.refresh_from_db()
    assert (grant.role, other.role, officer.role) == ("member", "participant", "officer")


def test_settling_roles_leaves_who_is_a_member_already() -> None:
    user = ProfileFactory().user
    RoleGrantFactory(user=user, role="participant")
    RoleGrantFactory(user=user, role="member")
    ExchangeFactory(profile=user.profile, homecoming_date=date(2019, 1, 1))
    assert settle_roles_after_homecoming([user.profile.pk]) == 0
    assert sorted(user.role_grants.values_list("role", flat=True)) == ["member", "participant"]


def test_squatters_go_when_the_owner_verifies_and_nobody_else_does() -> None:
    owner = verified(UserFactory(email="new@example.org"))
    squatter = verified(UserFactory(email="kari@example.org", status="applicant"), is_verified=False)
    real = verified(UserFactory(email="ola@example.org", status="applicant"))
    assert clear_squatters(user=owner, address="Kari@example.org") == 1
    assert clear_squatters(user=owner, address="ola@example.org") == 0
    assert set(User.objects.all()) == {owner, real}
    assert squatter not in User.objects.all()


def test_accounts_nobody_verified_are_forgotten_after_a_month() -> None:
    old, month = timezone.now() - timedelta(days=31), {"status": "applicant", "date_joined": timezone.now() - timedelta(days=31)}
    forgotten = verified(UserFactory(**month), is_verified=False)
    Application.objects.create(user=forgotten, name="Amina")
    kept = [
        verified(UserFactory(status="applicant"), is_verified=False),
        verified(UserFactory(**month)),
        ProfileFactory(user__date_joined=old).user,
        UserFactory(status="declined", date_joined=old),
    ]
    assert forget_unverified_accounts() == 1
    assert forget_unverified_accounts() == 0
    assert set(User.objects.all()) == set(kept)


def test_vouching_verifies_the_sign_in_address() -> None:
    user = UserFactory(email="ada@example.org")
    vouch_for_address(user=user)
    vouch_for_address(user=user)
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [("ada@example.org", True, True)]


def test_role_by_exchanges_of_nobody_else_counts() -> None:
    record = on_file()
    ExchangeFactory(homecoming_date=date(2019, 1, 1))
    user = UserFactory(status="applicant")
    admit_verified_account(user=user, address="kari@example.org")
    assert user.role_grants.get().role == Role.PARTICIPANT
    assert record.exchanges.count() == 0


# --- The address comes on file after the account ----------------------------------------------------------------------


def accepted(email: str = "kari@example.org", **profile: Any) -> Profile:
    """A member who was accepted without a record, with an address they have verified."""
    grant = RoleGrantFactory(user=verified(UserFactory(email=email)), role="member")
    return ProfileFactory(user=grant.user, **profile)


def test_member_without_a_record_is_joined_to_one_and_keeps_what_they_wrote() -> None:
    stub = accepted(first_name="Kari", last_name="Moe", headline="Nurse", shown_to=[Audience.MEMBERS])
    skill = ProfileSkillFactory(profile=stub)
    sector = TermFactory(kind="sector")
    stub.sectors.add(sector)
    owner, uuid = stub.user, stub.uuid
    record = on_file(first_name="Kari", last_name="Holm", birth_year=1990)
    ExchangeFactory(profile=record)
    former = record.uuid
    assert admit_owners([record.pk]) == 1
    joined = Profile.objects.get()
    assert (joined.pk, joined.uuid, joined.user, joined.participant_id) == (record.pk, uuid, owner, "P-1")
    assert (joined.first_name, joined.last_name, joined.birth_year, joined.name) == ("Kari", "Holm", 1990, "Kari Moe")
    assert (joined.headline, joined.audiences_headline) == ("Nurse", frozenset({Audience.MEMBERS}))
    assert (joined.profile_skills.get().pk, joined.sectors.get()) == (skill.pk, sector)
    # Norec's facts are shown to nobody before the member has chosen it.
    assert joined.audiences_exchanges == frozenset()
    assert list(owner.role_grants.values_list("role", flat=True)) == ["member"]
    event = AuditEvent.objects.get(action="profiles.record_claimed")
    assert (event.actor, event.object_id) == (None, str(uuid))
    assert event.details == {"account": str(owner.uuid), "former": str(former)}
    told = Notification.objects.get(recipient=owner)
    assert (told.kind, told.data) == ("profiles.record_joined", {"role_waits": False})
    assert set(IndexChange.objects.filter(kind="people").values_list("object_id", flat=True)) >= {stub.pk, record.pk}
    assert admit_owners([record.pk]) == 0


def test_waiting_applicant_is_in_when_an_import_knows_them() -> None:
    application = applicant()
    record = on_file(application.user.email.upper())
    assert admit_owners([record.pk]) == 1
    user = User.objects.get(pk=application.user_id)
    assert (user.status, user.profile.pk) == ("active", record.pk)
    assert not Application.objects.exists()
    assert Notification.objects.get(recipient=user).kind == "profiles.record_joined"


def test_only_the_verified_owner_of_the_very_address_is_joined() -> None:
    record = on_file()
    verified(UserFactory(email="kari@example.org", status="applicant"), is_verified=False)
    verified(UserFactory(email="kari+x@example.org"))
    assert admit_owners([record.pk]) == 0
    RoleGrantFactory(user=verified(UserFactory(email="ola@example.org", status="suspended")))
    suspended = on_file("ola@example.org", participant_id="P-2")
    accepted("eva@example.org", participant_id="P-3")
    other = on_file("eva@example.org", participant_id="P-4")
    assert admit_owners([suspended.pk, other.pk]) == 0
    assert Profile.objects.filter(user=None).count() == 3
    assert not Notification.objects.exists()


def test_address_that_two_accounts_have_verified_is_left_to_staff() -> None:
    record = on_file()
    first, second = verified(UserFactory(status="applicant")), verified(UserFactory(status="applicant"))
    first.emailaddress_set.update(email="kari@example.org")
    second.emailaddress_set.update(email="Kari@example.org")
    assert admit_owners([record.pk]) == 0
    assert admit_by_verified_addresses(user=first) is None


def test_record_that_came_without_a_word_is_given_at_sign_in() -> None:
    application = applicant()
    user, record = application.user, on_file(application.user.email)
    answer = Client().post("/accounts/login/", {"login": user.email, "password": "utveksling"})
    record.refresh_from_db()
    assert (record.user, answer.headers["Location"]) == (user, "/me/visibility/")
    event = AuditEvent.objects.get(action="profiles.record_claimed")
    assert (event.actor, event.details) == (user, {})


def test_sign_in_of_who_has_a_record_asks_once() -> None:
    user = accepted(participant_id="P-9").user
    with CaptureQueriesContext(connection) as queries:
        assert admit_by_verified_addresses(user=user) is None
    assert len(queries) == 1


def test_addresses_of_many_cost_what_one_costs() -> None:
    counts = []
    for many in (1, 30):
        ids = [on_file(f"n{many}-{n}@example.org", participant_id=f"N{many}-{n}").pk for n in range(many)]
        with CaptureQueriesContext(connection) as queries:
            admit_owners(ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_others_keep_of_both_they_keep_once() -> None:
    stub, record, staff = accepted(), on_file(), RoleGrantFactory(role="adviser").user
    SavedPerson.objects.bulk_create(SavedPerson(owner=staff, profile=each) for each in (stub, record))
    other = SavedPerson.objects.create(owner=UserFactory(), profile=stub)
    admit_owners([record.pk])
    assert SavedPerson.objects.get(owner=staff).profile_id == record.pk
    other.refresh_from_db()
    assert other.profile_id == record.pk


@pytest.mark.parametrize(("role", "waits"), [("officer", True), ("coordinator", True), ("member", False)])
def test_role_that_exchanges_do_not_give_still_waits_for_staff(role: str, waits: bool) -> None:
    application = applicant(role=role)
    record = on_file(application.user.email)
    admit_verified_account(user=application.user, address=application.user.email)
    record.refresh_from_db()
    assert record.user == application.user
    assert list(application.user.role_grants.values_list("role", flat=True)) == ["participant"]
    assert list(Application.objects.waiting()) == ([application] if waits else [])
    assert Notification.objects.filter(recipient=application.user).exists() is waits
