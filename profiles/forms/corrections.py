"""Asking for a correction, answering it, and the facts themselves."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import process

from profiles.countries import country_choices
from profiles.models import Exchange, Organisation, OrganisationName, Profile
from profiles.models.organisations import organisation_key
from profiles.own_values import exchange_in_words
from profiles.services.corrections import LONGEST_TEXT
from profiles.services.facts import ExchangeFacts, PersonFacts

# The least likeness, of 100, at which "did you mean" helps more than it puzzles.
_LIKE_ENOUGH = 70
_ABOUT_THE_PERSON = "person"


class AskForm(forms.Form):
    """`about` is the UUID of an exchange, or the person as such."""

    use_required_attribute = False
    about = forms.ChoiceField(label=_("What is wrong?"), error_messages={"required": _("Choose what is wrong.")})
    text = forms.CharField(
        label=_("What is right?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Write it so that we can check it: the right date, the right name of the organisation."),
        error_messages={"required": _("Write what is wrong, and what is right.")},
    )

    def __init__(self, *args: Any, profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._exchanges = {str(exchange.uuid): exchange for exchange in profile.exchanges.all()}
        choices = [(uuid, exchange_in_words(exchange)) for uuid, exchange in self._exchanges.items()]
        about: Any = self.fields["about"]
        about.choices = [("", _("Choose")), *choices, (_ABOUT_THE_PERSON, _("My name or my year of birth"))]

    @property
    def exchange(self) -> Exchange | None:
        return self._exchanges.get(self.cleaned_data["about"])


class AnswerForm(forms.Form):
    use_required_attribute = False
    answer = forms.CharField(
        label=_("Your words to the member"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class _OrganisationField(forms.CharField):
    """An organisation by any name it goes by. Empty is none; an unknown name is refused, with one that is like it."""

    widget = forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        known = OrganisationName.objects.filter(key=organisation_key(text)).select_related("organisation").first()
        if known:
            return known.organisation
        names = OrganisationName.objects.values_list("name", flat=True)
        near = process.extractOne(text, names, score_cutoff=_LIKE_ENOUGH)
        message = gettext("We have no organisation called “%(name)s”.") % {"name": text}
        hint = gettext("Did you mean %(name)s?") % {"name": near[0]} if near else gettext("Add it under Organisations first.")
        raise forms.ValidationError(f"{message} {hint}")


class _Date(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
            error_messages={"invalid": _("Write the date as day.month.year, for example 31.12.2019.")},
            **options,
        )


class ExchangeForm(forms.Form):
    """The facts of an exchange."""

    use_required_attribute = False
    programme = forms.CharField(label=_("Programme"), required=False, max_length=120)
    sending_organisation = _OrganisationField(label=_("Sending organisation"), required=False)
    host_organisation = _OrganisationField(label=_("Host organisation"), required=False)
    from_country = forms.ChoiceField(label=_("From country"), required=False)
    to_country = forms.ChoiceField(label=_("To country"), required=False)
    start = _Date(label=_("Start"))
    end = _Date(label=_("End"))
    role = forms.CharField(label=_("Role"), required=False, max_length=160)
    homecoming_date = _Date(label=_("Homecoming training"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("from_country", "to_country"):
            field: Any = self.fields[name]
            field.choices = [("", _("Not known")), *country_choices()]

    @classmethod
    def initial_for(cls, exchange: Exchange) -> dict[str, Any]:
        return {name: getattr(exchange, name) for name in cls.base_fields} | {
            name: organisation.name if (organisation := getattr(exchange, name)) else ""
            for name in ("sending_organisation", "host_organisation")
        }

    def facts(self) -> ExchangeFacts:
        return ExchangeFacts(**self.cleaned_data)


def _this_year() -> int:
    return timezone.localdate().year


class PersonForm(forms.Form):
    """The facts about the person. Whether a year of birth goes with the exchanges, the service says."""

    use_required_attribute = False
    first_name = forms.CharField(label=_("First name"), max_length=100, error_messages={"required": _("Write the first name.")})
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=100)
    birth_year = forms.IntegerField(
        label=_("Year of birth"), required=False, min_value=1920, validators=[MaxValueValidator(_this_year)]
    )

    @classmethod
    def initial_for(cls, profile: Profile) -> dict[str, Any]:
        return {name: getattr(profile, name) for name in cls.base_fields}

    def facts(self) -> PersonFacts:
        return PersonFacts(**self.cleaned_data)


def organisation_names() -> list[str]:
    """Names to offer while an adviser types."""
    return list(Organisation.objects.order_by("name").values_list("name", flat=True))
