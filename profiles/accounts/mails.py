"""Mails about accounts: text and HTML of the same words, in the language of who gets it."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from alumni_site.core.languages import DEFAULT_LANGUAGE, supported_language
from profiles.models import User


def build_mail(*, template: str, to: str, language: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """A mail from `emails/<template>_subject.txt`, `.txt` and `.html`. It names no more of a person than `context` holds."""
    with translation.override(language):
        context = {"site_url": settings.SITE_URL, "language": language, **context}
        subject = " ".join(render_to_string(f"emails/{template}_subject.txt", context).split())
        text = render_to_string(f"emails/{template}.txt", context).strip() + "\n"
        html = render_to_string(f"emails/{template}.html", {**context, "subject": subject})
    message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(html, "text/html")
    message.extra_headers["Content-Language"] = language
    # No holiday replies to a machine.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    return message


def language_of_address(address: str) -> str:
    """The language its owner has chosen, where the address is of an account; else that of the page that sends the mail."""
    saved = User.objects.filter(email__iexact=address).values_list("language", flat=True).first()
    return supported_language(saved) or supported_language(translation.get_language()) or DEFAULT_LANGUAGE


def send_to_account(*, user: User, template: str, context: dict[str, Any]) -> None:
    """Mail an account at its sign-in address, now. From a task: whoever decides something does not wait for the mail server."""
    language = supported_language(user.language) or DEFAULT_LANGUAGE
    build_mail(template=template, to=user.email, language=language, context=context).send()
