"""Who sees what: the choice itself, ready-made choices, taking it back, hiding."""

import pytest

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from profiles.audiences import Audience
from profiles.disclosure import disclose_to
from profiles.fields import DISCLOSABLE_FIELDS, FIELDS_BY_KEY
from profiles.models import Profile, User
from profiles.presets import FIELD_BY_FIELD, PRESETS
from profiles.services.visibility import (
    choice_of,
    choice_token,
    choose_audiences,
    set_paused,
    undo_choice,
    use_preset,
)
from tests.factories import ProfileFactory
from tests.profiles.accounts_helpers import acting, adviser, member

pytestmark = pytest.mark.django_db
NOREC, MEMBERS, MISSIONS, PUBLIC = Audience.NOREC, Audience.MEMBERS, Audience.MISSIONS, Audience.PUBLIC


def nothing() -> dict[str, set[str]]:
    return {field.key: set() for field in DISCLOSABLE_FIELDS}


def choose(user: User, token: str | None = None, **fields: set[str]):
    profile = Profile.objects.get(user=user)
    return choose_audiences(
        actor=acting(user), profile=profile, choice={**nothing(), **fields}, token=token or choice_token(profile)
    )


def preset(user: User, key: str):
    profile = Profile.objects.get(user=user)
    return use_preset(actor=acting(user), profile=profile, preset=key, token=choice_token(profile))


def own(user: User) -> Profile:
    return Profile.objects.get(user=user)


def new_member() -> User:
    return member(visibility_chosen_at=None)


def test_nothing_is_chosen_for_a_new_member_and_choosing_lists_them() -> None:
    user = new_member()
    assert set().union(*choice_of(own(user)).values()) == set()
    assert disclose_to(own(user), MEMBERS) is None
    choose(user, name={"members"}, headline={"members"})
    assert own(user).visibility_chosen_at is not None
    assert disclose_to(own(user), MEMBERS) is not None
    assert disclose_to(own(user), MISSIONS) is None


def test_saving_nothing_ticked_is_a_choice_too() -> None:
    user = new_member()
    assert choose(user).changed
    assert own(user).visibility_chosen_at is not None
    assert [a for a in Audience if disclose_to(own(user), a)] == [NOREC]


def test_norec_is_added_where_the_fact_is_its_own_and_nowhere_else() -> None:
    user = new_member()
    choose(user)
    assert {key for key, audiences in choice_of(own(user)).items() if NOREC in audiences} == {"name", "exchanges"}


def test_everyone_keeps_what_was_chosen_underneath() -> None:
    user = new_member()
    choose(user, name={"public", "members"})
    assert choice_of(own(user))["name"] == {PUBLIC, MEMBERS, NOREC}
    assert all(disclose_to(own(user), audience) for audience in Audience)


@pytest.mark.parametrize("key", ["only_norec", "members", "members_and_missions", "everyone"])
def test_ready_made_choice_shows_to_exactly_its_audiences(key: str) -> None:
    wanted = {
        "only_norec": {NOREC},
        "members": {NOREC, MEMBERS},
        "members_and_missions": {NOREC, MEMBERS, MISSIONS},
        "everyone": set(Audience),
    }[key]
    user = new_member()
    preset(user, key)
    assert {a for a in Audience if disclose_to(own(user), a)} == wanted
    for field in DISCLOSABLE_FIELDS:
        expected = set() if field.key in FIELD_BY_FIELD else wanted
        assert choice_of(own(user))[field.key] == expected, field.key


@pytest.mark.parametrize("key", [preset.key for preset in PRESETS])
def test_no_ready_made_choice_touches_e_mail_and_phone(key: str) -> None:
    user = new_member()
    choose(user, contact_email={"missions"})
    preset(user, key)
    assert choice_of(own(user))["contact_email"] == {MISSIONS}
    assert choice_of(own(user))["contact_phone"] == frozenset()


def test_there_are_four_ready_made_choices() -> None:
    assert [str(each.label) for each in PRESETS] == ["Only Norec", "Members", "Members and missions", "Everyone"]


def test_choice_is_taken_back_to_the_bit() -> None:
    user = new_member()
    first = choose(user, name={"members", "public"}, place={"partners"})
    before = choice_of(own(user))
    change = preset(user, "everyone")
    undo_choice(actor=acting(user), profile=own(user), before=change.before, token=change.token)
    assert choice_of(own(user)) == before
    undo_choice(actor=acting(user), profile=own(user), before=first.before, token=choice_token(own(user)))
    assert own(user).visibility_chosen_at is None
    assert [a for a in Audience if disclose_to(own(user), a)] == [NOREC]


def test_older_page_does_not_open_what_was_closed_meanwhile() -> None:
    user = new_member()
    old = choice_token(own(user))
    choose(user, name={"members"})
    with pytest.raises(Conflict):
        choose(user, old, name={"public"}, contact_phone={"public"})
    assert choice_of(own(user))["name"] == {MEMBERS, NOREC}
    with pytest.raises(Conflict):
        undo_choice(actor=acting(user), profile=own(user), before={"choice": nothing(), "chosen_at": None}, token=old)


def test_choosing_the_same_again_is_no_change_and_no_conflict() -> None:
    user = new_member()
    old = choice_token(own(user))
    assert choose(user, old, name={"members"}).changed
    assert not choose(user, old, name={"members"}).changed


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"name": {"members"}},
        {**nothing(), "password": {"members"}},
        {**nothing(), "name": {"friends"}},
    ],
)
def test_incomplete_or_unknown_choice_is_refused(choice: dict) -> None:
    user = new_member()
    with pytest.raises(Invalid):
        choose_audiences(actor=acting(user), profile=own(user), choice=choice, token=choice_token(own(user)))
    with pytest.raises(Invalid):
        preset(user, "best_friends")
    assert own(user).visibility_chosen_at is None


def test_only_the_owner_chooses_and_hides() -> None:
    owner = member(shown_to=["members"])
    before = choice_of(own(owner))
    for other in (member(), adviser()):
        asked = {"actor": acting(other), "profile": own(owner), "token": choice_token(own(owner))}
        with pytest.raises(NotAllowed):
            choose_audiences(choice=nothing(), **asked)
        with pytest.raises(NotAllowed):
            use_preset(preset="everyone", **asked)
        with pytest.raises(NotAllowed):
            undo_choice(before={"choice": nothing(), "chosen_at": None}, **asked)
        with pytest.raises(NotAllowed):
            set_paused(actor=acting(other), profile=own(owner), paused=True)
    assert choice_of(own(owner)) == before
    assert not own(owner).is_paused


def test_hiding_holds_at_once_and_keeps_every_choice() -> None:
    user = member(shown_to=["public"])
    before = choice_of(own(user))
    set_paused(actor=acting(user), profile=own(user), paused=True)
    assert [a for a in Audience if disclose_to(own(user), a)] == [NOREC]
    set_paused(actor=acting(user), profile=own(user), paused=False)
    assert choice_of(own(user)) == before
    assert all(disclose_to(own(user), a) for a in Audience)


def test_a_change_withholds_from_search_until_the_index_has_caught_up() -> None:
    user = member(shown_to=["members"])
    for act in (
        lambda: choose(user, name={"missions"}),
        lambda: preset(user, "only_norec"),
        lambda: set_paused(actor=acting(user), profile=own(user), paused=True),
    ):
        IndexChange.objects.all().delete()
        act()
        assert IndexChange.objects.filter(kind="people", object_id=own(user).pk, withhold=True).exists()


def test_fields_and_columns_are_in_step() -> None:
    columns = {field.name for field in Profile._meta.fields if field.name.startswith("audiences_")}
    assert columns == {field.column for field in DISCLOSABLE_FIELDS}
    assert set(FIELDS_BY_KEY) >= FIELD_BY_FIELD
    assert all(getattr(ProfileFactory(), column) == frozenset() for column in columns)
