"""What forms say when something is wrong: what to do, in plain words, in place of Django's own sentences."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_MESSAGES: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.BooleanField: {"required": _("Tick this to go on.")},
    forms.IntegerField: {"invalid": _("Write a whole number, with digits only.")},
    forms.DateField: {"invalid": _("Write a whole date: day, month and year.")},
    forms.ChoiceField: {"required": _("Choose one."), "invalid_choice": _("Choose one from the list.")},
    forms.MultipleChoiceField: {"required": _("Choose at least one."), "invalid_choice": _("Choose from the list.")},
    forms.ModelChoiceField: {"required": _("Choose one."), "invalid_choice": _("Choose one from the list.")},
    forms.ModelMultipleChoiceField: {"required": _("Choose at least one."), "invalid_choice": _("Choose from the list.")},
    forms.FileField: {
        "required": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("The file is empty. Choose another one."),
        "invalid": _("The file did not arrive. Choose it once more."),
    },
    forms.URLField: {"invalid": _("Write a whole address, such as https://example.org.")},
}


def use_plain_messages() -> None:
    """Give every form field these messages, where a form does not say its own. Called once, at start-up."""
    for field, messages in _MESSAGES.items():
        own: dict[str, Any] = dict(vars(field).get("default_error_messages", {}))
        field.default_error_messages = {**own, **messages}
    validators.EmailValidator.message = _("Write a whole e-mail address, such as name@example.org.")
    validators.MaxLengthValidator.message = ngettext_lazy(
        "Write at most %(limit_value)d sign. There are %(show_value)d now.",
        "Write at most %(limit_value)d signs. There are %(show_value)d now.",
        "limit_value",
    )
