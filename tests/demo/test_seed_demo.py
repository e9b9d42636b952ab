from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client

from alumni_site.core.models import IndexChange
from alumni_site.core.start import StartRefused, refuse_unsafe_start
from alumni_site.demo import DEMO_PASSWORD, demo_accounts, demo_can_sign_in
from alumni_site.demo.cast import cast_size
from alumni_site.demo.services import make_people, seed_demo
from messaging.models import Conversation, Message
from messaging.notices import tell_unread_messages
from messaging.reading import inbox, thread, unread_total, window
from profiles.audiences import Audience
from profiles.models import Application, CorrectionRequest, Exchange, ImportRun, Organisation, Profile, RoleGrant, Term, User
from profiles.models.accounts import AccountStatus
from profiles.models.imports import ImportStatus
from profiles.models.organisations import organisation_key
from profiles.models.vocabulary import TermStatus
from profiles.viewers import viewer_for
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_their_own(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


def test_demo_has_as_many_people_as_asked_for() -> None:
    assert seed_demo(people=60) == 60
    assert Profile.objects.count() == 60
    drafts = list(make_people(people=60, seed=1))
    assert set(Profile.objects.values_list("uuid", "first_name", "last_name")) == {
        (draft.uuid, draft.first_name, draft.last_name) for draft in drafts
    }
    assert Exchange.objects.count() == sum(len(draft.exchanges) for draft in drafts)
    assert Profile.objects.filter(user=None).count() == sum(draft.account is None for draft in drafts)


def test_fewer_people_than_the_cast_are_the_cast() -> None:
    assert seed_demo(people=1) == Profile.objects.count() == cast_size()


def test_every_profile_and_its_parts_are_valid() -> None:
    seed_demo(people=60)
    for profile in Profile.objects.all():
        profile.full_clean()
        for parts in (profile.profile_skills, profile.languages, profile.links, profile.exchanges):
            for part in parts.all():
                part.full_clean()
    for thing in [*Organisation.objects.all(), *RoleGrant.objects.all(), *CorrectionRequest.objects.all(), *Term.objects.all()]:
        thing.full_clean()


def test_organisations_are_known_by_their_own_name() -> None:
    seed_demo(people=40)
    for organisation in Organisation.objects.all():
        assert organisation.names.filter(name=organisation.name, key=organisation_key(organisation.name)).count() == 1
    trust = Organisation.objects.get(name="Northern Light Youth Trust")
    assert set(trust.names.values_list("name", "key")) == {
        ("Northern Light Youth Trust", "northern light youth trust"),
        ("NLYT", "nlyt"),
    }


@pytest.mark.parametrize(
    ("email", "roles", "audience"),
    [
        ("participant@example.org", ["participant"], Audience.MEMBERS),
        ("member@example.org", ["member"], Audience.MEMBERS),
        ("entrepreneur@example.org", ["entrepreneur", "member"], Audience.MEMBERS),
        ("officer@example.org", ["officer", "member"], Audience.MISSIONS),
        ("coordinator@example.org", ["coordinator"], Audience.PARTNERS),
        ("adviser@example.org", ["adviser"], Audience.NOREC),
        ("editor@example.org", ["editor"], Audience.NOREC),
        ("admin@example.org", ["adviser"], Audience.NOREC),
    ],
)
def test_account_has_its_roles_and_can_sign_in(email: str, roles: list[str], audience: Audience) -> None:
    seed_demo(people=1)
    user = User.objects.get(email=email)
    viewer = viewer_for(user)
    assert ([grant.role for grant in viewer.capacities], viewer.audience) == (roles, audience)
    assert EmailAddress.objects.get(user=user).verified
    assert Client().login(email=email, password=DEMO_PASSWORD)
    assert (user.is_staff, user.is_superuser) == (audience == Audience.NOREC, email.startswith("admin"))
    assert (user.profile.name, user.profile.headline, user.profile.about) != ("", "", "")


def test_accounts_are_those_told_of_and_no_other_has_a_password() -> None:
    seed_demo(people=60)
    opened = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert opened == {email for email, _who in demo_accounts()}
    assert len(opened) == 8


def test_officer_is_of_a_mission_and_coordinator_of_a_partner() -> None:
    seed_demo(people=1)
    organisations = RoleGrant.objects.exclude(organisation=None).values_list("role", "organisation__name", "organisation__kind")
    assert set(organisations) == {
        ("officer", "Embassy in Kampala", "mission"),
        ("coordinator", "Northern Light Youth Trust", "civil"),
    }


def test_every_audience_sees_somebody_and_not_everybody() -> None:
    seed_demo(people=120)
    listed = {audience: Profile.objects.listed_for(audience).count() for audience in Audience}
    assert listed[Audience.NOREC] == 120
    assert 5 <= listed[Audience.PUBLIC] < listed[Audience.PARTNERS] < listed[Audience.MISSIONS] < listed[Audience.MEMBERS] < 100


def test_index_gets_to_know_of_everybody() -> None:
    seed_demo(people=60)
    assert set(IndexChange.objects.filter(kind="people").values_list("object_id", flat=True)) == set(
        Profile.objects.values_list("pk", flat=True)
    )


def test_staff_have_something_to_do() -> None:
    seed_demo(people=60)
    assert Application.objects.filter(decided_at=None, user__status=AccountStatus.APPLICANT).count() == 4
    assert Application.objects.filter(accepted=False, user__status=AccountStatus.DECLINED).count() == 1
    assert CorrectionRequest.objects.filter(status="open").count() == 3
    assert Term.objects.filter(status=TermStatus.PROPOSED).count() == 3
    waiting = ImportRun.objects.get(status=ImportStatus.READY)
    assert (waiting.totals["check"]["rows"], waiting.rejected_rows.count() > 2) == (60, True)
    done = ImportRun.objects.get(status=ImportStatus.DONE)
    assert done.totals["result"]["created"] == 0
    assert done.totals["result"]["updated"] > 0
    assert done.totals["result"]["rejected"] == 0


def test_the_cast_have_something_to_say_to_each_other() -> None:
    seed_demo(people=1)
    viewer = viewer_for(User.objects.get(email="member@example.org"))
    found = inbox(viewer)
    assert [each.sender_role for each in found.requests] == ["officer"]
    assert found.requests[0].on_behalf_of
    assert len(found.invitations) == 1
    assert len(found.threads) == 2
    assert unread_total(viewer) == 2
    assert tell_unread_messages() == 0
    for listed in found.threads:
        shown = thread(viewer, listed.uuid)
        messages = window(viewer, shown).messages
        assert [each.seq for each in messages] == list(range(1, shown.last_seq + 1))
        assert [each.sent_at for each in messages] == sorted(each.sent_at for each in messages)
    assert Message.objects.exclude(edited_at=None).exists()


def test_number_of_queries_does_not_grow_with_people(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(300) as few:
        seed_demo(people=60)
    User.objects.exclude(profile=None).delete()
    for model in (Conversation, ImportRun, Profile, Application, User):
        model._default_manager.all().delete()
    Organisation.objects.all().delete()
    Term.objects.filter(status=TermStatus.PROPOSED).delete()
    with django_assert_max_num_queries(len(few) + 25):
        seed_demo(people=400)


def test_demo_does_not_stand_beside_people_who_exist() -> None:
    UserFactory()
    with pytest.raises(CommandError, match="There are people in this database"):
        call_command("seed_demo", people=20)
    assert Profile.objects.count() == 0


def test_command_says_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo", people=20)
    assert capsys.readouterr().out.startswith("20 people made in ")


def test_production_refuses_to_start_while_the_demo_can_sign_in(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IS_PRODUCTION = True
    monkeypatch.setattr("django.core.checks.run_checks", lambda **_: [])
    assert not demo_can_sign_in()
    refuse_unsafe_start()
    seed_demo(people=1)
    assert demo_can_sign_in()
    with pytest.raises(StartRefused, match="demo's accounts can sign in"):
        refuse_unsafe_start()


@pytest.mark.parametrize("closing", ["another password", "not active"])
def test_demo_cannot_sign_in_when_its_accounts_are_closed(closing: str) -> None:
    seed_demo(people=1)
    for user in User.objects.filter(email__in=[email for email, _who in demo_accounts()]):
        if closing == "another password":
            user.set_password("a long one of my own")
        else:
            user.is_active = False
        user.save()
    assert not demo_can_sign_in()
