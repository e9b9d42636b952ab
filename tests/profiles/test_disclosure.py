"""The gate itself; the matrix over every surface is in tests/architecture."""

import pytest

from profiles.audiences import Audience
from profiles.disclosure import disclose, disclose_to
from profiles.models import Block, Profile
from profiles.viewers import Viewer, viewer_for
from tests.factories import ProfileFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_imported_unclaimed_person_is_visible_to_norec_only() -> None:
    profile = ProfileFactory(unclaimed=True, headline="Hemmeleg")
    assert [a for a in Audience if disclose_to(profile, a)] == [Audience.NOREC]
    seen = disclose_to(profile, Audience.NOREC)
    assert seen is not None
    assert seen.name == profile.name
    assert seen.headline == ""


@pytest.mark.parametrize("audience", list(Audience))
def test_queryset_and_gate_agree_on_who_is_listed(audience: Audience) -> None:
    shown = ProfileFactory(shown_to=[audience])
    ProfileFactory(shown_to=[a for a in Audience if a not in {audience, Audience.PUBLIC}])
    public = ProfileFactory(shown_to=[Audience.PUBLIC])
    ProfileFactory(shown_to=[audience], is_paused=True)
    ProfileFactory(shown_to=[audience], user__status="suspended")
    listed = set(Profile.objects.listed_for(audience))
    assert listed == {p for p in Profile.objects.all() if disclose_to(p, audience) is not None}
    assert {shown, public} <= listed


def test_block_hides_both_from_each_other() -> None:
    one, other = ProfileFactory(shown_to=["members"]), ProfileFactory(shown_to=["members"])
    for profile in (one, other):
        RoleGrantFactory(user=profile.user)
    Block.objects.create(blocker=one.user, blocked=other.user)
    assert disclose(other, viewer_for(one.user)) is None
    assert disclose(one, viewer_for(other.user)) is None
    assert list(Profile.objects.visible_to(viewer_for(one.user))) == [one]


def test_field_shown_to_members_is_not_shown_to_missions() -> None:
    profile = ProfileFactory(
        headline="Solar engineer", shown_to=["members", "missions"], audiences_headline=frozenset({Audience.MEMBERS})
    )
    as_member, as_mission = disclose_to(profile, Audience.MEMBERS), disclose_to(profile, Audience.MISSIONS)
    assert as_member is not None
    assert as_mission is not None
    assert (as_member.headline, as_mission.headline) == ("Solar engineer", "")


def test_viewer_acts_in_one_capacity_at_a_time() -> None:
    user = UserFactory()
    member = RoleGrantFactory(user=user, role="member")
    officer = RoleGrantFactory(user=user, role="officer")
    assert viewer_for(user).audience == Audience.MEMBERS
    assert viewer_for(user, capacity=str(officer.uuid)).audience == Audience.MISSIONS
    assert viewer_for(user, capacity="missions").capacity == officer
    assert viewer_for(user, capacity="norec").capacity == member
    assert viewer_for(UserFactory(status="applicant")).audience == Audience.PUBLIC
    assert viewer_for(None) == Viewer()
