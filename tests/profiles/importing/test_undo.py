"""An import is taken back: what can be, whole, and never what somebody has done since."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from alumni_site.core.errors import Conflict
from alumni_site.core.models import IndexChange
from privacy.models import AuditEvent
from profiles.accounts.services.claiming import settle_roles_after_undo
from profiles.accounts.services.roles import grant_role_at_console
from profiles.importing import services, undo
from profiles.models import CorrectionRequest, Exchange, ImportRun, Organisation, OrganisationName, Profile, RoleGrant, User
from profiles.models.imports import ImportStatus
from profiles.roles import Role
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, RoleGrantFactory, UserFactory
from tests.profiles.importing.files import row, run_command
from tests.profiles.importing.web import adviser_viewer, imported, run_tasks, undone

pytestmark = pytest.mark.django_db


def facts() -> list[list[dict[str, Any]]]:
    """All of Norec's facts, but for the moment each was written."""
    models = (Profile, Exchange, Organisation, OrganisationName)
    found = [list(model.objects.order_by("pk").values()) for model in models]
    return [[{key: value for key, value in one.items() if key != "updated_at"} for one in rows] for rows in found]


def states(run: ImportRun) -> dict[str, tuple[str, str]]:
    return {one.participant_id: (one.state, one.reason) for one in run.people.all()}


def test_undoing_puts_everything_back() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2, email=""), row(3))
    Organisation.objects.filter(name="Kathmandu Library").update(country="")
    before = facts()
    changed = row(
        1,
        first_name="Ny",
        last_name="Ny",
        birth_year="1980",
        email="ny@example.org",
        programme="Ny",
        sending_organisation="Ny sender",
        sending_country="Kenya",
        host_organisation="Ny vert",
        host_country="Uganda",
        start_date="2001-01-01",
        end_date="2002-01-01",
        role="Ny",
        homecoming_date="2002-02-01",
    )
    run = imported(actor, changed, row(1, **{**changed, "exchange_id": "X10"}), row(2), row(4), row(3))
    assert Organisation.objects.filter(name__in=["Ny sender", "Ny vert"]).count() == 2
    run = undone(actor, run)
    assert facts() == before
    assert run.status == ImportStatus.UNDONE
    assert run.totals["undo"] == {"undone": 3, "kept": 0}
    assert states(run) == dict.fromkeys(("P1", "P2", "P4"), ("undone", ""))


def test_what_was_empty_is_empty_again() -> None:
    actor = adviser_viewer()
    least = {name: row(1)[name] for name in ("participant_id", "first_name", "last_name", "exchange_id")}
    imported(actor, least)
    before = facts()
    undone(actor, imported(actor, row(1)))
    assert facts() == before


def test_whoever_is_undone_is_indexed_anew() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = imported(actor, row(1, role="New"), row(2), row(3))
    profiles = dict(Profile.objects.exclude(participant_id=None).values_list("participant_id", "pk"))
    IndexChange.objects.all().delete()
    undone(actor, run)
    assert set(IndexChange.objects.filter(kind="people").values_list("object_id", flat=True)) == set(profiles.values())


def test_a_new_person_who_has_claimed_the_record_stays() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1), row(2))
    Profile.objects.filter(participant_id="P1").update(user=UserFactory())
    run = undone(actor, run)
    assert list(Exchange.objects.values_list("exchange_id", flat=True)) == ["X1"]
    assert states(run) == {"P1": ("kept", undo.CLAIMED), "P2": ("undone", "")}
    assert run.totals["undo"] == {"undone": 1, "kept": 1}


@pytest.mark.parametrize(
    ("changes", "of"),
    [
        ({"first_name": "By staff"}, Profile),
        ({"birth_year": 1981}, Profile),
        ({"email_on_file": "by-staff@example.org"}, Profile),
        ({"role": "By staff"}, Exchange),
        ({"homecoming_date": date(2019, 8, 1)}, Exchange),
        ({"to_country": "KE"}, Exchange),
        ({"host_organisation": None}, Exchange),
    ],
)
def test_a_new_person_who_was_changed_since_stays_whole(changes: dict[str, Any], of: Any) -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1))
    of.objects.filter(**{"participant_id" if of is Profile else "exchange_id": "P1" if of is Profile else "X1"}).update(**changes)
    profiles_and_exchanges = facts()[:2]
    run = undone(actor, run)
    assert facts()[:2] == profiles_and_exchanges
    assert states(run) == {"P1": ("kept", undo.CHANGED)}


def test_a_new_person_with_another_exchange_since_stays() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1))
    ExchangeFactory(profile=Profile.objects.get(participant_id="P1"), exchange_id="X2")
    assert states(undone(actor, run)) == {"P1": ("kept", undo.CHANGED)}
    assert Exchange.objects.count() == 2


def test_a_changed_person_who_was_changed_again_stays_whole() -> None:
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    run = imported(actor, row(1, last_name="New", role="New"), row(2, last_name="New"))
    Exchange.objects.filter(exchange_id="X1").update(role="By staff")
    run = undone(actor, run)
    assert states(run) == {"P1": ("kept", undo.CHANGED), "P2": ("undone", "")}
    assert dict(Profile.objects.exclude(participant_id=None).values_list("participant_id", "last_name")) == {
        **{"P1": "New", "P2": "Hassan2"}
    }


def test_what_the_import_did_not_change_may_have_changed_since() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = imported(actor, row(1, role="New"))
    Exchange.objects.update(programme="By staff")
    assert states(undone(actor, run)) == {"P1": ("undone", "")}
    assert Exchange.objects.values_list("role", "programme").get() == ("Librarian", "By staff")


def test_dates_are_not_put_back_to_what_cannot_be() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = imported(actor, row(1, end_date="2021-06-30", homecoming_date=""))
    Exchange.objects.update(start=date(2020, 1, 1))
    assert states(undone(actor, run)) == {"P1": ("kept", undo.CHANGED)}


def test_a_homecoming_is_not_put_back_to_before_the_start() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = imported(actor, row(1, homecoming_date="2021-07-14"))
    Exchange.objects.update(start=date(2019, 7, 15), end=None)
    assert states(undone(actor, run)) == {"P1": ("kept", undo.CHANGED)}


def test_a_members_own_words_and_account_are_not_touched() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    user = UserFactory()
    run = imported(actor, row(1, last_name="New"))
    Profile.objects.filter(participant_id="P1").update(user=user, chosen_name="Own name", headline="Own words")
    assert states(undone(actor, run)) == {"P1": ("undone", "")}
    profile = Profile.objects.get(participant_id="P1")
    assert (profile.last_name, profile.user, profile.chosen_name, profile.headline) == ("Hassan1", user, "Own name", "Own words")


def roles() -> list[str]:
    return [str(grant.role) for grant in RoleGrant.objects.filter(user__profile__participant_id="P1")]


def a_participant(**grant: Any) -> User:
    """The account of P1, who is not home yet."""
    user = UserFactory()
    Profile.objects.filter(participant_id="P1").update(user=user)
    RoleGrantFactory(user=user, **{"role": Role.PARTICIPANT, **grant})
    return user


@pytest.mark.parametrize("exchange", ["X1", "X2"])
def test_a_homecoming_that_is_taken_back_takes_the_membership_back(exchange: str) -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    user = a_participant()
    run = imported(actor, row(1, exchange_id=exchange))
    assert roles() == [Role.MEMBER]
    undone(actor, run)
    assert roles() == [Role.PARTICIPANT]
    event = AuditEvent.objects.get(action="profiles.homecoming_undone")
    assert (event.actor, event.object_id, event.details) == (actor.user, str(user.uuid), {"role": "participant"})


def test_a_member_who_claimed_the_record_after_the_import_is_a_participant_again() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    run = imported(actor, row(1))
    a_participant(role=Role.MEMBER)
    undone(actor, run)
    assert roles() == [Role.PARTICIPANT]


def test_a_member_with_another_homecoming_behind_them_stays_one() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""), row(1, exchange_id="X2"))
    a_participant(role=Role.MEMBER)
    undone(actor, imported(actor, row(1)))
    assert roles() == [Role.MEMBER]


def test_a_member_whose_homecoming_only_changed_stays_one() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    a_participant(role=Role.MEMBER)
    undone(actor, imported(actor, row(1, homecoming_date="2019-08-01")))
    assert roles() == [Role.MEMBER]


def test_a_homecoming_to_come_that_is_put_back_leaves_a_participant() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    Exchange.objects.update(homecoming_date=timezone.localdate() + timedelta(days=1))
    a_participant()
    undone(actor, imported(actor, row(1)))
    assert roles() == [Role.PARTICIPANT]


def test_a_member_by_hand_stays_one() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    a_participant(role=Role.MEMBER, granted_by=actor.user)
    undone(actor, imported(actor, row(1)))
    assert roles() == [Role.MEMBER]


def test_a_member_made_at_the_console_stays_one() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, homecoming_date=""))
    user = UserFactory()
    Profile.objects.filter(participant_id="P1").update(user=user)
    grant_role_at_console(user=user, role=Role.MEMBER)
    undone(actor, imported(actor, row(1)))
    assert roles() == [Role.MEMBER]


@pytest.mark.parametrize("people", [1, 7])
def test_taking_memberships_back_costs_the_same_reading_for_all(people: int, django_assert_num_queries: Any) -> None:
    users = [ProfileFactory().user for _ in range(people)]
    for user in users:
        grant_role_at_console(user=user, role=Role.MEMBER)
    with django_assert_num_queries(4):
        assert settle_roles_after_undo([user.profile.pk for user in users], actor=None) == 0


def test_a_new_exchange_that_a_member_asked_about_stays() -> None:
    actor = adviser_viewer()
    imported(actor, row(1))
    run = imported(actor, row(1), row(1, exchange_id="X2"))
    exchange = Exchange.objects.get(exchange_id="X2")
    CorrectionRequest.objects.create(profile=exchange.profile, exchange=exchange, text="Wrong host")
    assert states(undone(actor, run)) == {"P1": ("kept", undo.CHANGED)}
    assert Exchange.objects.filter(exchange_id="X2").exists()


def test_addresses_that_were_handed_on_go_back() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, email="a@example.org"), row(2, email="b@example.org"))
    before = facts()
    run = imported(actor, row(1, email="b@example.org"), row(2, email="c@example.org"), row(3, email="a@example.org"))
    assert run.totals["result"]["rejected"] == 0
    undone(actor, run)
    assert facts() == before


def test_an_old_address_that_somebody_else_has_now_is_not_taken_from_them() -> None:
    actor = adviser_viewer()
    imported(actor, row(1, email="a@example.org"), row(2, email="b@example.org"))
    run = imported(actor, row(1, email="c@example.org"), row(2, email="d@example.org", role="New"))
    ProfileFactory(unclaimed=True, email_on_file="a@example.org")
    assert states(undone(actor, run)) == {"P1": ("kept", undo.ADDRESS), "P2": ("undone", "")}
    addresses = dict(Profile.objects.exclude(participant_id=None).values_list("participant_id", "email_on_file"))
    assert addresses == {"P1": "c@example.org", "P2": "b@example.org"}


def test_organisations_that_somebody_uses_or_has_named_stay() -> None:
    actor = adviser_viewer()
    run = imported(
        actor,
        row(1, sending_organisation="Used", host_organisation="Named"),
        row(2, sending_organisation="Only here", host_organisation="Renamed"),
    )
    ExchangeFactory(sending_organisation=Organisation.objects.get(name="Used"))
    OrganisationName.objects.create(organisation=Organisation.objects.get(name="Named"), name="By staff")
    renamed = Organisation.objects.get(name="Renamed")
    OrganisationName.objects.create(organisation=renamed, name="New name")
    Organisation.objects.filter(pk=renamed.pk).update(name="New name")
    run = undone(actor, run)
    assert states(run) == {"P1": ("undone", ""), "P2": ("undone", "")}
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Used", "Named", "New name"}


def test_organisations_merged_since_are_the_one_that_is_left() -> None:
    actor = adviser_viewer()
    known = OrganisationFactory(name="Known")
    imported(actor, row(1, host_organisation="Known"))
    run = imported(actor, row(1, host_organisation="Double"))
    double = Organisation.objects.get(name="Double")
    Exchange.objects.filter(host_organisation=double).update(host_organisation=known)
    OrganisationName.objects.filter(organisation=double).update(organisation=known)
    double.delete()
    assert states(undone(actor, run)) == {"P1": ("undone", "")}
    assert Exchange.objects.get().host_organisation == known


def test_an_import_of_the_command_line_can_be_undone(tmp_path: Any) -> None:
    from tests.profiles.importing.files import csv_file

    run_command(csv_file(tmp_path, row(1)))
    undone(adviser_viewer(), ImportRun.objects.get())
    assert not Exchange.objects.exists()


def test_undoing_ends_after_seven_days_and_is_done_once() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1))
    ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=7, seconds=1))
    run.refresh_from_db()
    with pytest.raises(Conflict):
        services.undo(actor=actor, run=run)
    ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now() - timedelta(days=6, hours=23))
    run.refresh_from_db()
    run = undone(actor, run)
    with pytest.raises(Conflict):
        services.undo(actor=actor, run=run)


def test_undoing_waits_while_another_import_writes() -> None:
    actor = adviser_viewer()
    run = imported(actor, row(1))
    ImportRun.objects.create(status=ImportStatus.IMPORTING, file_name="other.csv", digest="0", alive_at=timezone.now())
    with pytest.raises(Conflict):
        services.undo(actor=actor, run=run)


def test_undoing_again_after_it_was_cut_off_completes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "PEOPLE_IN_CHUNK", 1)
    actor = adviser_viewer()
    imported(actor, row(1), row(2))
    before = facts()
    run = imported(actor, row(1, role="New"), row(2, email="new@example.org"), row(3), row(4))
    real, done = undo._undo_chunk, []

    def cut_off(*args: Any) -> None:
        done.append(1)
        if len(done) == 3:
            raise RuntimeError("the worker was killed here")
        real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(undo, "_undo_chunk", cut_off)
        services.undo(actor=actor, run=run)
        run_tasks()
    run.refresh_from_db()
    assert run.status == ImportStatus.UNDOING
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now() - timedelta(minutes=3))
    run.refresh_from_db()
    services.carry_on(actor=actor, run=run)
    run_tasks()
    run.refresh_from_db()
    assert (run.status, run.totals["undo"]) == (ImportStatus.UNDONE, {"undone": 4, "kept": 0})
    assert facts() == before


def test_undoing_is_in_the_audit_log() -> None:
    actor = adviser_viewer()
    run = undone(actor, imported(actor, row(1)))
    events = AuditEvent.objects.filter(object_id=str(run.uuid)).order_by("-pk")[:2]
    assert [(one.action, one.details) for one in events] == [
        ("profiles.import_undone", {"undone": 1, "kept": 0}),
        ("profiles.import_undo_started", {}),
    ]


@pytest.mark.parametrize("people", [1, 7])
def test_a_chunk_costs_the_same_reading_whatever_is_in_it(people: int, django_assert_num_queries: Any) -> None:
    actor = adviser_viewer()
    run = imported(actor, *(row(n, exchange_id=f"X{n}{k}", host_organisation=f"H{n}") for n in range(people) for k in range(2)))
    people_of_run = list(run.people.all())
    with django_assert_num_queries(4):
        undo._load(people_of_run)
