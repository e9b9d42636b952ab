"""Blocks hide two people from each other at once, in both directions, and never from Norec."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alumni_site.core.errors import NotAllowed
from profiles.accounts.services.blocks import block_person, unblock_person
from profiles.audiences import Audience
from profiles.disclosure import disclose, disclose_to
from profiles.models import Block, Profile, User
from profiles.roles import Role
from profiles.viewers import viewer_for
from tests.factories import ProfileFactory, RoleGrantFactory
from tests.profiles.accounts_helpers import acting, adviser, applicant, member, signed_in

pytestmark = pytest.mark.django_db

SHOWN = ["members", "missions"]


def sees(one: User, other: User) -> bool:
    viewer = acting(one)
    listed = Profile.objects.visible_to(viewer).filter(user=other).exists()
    assert listed == (disclose(Profile.objects.get(user=other), viewer) is not None)
    return listed


def test_block_hides_both_from_the_next_request_until_it_is_taken_away() -> None:
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN)
    client = signed_in(one)
    assert (sees(one, other), sees(other, one)) == (True, True)
    response = client.post(reverse("block_person", args=[other.profile.uuid]))
    assert response.headers["Location"] == reverse("blocked_people")
    assert (sees(one, other), sees(other, one)) == (False, False)
    client.post(reverse("unblock_person", args=[other.uuid]))
    assert (sees(one, other), sees(other, one)) == (True, True)


def test_blocked_person_cannot_tell() -> None:
    """What they get is, byte for byte, what somebody gets who was never there."""
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN)
    Block.objects.create(blocker=one, blocked=other)
    client = signed_in(other)
    nobody = "00000000-0000-4000-8000-000000000000"
    answers = [client.get(reverse("block_person", args=[uuid])) for uuid in (one.profile.uuid, nobody)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert _plain(answers[0].content, one.profile.uuid) == _plain(answers[1].content, nobody)
    assert "blocked nobody" in client.get(reverse("blocked_people")).content.decode()


def _plain(content: bytes, uuid: object) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", content.decode().replace(str(uuid), ""))


def test_both_may_block_and_one_taking_it_back_does_not_open_it() -> None:
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN)
    Block.objects.create(blocker=one, blocked=other)
    Block.objects.create(blocker=other, blocked=one)
    assert unblock_person(actor=acting(one), blocked=other) is True
    assert unblock_person(actor=acting(one), blocked=other) is False
    assert (sees(one, other), sees(other, one)) == (False, False)


def test_block_holds_in_every_capacity_but_norecs() -> None:
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN)
    officer = RoleGrantFactory(user=one, role="officer")
    norec = RoleGrantFactory(user=one, role="adviser")
    Block.objects.create(blocker=other, blocked=one)
    hidden = {grant.role: viewer_for(one, capacity=str(grant.uuid)).hidden_profile_ids for grant in (officer, norec)}
    assert hidden == {"officer": frozenset({other.profile.pk}), "adviser": frozenset()}
    # A conversation belongs to the account, whoever it acts for.
    accounts = [viewer_for(one, capacity=str(grant.uuid)).hidden_account_ids for grant in (officer, norec)]
    assert accounts == [frozenset({other.pk})] * 2
    assert disclose(other.profile, viewer_for(one, capacity=str(norec.uuid))) is not None


def test_acting_for_norec_one_cannot_block() -> None:
    staff, other = adviser(shown_to=SHOWN), member(shown_to=SHOWN)
    with pytest.raises(NotAllowed):
        block_person(actor=acting(staff), profile=other.profile)
    assert signed_in(staff).post(reverse("block_person", args=[other.profile.uuid])).status_code == 404


def test_nobody_blocks_themselves_or_a_record_without_an_account() -> None:
    user = member(shown_to=SHOWN)
    unclaimed = ProfileFactory(unclaimed=True)
    for profile in (user.profile, unclaimed):
        with pytest.raises(NotAllowed):
            block_person(actor=acting(user), profile=profile)
        assert signed_in(user).post(reverse("block_person", args=[profile.uuid])).status_code == 404
    assert not Block.objects.exists()


def test_only_somebody_one_can_see_is_blocked() -> None:
    hidden, missions_only = member(shown_to=[]), member(shown_to=["missions"])
    client = signed_in(member(shown_to=SHOWN))
    for other in (hidden, missions_only):
        for method in (client.get, client.post):
            assert method(reverse("block_person", args=[other.profile.uuid])).status_code == 404
    assert not Block.objects.exists()


def test_applicant_and_visitor_block_nobody() -> None:
    other = member(shown_to=["public"])
    address = reverse("block_person", args=[other.profile.uuid])
    assert signed_in(applicant().user).post(address).status_code == 404
    assert Client().post(address).headers["Location"].startswith("/accounts/login/")
    for act in (block_person, partial(unblock_person)):
        with pytest.raises(NotAllowed):
            act(actor=acting(applicant("B").user), **({"profile": other.profile} if act is block_person else {"blocked": other}))
    assert not Block.objects.exists()


def test_blocking_twice_is_blocking_once() -> None:
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN)
    actor = acting(one)
    block_person(actor=actor, profile=other.profile)
    block_person(actor=actor, profile=other.profile)
    assert Block.objects.count() == 1


def test_list_names_people_as_far_as_they_are_shown() -> None:
    one = member(shown_to=SHOWN)
    shown = member(shown_to=SHOWN, first_name="Shown", last_name="Person")
    gone = member(shown_to=["missions"], first_name="Hemmeleg", last_name="No")
    for other in (shown, gone):
        Block.objects.create(blocker=one, blocked=other)
    Block.objects.create(blocker=member(), blocked=one)
    page = signed_in(one).get(reverse("blocked_people"))
    html = page.content.decode()
    assert "Shown Person" in html
    assert "Hemmeleg" not in html
    assert "Somebody who is not shown to you now" in html
    assert [each.person and each.person.name for each in page.context["people"]] == [None, "Shown Person"]


def test_list_takes_the_same_queries_for_one_and_for_many() -> None:
    one = member(shown_to=SHOWN)
    client, counts = signed_in(one), []
    for more in (1, 3):
        for _ in range(more):
            Block.objects.create(blocker=one, blocked=member(shown_to=SHOWN))
        client.get(reverse("blocked_people"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("blocked_people"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_block_of_another_is_not_taken_away() -> None:
    one, other, third = member(), member(), member()
    Block.objects.create(blocker=one, blocked=other)
    assert signed_in(third).post(reverse("unblock_person", args=[other.uuid])).status_code == 404
    assert signed_in(other).post(reverse("unblock_person", args=[one.uuid])).status_code == 404
    assert Block.objects.count() == 1


def test_page_says_what_a_block_does_before_it_is_done() -> None:
    one, other = member(shown_to=SHOWN), member(shown_to=SHOWN, first_name="Ola", last_name="Bråk")
    html = signed_in(one).get(reverse("block_person", args=[other.profile.uuid])).content.decode()
    assert "Block Ola Bråk" in html
    assert "They are not told" in html
    assert not Block.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.ENTREPRENEUR])
def test_others_than_members_may_block_too(role: Role) -> None:
    one = member(role, shown_to=["public"])
    other = member(shown_to=["public"])
    block_person(actor=acting(one), profile=other.profile)
    assert not sees(one, other)
    assert disclose_to(other.profile, Audience.NOREC) is not None
