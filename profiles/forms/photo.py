"""The form for a picture. What is in the file is for `profiles.photos` to judge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.photos import LARGEST_FILE_BYTES


class PhotoForm(forms.Form):
    use_required_attribute = False
    photo = forms.FileField(
        label=_("Picture of you"),
        help_text=_("A JPEG, PNG or WebP file of at most %(size)s MB. We cut it to a square around the middle.")
        % {"size": LARGEST_FILE_BYTES // 1024**2},
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose another."),
            "invalid": _("No file came with it. Choose it again."),
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
