"""Brings the shipped vocabulary into the database, and leaves what people have made of it since alone.

A command loads it (`manage.py load_vocabulary`), not a migration: the files change with every release, a migration never
does. Whoever migrates a database runs the command after it; doing so again changes nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alumni_site.core.indexing import mark_changed
from profiles.documents import PEOPLE
from profiles.models import Profile, Term, TermAlias
from profiles.models.vocabulary import TermKind, TermStatus

LANGUAGES = ("nn", "nb", "en")
# Sectors come before the skills that belong to them.
_FILES = ((TermKind.SECTOR, "sectors.json"), (TermKind.SDG, "sdgs.json"), (TermKind.SKILL, "skills.json"))


@dataclass(frozen=True)
class ShippedTerm:
    """One entry of the files. `names` and `aliases` are by language: nn, nb, en."""

    kind: TermKind
    code: str
    names: dict[str, str]
    aliases: dict[str, list[str]]
    sector: str = ""


@dataclass
class LoadResult:
    """How many terms were made, changed and left as they were, and which were left out because the word is taken."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_to_staff: int = 0
    name_taken: list[str] = field(default_factory=list)


def shipped_terms() -> list[ShippedTerm]:
    """Every term of the files, sectors first."""
    return [
        ShippedTerm(
            kind=kind,
            code=entry["code"],
            names={language: entry[language] for language in LANGUAGES},
            aliases=entry["aliases"],
            sector=entry.get("sector", ""),
        )
        for kind, file in _FILES
        for entry in json.loads((Path(__file__).parent / file).read_text("utf-8"))
    ]


@transaction.atomic
def load_vocabulary() -> LoadResult:
    """Make the terms that are missing and renew those that nobody has touched.

    A term that staff have edited, merged or declined, and one that a member proposed, stays as it is. A new term is
    left out when another of its kind already has its name. An alias is added where it is missing and never taken away.
    """
    result = LoadResult()
    known = {(term.kind, term.code): term for term in Term.objects.select_for_update()}
    names_taken = _names_taken(known.values())
    missing: list[ShippedTerm] = []
    renewed: list[Term] = []
    for shipped in shipped_terms():
        term = known.get((shipped.kind, shipped.code))
        if term is None:
            if any((shipped.kind, language, name.casefold()) in names_taken for language, name in shipped.names.items()):
                result.name_taken.append(f"{shipped.kind} {shipped.code}")
            else:
                missing.append(shipped)
        elif not _is_ours(term):
            result.left_to_staff += 1
        else:
            renewed.append(term)
    # Sectors first: skills and goals are made in theirs.
    for are_sectors in (True, False):
        some = (shipped for shipped in missing if (shipped.kind == TermKind.SECTOR) == are_sectors)
        for created in Term.objects.bulk_create([_new_term(shipped, known) for shipped in some]):
            known[created.kind, created.code] = created
    changed = _renew(known, {(term.kind, term.code) for term in renewed} | {(new.kind, new.code) for new in missing})
    result.created = len(missing)
    result.updated = len(changed - {known[new.kind, new.code].pk for new in missing})
    result.unchanged = len(renewed) - result.updated
    _mark_people_with(changed)
    return result


def _is_ours(term: Term) -> bool:
    return term.status == TermStatus.IN_USE and not term.edited_by_staff and term.proposed_by_id is None


def _names_taken(terms: Iterable[Term]) -> set[tuple[str, str, str]]:
    return {(term.kind, language, term.name_in(language).casefold()) for term in terms for language in LANGUAGES}


def _new_term(shipped: ShippedTerm, known: dict[tuple[str, str], Term]) -> Term:
    return Term(
        kind=shipped.kind,
        code=shipped.code,
        sector=known.get((TermKind.SECTOR, shipped.sector)),
        **{f"name_{language}": name for language, name in shipped.names.items()},
    )


def _renew(known: dict[tuple[str, str], Term], ours: set[tuple[str, str]]) -> set[int]:
    """Give these terms the names, sector and aliases of the files. The ids of those that this changed."""
    aliases = set(TermAlias.objects.values_list("term_id", "language", "name"))
    changed: dict[int, Term] = {}
    new_aliases: list[TermAlias] = []
    for shipped in shipped_terms():
        if (shipped.kind, shipped.code) not in ours:
            continue
        term = known[shipped.kind, shipped.code]
        sector = known.get((TermKind.SECTOR, shipped.sector))
        wanted: dict[str, Any] = {f"name_{language}": name for language, name in shipped.names.items()}
        wanted["sector_id"] = sector.pk if sector else None
        if any(getattr(term, attribute) != value for attribute, value in wanted.items()):
            for attribute, value in wanted.items():
                setattr(term, attribute, value)
            term.updated_at = timezone.now()
            changed[term.pk] = term
        new_aliases += [
            TermAlias(term=term, language=language, name=name)
            for language in LANGUAGES
            for name in shipped.aliases.get(language, [])
            if (term.pk, language, name) not in aliases
        ]
    columns = ["name_nn", "name_nb", "name_en", "sector", "updated_at"]
    Term.objects.bulk_update(changed.values(), columns, batch_size=200)
    TermAlias.objects.bulk_create(new_aliases)
    return set(changed) | {alias.term_id for alias in new_aliases}


def _mark_people_with(term_ids: set[int]) -> None:
    """Bulk writes send no signals, so the search index learns here that words people are found by have changed."""
    people = Profile.objects.filter(
        Q(profile_skills__term__in=term_ids) | Q(sectors__in=term_ids) | Q(sdgs__in=term_ids)
    ).values_list("pk", flat=True)
    mark_changed(PEOPLE, set(people))
