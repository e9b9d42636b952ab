"""Forms of sign-in and sign-up: allauth's, in our words, with one field for a new password instead of two."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.signup import prevent_enumeration
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.accounts.policies import ROLES_TO_ASK_FOR
from profiles.accounts.services.applications import keep_application
from profiles.models import User
from profiles.roles import Role

LONGEST_NAME = 150
LONGEST_TEXT = 1500
_ROLE_WORDS: dict[Role, str | Promise] = {
    Role.PARTICIPANT: _("I am on an exchange, or on my way"),
    Role.MEMBER: _("I have been on an exchange and am home again"),
    Role.ENTREPRENEUR: _("I am a social entrepreneur"),
    Role.OFFICER: _("I work at a mission (an embassy or another post abroad)"),
    Role.COORDINATOR: _("I work at a partner organisation of Norec"),
}
NEW_PASSWORD_HELP = _("At least 10 characters. Three or four words that only you would put together are good, and easy to keep.")


def role_choices() -> list[tuple[str, str | Promise]]:
    return [(role.value, _ROLE_WORDS[role]) for role in ROLES_TO_ASK_FOR]


def _describe(form: forms.BaseForm, name: str, label: str | Promise, help_text: str | Promise = "") -> None:
    """Our words on one of allauth's fields; its placeholders repeat the label and vanish while one writes."""
    field: Any = form.fields.get(name)
    if field is None:
        return
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self, "login", _("E-mail address"))
        _describe(self, "password", _("Password"))
        _describe(self, "remember", _("Keep me signed in on this device"), _("Not on a machine that others use too."))


class SignupForm(allauth_forms.SignupForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("As Norec may know you from your exchange. You choose later which name others see."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    role = forms.ChoiceField(label=_("Who you are"), choices=role_choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("A few words about you"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_(
            "Norec reads this if your address is not on its list: which exchange you were on and when, or where you work."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("name", "email", "password1", "role", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address_help = _("Best the one Norec has from your exchange: then you are in at once. We send a link to it.")
        _describe(self, "email", _("E-mail address"), address_help)
        _describe(self, "password1", _("Password"), NEW_PASSWORD_HELP)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not any(sign.isalpha() for sign in name):
            raise forms.ValidationError(_("Write your name with letters."))
        return name

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save the account and its application together.

        An address that has an account already gets the same answer as a new one, after the same work.
        """
        if self.account_already_exists:
            # As slow as making an account is.
            User().set_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # Somebody has signed up with this address between our look and our write.
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])

    def signup(self, request: HttpRequest, user: User) -> None:
        values = self.cleaned_data
        keep_application(user=user, name=values["name"], text=values["text"], role=Role(values["role"]))


class ConfirmAddressForm(forms.Form):
    """Asked of who opens the link in another browser than the one they signed up in."""

    password = forms.CharField(
        label=_("The password you chose when you signed up"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self, "email", _("E-mail address"), _("The one you sign in with."))


class _OnePassword:
    """A new password is written once: whoever gets it wrong asks for a new link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)  # type: ignore[attr-defined]
        _describe(self, "oldpassword", _("Present password"))  # type: ignore[arg-type]
        _describe(self, "password1", _("New password"), NEW_PASSWORD_HELP)  # type: ignore[arg-type]


class ResetPasswordKeyForm(_OnePassword, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(_OnePassword, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(_OnePassword, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self, "password", _("Password"))


class AddEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(
            self, "email", _("New e-mail address"), _("We send a link to it. Until you follow the link, you sign in as before.")
        )
