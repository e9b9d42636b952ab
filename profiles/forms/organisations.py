"""What an organisation is called, where it is and what kind it is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.countries import country_choices
from profiles.models import Organisation
from profiles.models.organisations import OrganisationKind
from profiles.services.organisations import OrganisationFacts

_LONGEST_NAME: int = Organisation._meta.get_field("name").max_length  # type: ignore[assignment,union-attr]


class OrganisationForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=_("Name"), max_length=_LONGEST_NAME, error_messages={"required": _("Write the name of the organisation.")}
    )
    other_names = forms.CharField(
        label=_("Other names"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line. Imports recognise the organisation by all of them."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=OrganisationKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("Not known")), *country_choices()]

    @classmethod
    def initial_for(cls, organisation: Organisation) -> dict[str, Any]:
        others = [row.name for row in organisation.names.all() if row.name != organisation.name]
        return {
            "name": organisation.name,
            "other_names": "\n".join(others),
            "country": organisation.country,
            "kind": organisation.kind,
        }

    def clean_other_names(self) -> str:
        text: str = self.cleaned_data["other_names"]
        if any(len(line.strip()) > _LONGEST_NAME for line in text.splitlines()):
            raise forms.ValidationError(
                _("Write one name on each line, of at most %(count)s signs."), params={"count": _LONGEST_NAME}
            )
        return text

    def facts(self) -> OrganisationFacts:
        data = self.cleaned_data
        return OrganisationFacts(
            name=data["name"],
            other_names=tuple(data["other_names"].splitlines()),
            country=data["country"],
            kind=data["kind"],
        )


class FindOrganisationForm(forms.Form):
    use_required_attribute = False
    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("All countries")), *country_choices()]
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("All kinds")), *[pair for pair in OrganisationKind.choices if pair[0]]]


class MergeOrganisationForm(forms.Form):
    """Which record stays, by any name it goes by."""

    use_required_attribute = False
    into = forms.CharField(
        label=_("The organisation that stays"),
        max_length=_LONGEST_NAME,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        error_messages={"required": _("Write the name of the organisation that stays.")},
    )
