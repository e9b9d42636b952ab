"""The shipped words themselves."""

from collections import Counter

import pytest

from profiles.models.vocabulary import TermKind
from profiles.vocabulary.loader import LANGUAGES, ShippedTerm, shipped_terms

OF_KIND = {kind: [term for term in shipped_terms() if term.kind == kind] for kind in TermKind}


def test_numbers_of_terms() -> None:
    assert len(OF_KIND[TermKind.SKILL]) >= 220
    assert 15 <= len(OF_KIND[TermKind.SECTOR]) <= 20
    assert [term.code for term in OF_KIND[TermKind.SDG]] == [str(number) for number in range(1, 18)]


@pytest.mark.parametrize("kind", list(TermKind))
def test_codes_are_unique(kind: TermKind) -> None:
    assert [code for code, count in Counter(term.code for term in OF_KIND[kind]).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(TermKind))
def test_each_word_means_one_term_in_its_language(kind: TermKind, language: str) -> None:
    words = Counter(word.casefold() for term in OF_KIND[kind] for word in _words(term, language))
    assert [word for word, count in words.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_clean_name_that_fits(language: str) -> None:
    for term in shipped_terms():
        for word in _words(term, language):
            assert word == word.strip() != "", term.code
            assert len(word) <= 120, term.code


def test_every_skill_has_a_sector_and_every_sector_skills() -> None:
    sectors = {term.code for term in OF_KIND[TermKind.SECTOR]}
    assert {term.sector for term in OF_KIND[TermKind.SKILL]} == sectors


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_skills_have_other_words(language: str) -> None:
    skills = OF_KIND[TermKind.SKILL]
    assert sum(bool(term.aliases[language]) for term in skills) > len(skills) * 0.9


@pytest.mark.parametrize(
    "bokmål",
    [" ikke ", "rettigheter", "sykepleie", "sykehus", "skole", "forvaltning", "frivillighet", "ledelse", "vann", "øye"],
)
def test_nynorsk_names_are_nynorsk(bokmål: str) -> None:
    assert [term.code for term in shipped_terms() if bokmål in f" {term.names['nn'].lower()} "] == []


@pytest.mark.parametrize(
    ("word", "language", "code"),
    [
        ("solceller", "nn", "solar-energy"),
        ("PV", "en", "solar-energy"),
        ("helsesjukepleiar", "nn", "public-health-nursing"),
        ("helsesykepleier", "nb", "public-health-nursing"),
        ("GBV", "en", "gender-based-violence"),
        ("gründer", "nb", "entrepreneurship"),
    ],
)
def test_words_people_type_are_there(word: str, language: str, code: str) -> None:
    assert [term.code for term in OF_KIND[TermKind.SKILL] if word in _words(term, language)] == [code]


def _words(term: ShippedTerm, language: str) -> list[str]:
    return [term.names[language], *term.aliases[language]]
