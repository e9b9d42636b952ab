"""The sections that are lists: languages and links. What a member knows has a file of its own."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from profiles.countries import language_choices, language_codes, language_name
from profiles.forms.rows import AddForm, Row, RowsEditor
from profiles.models import ProfileLink
from profiles.models.people import LanguageLevel
from profiles.sections import MOST_LANGUAGES, MOST_LINKS


class LanguageRow(forms.Form):
    use_required_attribute = False
    code = forms.CharField(widget=forms.HiddenInput)
    level = forms.ChoiceField(choices=LanguageLevel.choices, label=_("How well"))

    @property
    def name(self) -> str:
        return language_name(str(self["code"].value() or ""))

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code not in language_codes():
            raise forms.ValidationError(_("Choose a language in the list."))
        return code


class AddLanguage(AddForm):
    nothing_chosen = _("Choose a language first.")
    code = forms.ChoiceField(
        label=_("Language"), required=False, error_messages={"invalid_choice": _("Choose a language in the list.")}
    )
    level = forms.ChoiceField(
        choices=LanguageLevel.choices, label=_("How well"), required=False, initial=LanguageLevel.GOOD.value
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", _("Choose a language")), *language_choices()]  # type: ignore[attr-defined]

    def rows(self) -> list[Row]:
        code = self.cleaned_data["code"]
        return [{"code": code, "level": self.cleaned_data["level"] or LanguageLevel.GOOD.value}] if code else []


class LanguagesEditor(RowsEditor):
    template = "profiles/edit/_languages.html"
    row_form, add_form, most, key = LanguageRow, AddLanguage, MOST_LANGUAGES, "code"


def _address(required: bool) -> forms.CharField:
    longest = ProfileLink._meta.get_field("url").max_length
    return forms.CharField(max_length=longest, label=_("Address"), required=required, widget=forms.URLInput)


def _whole_address(text: str) -> str:
    """The address with https:// in front where it was left out. Raises `ValidationError` when it is none on the web."""
    address = text if "://" in text or not text else f"https://{text}"
    if address:
        check = URLValidator(
            schemes=["https", "http"], message=_("This is not an address on the web. It looks like https://example.org")
        )
        check(address)
    return address


class LinkRow(forms.Form):
    use_required_attribute = False
    label = forms.CharField(max_length=80, label=_("What it is"), required=False)
    url = _address(required=True)

    def clean_url(self) -> str:
        return _whole_address(self.cleaned_data["url"])


class AddLink(AddForm):
    nothing_chosen = _("Write the address first.")
    label = forms.CharField(
        max_length=80, label=_("What it is"), required=False, help_text=_("For example: My company, LinkedIn, an article")
    )
    url = _address(required=False)

    def clean_url(self) -> str:
        return _whole_address(self.cleaned_data["url"])

    def rows(self) -> list[Row]:
        url = self.cleaned_data["url"]
        return [{"url": url, "label": self.cleaned_data["label"]}] if url else []


class LinksEditor(RowsEditor):
    template = "profiles/edit/_links.html"
    row_form, add_form, most, key = LinkRow, AddLink, MOST_LINKS, "url"
