"""Forms of the import pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.importing.tables import MOST_BYTES


class UploadForm(forms.Form):
    """A participant list. What is in it is read by the worker, not here."""

    file = forms.FileField(
        label=_("Participant list"),
        help_text=_("CSV, TSV or XLSX, at most 20 MB. One row for each exchange."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("The file is empty. Choose another."),
        },
    )

    def clean_file(self) -> Any:
        """Refuse early what the service would refuse."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            text = _("The file is larger than %(most)s MB. Split it.")
            raise forms.ValidationError(text, code="too_big", params={"most": MOST_BYTES // 1024**2})
        return file


class CountryForm(forms.Form):
    """ "Use Nepal": which country was meant by a text. Comes as one value of one button: column, code and text."""

    meaning = forms.CharField(max_length=600)

    def clean_meaning(self) -> tuple[str, str, str]:
        column, code, text = [*self.cleaned_data["meaning"].split("|", 2), "", ""][:3]
        return column, code, text
