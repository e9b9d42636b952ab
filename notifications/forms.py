"""Forms of the page where people choose what they are told, how and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.choices import Choice
from notifications.kinds import MailPace, NotificationKind
from notifications.models import NoticeTimes


def _hours() -> list[tuple[str, str]]:
    return [(str(hour), f"{hour:02d}.00") for hour in range(24)]


class KindForm(forms.Form):
    """One kind. Of a kind that may not be turned off only the push is there to choose."""

    in_app = forms.BooleanField(label=_("In the app"), required=False)
    mail = forms.ChoiceField(label=_("E-mail"), choices=MailPace.choices)
    push = forms.BooleanField(label=_("Push on my devices"), required=False)

    def __init__(self, data: Any = None, *, kind: NotificationKind, choice: Choice) -> None:
        initial = {"in_app": choice.in_app, "mail": choice.mail, "push": choice.push}
        super().__init__(data, prefix=kind.key.replace(".", "-"), initial=initial)
        self.kind = kind
        if not kind.may_be_turned_off:
            del self.fields["in_app"], self.fields["mail"]

    def choice(self) -> Choice:
        """What was chosen; the form must be valid."""
        values = self.cleaned_data
        return Choice(in_app=values.get("in_app", True), mail=MailPace(values.get("mail", self.kind.mail)), push=values["push"])


class TimesForm(forms.Form):
    digest_hour = forms.TypedChoiceField(label=_("Daily and weekly e-mail at"), coerce=int)
    quiet_from = forms.TypedChoiceField(label=_("Quiet from"), coerce=int, required=False, empty_value=None)
    quiet_until = forms.TypedChoiceField(label=_("Quiet until"), coerce=int, required=False, empty_value=None)

    def __init__(self, data: Any = None, *, times: NoticeTimes) -> None:
        initial = {
            "digest_hour": times.digest_hour,
            "quiet_from": "" if times.quiet_from is None else times.quiet_from,
            "quiet_until": "" if times.quiet_until is None else times.quiet_until,
        }
        super().__init__(data, initial=initial)
        self.fields["digest_hour"].choices = _hours()  # type: ignore[attr-defined]
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].choices = [("", _("No quiet hours")), *_hours()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        begin, end = values.get("quiet_from"), values.get("quiet_until")
        if (begin is None) != (end is None):
            missing = "quiet_from" if begin is None else "quiet_until"
            self.add_error(missing, _("Choose both when it begins and when it ends, or neither."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("Choose another hour than the one it begins at."))
        return values
