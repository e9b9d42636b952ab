"""Mails: text and HTML of the same words, in the language of who gets them.

One template a mail. Its first paragraph is the subject. Paragraphs are parted by empty lines; one that is a line of words
and a line with an address is a button in HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

_BUTTON = re.compile(r"(?P<words>[^\n]+):\n(?P<url>https?://\S+)")


@dataclass(frozen=True)
class Paragraph:
    """`url` is empty but for a button."""

    words: str
    url: str = ""


def build_mail(
    *, template: str, to: str, language: str, context: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """A mail from `templates/emails/<template>.txt`. It names no more of a person than `context` holds."""
    with translation.override(language):
        rendered = render_to_string(f"emails/{template}.txt", {"site_url": settings.SITE_URL, **context})
        subject, *paragraphs = _paragraphs(rendered)
        values = {"subject": subject, "paragraphs": [_paragraph(text) for text in paragraphs], "language": language}
        html = render_to_string("emails/mail.html", values)
    message = EmailMultiAlternatives(subject, "\n\n".join(paragraphs) + "\n", settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(html, "text/html")
    message.extra_headers["Content-Language"] = language
    # No holiday replies to a machine.
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.extra_headers.update(headers or {})
    return message


def _paragraphs(rendered: str) -> list[str]:
    text = "\n".join(line.strip() for line in rendered.splitlines())
    return [part.strip() for part in re.split(r"\n{2,}", text) if part.strip()]


def _paragraph(text: str) -> Paragraph:
    button = _BUTTON.fullmatch(text)
    return Paragraph(button["words"], button["url"]) if button else Paragraph(text)
