"""Mails about accounts, in the language of whose account it is."""

from typing import Any

from django.utils import translation

from alumni_site.core.languages import DEFAULT_LANGUAGE, supported_language
from alumni_site.core.mails import build_mail
from profiles.models import User


def language_of_address(address: str) -> str:
    """The language its owner has chosen, where the address is of an account; else that of the page that sends the mail."""
    saved = User.objects.filter(email__iexact=address).values_list("language", flat=True).first()
    return supported_language(saved) or supported_language(translation.get_language()) or DEFAULT_LANGUAGE


def send_to_account(*, user: User, template: str, context: dict[str, Any]) -> None:
    """Mail an account at its sign-in address, now. From a task: whoever decides something does not wait for the mail server."""
    language = supported_language(user.language) or DEFAULT_LANGUAGE
    build_mail(template=template, to=user.email, language=language, context=context).send()
