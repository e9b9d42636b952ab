"""The sections that are one plain form each."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.countries import country_choices, language_choices
from profiles.forms.editors import FormEditor, SectionForm
from profiles.models import Profile, Term
from profiles.models.people import OpenTo
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.sections import Values

# Digits with what people put between them, and a plus for the country.
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,}")


def _text(name: str, **options: Any) -> forms.CharField:
    """A field as long as its column."""
    longest: int = Profile._meta.get_field(name).max_length  # type: ignore[union-attr,assignment]
    return forms.CharField(max_length=longest, required=False, **options)


class BasicsForm(SectionForm):
    chosen_name = _text("chosen_name", label=_("Name"))
    name_then = _text(
        "name_then",
        label=_("Name at the time of the exchange"),
        help_text=_("If you had another name then. People who knew you can find you by it."),
    )
    headline = _text(
        "headline",
        label=_("Headline"),
        help_text=_("What you do, in a few words. For example: Solar engineer and trainer"),
    )

    def prepare(self) -> None:
        on_file = f"{self.profile.first_name} {self.profile.last_name}".strip()
        self.fields["chosen_name"].help_text = _("The name you go by. Leave it empty to use the one Norec has: %(name)s") % {
            "name": on_file
        }


class AboutForm(SectionForm):
    about = _text("about", label=_("About me"), widget=forms.Textarea(attrs={"rows": 9}))
    about_language = forms.ChoiceField(
        label=_("The language you write in"),
        required=False,
        help_text=_("So that the text is read aloud as it should be."),
    )

    def prepare(self) -> None:
        self.fields["about_language"].choices = [("", _("Not said")), *language_choices()]  # type: ignore[attr-defined]

    def clean_about(self) -> str:
        # Browsers send line ends in two signs; what is stored has one, or every save would look like a change.
        return self.cleaned_data["about"].replace("\r\n", "\n")


class HomeForm(SectionForm):
    country = forms.ChoiceField(label=_("Country"), required=False)
    place = _text("place", label=_("Town or place"), help_text=_("Only the name of the place, not a street."))

    def prepare(self) -> None:
        self.fields["country"].choices = [("", _("Not said")), *country_choices()]  # type: ignore[attr-defined]


class WorkForm(SectionForm):
    work_title = _text("work_title", label=_("What you work as"))
    workplace = _text("workplace", label=_("Organisation or company"))


class TopicsForm(SectionForm):
    sectors = forms.MultipleChoiceField(label=_("Sectors"), required=False, widget=forms.CheckboxSelectMultiple)
    sdgs = forms.MultipleChoiceField(
        label=_("Sustainable Development Goals"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        terms = list(Term.objects.filter(kind__in=[TermKind.SECTOR, TermKind.SDG], status=TermStatus.IN_USE))
        goals = sorted((term for term in terms if term.kind == TermKind.SDG), key=_goal_number)
        sectors = sorted((term for term in terms if term.kind == TermKind.SECTOR), key=lambda term: term.name.casefold())
        self.fields["sectors"].choices = [(term.code, term.name) for term in sectors]  # type: ignore[attr-defined]
        self.fields["sdgs"].choices = [(term.code, f"{term.code}. {term.name}") for term in goals]  # type: ignore[attr-defined]

    def values(self) -> Values:
        return {name: sorted(self.cleaned_data[name]) for name in self.fields}


def _goal_number(term: Term) -> tuple[int, str]:
    return (int(term.code), "") if term.code.isdigit() else (99, term.code)


class OpenToForm(SectionForm):
    open_to = forms.MultipleChoiceField(
        label=_("I am open to"), required=False, choices=OpenTo.choices, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def initial_for(cls, values: Values) -> dict[str, Any]:
        return {"open_to": [item.value for item in OpenTo if values[f"open_to_{item.value}"]]}

    def values(self) -> Values:
        return {f"open_to_{item.value}": item.value in self.cleaned_data["open_to"] for item in OpenTo}


class ContactForm(SectionForm):
    contact_email = forms.EmailField(label=_("E-mail for contact"), required=False)
    contact_phone = _text("contact_phone", label=_("Phone for contact"), help_text=_("Begin with + and the country’s number."))

    def clean_contact_phone(self) -> str:
        phone: str = self.cleaned_data["contact_phone"]
        if phone and not _PHONE.fullmatch(phone):
            raise forms.ValidationError(_("This is not a phone number. Write it with digits, for example +256 772 123 456."))
        return phone


class BasicsEditor(FormEditor):
    form_class = BasicsForm


class AboutEditor(FormEditor):
    form_class = AboutForm


class HomeEditor(FormEditor):
    form_class = HomeForm


class WorkEditor(FormEditor):
    form_class = WorkForm


class TopicsEditor(FormEditor):
    form_class = TopicsForm
    template = "profiles/edit/_topics.html"


class OpenToEditor(FormEditor):
    form_class = OpenToForm
    lead = _("Tick what others may ask you about. You answer yes or no each time.")


class ContactEditor(FormEditor):
    form_class = ContactForm
    lead = _(
        "Nobody sees these until you choose who does, for each of them. The address you sign in with is never shown to anybody."
    )
