"""The services that write a member's own words."""

import pytest
from django.core.exceptions import ValidationError

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from profiles.models import Profile, Term, User
from profiles.models.vocabulary import TermStatus
from profiles.sections import SECTIONS, SECTIONS_BY_KEY
from profiles.services.sections import SectionChange, save_section, section_token
from tests.factories import ProfileFactory, ProfileSkillFactory, TermFactory
from tests.profiles.accounts_helpers import acting, adviser, member

pytestmark = pytest.mark.django_db


def save(user: User, key: str, values: dict, token: str | None = None) -> SectionChange:
    profile, section = user.profile, SECTIONS_BY_KEY[key]
    if token is None:
        token = section_token(profile, section)
    return save_section(actor=acting(user), profile=profile, section=section, values=values, token=token)


def skill(code: str, years: int | None = None, note: str = "", **more: str) -> dict:
    return {"code": code, "years": years, "note": note, **more}


FULL = {
    "basics": {"chosen_name": "Grace Nakato", "name_then": "Grace Auma", "headline": "Solar engineer"},
    "about": {"about": "I install solar systems.", "about_language": "en"},
    "home": {"country": "UG", "place": "Gulu"},
    "work": {"work_title": "Engineer", "workplace": "Acholi Solar"},
    "skills": {"rows": [skill("solar", 9, "5 to 60 kW"), skill("training")]},
    "topics": {"sectors": ["energy"], "sdgs": ["13", "7"]},
    "languages": {"rows": [{"code": "ach", "level": "native"}, {"code": "en", "level": "fluent"}]},
    "open-to": {
        "open_to_mentoring": True,
        "open_to_missions": False,
        "open_to_speaking": True,
        "open_to_hosting": False,
        "open_to_collaboration": False,
    },
    "links": {"rows": [{"url": "https://example.org/a", "label": "Company"}, {"url": "https://example.org/b", "label": ""}]},
    "contact": {"contact_email": "grace@example.org", "contact_phone": "+256 772 123 456"},
}


@pytest.fixture
def words() -> None:
    for code in ("solar", "training"):
        TermFactory(code=code)
    TermFactory(code="energy", kind="sector")
    for code in ("7", "13"):
        TermFactory(code=code, kind="sdg")


def test_every_section_has_a_sample_here() -> None:
    assert set(FULL) == set(SECTIONS_BY_KEY)


@pytest.mark.parametrize("key", FULL)
def test_section_is_read_as_it_was_written_and_put_back_as_it_was(words: None, key: str) -> None:
    user, section = member(), SECTIONS_BY_KEY[key]
    empty = section.read(user.profile)
    change = save(user, key, FULL[key])
    assert change.changed
    assert change.before == empty
    assert section.read(Profile.objects.get(user=user)) == FULL[key]
    save(user, key, change.before, change.token)
    assert section.read(Profile.objects.get(user=user)) == empty


@pytest.mark.parametrize("key", FULL)
def test_only_the_owner_writes_a_section(words: None, key: str) -> None:
    owner = member()
    for other in (member(), adviser(), owner_suspended()):
        with pytest.raises(NotAllowed):
            save_section(
                actor=acting(other),
                profile=other.profile if other.status == "suspended" else owner.profile,
                section=SECTIONS_BY_KEY[key],
                values=FULL[key],
                token=section_token(owner.profile, SECTIONS_BY_KEY[key]),
            )
    assert SECTIONS_BY_KEY[key].read(owner.profile) != FULL[key]


def owner_suspended() -> User:
    user = member()
    User.objects.filter(pk=user.pk).update(status="suspended")
    user.status = "suspended"
    return user


@pytest.mark.parametrize("key", FULL)
def test_older_form_does_not_overwrite_what_was_saved_meanwhile(words: None, key: str) -> None:
    user, section = member(), SECTIONS_BY_KEY[key]
    token = section_token(user.profile, section)
    save(user, key, FULL[key])
    user.profile.refresh_from_db()
    with pytest.raises(Conflict):
        save(user, key, section.read(member().profile), token)
    assert section.read(Profile.objects.get(user=user)) == FULL[key]


def test_sending_the_same_form_twice_is_no_conflict(words: None) -> None:
    user = member()
    token = section_token(user.profile, SECTIONS_BY_KEY["basics"])
    assert save(user, "basics", FULL["basics"], token).changed
    user.profile.refresh_from_db()
    assert not save(user, "basics", FULL["basics"], token).changed


def test_two_sections_at_once_do_not_get_in_each_others_way(words: None) -> None:
    user = member()
    token = section_token(user.profile, SECTIONS_BY_KEY["home"])
    save(user, "work", FULL["work"])
    user.profile.refresh_from_db()
    save(user, "home", FULL["home"], token)
    profile = Profile.objects.get(user=user)
    assert (profile.place, profile.work_title) == ("Gulu", "Engineer")


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_search_index_is_told_in_the_same_transaction(words: None, section) -> None:
    user = member()
    IndexChange.objects.all().delete()
    save(user, section.key, FULL[section.key])
    rows = IndexChange.objects.filter(kind="people", object_id=user.profile.pk)
    assert rows.filter(withhold=True).exists()


def test_skill_not_in_the_list_is_refused_and_nothing_is_lost(words: None) -> None:
    user = member()
    save(user, "skills", {"rows": [skill("solar", 9)]})
    for code in ("no-such-skill", "energy"):
        with pytest.raises(Invalid):
            save(user, "skills", {"rows": [skill(code)]})
    assert SECTIONS_BY_KEY["skills"].read(user.profile)["rows"] == [skill("solar", 9)]


def test_anothers_proposal_cannot_be_taken_by_its_code(words: None) -> None:
    TermFactory(code="hidden-word", status=TermStatus.PROPOSED, proposed_by=member())
    with pytest.raises(Invalid):
        save(member(), "skills", {"rows": [skill("hidden-word")]})


def test_proposed_word_is_the_owners_until_staff_take_it_up() -> None:
    user = member()
    save(user, "skills", {"rows": [skill("", 3, "hives", proposal="  Bee   keeping ")]})
    term = Term.objects.get()
    assert (term.name_en, term.status, term.proposed_by) == ("Bee keeping", TermStatus.PROPOSED, user)
    assert term.code == "bee-keeping"
    assert SECTIONS_BY_KEY["skills"].read(user.profile)["rows"] == [skill("bee-keeping", 3, "hives")]


@pytest.mark.parametrize("words_written", ["Sjukepleie", "SYKEPLEIE", "nurse", " Nursing "])
def test_word_that_is_there_under_another_name_is_found(words_written: str) -> None:
    term = TermFactory(code="nursing", name_nn="Sjukepleie", name_nb="Sykepleie", name_en="Nursing")
    term.aliases.create(language="en", name="Nurse")
    user = member()
    save(user, "skills", {"rows": [skill("", proposal=words_written)]})
    assert list(Term.objects.all()) == [term]
    assert user.profile.profile_skills.get().term == term


def test_merged_word_leads_to_the_one_that_stayed_and_declined_is_refused() -> None:
    kept = TermFactory(name_en="Nursing")
    TermFactory(name_en="Nurse work", status=TermStatus.MERGED, merged_into=kept)
    TermFactory(name_en="Being nice", status=TermStatus.DECLINED)
    user = member()
    save(user, "skills", {"rows": [skill("", proposal="nurse work")]})
    assert user.profile.profile_skills.get().term == kept
    with pytest.raises(Invalid, match="being nice"):
        save(user, "skills", {"rows": [skill("", proposal="being nice")]})


def test_two_members_who_propose_the_same_share_the_word() -> None:
    first, second = member(), member()
    for user in (first, second):
        save(user, "skills", {"rows": [skill("", proposal="Beekeeping")]})
    assert Term.objects.count() == 1
    assert second.profile.profile_skills.get().term == first.profile.profile_skills.get().term


def test_the_same_skill_twice_is_kept_once(words: None) -> None:
    user = member()
    save(user, "skills", {"rows": [skill("solar", 9), skill("solar", 1), skill("", proposal="solar en")]})
    assert user.profile.profile_skills.count() == 1


def test_proposals_are_limited() -> None:
    user = member()
    for number in range(10):
        TermFactory(status=TermStatus.PROPOSED, proposed_by=user, code=f"w{number}")
    with pytest.raises(Invalid):
        save(user, "skills", {"rows": [skill("", proposal="One more")]})


def test_proposal_with_letters_we_have_no_code_for_gets_one() -> None:
    user = member()
    save(user, "skills", {"rows": [skill("", proposal="मौरी पालन")]})
    assert Term.objects.get().code.startswith("skill-")


def test_value_longer_than_its_column_is_refused() -> None:
    with pytest.raises(Invalid):
        save(member(), "home", {"country": "UG", "place": "x" * 121})


def test_unclaimed_record_has_no_owner_to_propose_for() -> None:
    profile = ProfileFactory(unclaimed=True)
    with pytest.raises(ValidationError):
        SECTIONS_BY_KEY["skills"].write(profile, {"rows": [skill("", proposal="Beekeeping")]})


def test_word_out_of_use_stays_with_who_has_it(words: None) -> None:
    user = member()
    own = ProfileSkillFactory(profile=user.profile, term=TermFactory(code="old", status=TermStatus.DECLINED))
    save(user, "skills", {"rows": [skill("old", 2), skill("solar")]})
    assert user.profile.profile_skills.filter(term=own.term, years=2).exists()
