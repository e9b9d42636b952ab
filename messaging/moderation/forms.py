"""Forms for reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.models import Decision, ReportReason
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
