"""What a member knows: skills of the vocabulary with years and a note, and words that are missing in it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from profiles.forms.rows import AddForm, Row, RowsEditor
from profiles.models import Profile, ProfileSkill, Term
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.proposals import terms_named, tidy_name
from profiles.sections import MOST_SKILLS

MOST_YEARS = 70


class SkillRow(forms.Form):
    """`terms` are the skills the member may have, by code."""

    use_required_attribute = False
    code = forms.CharField(widget=forms.HiddenInput, required=False)
    proposal = forms.CharField(widget=forms.HiddenInput, required=False, max_length=Term._meta.get_field("name_en").max_length)
    years = forms.IntegerField(
        label=_("Years"),
        required=False,
        min_value=0,
        max_value=MOST_YEARS,
        error_messages={"invalid": _("Write the years as a number, or leave it empty.")},
    )
    note = forms.CharField(
        label=_("What you can be asked about"), required=False, max_length=ProfileSkill._meta.get_field("note").max_length
    )

    def __init__(self, *args: Any, terms: dict[str, Term], **kwargs: Any) -> None:
        self.terms = terms
        super().__init__(*args, **kwargs)

    @property
    def term(self) -> Term | None:
        return self.terms.get(str(self["code"].value() or ""))

    @property
    def name(self) -> str:
        return self.term.name if self.term else str(self["proposal"].value() or self["code"].value() or "")

    @property
    def waits(self) -> bool:
        """Whether Norec has not looked at the word yet."""
        return self.term is None or self.term.status == TermStatus.PROPOSED

    @property
    def is_declined(self) -> bool:
        return self.term is not None and self.term.status == TermStatus.DECLINED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        code = cleaned.get("code", "")
        if (code and code not in self.terms) or (not code and not cleaned.get("proposal")):
            raise forms.ValidationError(
                _("“%(name)s” is not in the list any more. Remove it, and choose another."), params={"name": code}
            )
        if code:
            cleaned.pop("proposal", None)
        return cleaned


class _SkillSelect(forms.Select):
    """Each option carries the names of its skill in the other languages: the script finds it by them too."""

    also: dict[str, str]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if self.also.get(str(value)):
            option["attrs"]["data-also"] = self.also[str(value)]
        return option


class AddSkill(AddForm):
    nothing_chosen = _("Choose a skill first, or write the one you miss.")
    skill = forms.ChoiceField(
        label=_("Skill"),
        required=False,
        widget=_SkillSelect,
        error_messages={"invalid_choice": _("Choose a skill in the list.")},
    )
    proposal = forms.CharField(
        label=_("Not in the list? Write it here"),
        required=False,
        max_length=Term._meta.get_field("name_en").max_length,
        help_text=_("We ask Norec to take it up. Until then only you see it."),
    )

    def __init__(self, *args: Any, terms: dict[str, Term], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skill: Any = self.fields["skill"]
        skill.choices = _choices(terms.values())
        skill.widget.also = {code: _other_words(term) for code, term in terms.items()}

    def clean_proposal(self) -> str:
        return tidy_name(self.cleaned_data["proposal"])

    def rows(self) -> list[Row]:
        """The skill that was chosen, and the one that was written: under its own name when the vocabulary has it."""
        skill, words = self.cleaned_data["skill"], self.cleaned_data["proposal"]
        new = [_row(skill)] if skill else []
        if words:
            known = terms_named(TermKind.SKILL, words).filter(status=TermStatus.IN_USE).first()
            new.append(_row(known.code) if known else {**_row(""), "proposal": words})
        return new


def _row(code: str) -> Row:
    return {"code": code, "years": None, "note": ""}


def _other_words(term: Term) -> str:
    """Every word for a skill but the one that is shown, each once."""
    words = [term.name_nn, term.name_nb, term.name_en, *(alias.name for alias in term.aliases.all())]
    return " ".join(sorted({word.lower() for word in words} - {term.name.lower()}))


def _choices(terms: Iterable[Term]) -> list[Any]:
    """Skills in use under their sector, both in the order of the alphabet."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for term in terms:
        if term.status == TermStatus.IN_USE:
            groups.setdefault(term.sector.name if term.sector else gettext("Other"), []).append((term.code, term.name))
    sorted_groups = [(sector, sorted(skills, key=lambda skill: skill[1].casefold())) for sector, skills in sorted(groups.items())]
    return [("", _("Choose a skill")), *sorted_groups]


class SkillsEditor(RowsEditor):
    template = "profiles/edit/_skills.html"
    lead = _("Choose what others may ask you about. A few that you know well are better than many.")
    row_form, add_form, most, key = SkillRow, AddSkill, MOST_SKILLS, "code"

    def __init__(self, profile: Profile, **kwargs: Any) -> None:
        self._terms = skills_for(profile)
        super().__init__(profile, **kwargs)

    def row_kwargs(self) -> dict[str, Any]:
        return {"terms": self._terms}

    def add_kwargs(self) -> dict[str, Any]:
        return {"terms": self._terms}

    def identity(self, row: Row) -> Any:
        return row["code"] or str(row.get("proposal") or "").casefold()


def skills_for(profile: Profile) -> dict[str, Term]:
    """The skills a member may have, by code: those in use, and their own that are not."""
    own = Q(pk__in=profile.profile_skills.values("term")) | Q(proposed_by=profile.user_id, status=TermStatus.PROPOSED)
    terms = Term.objects.filter(Q(status=TermStatus.IN_USE) | own, kind=TermKind.SKILL)
    return {term.code: term for term in terms.select_related("sector").prefetch_related("aliases")}
