"""Applications: written, changed, withdrawn, answered once, taken back; and Norec's pages about them."""

import json
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.worker import run_next_task
from privacy.models import AuditEvent
from profiles.accounts.services.applications import (
    Admission,
    accept_application,
    decline_application,
    reopen_application,
    withdraw_application,
    write_application,
)
from profiles.accounts.services.claiming import admit_verified_account
from profiles.accounts.staff_reading import records_for
from profiles.audiences import Audience
from profiles.disclosure import disclose_to
from profiles.models import Application, Organisation, Profile, RoleGrant, User
from profiles.roles import Role
from profiles.viewers import viewer_for
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, UserFactory
from tests.profiles.accounts_helpers import acting, adviser, applicant, at_once, member, signed_in, verified

pytestmark = pytest.mark.django_db

ADMITTED = Admission(role=Role.MEMBER, first_name="Amina", last_name="Otieno", answer="Karibu!")


def answers_to_mail() -> int:
    return DBTaskResult.objects.filter(task_path="profiles.accounts.tasks.mail_answer").count()


def run_tasks() -> None:
    while run_next_task():
        pass


# --- Services ---------------------------------------------------------------------------------------------------------


def test_accepting_makes_a_member_whom_nobody_but_norec_sees() -> None:
    application, staff = applicant(), adviser()
    profile = accept_application(actor=acting(staff), application=application, admission=ADMITTED)
    application.refresh_from_db()
    user = User.objects.get(pk=application.user_id)
    assert (user.status, user.profile, profile.name) == ("active", profile, "Amina Otieno")
    assert list(user.role_grants.values_list("role", "granted_by")) == [("member", staff.pk)]
    assert (application.accepted, application.answer, application.decided_by) == (True, "Karibu!", staff)
    assert [audience for audience in Audience if disclose_to(profile, audience)] == [Audience.NOREC]
    event = AuditEvent.objects.get(action="profiles.application_accepted")
    assert (event.actor, event.object_id) == (staff, str(application.uuid))
    assert "Otieno" not in json.dumps(event.details)
    assert "Karibu" not in json.dumps(event.details)


def test_accepting_with_a_record_joins_it_and_keeps_what_norec_knows() -> None:
    record = ProfileFactory(unclaimed=True, participant_id="P-7", first_name="Aminah", last_name="Otieno")
    ExchangeFactory(profile=record, homecoming_date="2019-08-01")
    application = applicant()
    admission = Admission(role=Role.PARTICIPANT, first_name="Ignored", profile=record)
    accept_application(actor=acting(adviser()), application=application, admission=admission)
    record.refresh_from_db()
    assert (record.user, record.first_name, record.participant_id) == (application.user, "Aminah", "P-7")
    # Homecoming is done, whatever the adviser chose.
    assert list(record.user.role_grants.values_list("role", flat=True)) == ["member"]
    assert Profile.objects.filter(first_name="Ignored").count() == 0


def test_record_claimed_meanwhile_is_a_conflict_and_nothing_is_done() -> None:
    record = ProfileFactory(participant_id="P-7")
    application = applicant()
    with pytest.raises(Conflict):
        accept_application(
            actor=acting(adviser()), application=application, admission=Admission(role=Role.MEMBER, profile=record)
        )
    application.refresh_from_db()
    assert (application.decided_at, application.user.status) == (None, "applicant")
    assert answers_to_mail() == 0
    assert not application.user.role_grants.exists()


def test_answering_twice_is_a_conflict_and_the_first_answer_stands() -> None:
    application, first, second = applicant(), adviser(), adviser()
    decline_application(actor=acting(first), application=application, answer="We do not know you.")
    for again in (
        partial(decline_application, actor=acting(second), application=application, answer="No."),
        partial(accept_application, actor=acting(second), application=application, admission=ADMITTED),
    ):
        with pytest.raises(Conflict):
            again()
    application.refresh_from_db()
    assert (application.accepted, application.decided_by, application.answer) == (False, first, "We do not know you.")
    assert answers_to_mail() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_given_at_once_are_one_answer() -> None:
    application, first, second = applicant(), adviser(), adviser()
    answers = at_once(
        [
            partial(accept_application, actor=acting(first), application=application, admission=ADMITTED),
            partial(decline_application, actor=acting(second), application=application, answer="No."),
            partial(accept_application, actor=acting(second), application=application, admission=ADMITTED),
        ]
    )
    assert [type(answer) for answer in answers].count(Conflict) == 2
    assert AuditEvent.objects.filter(action__startswith="profiles.application_").count() == 1
    assert RoleGrant.objects.filter(user=application.user).count() == Profile.objects.filter(user=application.user).count()


@pytest.mark.django_db(transaction=True)
def test_owner_and_adviser_at_once_leave_one_with_the_record() -> None:
    record = ProfileFactory(unclaimed=True, email_on_file="kari@example.org", participant_id="P-1")
    owner, application, staff = UserFactory(status="applicant"), applicant(), adviser()
    admission = Admission(role=Role.MEMBER, profile=record)
    answers = at_once(
        [
            partial(admit_verified_account, user=owner, address="kari@example.org"),
            partial(accept_application, actor=acting(staff), application=application, admission=admission),
        ]
    )
    record.refresh_from_db()
    if record.user == owner:
        assert isinstance(answers[1], Conflict)
        assert User.objects.get(pk=application.user_id).status == "applicant"
    else:
        assert (record.user, answers[0]) == (application.user, None)
        assert User.objects.get(pk=owner.pk).status == "applicant"


@pytest.mark.parametrize("role", ["adviser", "editor"])
def test_nobody_becomes_staff_by_an_application(role: str) -> None:
    application = applicant()
    with pytest.raises(Invalid):
        accept_application(actor=acting(adviser()), application=application, admission=Admission(role=Role(role), first_name="A"))
    with pytest.raises(Invalid):
        write_application(actor=acting(application.user), user=application.user, name="A", text="", role=Role(role))


def test_officer_needs_a_mission_and_coordinator_a_partner() -> None:
    mission, partner = OrganisationFactory(kind="mission"), OrganisationFactory(kind="civil")
    for role, organisation in (
        (Role.OFFICER, None),
        (Role.OFFICER, partner),
        (Role.COORDINATOR, mission),
        (Role.MEMBER, partner),
    ):
        application = applicant()
        with pytest.raises(Invalid) as caught:
            accept_application(
                actor=acting(adviser()),
                application=application,
                admission=Admission(role=role, first_name="A", organisation=organisation),
            )
        assert caught.value.code == "organisation"
        assert not Profile.objects.filter(user=application.user).exists()
    accept_application(
        actor=acting(adviser()),
        application=application,
        admission=Admission(role=Role.OFFICER, first_name="A", organisation=mission),
    )
    assert application.user.role_grants.get().organisation == mission


def test_new_mission_is_made_once_with_its_name() -> None:
    for name in ("Embassy in Kampala", " embassy  in kampala "):
        accept_application(
            actor=acting(adviser()),
            application=applicant(),
            admission=Admission(role=Role.OFFICER, first_name="A", new_organisation=name),
        )
    embassy = Organisation.objects.get(name="Embassy in Kampala")
    assert (embassy.kind, embassy.role_grants.count(), embassy.names.count()) == ("mission", 2, 1)


def test_saying_no_needs_words() -> None:
    with pytest.raises(Invalid):
        decline_application(actor=acting(adviser()), application=applicant(), answer="  ")


@pytest.mark.parametrize("role", ["member", "editor", "officer", "coordinator", "participant"])
def test_only_an_adviser_answers(role: str) -> None:
    application, actor = applicant(), acting(member(Role(role)))
    for act in (
        partial(accept_application, actor=actor, application=application, admission=ADMITTED),
        partial(decline_application, actor=actor, application=application, answer="No."),
        partial(reopen_application, actor=actor, application=application),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_adviser_who_acts_as_a_member_does_not_answer() -> None:
    user = adviser()
    as_member = RoleGrant.objects.create(user=user, role="member")
    actor = viewer_for(user, capacity=str(as_member.uuid))
    with pytest.raises(NotAllowed):
        decline_application(actor=actor, application=applicant(), answer="No.")


def test_reopening_a_no_puts_it_back_in_the_queue() -> None:
    application, staff = applicant(), adviser()
    decline_application(actor=acting(staff), application=application, answer="No.")
    assert not Application.objects.waiting().exists()
    reopen_application(actor=acting(staff), application=application)
    application.refresh_from_db()
    assert (application.accepted, application.decided_at, application.answer, application.user.status) == (
        None,
        None,
        "",
        "applicant",
    )
    assert list(Application.objects.waiting()) == [application]
    with pytest.raises(Conflict):
        reopen_application(actor=acting(staff), application=application)


def test_reopening_an_acceptance_takes_back_a_new_profile() -> None:
    application, staff = applicant(), adviser()
    profile = accept_application(actor=acting(staff), application=application, admission=ADMITTED)
    reopen_application(actor=acting(staff), application=application)
    assert not Profile.objects.filter(pk=profile.pk).exists()
    assert not application.user.role_grants.exists()
    assert User.objects.get(pk=application.user_id).status == "applicant"
    accept_application(actor=acting(staff), application=application, admission=ADMITTED)
    assert User.objects.get(pk=application.user_id).status == "active"


def test_reopening_an_acceptance_sets_the_record_free() -> None:
    record = ProfileFactory(unclaimed=True, participant_id="P-7")
    ExchangeFactory(profile=record)
    application, staff = applicant(), adviser()
    accept_application(actor=acting(staff), application=application, admission=Admission(role=Role.MEMBER, profile=record))
    reopen_application(actor=acting(staff), application=application)
    record.refresh_from_db()
    assert (record.user, record.participant_id, record.exchanges.count()) == (None, "P-7", 1)


@pytest.mark.parametrize(
    "begun", [{"headline": "Nurse"}, {"open_to_mentoring": True}, {"visibility_chosen_at": "2026-01-01T00:00Z"}]
)
def test_reopening_never_destroys_what_a_member_wrote(begun: dict[str, Any]) -> None:
    application, staff = applicant(), adviser()
    profile = accept_application(actor=acting(staff), application=application, admission=ADMITTED)
    Profile.objects.filter(pk=profile.pk).update(**begun)
    with pytest.raises(Conflict):
        reopen_application(actor=acting(staff), application=application)
    application.refresh_from_db()
    assert (application.accepted, application.user.status) == (True, "active")


def test_own_application_is_changed_until_it_is_answered() -> None:
    application = applicant()
    user = application.user
    write_application(actor=acting(user), user=user, name="Amina O.", text="Bergen 2018", role=Role.PARTICIPANT)
    application.refresh_from_db()
    assert (application.name, application.text, application.role) == ("Amina O.", "Bergen 2018", "participant")
    decline_application(actor=acting(adviser()), application=application, answer="No.")
    with pytest.raises(NotAllowed):
        write_application(actor=acting(user), user=user, name="B", text="", role=Role.MEMBER)
    application.refresh_from_db()
    assert application.name == "Amina O."


def test_application_of_another_is_neither_changed_nor_withdrawn() -> None:
    application, stranger = applicant(), applicant("Ola")
    with pytest.raises(NotAllowed):
        write_application(actor=acting(stranger.user), user=application.user, name="X", text="", role=Role.MEMBER)
    with pytest.raises(NotAllowed):
        withdraw_application(actor=acting(stranger.user), application=application)
    assert Application.objects.get(pk=application.pk).name == "Amina Otieno"


def test_withdrawing_deletes_the_account() -> None:
    application = applicant()
    withdraw_application(actor=acting(application.user), application=application)
    assert not User.objects.filter(pk=application.user_id).exists()
    with pytest.raises(Conflict):
        decline_application(actor=acting(adviser()), application=application, answer="No.")


def test_member_cannot_be_deleted_by_withdrawing() -> None:
    application = applicant()
    accept_application(actor=acting(adviser()), application=application, admission=ADMITTED)
    application.refresh_from_db()
    with pytest.raises(NotAllowed):
        withdraw_application(actor=acting(application.user), application=application)
    assert User.objects.filter(pk=application.user_id).exists()


# --- A role for somebody who is on file ---------------------------------------------------------------------------------


def asks_for_a_role() -> Application:
    """Somebody who signed up as an officer, and is on file."""
    application = applicant(role=Role.OFFICER)
    ProfileFactory(unclaimed=True, email_on_file=application.user.email, participant_id="P-1")
    admit_verified_account(user=application.user, address=application.user.email)
    application.refresh_from_db()
    return application


def test_role_is_given_to_a_member_by_record() -> None:
    application, staff, mission = asks_for_a_role(), adviser(), OrganisationFactory(kind="mission")
    client = signed_in(staff)
    page = client.get(reverse("staff_applicant", args=[application.uuid])).content.decode()
    assert "Give the role and send the e-mail" in page
    assert 'name="record"' not in page
    assert 'name="first_name"' not in page
    words = {"role": "officer", "organisation": str(mission.uuid), "answer": "Welcome!"}
    assert client.post(reverse("accept_applicant", args=[application.uuid]), words).status_code == 302
    profile = Profile.objects.get(participant_id="P-1")
    assert profile.user == application.user
    assert list(profile.user.role_grants.values_list("role", flat=True)) == ["participant", "officer"]
    run_tasks()
    assert "You have another role in the Norec Network" in {message.subject for message in mail.outbox}
    with pytest.raises(Conflict):
        reopen_application(actor=acting(staff), application=application)
    assert profile.user.role_grants.count() == 2
    assert client.get(reverse("staff_applicant", args=[application.uuid])).status_code == 200


def test_no_about_a_role_leaves_the_member() -> None:
    application, staff = asks_for_a_role(), adviser()
    decline_application(actor=acting(staff), application=application, answer="Not yet.")
    assert User.objects.get(pk=application.user_id).status == "active"
    run_tasks()
    assert "About the role you asked for in the Norec Network" in {message.subject for message in mail.outbox}
    reopen_application(actor=acting(staff), application=application)
    assert list(Application.objects.waiting()) == [application]
    assert User.objects.get(pk=application.user_id).status == "active"
    User.objects.filter(pk=application.user_id).update(status="suspended")
    assert not Application.objects.waiting().exists()
    with pytest.raises(Conflict):
        decline_application(actor=acting(staff), application=application, answer="No.")


def test_record_with_the_applicants_address_stands_first_whatever_the_name() -> None:
    application = applicant()
    same = ProfileFactory(unclaimed=True, email_on_file=application.user.email.upper(), first_name="Mina", participant_id="P-1")
    named = ProfileFactory(unclaimed=True, first_name="Amina", last_name="Otieno", participant_id="P-2")
    lines = records_for(application, "Amina Otieno", acting(adviser()))
    assert [(line.uuid, line.is_same_address) for line in lines] == [(same.uuid, True), (named.uuid, False)]
    page = signed_in(adviser()).get(reverse("staff_applicant", args=[application.uuid])).content.decode()
    assert "the same e-mail address" in page


# --- Mail -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject"),
    [("nn", "Velkomen til Norec-nettverket"), ("nb", "Velkommen til Norec-nettverket"), ("en", "Welcome to the Norec Network")],
)
def test_acceptance_is_mailed_in_the_applicants_language(language: str, subject: str) -> None:
    application = applicant()
    User.objects.filter(pk=application.user_id).update(language=language)
    accept_application(actor=acting(adviser()), application=application, admission=ADMITTED)
    assert mail.outbox == []
    run_tasks()
    (message,) = mail.outbox
    assert (message.subject, message.to) == (subject, [application.user.email])
    assert message.extra_headers["Content-Language"] == language
    assert "Karibu!" in message.body
    html = message.alternatives[0][0]
    assert f'lang="{language}"' in html
    assert "Karibu!" in html


def test_no_is_mailed_with_the_words_and_markup_in_them_stays_text() -> None:
    application = applicant()
    decline_application(actor=acting(adviser()), application=application, answer="We <b>cannot</b> find you & yours.")
    run_tasks()
    (message,) = mail.outbox
    assert "We <b>cannot</b> find you & yours." in message.body
    assert "We &lt;b&gt;cannot&lt;/b&gt; find you &amp; yours." in message.alternatives[0][0]


def test_answer_that_was_taken_back_is_not_mailed() -> None:
    application, staff = applicant(), adviser()
    decline_application(actor=acting(staff), application=application, answer="No.")
    reopen_application(actor=acting(staff), application=application)
    run_tasks()
    assert mail.outbox == []


# --- Norec's pages ----------------------------------------------------------------------------------------------------


def addresses(application: Application) -> list[tuple[str, str]]:
    return [
        ("get", reverse("staff_applicants")),
        ("get", reverse("staff_applicant", args=[application.uuid])),
        ("post", reverse("accept_applicant", args=[application.uuid])),
        ("post", reverse("decline_applicant", args=[application.uuid])),
        ("post", reverse("reopen_applicant", args=[application.uuid])),
    ]


@pytest.mark.parametrize("role", ["member", "editor", "officer", "coordinator", "applicant"])
def test_pages_are_not_there_for_anybody_else(role: str) -> None:
    application = applicant()
    user = applicant("Somebody Else").user if role == "applicant" else member(Role(role))
    for method, address in addresses(application):
        response = getattr(signed_in(user), method)(address, {"answer": "No."})
        assert response.status_code == 404
        assert "Amina" not in response.content.decode()
    application.refresh_from_db()
    assert application.decided_at is None


def test_signed_out_visitor_is_asked_to_sign_in(client: Client) -> None:
    for method, address in addresses(applicant()):
        response = getattr(client, method)(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={address}")


def test_queue_says_when_nobody_waits() -> None:
    applicant("Not Yet Verified", is_verified=False)
    html = signed_in(adviser()).get(reverse("staff_applicants")).content.decode()
    assert "Nobody is waiting" in html
    assert "Not Yet Verified" not in html


def test_unverified_application_is_not_there() -> None:
    application = applicant(is_verified=False)
    assert signed_in(adviser()).get(reverse("staff_applicant", args=[application.uuid])).status_code == 404


def test_queue_takes_the_same_queries_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    client = signed_in(adviser())
    counts = []
    for more in (1, 4):
        for number in range(more):
            applicant(f"Name {more}{number}")
        client.get(reverse("staff_applicants"))
        with django_assert_num_queries(counts[0]) if counts else django_assert_num_queries_any() as queries:
            response = client.get(reverse("staff_applicants"))
        counts.append(len(queries))
    assert [line.name for line in response.context["applicants"]] == ["Name 10", "Name 40", "Name 41", "Name 42", "Name 43"]


def django_assert_num_queries_any() -> Any:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


def test_queue_is_searched_and_paged() -> None:
    for number in range(26):
        applicant(f"Person {number:02}")
    øyvind = applicant("Øyvind Ås")
    client = signed_in(adviser())
    first = client.get(reverse("staff_applicants"))
    second = client.get(reverse("staff_applicants"), {"page": 2})
    assert (len(first.context["applicants"]), len(second.context["applicants"])) == (25, 2)
    for text in ("øyvind", "ØYVIND ås", øyvind.user.email):
        found = client.get(reverse("staff_applicants"), {"q": text})
        assert [line.name for line in found.context["applicants"]] == ["Øyvind Ås"]
    assert "found" in client.get(reverse("staff_applicants"), {"q": "nobody at all"}).content.decode()


def test_adviser_accepts_on_the_page() -> None:
    application, staff = applicant("Ana Maria Berg"), adviser()
    client = signed_in(staff)
    page = client.get(reverse("staff_applicant", args=[application.uuid]))
    form = page.context["accepting"]
    assert (form["first_name"].value(), form["last_name"].value(), form["role"].value()) == ("Ana Maria", "Berg", "member")
    response = client.post(
        reverse("accept_applicant", args=[application.uuid]),
        {"record": "", "first_name": "Ana Maria", "last_name": "Berg", "role": "entrepreneur", "answer": "Hi"},
    )
    assert (response.status_code, response.headers["Location"]) == (302, reverse("staff_applicants"))
    user = User.objects.get(pk=application.user_id)
    assert (user.is_member, user.profile.name, user.role_grants.get().role) == (True, "Ana Maria Berg", "entrepreneur")


def test_records_offered_are_unclaimed_ones_that_fit() -> None:
    fits = ProfileFactory(unclaimed=True, first_name="Amina", last_name="Otieno", participant_id="P-11")
    ProfileFactory(unclaimed=True, first_name="Other", last_name="Person", participant_id="P-12", email_on_file="o@example.org")
    ProfileFactory(first_name="Amina", last_name="Otieno", participant_id="P-13")
    application, client = applicant(), signed_in(adviser())
    address = reverse("staff_applicant", args=[application.uuid])

    def offered(**search: str) -> list[str]:
        choices = client.get(address, search).context["accepting"].fields["record"].choices
        return [label for value, label in choices if value]

    assert offered() == ["Amina Otieno · P-11"]
    assert offered(record="P-12") == ["Other Person · P-12"]
    assert offered(record="o@example.org") == ["Other Person · P-12"]
    assert offered(record="P-13") == []
    client.post(reverse("accept_applicant", args=[application.uuid]), {"record": str(fits.uuid), "role": "member", "answer": ""})
    fits.refresh_from_db()
    assert fits.user == application.user


def test_claimed_record_cannot_be_picked_by_its_id() -> None:
    taken = ProfileFactory(first_name="Amina", last_name="Otieno", participant_id="P-13")
    owner, application = taken.user, applicant()
    response = signed_in(adviser()).post(
        reverse("accept_applicant", args=[application.uuid]), {"record": str(taken.uuid), "role": "member"}
    )
    taken.refresh_from_db()
    assert (response.status_code, taken.user) == (422, owner)


def test_second_adviser_is_told_what_the_first_decided() -> None:
    application = applicant()
    first = adviser(first_name="Berit", last_name="Moe")
    decline_application(actor=acting(first), application=application, answer="We do not know you.")
    response = signed_in(adviser()).post(
        reverse("accept_applicant", args=[application.uuid]), {"record": "", "first_name": "A", "role": "member"}
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Somebody has answered this application meanwhile" in html
    assert "Berit Moe" in html
    assert "We do not know you." in html


def test_page_names_what_is_missing() -> None:
    application, client = applicant(), signed_in(adviser())
    no_words = client.post(reverse("decline_applicant", args=[application.uuid]), {"answer": ""})
    no_mission = client.post(
        reverse("accept_applicant", args=[application.uuid]), {"record": "", "first_name": "A", "role": "officer"}
    )
    assert (no_words.status_code, no_mission.status_code) == (422, 422)
    assert 'href="#id_decline-answer"' in no_words.content.decode()
    assert 'href="#id_accept-organisation"' in no_mission.content.decode()


# --- The applicant's own page -----------------------------------------------------------------------------------------


def test_applicant_sees_what_happens_next_and_changes_it() -> None:
    application = applicant()
    client = signed_in(application.user)
    page = client.get(reverse("application")).content.decode()
    assert "Amina Otieno" in page
    assert "I was in Førde." in page
    assert "<textarea" not in page
    assert "<textarea" in client.get(reverse("application"), {"change": "1"}).content.decode()
    response = client.post(reverse("application"), {"name": "Amina O", "role": "officer", "text": "Embassy"})
    assert response.headers["Location"] == reverse("application")
    application.refresh_from_db()
    assert (application.name, application.role, application.text) == ("Amina O", "officer", "Embassy")


def test_account_without_an_application_is_asked_for_one() -> None:
    user = verified(UserFactory(status="applicant"))
    client = signed_in(user)
    assert "<textarea" in client.get(reverse("application")).content.decode()
    assert client.post(reverse("application"), {"name": "", "role": "adviser", "text": "x"}).status_code == 422
    client.post(reverse("application"), {"name": "Ada", "role": "member", "text": "x"})
    assert user.application.name == "Ada"


def test_declined_applicant_reads_the_words_and_cannot_change() -> None:
    application = applicant()
    decline_application(actor=acting(adviser()), application=application, answer="We <i>do not</i> know you.")
    client = signed_in(application.user)
    page = client.get(reverse("application"), {"change": "1"}).content.decode()
    assert "We &lt;i&gt;do not&lt;/i&gt; know you." in page
    assert "<textarea" not in page
    client.post(reverse("application"), {"name": "X", "role": "member", "text": "x"})
    application.refresh_from_db()
    assert application.name == "Amina Otieno"


def test_applicant_withdraws_on_the_page() -> None:
    application = applicant()
    client = signed_in(application.user)
    assert client.get(reverse("withdraw_application")).status_code == 200
    assert User.objects.filter(pk=application.user_id).exists()
    assert client.post(reverse("withdraw_application")).headers["Location"] == "/"
    assert not User.objects.filter(pk=application.user_id).exists()
    assert client.get(reverse("application")).headers["Location"].startswith("/accounts/login/")


def test_member_has_no_application_page() -> None:
    user = member()
    assert signed_in(user).get(reverse("application")).headers["Location"] == "/me/"
    assert signed_in(user).get(reverse("withdraw_application")).status_code == 404


def test_applicant_is_the_public() -> None:
    viewer = acting(applicant().user)
    shown = ProfileFactory(shown_to=["members", "missions", "partners", "norec"], headline="Hemmeleg")
    assert viewer.audience == Audience.PUBLIC
    assert list(Profile.objects.visible_to(viewer)) == []
    assert shown.headline == "Hemmeleg"
