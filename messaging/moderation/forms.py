"""Forms for reports."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from messaging.models import Decision, ReportReason
from messaging.moderation.reading import ReportDetail, ShownEntry
from messaging.moderation.services import LONGEST_ANSWER, LONGEST_WORDS


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is it about?"), choices=ReportReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("Tell us more"),
        help_text=_("Only Norec’s advisers read it."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DecisionForm(forms.Form):
    """What to do about a report, and about which message of its copy. Offers no decision that could be about nobody there."""

    entry = forms.ChoiceField(label=_("What it is about"), required=False, widget=forms.RadioSelect)
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=_("How long a limit holds"),
        coerce=int,
        choices=[(7, _("One week")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
    )
    answer = forms.CharField(
        label=_("Why, in words for both sides"),
        help_text=_("Both sides read this. Do not write who reported it, or what would tell it."),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, report: ReportDetail, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entries = [entry for entry in report.entries if entry.can_be_chosen]
        choices = [(entry.uuid, _in_words(entry)) for entry in entries]
        offered = {Decision.DISMISS} | ({Decision.REMOVE} if entries else set())
        if report.line.reported is not None or any(entry.has_account for entry in entries):
            offered |= {Decision.WARN, Decision.LIMIT, Decision.SUSPEND}
        if report.line.reported is not None and not report.line.is_message:
            whole = gettext("No message in particular, but how %(name)s writes") % {"name": report.line.reported.name}
            choices.insert(0, ("", whole))
        if choices:
            self.fields["entry"].choices = choices  # type: ignore[attr-defined]
            self.fields["entry"].initial = next((entry.uuid for entry in entries if entry.is_reported), "")
        else:
            del self.fields["entry"]
        self.fields["decision"].choices = [each for each in Decision.choices if each[0] in offered]  # type: ignore[attr-defined]


def _in_words(entry: ShownEntry) -> str:
    """Who wrote it, when, and how it begins: enough to tell it from the others of the copy."""
    said = entry.body or (entry.versions[-1].body if entry.versions else "")
    when = date_format(timezone.localtime(entry.sent_at), "DATETIME_FORMAT") if entry.sent_at else ""
    return ", ".join(filter(None, [entry.sender, when])) + (f": {Truncator(said).chars(80)}" if said else "")
