"""Reads the mail that the development settings write into files instead of sending it."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# Django writes this after every message of a file.
_BETWEEN = b"\n" + b"-" * 79 + b"\n"
_KEY = re.compile(r"([\w-]+\.log)\.(\d{1,4})")


@dataclass(frozen=True)
class Mail:
    """One mail. `key` names it in addresses; `html` is empty when it has only text."""

    key: str
    sent_at: datetime
    sender: str
    recipients: str
    subject: str
    text: str
    html: str


def all_mail() -> list[Mail]:
    """Every mail, newest first."""
    found = [mail for file in _files() for mail in _mails_in(file)]
    return sorted(found, key=lambda mail: (mail.sent_at, mail.key), reverse=True)


def find_mail(key: str) -> Mail | None:
    """The mail of that key, or None when there is none."""
    match = _KEY.fullmatch(key)
    if match is None or not (_folder() / match[1]).is_file():
        return None
    return next((mail for mail in _mails_in(_folder() / match[1]) if mail.key == key), None)


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _files() -> Iterator[Path]:
    return _folder().glob("*.log")


def _mails_in(file: Path) -> Iterator[Mail]:
    for number, raw in enumerate(file.read_bytes().split(_BETWEEN)):
        if raw.strip():
            message = email.message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            yield Mail(
                key=f"{file.name}.{number}",
                sent_at=_sent_at(message, file),
                sender=message["From"] or "",
                recipients=message["To"] or "",
                subject=message["Subject"] or "",
                text=_part(message, "plain"),
                html=_part(message, "html"),
            )


def _sent_at(message: EmailMessage, file: Path) -> datetime:
    if message["Date"]:
        return parsedate_to_datetime(message["Date"]).astimezone(UTC)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
