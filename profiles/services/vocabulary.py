"""Advisers keep the vocabulary: names and aliases in three languages, and what members propose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from notifications.services import notify
from privacy.services import record
from profiles.fingerprints import fingerprint
from profiles.models import Profile, Term, TermAlias, User
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.notices import PROPOSAL_DECIDED
from profiles.policies import can_edit_vocabulary
from profiles.proposals import free_code, tidy_name
from profiles.viewers import Viewer

LANGUAGES = ("nn", "nb", "en")

# Which decision may follow which status of a term. A merged one stays merged: its people have moved on.
MOVES: dict[TermStatus, frozenset[TermStatus]] = {
    TermStatus.PROPOSED: frozenset({TermStatus.IN_USE, TermStatus.DECLINED, TermStatus.MERGED}),
    TermStatus.DECLINED: frozenset({TermStatus.IN_USE, TermStatus.MERGED}),
    TermStatus.IN_USE: frozenset({TermStatus.MERGED}),
    TermStatus.MERGED: frozenset(),
}


@dataclass(frozen=True)
class TermWords:
    """What a term is called: a name in each of nn, nb and en, other words for it by language, and the sector of a skill."""

    names: Mapping[str, str]
    aliases: Mapping[str, Iterable[str]] = field(default_factory=dict)
    sector: Term | None = None


def term_token(term: Term) -> str:
    """What a form carries, so that two advisers do not overwrite each other."""
    aliases = sorted(term.aliases.values_list("language", "name"))
    return fingerprint([term.status, term.name_nn, term.name_nb, term.name_en, term.sector_id, aliases])


@transaction.atomic
def add_term(*, actor: Viewer, kind: TermKind, words: TermWords) -> Term:
    """Put a new word in the vocabulary. Raises `NotAllowed`, and `Invalid` when a name is missing or taken."""
    _check(actor)
    names = _checked_names(kind, words.names, own=None)
    term = Term(kind=kind, code=free_code(kind, names["en"]), edited_by_staff=True)
    _write(term, names, words)
    record(actor=actor.user, action="profiles.term_added", thing=term, details={"kind": term.kind, "code": term.code})
    return term


@transaction.atomic
def edit_term(*, actor: Viewer, term: Term, words: TermWords, token: str) -> None:
    """Change the words of a term; who has it keeps it, and is found by the new words.

    Raises `NotAllowed`, `Conflict` when somebody changed it since `token`, `Invalid` when a name is missing or taken.
    """
    _check(actor)
    locked = _locked(term, token)
    _write(locked, _checked_names(TermKind(locked.kind), words.names, own=locked), words)
    record(actor=actor.user, action="profiles.term_edited", thing=locked, details={"kind": locked.kind, "code": locked.code})


@transaction.atomic
def take_up_proposal(*, actor: Viewer, term: Term, words: TermWords, answer: str, token: str) -> None:
    """Put a word that a member proposed in use, under names in all three languages, and tell those who have it.

    Raises `NotAllowed`, `Conflict` and `Invalid` as `edit_term` does.
    """
    _check(actor)
    locked = _locked(term, token)
    proposed = locked.name_en
    _move(locked, TermStatus.IN_USE)
    locked.answer = answer.strip()
    _write(locked, _checked_names(TermKind(locked.kind), words.names, own=locked), words)
    record(actor=actor.user, action="profiles.proposal_taken_up", thing=locked, details={"code": locked.code})
    tell_proposers(locked, proposed)


@transaction.atomic
def decline_proposal(*, actor: Viewer, term: Term, answer: str) -> None:
    """Leave a proposed word out of the vocabulary, and tell those who have it why. They keep it, and only they see it.

    Raises `NotAllowed`, `Conflict` when it has been decided meanwhile, `Invalid` when no words say why.
    """
    _check(actor)
    if not answer.strip():
        raise Invalid(_("Say why the word is not taken up. The member reads your words."), code="answer_missing")
    locked = Term.objects.select_for_update().get(pk=term.pk)
    _move(locked, TermStatus.DECLINED)
    locked.answer = answer.strip()
    locked.save(update_fields=["status", "answer", "updated_at"])
    record(actor=actor.user, action="profiles.proposal_declined", thing=locked, details={"code": locked.code})
    tell_proposers(locked, locked.name_en)


def tell_proposers(term: Term, word: str) -> None:
    """Tell everybody who has a proposed word what has become of it. `word` is what they wrote."""
    for user in User.objects.filter(profile__profile_skills__term=term):
        notify(recipient=user, kind=PROPOSAL_DECIDED, data={"word": word, "status": str(term.status)})


def people_with(term: Term) -> list[int]:
    """Ids of the profiles that have this skill, sector or goal."""
    has_it = Q(profile_skills__term=term) | Q(sectors=term) | Q(sdgs=term)
    return list(Profile.objects.filter(has_it).order_by("pk").values_list("pk", flat=True).distinct())


def _check(actor: Viewer) -> None:
    if not can_edit_vocabulary(actor):
        raise NotAllowed(_("Only network advisers change the vocabulary."))


def _locked(term: Term, token: str) -> Term:
    locked = Term.objects.select_for_update().get(pk=term.pk)
    if term_token(locked) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
    return locked


def _move(term: Term, status: TermStatus) -> None:
    if status not in MOVES[TermStatus(term.status)]:
        raise Conflict(_("Somebody has decided about this word meanwhile."))
    term.status = status


def _checked_names(kind: TermKind, names: Mapping[str, str], own: Term | None) -> dict[str, str]:
    tidy = {language: tidy_name(names.get(language, "")) for language in LANGUAGES}
    if not all(tidy.values()):
        raise Invalid(_("Write the name in all three languages."), code="name_missing")
    others = Term.objects.filter(kind=kind, status=TermStatus.IN_USE).exclude(pk=own.pk if own and own.pk else 0)
    for language, name in tidy.items():
        if others.filter(**{f"name_{language}__iexact": name}).exists():
            raise Invalid(
                _("“%(name)s” is the name of another word in the list. Merge the two, or choose another name.") % {"name": name},
                code="name_taken",
            )
    return tidy


def _write(term: Term, names: Mapping[str, str], words: TermWords) -> None:
    term.name_nn, term.name_nb, term.name_en = (names[language] for language in LANGUAGES)
    term.sector = words.sector if term.kind == TermKind.SKILL else None
    term.edited_by_staff = True
    if not term.pk:
        term.save()
    # Aliases are made without signals: saving the term after them tells the search index.
    _replace_aliases(term, words.aliases)
    term.save()


def _replace_aliases(term: Term, aliases: Mapping[str, Iterable[str]]) -> None:
    """Only what differs is touched: each alias that goes makes the index look at everybody who has the term."""
    wanted = {(alias.language, alias.name): alias for alias in _aliases(term, aliases)}
    for alias in term.aliases.all():
        if wanted.pop((alias.language, alias.name), None) is None:
            alias.delete()
    TermAlias.objects.bulk_create(wanted.values())


def _aliases(term: Term, aliases: Mapping[str, Iterable[str]]) -> list[TermAlias]:
    """Each word once in its language, without regard to case, and not the name itself."""
    made: list[TermAlias] = []
    for language in LANGUAGES:
        seen = {term.name_in(language).casefold()}
        for name in map(tidy_name, aliases.get(language, ())):
            if name and name.casefold() not in seen:
                seen.add(name.casefold())
                made.append(TermAlias(term=term, language=language, name=name))
    return made
