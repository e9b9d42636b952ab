"""Forms of the pages of messages."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import WhoMayWrite
from messaging.models.conversations import LONGEST_NAME
from messaging.models.messages import LONGEST_BODY
from messaging.searching import without_control_characters


def _norms() -> forms.BooleanField:
    return forms.BooleanField(label=_("I have read this and will keep to it"))


class _WordsField(forms.CharField):
    """What somebody writes, counted as it is kept: a browser sends two characters for each end of a line."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(without_control_characters(value) if value else value)


class FirstMessageForm(forms.Form):
    body = _WordsField(
        label=_("Your message"),
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=_("Say who you are, why you write to this person, and what you hope for. You send one text."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    norms = _norms()

    def __init__(self, *args: Any, asks_norms: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_norms:
            del self.fields["norms"]


class NormsForm(forms.Form):
    norms = _norms()


class EditForm(forms.Form):
    body = _WordsField(
        label=_("Your message"), max_length=LONGEST_BODY, required=False, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )


class SettingsForm(forms.Form):
    who_may_write = forms.ChoiceField(
        label=_("Who may send you a request"),
        choices=WhoMayWrite.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Norec’s advisers may write whatever you choose. Unless you choose “Nobody”, so may everybody you have shared "
            "something with, such as a group here or an organisation: missions and partners too. Those you talk with already may "
            "go on. Nobody sees what you choose."
        ),
    )
    shows_read_state = forms.BooleanField(
        label=_("Show others how far I have read"),
        required=False,
        help_text=_("If you do not, you do not see how far others have read either."),
    )


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=LONGEST_NAME)
    people = forms.MultipleChoiceField(
        label=_("Whom to invite"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They join when they say yes."),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["people"]


class GroupNameForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=LONGEST_NAME)


class InviteForm(forms.Form):
    person = forms.ChoiceField(label=_("Invite somebody you talk with"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Choose a person")), *people]  # type: ignore[attr-defined]
