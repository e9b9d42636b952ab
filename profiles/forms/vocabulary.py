"""The words of a term in three languages, and the search in the vocabulary."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.models import Term
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.services.vocabulary import LANGUAGES, TermWords

_LONGEST_NAME: int = Term._meta.get_field("name_en").max_length  # type: ignore[assignment,union-attr]
_LONGEST_ANSWER = 1000


def _name(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=_LONGEST_NAME, error_messages={"required": _("Write the name in all three languages.")}
    )


def _aliases(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class TermForm(forms.Form):
    use_required_attribute = False
    name_nn = _name(_("Name in nynorsk"))
    aliases_nn = _aliases(_("Other words in nynorsk"))
    name_nb = _name(_("Name in bokmål"))
    aliases_nb = _aliases(_("Other words in bokmål"))
    name_en = _name(_("Name in English"))
    aliases_en = _aliases(_("Other words in English"))
    sector = forms.ModelChoiceField(
        label=_("Sector"), required=False, queryset=Term.objects.none(), empty_label=_("None"), to_field_name="code"
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == TermKind.SKILL:
            field: Any = self.fields["sector"]
            field.queryset = Term.objects.filter(kind=TermKind.SECTOR, status=TermStatus.IN_USE)
        else:
            del self.fields["sector"]

    @classmethod
    def initial_for(cls, term: Term) -> dict[str, Any]:
        aliases: dict[str, list[str]] = {language: [] for language in LANGUAGES}
        for alias in term.aliases.all():
            aliases[alias.language].append(alias.name)
        return {
            **{f"name_{language}": term.name_in(language) for language in LANGUAGES},
            **{f"aliases_{language}": "\n".join(words) for language, words in aliases.items()},
            "sector": term.sector.code if term.sector else "",
        }

    def _clean_aliases(self, language: str) -> str:
        text: str = self.cleaned_data[f"aliases_{language}"]
        if any(len(line.strip()) > _LONGEST_NAME for line in text.splitlines()):
            raise forms.ValidationError(
                _("Write one word or name on each line, of at most %(count)s signs."), params={"count": _LONGEST_NAME}
            )
        return text

    def clean_aliases_nn(self) -> str:
        return self._clean_aliases("nn")

    def clean_aliases_nb(self) -> str:
        return self._clean_aliases("nb")

    def clean_aliases_en(self) -> str:
        return self._clean_aliases("en")

    def words(self) -> TermWords:
        data = self.cleaned_data
        return TermWords(
            names={language: data[f"name_{language}"] for language in LANGUAGES},
            aliases={language: data[f"aliases_{language}"].splitlines() for language in LANGUAGES},
            sector=data.get("sector"),
        )


class DecisionForm(forms.Form):
    """Words to the member who proposed a word."""

    use_required_attribute = False
    answer = forms.CharField(
        label=_("Your words to the member"),
        required=False,
        max_length=_LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindTermForm(forms.Form):
    use_required_attribute = False
    q = forms.CharField(label=_("Word"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *TermKind.choices])
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *TermStatus.choices])


class MergeTermForm(forms.Form):
    """Which word stays."""

    use_required_attribute = False
    into = forms.ModelChoiceField(
        label=_("The word that stays"),
        queryset=Term.objects.none(),
        to_field_name="code",
        empty_label=_("Choose a word"),
        error_messages={"required": _("Choose the word that stays."), "invalid_choice": _("Choose the word that stays.")},
    )

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = Term.objects.filter(kind=term.kind, status=TermStatus.IN_USE).exclude(pk=term.pk)
