from typing import Any

import pytest
from django.core.management import call_command

from alumni_site.core.models import IndexChange
from profiles.models import Term, TermAlias
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.vocabulary.loader import load_vocabulary, shipped_terms
from tests.factories import ProfileFactory, ProfileSkillFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_load_makes_every_term_with_sector_and_aliases() -> None:
    result = load_vocabulary()
    assert (result.created, result.updated, result.unchanged, result.name_taken) == (len(shipped_terms()), 0, 0, [])
    solar = Term.objects.get(kind=TermKind.SKILL, code="solar-energy")
    assert (solar.name_nn, solar.name_nb, solar.name_en) == ("Solenergi", "Solenergi", "Solar energy")
    assert solar.sector is not None
    assert solar.sector.code == "energy"
    assert solar.sector.kind == TermKind.SECTOR
    assert TermAlias.objects.filter(term=solar, language="en", name="solar power").count() == 1


def test_load_again_changes_nothing() -> None:
    load_vocabulary()
    before = (list(Term.objects.values()), TermAlias.objects.count())
    result = load_vocabulary()
    assert (result.created, result.updated, result.unchanged) == (0, 0, len(shipped_terms()))
    assert (list(Term.objects.values()), TermAlias.objects.count()) == before


def test_load_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(40):
        load_vocabulary()
    with django_assert_max_num_queries(10):
        load_vocabulary()


@pytest.mark.parametrize(
    "touched",
    [
        {"edited_by_staff": True},
        {"status": TermStatus.DECLINED},
        {"status": TermStatus.PROPOSED},
    ],
)
def test_what_people_have_changed_is_left_alone(touched: dict[str, object]) -> None:
    TermFactory(kind="skill", code="solar-energy", name_en="Sunshine", **touched)
    result = load_vocabulary()
    solar = Term.objects.get(kind="skill", code="solar-energy")
    assert (solar.name_en, solar.sector, solar.aliases.count()) == ("Sunshine", None, 0)
    assert result.left_to_staff == 1


def test_merged_term_is_left_alone() -> None:
    target = TermFactory()
    TermFactory(kind="skill", code="biogas", name_nn="B", status=TermStatus.MERGED, merged_into=target)
    load_vocabulary()
    assert Term.objects.get(kind="skill", code="biogas").merged_into == target


def test_accepted_proposal_is_left_alone() -> None:
    TermFactory(kind="skill", code="biogas", name_en="Gas of life", proposed_by=UserFactory())
    load_vocabulary()
    assert Term.objects.get(kind="skill", code="biogas").name_en == "Gas of life"


def test_untouched_term_follows_the_files_and_its_people_are_indexed_again() -> None:
    term = TermFactory(kind="skill", code="biogas", name_en="Old name")
    knows, other = ProfileFactory(), ProfileFactory()
    ProfileSkillFactory(profile=knows, term=term)
    IndexChange.objects.all().delete()
    result = load_vocabulary()
    term.refresh_from_db()
    assert (term.name_en, term.sector and term.sector.code) == ("Biogas", "energy")
    assert (result.updated, result.unchanged) == (1, 0)
    assert list(IndexChange.objects.values_list("kind", "object_id", "withhold")) == [("people", knows.pk, False)]
    assert other.pk != knows.pk


def test_new_term_does_not_double_a_name_somebody_has_taken(capsys: pytest.CaptureFixture[str]) -> None:
    TermFactory(kind="skill", code="our-biogas", name_nn="biogass", edited_by_staff=True)
    call_command("load_vocabulary")
    assert not Term.objects.filter(kind="skill", code="biogas").exists()
    output = capsys.readouterr()
    assert "skill biogas is left out" in output.err
    assert output.out.strip() == f"created={len(shipped_terms()) - 1} updated=0 unchanged=0 left_to_staff=0 name_taken=1"


def test_alias_of_ours_is_added_and_one_of_theirs_is_kept() -> None:
    load_vocabulary()
    solar = Term.objects.get(kind="skill", code="solar-energy")
    solar.aliases.filter(name="PV").delete()
    TermAlias.objects.create(term=solar, language="nn", name="straum frå taket")
    assert load_vocabulary().updated == 1
    assert solar.aliases.filter(language="en", name="PV").exists()
    assert solar.aliases.filter(name="straum frå taket").exists()
