"""A person with several acts in one capacity at a time, which is one of their own."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profiles.audiences import Audience
from profiles.models import RoleGrant, User
from profiles.roles import Role
from tests.factories import OrganisationFactory, RoleGrantFactory
from tests.profiles.accounts_helpers import applicant, member, signed_in

pytestmark = pytest.mark.django_db


def viewer_of(client: Client) -> Any:
    request: Any = client.get(reverse("settings")).wsgi_request
    return request.viewer


def with_two() -> tuple[User, RoleGrant, RoleGrant]:
    user = member()
    officer = RoleGrantFactory(user=user, role="officer", organisation=OrganisationFactory(kind="mission"))
    return user, user.role_grants.get(role="member"), officer


def choose(client: Client, capacity: object, **more: str) -> str:
    return client.post(reverse("choose_capacity"), {"capacity": str(capacity), **more}).headers.get("Location", "")


def test_first_role_is_the_capacity_until_another_is_chosen() -> None:
    user, as_member, officer = with_two()
    client = signed_in(user)
    assert (viewer_of(client).capacity, viewer_of(client).audience) == (as_member, Audience.MEMBERS)
    assert choose(client, officer.uuid) == "/me/"
    viewer = viewer_of(client)
    assert (viewer.capacity, viewer.audience, viewer.capacities) == (officer, Audience.MISSIONS, (as_member, officer))


def test_choice_is_kept_at_the_next_sign_in() -> None:
    user, _, officer = with_two()
    client = signed_in(user)
    choose(client, officer.uuid)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": user.email, "password": "utveksling"})
    assert viewer_of(client).capacity == officer


def test_role_that_was_taken_away_is_no_capacity_from_the_next_request() -> None:
    user, as_member, officer = with_two()
    client = signed_in(user)
    choose(client, officer.uuid)
    officer.delete()
    assert (viewer_of(client).capacity, viewer_of(client).audience) == (as_member, Audience.MEMBERS)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": user.email, "password": "utveksling"})
    assert viewer_of(client).capacity == as_member


@pytest.mark.parametrize("forged", ["another's", "norec", "officer", "missions", "nonsense", ""])
def test_capacity_one_does_not_have_is_not_there(forged: str) -> None:
    user = member()
    other = RoleGrantFactory(role="adviser")
    client = signed_in(user)
    capacity = str(other.uuid) if forged == "another's" else forged
    assert client.post(reverse("choose_capacity"), {"capacity": capacity}).status_code == 404
    assert viewer_of(client).audience == Audience.MEMBERS
    user.refresh_from_db()
    assert user.last_capacity is None


def test_forged_session_gives_no_other_audience() -> None:
    user, other = member(), RoleGrantFactory(role=Role.ADVISER)
    assert viewer_of(signed_in(user, other)).audience == Audience.MEMBERS


def test_applicant_has_no_capacity() -> None:
    user = applicant().user
    grant = RoleGrantFactory(user=user, role="adviser")
    client = signed_in(user, grant)
    assert (viewer_of(client).audience, viewer_of(client).capacities) == (Audience.PUBLIC, ())
    assert client.post(reverse("choose_capacity"), {"capacity": str(grant.uuid)}).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("/people/?q=solar", "/people/?q=solar"),
        ("https://evil.example/", "/me/"),
        ("//evil.example", "/me/"),
        ("/staff/members/", "/me/"),
    ],
)
def test_way_back_is_our_own_page(wanted: str, expected: str) -> None:
    user, _, officer = with_two()
    assert choose(signed_in(user), officer.uuid, next=wanted) == expected


def test_page_one_came_from_is_the_way_back() -> None:
    user, _, officer = with_two()
    response = signed_in(user).post(
        reverse("choose_capacity"), {"capacity": str(officer.uuid)}, headers={"Referer": "http://testserver/people/"}
    )
    assert response.headers["Location"] == "http://testserver/people/"


def test_choosing_is_a_post_with_a_token() -> None:
    user, _, officer = with_two()
    assert signed_in(user).get(reverse("choose_capacity")).status_code == 405
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(reverse("choose_capacity"), {"capacity": str(officer.uuid)}).status_code == 403


def test_header_offers_the_choice_to_those_who_have_one() -> None:
    user, _, officer = with_two()
    assert str(officer.uuid) in signed_in(user).get(reverse("settings")).content.decode()
    assert reverse("choose_capacity") not in signed_in(member()).get(reverse("settings")).content.decode()
