"""`/dev/mail/`."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client, override_settings

from alumni_site.core.demo_mail import all_mail, find_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = "tests.core.demo_urls"  # type: ignore[attr-defined]
    return tmp_path


def send(folder: Path, *subjects: str, html: str = "") -> None:
    """Send through the backend that the development settings use: all of one connection land in one file."""
    with get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder)) as connection:
        for subject in subjects:
            mail = EmailMultiAlternatives(subject, f"Text of {subject}", "Norec <n@example.org>", ["åse@example.org"])
            if html:
                mail.attach_alternative(html, "text/html")
            connection.send_messages([mail])


def test_several_mails_of_one_file_are_told_apart(folder: Path) -> None:
    send(folder, "Første", "Andre")
    mails = all_mail()
    assert sorted(mail.subject for mail in mails) == ["Andre", "Første"]
    for mail in mails:
        assert mail.text.strip() == f"Text of {mail.subject}"
        assert find_mail(mail.key) == mail


@pytest.mark.parametrize("key", ["../../etc/passwd.log.0", "nothing.log.0", "x", "/etc/hosts.0", ""])
def test_only_mails_can_be_named(folder: Path, key: str) -> None:
    (folder.parent / "outside.log").write_text("Subject: outside\n\nsecret")
    assert find_mail(key) is None
    assert find_mail("../outside.log.0") is None


def test_list_and_mail_are_shown(folder: Path, client: Client) -> None:
    send(folder, "Confirm <your> address", html="<p>Hello</p>")
    key = all_mail()[0].key
    assert "Confirm &lt;your&gt; address" in client.get("/dev/mail/").content.decode()
    page = client.get(f"/dev/mail/{key}/")
    assert page.status_code == 200
    assert f'src="/dev/mail/{key}/html/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_html_of_a_mail_is_shut_in(folder: Path, client: Client) -> None:
    send(folder, "One", html="<script>alert(1)</script>")
    response = client.get(f"/dev/mail/{all_mail()[0].key}/html/")
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_empty_folder_says_what_to_do(folder: Path, client: Client) -> None:
    assert "No mail yet" in client.get("/dev/mail/").content.decode()


@override_settings(ROOT_URLCONF="alumni_site.urls")
def test_it_is_not_there_without_debug(client: Client) -> None:
    assert client.get("/dev/mail/").status_code == 404
