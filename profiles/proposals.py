"""Words that members miss in the vocabulary: found under another name, or proposed to Norec."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from profiles.models import Term, User
from profiles.models.vocabulary import TermKind, TermStatus

MOST_OPEN_PROPOSALS = 10
_LONGEST_CODE = 60
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})


def terms_named(kind: TermKind, name: str) -> QuerySet[Term]:
    """Terms of this kind that go by this name, or have it as an alias, in any of the three languages; case does not count."""
    name = tidy_name(name)
    names = Q(name_nn__iexact=name) | Q(name_nb__iexact=name) | Q(name_en__iexact=name) | Q(aliases__name__iexact=name)
    return Term.objects.filter(names, kind=kind).distinct()


def skill_for_words(user: User, name: str) -> Term:
    """The skill a member means by these words: one that is there, or a new proposal, which only they see until Norec takes it up.

    Runs in the caller's transaction. Raises `ValidationError` when Norec has said no to the words before, or when too many
    of the member's proposals wait.
    """
    name = tidy_name(name)
    known = {term.status: term for term in terms_named(TermKind.SKILL, name).select_related("merged_into")}
    for status in (TermStatus.IN_USE, TermStatus.PROPOSED):
        if status in known:
            return known[status]
    if TermStatus.MERGED in known:
        return known[TermStatus.MERGED].merged_into or known[TermStatus.MERGED]
    if TermStatus.DECLINED in known:
        raise ValidationError(
            _("Norec has looked at “%(name)s” before and does not use it. Choose another word, or write it under “About me”.")
            % {"name": name}
        )
    waiting = Term.objects.filter(proposed_by=user, status=TermStatus.PROPOSED).count()
    if waiting >= MOST_OPEN_PROPOSALS:
        raise ValidationError(_("Norec has not looked at your other proposals yet. Propose more when it has."))
    return Term.objects.create(
        kind=TermKind.SKILL,
        code=free_code(TermKind.SKILL, name),
        name_nn=name,
        name_nb=name,
        name_en=name,
        status=TermStatus.PROPOSED,
        proposed_by=user,
    )


def free_code(kind: TermKind, name: str) -> str:
    """A code for a new term, made from its name, that no other of its kind has."""
    code = slugify(name.translate(_LETTERS))[:_LONGEST_CODE].strip("-") or f"{kind}-{get_random_string(8).lower()}"
    taken = Term.objects.filter(kind=kind, code=code).exists()
    return f"{code}-{get_random_string(6).lower()}" if taken else code


def tidy_name(name: str) -> str:
    """A name without stray spaces, with accents in the form everybody else has them."""
    return " ".join(unicodedata.normalize("NFC", name).split())
