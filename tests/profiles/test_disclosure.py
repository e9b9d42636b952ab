"""The gate itself; the matrix over every surface is in tests/architecture."""

from datetime import date
from typing import Any

import pytest

from profiles.audiences import Audience
from profiles.disclosure import disclose, disclose_many, disclose_to, disclose_to_each
from profiles.documents import build_people_documents
from profiles.models import Block, Profile, ProfileLanguage, ProfileLink
from profiles.viewers import Viewer, viewer_for
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileFactory,
    ProfileSkillFactory,
    RoleGrantFactory,
    TermFactory,
    UserFactory,
)

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


def person_with_several_of_everything(**given: Any) -> Profile:
    """In another order than they are shown in, and with a word that staff have yet to take up in every list of words."""
    profile = ProfileFactory(headline="Rørleggjar", **given)
    for kind, add in (("sector", profile.sectors.add), ("sdg", profile.sdgs.add)):
        add(TermFactory(kind=kind, code=f"z-{kind}-{profile.pk}"), TermFactory(kind=kind, code=f"a-{kind}-{profile.pk}"))
        add(TermFactory(kind=kind, status="proposed"))
    shared = TermFactory(kind="skill", name_nn="Vatn")
    ProfileSkillFactory(profile=profile, term=shared, years=3, note="Mest røyr")
    ProfileSkillFactory(profile=profile, term=TermFactory(kind="skill"))
    ProfileSkillFactory(profile=profile, term=TermFactory(kind="skill", status="proposed"))
    for code in ("sw", "en"):
        ProfileLanguage.objects.create(profile=profile, code=code, level="good")
        ProfileLink.objects.create(profile=profile, url=f"https://example.org/{code}", label=code)
    host = OrganisationFactory()
    ExchangeFactory(profile=profile, host_organisation=host, start=date(2019, 1, 1), end=date(2019, 6, 1))
    ExchangeFactory(profile=profile, host_organisation=host, sending_organisation=None, start=date(2012, 1, 1), end=None)
    return profile


def test_many_at_once_are_disclosed_as_each_by_itself(django_assert_num_queries: Any) -> None:
    everything = [person_with_several_of_everything(shown_to=["members"]), person_with_several_of_everything(shown_to=["public"])]
    bare = [ProfileFactory(shown_to=["members"]), ProfileFactory(unclaimed=True)]
    one_by_one = {
        audience: [seen for profile in (*everything, *bare) if (seen := disclose_to(profile, audience))] for audience in Audience
    }
    assert [len(skills.skills) for skills in one_by_one[Audience.MEMBERS]] == [2, 2, 0]
    assert [person.exchanges[0].start for person in one_by_one[Audience.MEMBERS][:2]] == [date(2012, 1, 1)] * 2
    people = Profile.objects.order_by("pk")
    for audience in Audience:
        with django_assert_num_queries(7):
            assert disclose_many(people.with_account(), Viewer(audience)) == one_by_one[audience]
    with django_assert_num_queries(7):
        for_each = disclose_to_each(people.with_account())
    expected = {profile.pk: [disclose_to(profile, audience) for audience in Audience] for profile in people}
    assert for_each == {pk: [seen for seen in found if seen] for pk, found in expected.items()}


@pytest.mark.parametrize(
    "in_order",
    [
        [(2010, 2011), (None, 2023)],
        [(None, None), (2010, 2011), (2015, None)],
        [(None, 2011), (2010, 2011), (2011, None), (2009, 2012)],
        [(2019, 2020), (2018, 2021)],
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["as they came", "the other way"])
def test_exchanges_are_in_one_order_by_the_last_day_known(in_order: list[tuple[int | None, int | None]], turned: bool) -> None:
    profile = ProfileFactory(shown_to=["members"])
    for years in reversed(in_order) if turned else in_order:
        start, end = (date(year, 6, 1) if year else None for year in years)
        ExchangeFactory(profile=profile, start=start, end=end)
    one = disclose_to(Profile.objects.with_disclosable().get(), Audience.MEMBERS)
    (several,) = disclose_many(Profile.objects.with_account(), Viewer(Audience.MEMBERS))
    for person in (one, several):
        assert person is not None
        found = [tuple(day and day.year for day in (each.start, each.end)) for each in person.exchanges]
        assert found == in_order
        assert person.latest_exchange == person.exchanges[-1]
    document = build_people_documents([profile.pk])[profile.pk]["members"]
    assert document["latest_exchange"] == f"{max(in_order[-1][1] or 0, in_order[-1][0] or 0)}-06-01"


def test_many_are_disclosed_in_the_order_given_without_those_who_are_hidden() -> None:
    first, second, hidden = (ProfileFactory(shown_to=["members"]) for _ in range(3))
    viewer = Viewer(Audience.MEMBERS, hidden_profile_ids=frozenset({hidden.pk}))
    assert [person.id for person in disclose_many([second, hidden, first], viewer)] == [second.pk, first.pk]
    assert disclose_many([], viewer) == []
