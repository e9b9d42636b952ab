"""Every mail about accounts, in each language: whole sentences, links that work, and words kept as words."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from alumni_site.core.mails import build_mail
from profiles.accounts.mails import language_of_address
from tests.factories import UserFactory

TEMPLATES = sorted(path.stem for path in (settings.BASE_DIR / "templates" / "emails" / "account").glob("*.txt"))
CONTEXT = {
    "activate_url": "https://network.example/accounts/confirm-email/KEY/",
    "password_reset_url": "https://network.example/accounts/password/reset/key/1-x/",
    "signup_url": "https://network.example/accounts/signup/",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "name": "Amina <i>Otieno</i>",
    "answer": "First line.\n\nhttps://norec.example/ & more",
    "words": "Why.",
}


def test_there_is_a_mail_for_all_that_is_sent() -> None:
    assert len(TEMPLATES) == 16


@pytest.mark.parametrize("template", TEMPLATES)
def test_mail_is_whole_in_each_language(template: str) -> None:
    mails = {
        language: build_mail(template=f"account/{template}", to="a@example.org", language=language, context=CONTEXT)
        for language in ("nn", "nb", "en")
    }
    greetings = {"nn": "Helsing frå alle oss", "nb": "Hilsen fra alle oss", "en": "Greetings from all of us"}
    for language, message in mails.items():
        html = str(message.alternatives[0][0])
        assert message.subject
        assert "\n" not in message.subject
        assert message.body.startswith(("Hei,\n\n", "Hi,\n\n"))
        assert greetings[language] in message.body
        assert "{" not in message.body + html
        assert "<i>Otieno" not in html
        assert f"<title>{message.subject}</title>" in html
        assert message.extra_headers["Content-Language"] == language
    assert mails["en"].subject != mails["nn"].subject
    assert mails["en"].body != mails["nb"].body != mails["nn"].body


@pytest.mark.parametrize("template", ["email_confirmation_signup", "email_confirmation", "password_reset_key"])
def test_link_is_a_button_and_stands_alone_in_text(template: str) -> None:
    message = build_mail(template=f"account/{template}", to="a@example.org", language="en", context=CONTEXT)
    link = CONTEXT["password_reset_url" if "reset" in template else "activate_url"]
    assert f":\n{link}\n\n" in message.body
    assert f'<a href="{link}" style=' in str(message.alternatives[0][0])


@pytest.mark.django_db
def test_language_is_that_of_the_account_else_of_the_page() -> None:
    UserFactory(email="kari@example.org", language="nn")
    UserFactory(email="ola@example.org", language="")
    assert [language_of_address(address) for address in ("KARI@example.org", "ola@example.org", "x@example.org")] == [
        "nn",
        "en",
        "en",
    ]


@pytest.mark.django_db
def test_every_message_of_allauth_has_our_words() -> None:
    ours = {path.name for path in (settings.BASE_DIR / "templates" / "account" / "messages").glob("*.txt")}
    import allauth.account

    theirs = {path.name for path in (Path(allauth.account.__file__).parent.parent / "templates/account/messages").glob("*.txt")}
    # Phones and sign-in codes are not used.
    assert {name for name in theirs - ours if "phone" not in name and "code" not in name} == set()
    assert Client().get(reverse("account_login")).status_code == 200
