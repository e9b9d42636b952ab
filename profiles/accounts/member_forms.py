"""Forms of the pages where people write their application and their settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alumni_site.core.languages import LANGUAGE_NAMES
from profiles.accounts.forms import LONGEST_NAME, LONGEST_TEXT, role_choices
from profiles.accounts.time_zones import time_zone_choices


class ApplicationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = forms.ChoiceField(label=_("Who you are"), choices=role_choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("A few words about you"),
        max_length=LONGEST_TEXT,
        help_text=_("Which exchange you were on and when, or where you work: what Norec needs to know you by."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class SettingsForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=list(LANGUAGE_NAMES.items()),
        help_text=_("Of the pages, and of the e-mails you get."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Times are shown as your clock has them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["time_zone"]
        zones.choices = [("", _("Not chosen: UTC")), *time_zone_choices()]  # type: ignore[attr-defined]
