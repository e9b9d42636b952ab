"""What Norec knows about a person, for advisers: all that is on file, and an exchange that the list did not have."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.forms.corrections import ExchangeForm, PersonForm
from profiles.services.facts import ExchangeFacts, RecordFacts


class RecordForm(PersonForm):
    """The person as Norec has them on file."""

    participant_id = forms.CharField(
        label=_("Participant number"),
        required=False,
        max_length=64,
        help_text=_("An import knows the person again by it."),
    )
    email_on_file = forms.EmailField(
        label=_("Address on file"),
        required=False,
        help_text=_(
            "As long as nobody has the record, it goes to whoever shows that this address is theirs. Leave it empty when you are "
            "not sure. Members never see it."
        ),
    )

    def facts(self) -> RecordFacts:
        values = self.cleaned_data
        return RecordFacts(
            **values | {"participant_id": values["participant_id"] or None, "email_on_file": values["email_on_file"].lower()}
        )


class NewExchangeForm(ExchangeForm):
    """The facts of an exchange, and the number by which Norec knows it."""

    exchange_id = forms.CharField(
        label=_("Number of the exchange"),
        max_length=64,
        help_text=_("Norec's own. An import knows the exchange again by it."),
        error_messages={"required": _("Write Norec's number of the exchange.")},
    )
    field_order = ("exchange_id",)

    def facts(self) -> ExchangeFacts:
        return ExchangeFacts(**{name: value for name, value in self.cleaned_data.items() if name != "exchange_id"})
