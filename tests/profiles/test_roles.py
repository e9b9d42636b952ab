"""Roles, suspension, and Norec's pages about members."""

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.worker import run_next_task
from alumni_site.home.models import HomePage
from privacy.models import AuditEvent
from profiles.accounts.services.roles import grant_role, revoke_role
from profiles.accounts.services.standing import end_sessions, reinstate_account, suspend_account
from profiles.audiences import Audience
from profiles.disclosure import disclose_to
from profiles.models import Organisation, Profile, RoleGrant, User
from profiles.roles import Role
from profiles.viewers import Viewer, viewer_for
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, RoleGrantFactory, UserFactory
from tests.profiles.accounts_helpers import acting, adviser, applicant, at_once, member, signed_in, verified

pytestmark = pytest.mark.django_db


def superuser() -> User:
    return verified(User.objects.create_superuser("root@example.org", "utveksling"))


# --- Granting and revoking --------------------------------------------------------------------------------------------


def test_adviser_gives_and_takes_a_role() -> None:
    staff, user = adviser(), member()
    mission = OrganisationFactory(kind="mission")
    grant = grant_role(actor=acting(staff), user=user, role=Role.OFFICER, organisation=mission)
    assert (grant.user, grant.role, grant.organisation, grant.granted_by) == (user, "officer", mission, staff)
    assert viewer_for(user, capacity="missions").audience == Audience.MISSIONS
    revoke_role(actor=acting(staff), grant=grant)
    assert list(user.role_grants.values_list("role", flat=True)) == ["member"]
    events = AuditEvent.objects.filter(object_id=str(user.uuid)).order_by("pk")
    assert [(event.action, event.details["role"]) for event in events] == [
        ("profiles.role_granted", "officer"),
        ("profiles.role_revoked", "officer"),
    ]


@pytest.mark.parametrize("role", ["member", "editor", "officer", "coordinator", "participant", "entrepreneur"])
def test_nobody_else_manages_members(role: str) -> None:
    actor, user = acting(member(Role(role))), member()
    grant = user.role_grants.get()
    for act in (
        partial(grant_role, actor=actor, user=user, role=Role.ADVISER),
        partial(revoke_role, actor=actor, grant=grant),
        partial(suspend_account, actor=actor, user=user, words="x"),
        partial(reinstate_account, actor=actor, user=user),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert [grant.role for grant in user.role_grants.all()] == ["member"]


@pytest.mark.parametrize("actor", [Viewer(), Viewer(Audience.NOREC)])
def test_nobody_at_all_manages_members(actor: Viewer) -> None:
    with pytest.raises(NotAllowed):
        grant_role(actor=actor, user=member(), role=Role.EDITOR)


def test_one_cannot_make_oneself_an_adviser() -> None:
    user = member()
    with pytest.raises(NotAllowed):
        grant_role(actor=acting(user), user=user, role=Role.ADVISER)


def test_adviser_who_acts_as_a_member_manages_nobody() -> None:
    user = adviser()
    grant = RoleGrantFactory(user=user, role="member")
    with pytest.raises(NotAllowed):
        grant_role(actor=viewer_for(user, capacity=str(grant.uuid)), user=member(), role=Role.EDITOR)


def test_superuser_without_a_role_manages_members() -> None:
    user = member()
    grant_role(actor=acting(superuser()), user=user, role=Role.ADVISER)
    assert acting(user).capacities[1].role == "adviser"


def test_own_adviser_role_stays() -> None:
    staff = adviser()
    own = staff.role_grants.get()
    with pytest.raises(Conflict):
        revoke_role(actor=acting(staff), grant=own)
    assert RoleGrant.objects.filter(pk=own.pk).exists()
    revoke_role(actor=acting(adviser()), grant=own)
    assert not RoleGrant.objects.filter(pk=own.pk).exists()


def test_role_is_given_once_and_taken_once() -> None:
    staff, user = adviser(), member()
    with pytest.raises(Conflict):
        grant_role(actor=acting(staff), user=user, role=Role.MEMBER)
    grant = user.role_grants.get()
    revoke_role(actor=acting(staff), grant=grant)
    with pytest.raises(Conflict):
        revoke_role(actor=acting(staff), grant=grant)


@pytest.mark.django_db(transaction=True)
def test_role_given_at_once_by_two_is_given_once() -> None:
    first, second, user = adviser(), adviser(), member()
    answers = at_once([partial(grant_role, actor=acting(who), user=user, role=Role.ENTREPRENEUR) for who in (first, second)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "RoleGrant"]
    assert user.role_grants.filter(role="entrepreneur").count() == 1


@pytest.mark.parametrize("status", ["applicant", "declined", "suspended"])
def test_only_an_active_member_gets_a_role(status: str) -> None:
    user = UserFactory(status=status)
    with pytest.raises(Conflict):
        grant_role(actor=acting(adviser()), user=user, role=Role.MEMBER)
    assert not user.role_grants.exists()


def test_organisation_must_fit_the_role() -> None:
    actor, user, partner = acting(adviser()), member(), OrganisationFactory(kind="civil")
    for role in (Role.OFFICER, Role.EDITOR):
        with pytest.raises(Invalid):
            grant_role(actor=actor, user=user, role=role, organisation=partner)
    with pytest.raises(Invalid):
        grant_role(actor=actor, user=user, role=Role.OFFICER, new_organisation=partner.name)
    with pytest.raises(Invalid):
        grant_role(actor=actor, user=user, role=Role.EDITOR, new_organisation="New one")
    assert not Organisation.objects.filter(name="New one").exists()


# --- The editors' admin follows the roles -----------------------------------------------------------------------------


def test_groups_and_staff_mark_follow_the_roles() -> None:
    staff, user = adviser(), member()
    editor = grant_role(actor=acting(staff), user=user, role=Role.EDITOR)
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, list(user.groups.values_list("name", flat=True))) == (True, ["Norec editors"])
    assert user.has_perms(["wagtailadmin.access_admin"])
    adviser_grant = grant_role(actor=acting(staff), user=user, role=Role.ADVISER)
    revoke_role(actor=acting(staff), grant=editor)
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, list(user.groups.values_list("name", flat=True))) == (True, ["Norec advisers"])
    assert not user.has_perms(["wagtailadmin.access_admin"])
    revoke_role(actor=acting(staff), grant=adviser_grant)
    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, user.groups.count()) == (False, 0)


def test_editor_can_publish_a_page() -> None:
    user = member()
    grant_role(actor=acting(adviser()), user=user, role=Role.EDITOR)
    permissions = HomePage.objects.get().permissions_for_user(User.objects.get(pk=user.pk))
    assert permissions.can_add_subpage()
    assert permissions.can_publish_subpage()
    assert signed_in(user).get("/cms/").status_code == 200


def test_groups_are_made_once() -> None:
    staff = adviser()
    for _ in range(2):
        grant_role(actor=acting(staff), user=member(), role=Role.EDITOR)
    group = Group.objects.get(name="Norec editors")
    assert (group.user_set.count(), group.page_permissions.count()) == (2, 3)


def test_superuser_stays_staff() -> None:
    root = superuser()
    grant = grant_role(actor=acting(root), user=root, role=Role.EDITOR)
    revoke_role(actor=acting(adviser()), grant=grant)
    assert User.objects.get(pk=root.pk).is_staff


# --- Suspension -------------------------------------------------------------------------------------------------------


def test_suspended_member_is_out_and_nobody_sees_them() -> None:
    user = member(shown_to=["public"])
    client = signed_in(user)
    assert client.get(reverse("settings")).status_code == 200
    suspend_account(actor=acting(adviser()), user=user, words="You wrote <b>threats</b>.")
    assert client.get(reverse("settings")).status_code == 302
    profile = Profile.objects.get(user=user)
    assert [audience for audience in Audience if disclose_to(profile, audience)] == [Audience.NOREC]
    assert viewer_for(User.objects.get(pk=user.pk)).audience == Audience.PUBLIC
    while run_next_task():
        pass
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([user.email], "Your account is suspended")
    assert "You wrote <b>threats</b>." in message.body


def test_old_session_stays_ended_after_reinstating() -> None:
    user, staff = member(shown_to=["members"]), adviser()
    client = signed_in(user)
    suspend_account(actor=acting(staff), user=user, words="Wait.")
    reinstate_account(actor=acting(staff), user=user)
    assert client.get(reverse("settings")).status_code == 302
    user = User.objects.get(pk=user.pk)
    assert user.is_member
    assert list(user.role_grants.values_list("role", flat=True)) == ["member"]
    assert disclose_to(Profile.objects.get(user=user), Audience.MEMBERS) is not None
    assert signed_in(user).get(reverse("settings")).status_code == 200


def test_suspending_is_decided_once_and_needs_words() -> None:
    user, staff = member(), adviser()
    with pytest.raises(Invalid):
        suspend_account(actor=acting(staff), user=user, words=" ")
    with pytest.raises(Conflict):
        reinstate_account(actor=acting(staff), user=user)
    suspend_account(actor=acting(staff), user=user, words="x")
    with pytest.raises(Conflict):
        suspend_account(actor=acting(staff), user=user, words="y")
    assert User.objects.get(pk=user.pk).standing_note == "x"
    assert AuditEvent.objects.filter(action="profiles.account_suspended", object_id=str(user.uuid)).count() == 1


def test_nobody_suspends_themselves_and_advisers_no_superuser() -> None:
    staff, root = adviser(), superuser()
    for actor, user in ((staff, staff), (staff, root), (root, root)):
        with pytest.raises(NotAllowed):
            suspend_account(actor=acting(actor), user=user, words="x")
    suspend_account(actor=acting(root), user=staff, words="x")
    assert User.objects.get(pk=staff.pk).status == "suspended"


def test_mail_about_an_old_decision_is_not_sent() -> None:
    user, staff = member(), adviser()
    suspend_account(actor=acting(staff), user=user, words="x")
    reinstate_account(actor=acting(staff), user=user)
    while run_next_task():
        pass
    assert [message.subject for message in mail.outbox] == ["Your account is open again"]


def test_ending_sessions_ends_all_of_that_account_only() -> None:
    user, other = member(), member()
    mine, theirs = signed_in(user), signed_in(other)
    end_sessions(user=user)
    assert (mine.get(reverse("settings")).status_code, theirs.get(reverse("settings")).status_code) == (302, 200)


# --- Norec's pages ----------------------------------------------------------------------------------------------------


def addresses(user: User) -> list[tuple[str, str]]:
    grant = user.role_grants.first()
    return [
        ("get", reverse("staff_members")),
        ("get", reverse("staff_member", args=[user.uuid])),
        ("post", reverse("give_role", args=[user.uuid])),
        ("post", reverse("take_role", args=[user.uuid, grant.uuid])),
        ("post", reverse("suspend_member", args=[user.uuid])),
        ("post", reverse("reinstate_member", args=[user.uuid])),
    ]


@pytest.mark.parametrize("role", ["member", "editor", "officer", "coordinator"])
def test_pages_are_not_there_for_anybody_else(role: str) -> None:
    user = member(first_name="Hemmeleg")
    client = signed_in(member(Role(role)))
    for method, address in addresses(user):
        response = getattr(client, method)(address, {"role": "adviser", "words": "x"})
        assert response.status_code == 404
        assert "Hemmeleg" not in response.content.decode()
    assert list(user.role_grants.values_list("role", flat=True)) == ["member"]


def test_signed_out_visitor_is_asked_to_sign_in() -> None:
    for method, address in addresses(member()):
        assert getattr(Client(), method)(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_list_shows_accounts_by_name_role_and_standing() -> None:
    mission = OrganisationFactory(kind="mission", name="Embassy in Lilongwe")
    officer = member(Role.MEMBER, first_name="Chikondi", last_name="Banda", participant_id="P-9")
    RoleGrantFactory(user=officer, role="officer", organisation=mission)
    waiting = applicant("Amina Otieno")
    applicant("Never Verified", is_verified=False)
    ProfileFactory(unclaimed=True, first_name="Unclaimed")
    client = signed_in(adviser(first_name="Åse", last_name="Lie"))
    response = client.get(reverse("staff_members"))
    assert {line.name for line in response.context["members"]} == {"Chikondi Banda", "Amina Otieno", "Åse Lie"}
    line = next(line for line in response.context["members"] if line.participant_id)
    assert [(role.name, role.organisation) for role in line.roles] == [("Member", ""), ("Mission officer", "Embassy in Lilongwe")]
    for query, names in (
        ({"q": "chik banda"}, {"Chikondi Banda"}),
        ({"q": "p-9"}, {"Chikondi Banda"}),
        ({"q": waiting.user.email}, {"Amina Otieno"}),
        ({"q": "åse"}, {"Åse Lie"}),
        ({"role": "officer"}, {"Chikondi Banda"}),
        ({"status": "applicant"}, {"Amina Otieno"}),
        ({"q": "banda", "role": "editor"}, set()),
        ({"role": "nonsense", "status": "nonsense"}, {"Chikondi Banda", "Amina Otieno", "Åse Lie"}),
    ):
        found = client.get(reverse("staff_members"), query)
        assert {line.name for line in found.context["members"]} == names
    assert "No account fits" in client.get(reverse("staff_members"), {"q": "nobody"}).content.decode()


def test_list_takes_the_same_queries_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    client = signed_in(adviser())
    address = reverse("staff_members")
    client.get(address)
    counts = [_queries(client, address)]
    for number in range(4):
        user = member(first_name=f"N{number}")
        RoleGrantFactory(user=user, role="officer", organisation=OrganisationFactory(kind="mission"))
        ExchangeFactory(profile=user.profile)
        applicant(f"A{number}")
    counts.append(_queries(client, address))
    assert counts[0] == counts[1]
    assert counts[0] <= 24


def _queries(client: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_list_is_paged() -> None:
    for _ in range(51):
        UserFactory()
    client = signed_in(adviser())
    first, last = client.get(reverse("staff_members")), client.get(reverse("staff_members"), {"page": "2"})
    assert (len(first.context["members"]), len(last.context["members"])) == (50, 2)


def test_adviser_gives_and_takes_a_role_on_the_page() -> None:
    user, client = member(), signed_in(adviser())
    page = reverse("staff_member", args=[user.uuid])
    response = client.post(
        reverse("give_role", args=[user.uuid]),
        {"role": "coordinator", "organisation": "", "new_organisation": "Strømme Foundation"},
    )
    assert response.headers["Location"] == page
    grant = user.role_grants.get(role="coordinator")
    assert grant.organisation.name == "Strømme Foundation"
    assert "Strømme Foundation" in client.get(page).content.decode()
    client.post(reverse("take_role", args=[user.uuid, grant.uuid]))
    assert list(user.role_grants.values_list("role", flat=True)) == ["member"]


def test_page_names_what_is_wrong() -> None:
    user, client = member(), signed_in(adviser())
    no_mission = client.post(reverse("give_role", args=[user.uuid]), {"role": "officer"})
    twice = client.post(reverse("give_role", args=[user.uuid]), {"role": "member"})
    no_words = client.post(reverse("suspend_member", args=[user.uuid]), {"words": ""})
    assert (no_mission.status_code, twice.status_code, no_words.status_code) == (422, 409, 422)
    assert 'href="#id_role-organisation"' in no_mission.content.decode()
    assert "has this role already" in twice.content.decode()
    assert 'href="#id_suspend-words"' in no_words.content.decode()


def test_own_adviser_role_has_no_button_and_a_forged_press_warns() -> None:
    staff = adviser()
    client, own = signed_in(staff), staff.role_grants.get()
    page = client.get(reverse("staff_member", args=[staff.uuid])).content.decode()
    address = reverse("take_role", args=[staff.uuid, own.uuid])
    assert address not in page
    assert "Another adviser can take it away" in page
    response = client.post(address)
    assert response.status_code == 409
    assert "Ask another adviser" in response.content.decode()
    assert RoleGrant.objects.filter(pk=own.pk).exists()


def test_role_of_another_account_is_not_taken_through_this_one() -> None:
    user, other = member(), member()
    response = signed_in(adviser()).post(reverse("take_role", args=[user.uuid, other.role_grants.get().uuid]))
    assert response.status_code == 404
    assert other.role_grants.exists()


def test_adviser_suspends_and_reinstates_on_the_page() -> None:
    user, client = member(), signed_in(adviser())
    client.post(reverse("suspend_member", args=[user.uuid]), {"words": "Too many <i>messages</i>."})
    page = client.get(reverse("staff_member", args=[user.uuid])).content.decode()
    assert "Too many &lt;i&gt;messages&lt;/i&gt;." in page
    assert f'action="{reverse("give_role", args=[user.uuid])}"' not in page
    again = client.post(reverse("suspend_member", args=[user.uuid]), {"words": "x"})
    assert again.status_code == 409
    client.post(reverse("reinstate_member", args=[user.uuid]), {"words": ""})
    assert User.objects.get(pk=user.pk).status == "active"


def test_account_that_never_verified_is_not_there() -> None:
    unverified = applicant(is_verified=False).user
    assert signed_in(adviser()).get(reverse("staff_member", args=[unverified.uuid])).status_code == 404


# --- The console ------------------------------------------------------------------------------------------------------


def test_fresh_network_gets_its_first_adviser(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("createsuperuser", "--noinput", email="First@Example.org")
    call_command("grant_role", "first@example.org", "adviser")
    user = User.objects.get()
    assert (user.email, user.is_superuser, user.is_staff, user.is_member) == ("first@example.org", True, True, True)
    assert acting(user).capacity is not None
    assert list(user.emailaddress_set.values_list("verified", flat=True)) == [True]
    assert capsys.readouterr().out.endswith("first@example.org is Norec adviser.\n")
    event = AuditEvent.objects.get(action="profiles.role_granted")
    assert (event.actor, event.details) == (None, {"role": "adviser", "organisation": None, "console": True})


def test_console_makes_the_mission_and_says_what_is_wrong() -> None:
    user = UserFactory(status="applicant")
    call_command("grant_role", user.email, "officer", "--organisation", "Embassy in Maputo")
    embassy = user.role_grants.get().organisation
    assert (embassy.name, embassy.kind) == ("Embassy in Maputo", "mission")
    for arguments, words in (
        (["nobody@example.org", "member"], "no account"),
        ([user.email, "officer"], "Choose the organisation"),
        ([user.email, "officer", "--organisation", "embassy in maputo"], "already"),
        ([user.email, "king"], "invalid choice"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("grant_role", *arguments)
    assert user.role_grants.count() == 1
