"""Reads of accounts and applications. These lists are for Norec's advisers: views ask `acts_as_adviser` first."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q


def contains_in_any_case(field: str, text: str) -> Q:
    """Whether a column has this text in it, whatever the case. SQLite by itself folds A to Z only, not Ø or É."""
    variants = {text, text.lower(), text.upper(), text.title()}
    return Q(*((f"{field}__icontains", variant) for variant in sorted(variants)), _connector=Q.OR)


def _address_is_verified(account: str) -> Exists:
    from allauth.account.models import EmailAddress

    return Exists(EmailAddress.objects.filter(user=OuterRef(account), verified=True))


# What `profiles.disclosure.disclose_in_conversation` reads, and no more: a conversation shows many people.
_IN_CONVERSATION = (
    "uuid",
    "status",
    "is_active",
    "application__name",
    *(
        f"profile__{field}"
        for field in (
            "uuid",
            "first_name",
            "last_name",
            "chosen_name",
            "headline",
            "photo",
            "audiences_name",
            "audiences_photo",
            "audiences_headline",
            "visibility_chosen_at",
            "is_paused",
        )
    ),
)


class UserQuerySet(models.QuerySet[Any]):
    def with_name_in_conversation(self) -> Self:
        """Fetch with each account, in the same query, what those they talk with may see of them."""
        return self.select_related("profile", "application").only(*_IN_CONVERSATION)

    def with_verified_address(self) -> Self:
        return self.filter(_address_is_verified("pk"))

    def matching(self, text: str) -> Self:
        """Accounts whose name, participant id or sign-in address has this in it; every word must be found."""
        found = self
        for word in text.split():
            found = found.filter(
                contains_in_any_case("profile__first_name", word)
                | contains_in_any_case("profile__last_name", word)
                | contains_in_any_case("profile__chosen_name", word)
                | contains_in_any_case("application__name", word)
                | Q(profile__participant_id__iexact=word)
                | Q(email__icontains=word)
            )
        return found


class ApplicationQuerySet(models.QuerySet[Any]):
    def waiting(self) -> Self:
        """Those to be answered. Nobody is asked about an address that has not been verified."""
        asks = Q(user__status="applicant") | Q(user__status="active", is_for_role_only=True)
        return self.filter(asks, _address_is_verified("user"), decided_at=None)

    def answered(self) -> Self:
        return self.filter(decided_at__isnull=False)

    def matching(self, text: str) -> Self:
        """Applications whose name or address has this in it; every word must be found."""
        found = self
        for word in text.split():
            found = found.filter(contains_in_any_case("name", word) | Q(user__email__icontains=word))
        return found
