"""Forms of Norec's own pages: an adviser answers applicants, gives roles and suspends accounts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from profiles.accounts.policies import ROLES_TO_ASK_FOR
from profiles.models import Organisation
from profiles.roles import Role

_LONGEST_WORDS = 3000


class _OrganisationChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.name


class _RoleFields(forms.Form):
    """A role and, for those who have it on behalf of an organisation, which one: chosen, or written when it is new."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = _OrganisationChoice(
        label=_("Organisation"),
        required=False,
        queryset=Organisation.objects.none(),
        to_field_name="uuid",
        empty_label=_("None"),
        help_text=_("For a mission officer the mission, for a partner coordinator the partner organisation."),
    )
    new_organisation = forms.CharField(
        label=_("Or the name of one that is not in the list"),
        required=False,
        max_length=250,
    )

    def __init__(self, *args: Any, roles: tuple[Role, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = _organisations()  # type: ignore[attr-defined]


class RoleAnswerForm(_RoleFields):
    """Give an applicant who is a member by their record the role they ask for."""

    answer = forms.CharField(
        label=_("Your words to the person"),
        required=False,
        max_length=_LONGEST_WORDS,
        help_text=_("They stand in the e-mail, between a greeting and what to do next."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, roles=ROLES_TO_ASK_FOR, **kwargs)


class AdmissionForm(RoleAnswerForm):
    """Accept an applicant."""

    record = forms.ChoiceField(
        label=_("Is this somebody Norec knows?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Choose their record only when you are sure: the person gets it, with its exchanges."),
    )
    first_name = forms.CharField(label=_("First name"), max_length=100, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=100, required=False)
    field_order = ("record", "first_name", "last_name", "role", "organisation", "new_organisation", "answer")

    def __init__(self, *args: Any, records: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"].choices = [("", _("No: make a new profile")), *records]  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Say no to an applicant."""

    answer = forms.CharField(
        label=_("Why, in words for the person"),
        max_length=_LONGEST_WORDS,
        help_text=_("They stand in the e-mail. Say what would change your answer, if anything would."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RoleForm(_RoleFields):
    """Give a member another role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, roles=tuple(Role), **kwargs)


class SuspendForm(forms.Form):
    words = forms.CharField(
        label=_("Why, in words for the person"),
        max_length=_LONGEST_WORDS,
        help_text=_("They get them by e-mail, and the address they can answer to."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReinstateForm(forms.Form):
    words = forms.CharField(
        label=_("Words to the person"), required=False, max_length=_LONGEST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
    )


def _organisations() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("name").only("uuid", "name")
