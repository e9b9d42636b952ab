"""How django-allauth behaves here: our words, our mails, and what happens when an address has been verified."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alumni_site.core.languages import supported_language
from alumni_site.core.mails import build_mail
from profiles.accounts.mails import language_of_address
from profiles.accounts.navigation import first_page_for
from profiles.accounts.services.claiming import (
    admit_by_verified_addresses,
    admit_verified_account,
    clear_squatters,
    settle_roles_after_homecoming,
)
from profiles.middleware import CAPACITY_SESSION_KEY
from profiles.models import User
from profiles.models.accounts import AccountStatus

# allauth knows no nynorsk, so every sentence a person may meet is ours. What is missing here cannot come up with our settings.
_WORDS: dict[str, str | Promise] = {
    "account_inactive": _("This account cannot be used now."),
    "duplicate_email": _("You use this address already. Write another one."),
    "email_password_mismatch": _("The e-mail address and the password do not belong together. Check both and try again."),
    "email_taken": _("Write another e-mail address."),
    "enter_current_password": _("This is not your present password. Write it again."),
    "incorrect_password": _("This is not your password. Write it again."),
    "invalid_login": _("The e-mail address and the password do not belong together. Check both and try again."),
    "invalid_password_reset": _("This link cannot be used any more. Ask for a new one."),
    "max_email_addresses": _("You cannot add another e-mail address."),
    "rate_limited": _("That was too often in a short time. Wait some minutes and try again."),
    "same_as_current": _("This is what you have already. Write something new."),
    "too_many_login_attempts": _("That was wrong too many times. Wait five minutes and try again, or make a new password."),
    "unverified_primary_email": _("Verify the new address first. We have sent you an e-mail."),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, **_WORDS}

    # --- Mail ---

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """Our own templates in place of allauth's: "account/email/x" is `templates/emails/account/x.txt` and `.html`."""
        address = email if isinstance(email, str) else email[0]
        template = template_prefix.replace("account/email/", "account/")
        wanted = {key: value for key, value in context.items() if key not in {"request", "current_site", "ip", "user_agent"}}
        message = build_mail(template=template, to=address, language=self._language_for(address, context), context=wanted)
        message.extra_headers.update(headers or {})
        return message

    def _language_for(self, address: str, context: dict[str, Any]) -> str:
        # A new address of somebody is not on their account yet.
        user = context.get("user")
        return supported_language(getattr(user, "language", "")) or language_of_address(address)

    # --- Accounts ---

    def new_user(self, request: HttpRequest) -> User:
        """Somebody who signs up on a page in their language has chosen it."""
        return User(language=supported_language(get_language()) or "")

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Mark an address as verified and, in the same transaction, give the account the record that is under it."""
        clear_squatters(user=email_address.user, address=email_address.email)
        if not super().confirm_email(request, email_address):
            return False
        admit_verified_account(user=email_address.user, address=email_address.email)
        return True

    def is_password_of(self, request: HttpRequest, address: EmailAddress, password: str) -> bool:
        """Whether this is the password of the account the address is to belong to. Counts as an attempt to sign in.

        Raises `ValidationError` after too many.
        """
        self.pre_authenticate(request, email=address.user.email)
        user = authenticate(request, email=address.user.email, password=password)
        if user is None or user.pk != address.user_id:
            return False
        self._rollback_login_failed_rl_usage()
        return True

    # --- Sign-in ---

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        if user.status == AccountStatus.SUSPENDED:
            from allauth.account.internal.stagekit import clear_login

            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, in the capacity chosen last; records and homecomings that have come in since then count from now."""
        super().login(request, user)
        admit_by_verified_addresses(user=user)
        profile = getattr(user, "profile", None)
        if profile is not None:
            settle_roles_after_homecoming([profile.pk])
        if user.last_capacity is not None:
            request.session[CAPACITY_SESSION_KEY] = str(user.last_capacity.uuid)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return first_page_for(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return first_page_for(request.user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        from django.urls import reverse

        return reverse("settings")
