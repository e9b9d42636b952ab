"""Advisers keep the vocabulary: add, edit, take up, decline."""

import pytest

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from notifications.models import Notification
from notifications.reading import in_words
from privacy.models import AuditEvent
from profiles.models import Term
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.roles import Role
from profiles.services.vocabulary import MOVES, TermWords, add_term, decline_proposal, edit_term, take_up_proposal, term_token
from tests.factories import ProfileSkillFactory, TermFactory
from tests.profiles.accounts_helpers import acting, adviser, member

pytestmark = pytest.mark.django_db
IN_USE, PROPOSED, MERGED, DECLINED = TermStatus.IN_USE, TermStatus.PROPOSED, TermStatus.MERGED, TermStatus.DECLINED


def words(nn: str = "Birøkt", nb: str = "Birøkt", en: str = "Beekeeping", **aliases: list[str]) -> TermWords:
    return TermWords(names={"nn": nn, "nb": nb, "en": en}, aliases=aliases)


def proposal(name: str = "Bee work") -> Term:
    user = member()
    term = TermFactory(name_nn=name, name_nb=name, name_en=name, status=PROPOSED, proposed_by=user, code="bee-work")
    ProfileSkillFactory(profile=user.profile, term=term)
    return term


def aliases_of(term: Term) -> set[tuple[str, str]]:
    return set(term.aliases.values_list("language", "name"))


def test_new_word_gets_a_code_of_its_english_name_and_its_aliases_once() -> None:
    term = add_term(
        actor=acting(adviser()),
        kind=TermKind.SKILL,
        words=words(en="  Bee   keeping ", nn="Birøkt", nbx=[], en_=[]),
    )
    assert (term.code, term.name_en, term.edited_by_staff) == ("bee-keeping", "Bee keeping", True)
    other = add_term(
        actor=acting(adviser()),
        kind=TermKind.SECTOR,
        words=TermWords(
            {"nn": "a", "nb": "b", "en": "Bee keeping"}, {"en": ["apiary", "Apiary", "", "bee keeping"], "nn": ["bie"]}
        ),
    )
    assert other.code == "bee-keeping"
    assert aliases_of(other) == {("en", "apiary"), ("nn", "bie")}


@pytest.mark.parametrize("missing", ["nn", "nb", "en"])
def test_name_is_needed_in_all_three_languages(missing: str) -> None:
    with pytest.raises(Invalid):
        add_term(actor=acting(adviser()), kind=TermKind.SKILL, words=words(**{missing: "  "}))


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_name_that_another_word_has_is_refused(language: str) -> None:
    TermFactory(**{f"name_{language}": "Taken"})
    TermFactory(kind="sector", name_en="Free in its kind")
    with pytest.raises(Invalid, match="taken"):
        add_term(actor=acting(adviser()), kind=TermKind.SKILL, words=words(**{language: "taken"}))
    assert add_term(actor=acting(adviser()), kind=TermKind.SKILL, words=words(en="Free in its kind"))


def test_editing_tells_the_index_about_everybody_who_has_the_word() -> None:
    row = ProfileSkillFactory()
    row.term.aliases.create(language="en", name="old")
    row.term.aliases.create(language="en", name="kept")
    other, who = ProfileSkillFactory(), acting(adviser())
    IndexChange.objects.all().delete()
    edit_term(actor=who, term=row.term, words=words(en="Beekeeping", **{"en_": []}), token=term_token(row.term))
    assert set(IndexChange.objects.values_list("object_id", flat=True)) == {row.profile.pk}
    assert not IndexChange.objects.filter(withhold=True).exists()
    row.term.refresh_from_db()
    assert (row.term.name_en, aliases_of(row.term)) == ("Beekeeping", set())
    assert other.term.name_en != "Beekeeping"
    assert AuditEvent.objects.filter(action="profiles.term_edited").count() == 1


def test_two_advisers_do_not_overwrite_each_other() -> None:
    term = TermFactory()
    old = term_token(term)
    term.aliases.create(language="nn", name="nytt ord")
    with pytest.raises(Conflict):
        edit_term(actor=acting(adviser()), term=term, words=words(), token=old)
    assert aliases_of(term) == {("nn", "nytt ord")}


def test_taken_up_proposal_is_in_use_and_all_who_have_it_are_told() -> None:
    term = proposal()
    second = member()
    ProfileSkillFactory(profile=second.profile, term=term)
    take_up_proposal(actor=acting(adviser()), term=term, words=words(), answer=" Good word. ", token=term_token(term))
    term.refresh_from_db()
    assert (term.status, term.name_nn, term.answer) == (IN_USE, "Birøkt", "Good word.")
    told = Notification.objects.all()
    assert {notice.recipient for notice in told} == {term.proposed_by, second}
    (shown,) = in_words(told[0].recipient, told[:1])
    assert shown.text == "Norec has taken up the skill you proposed: Bee work. Others can find you by it."


def test_declined_proposal_needs_words_and_stays_with_who_has_it() -> None:
    term = proposal()
    with pytest.raises(Invalid):
        decline_proposal(actor=acting(adviser()), term=term, answer=" ")
    decline_proposal(actor=acting(adviser()), term=term, answer="Too general.")
    term.refresh_from_db()
    assert (term.status, term.answer) == (DECLINED, "Too general.")
    assert term.proposed_by.profile.profile_skills.get().term == term
    (told,) = Notification.objects.all()
    (shown,) = in_words(told.recipient, [told])
    assert shown.text == "Norec has answered about the skill you proposed: Bee work."
    assert shown.url == "/me/profile/skills/"


def test_moves_are_these_and_no_others() -> None:
    assert {PROPOSED: {IN_USE, DECLINED, MERGED}, DECLINED: {IN_USE, MERGED}, IN_USE: {MERGED}, MERGED: frozenset()} == MOVES


@pytest.mark.parametrize("before", [IN_USE, DECLINED, MERGED])
def test_what_is_decided_is_not_declined_again(before: TermStatus) -> None:
    term = TermFactory(status=before, merged_into=TermFactory() if before == MERGED else None)
    with pytest.raises(Conflict):
        decline_proposal(actor=acting(adviser()), term=term, answer="No.")


@pytest.mark.parametrize("before", [IN_USE, MERGED])
def test_what_is_in_use_or_merged_is_not_taken_up(before: TermStatus) -> None:
    term = TermFactory(status=before, merged_into=TermFactory() if before == MERGED else None)
    with pytest.raises(Conflict):
        take_up_proposal(actor=acting(adviser()), term=term, words=words(), answer="", token=term_token(term))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.COORDINATOR, Role.EDITOR])
def test_nobody_but_an_adviser_touches_the_vocabulary(role: Role) -> None:
    who, term = acting(member(role)), proposal()
    with pytest.raises(NotAllowed):
        add_term(actor=who, kind=TermKind.SKILL, words=words())
    with pytest.raises(NotAllowed):
        edit_term(actor=who, term=term, words=words(), token=term_token(term))
    with pytest.raises(NotAllowed):
        take_up_proposal(actor=who, term=term, words=words(), answer="", token=term_token(term))
    with pytest.raises(NotAllowed):
        decline_proposal(actor=who, term=term, answer="No.")
    assert Term.objects.count() == 1
