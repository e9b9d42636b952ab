"""A mail goes out once: a real worker is killed with -9 at the worst moments, with a real mail server at the other end."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.notifications.sinks import MailSink, mail_sink
from tests.services.place import Place, own_place
from tests.services.warm import Warm, warm

pytestmark = pytest.mark.slow

_TELL = """
from django.db import transaction
from notifications.models import KindChoice
from notifications.services import notify
from profiles.models import User
from profiles.notices import PROPOSAL_DECIDED as KIND
person = User.objects.create_user("person@example.org", status="active", language="en")
KindChoice.objects.create(user=person, kind=KIND, in_app=True, mail="at_once", push=False)
with transaction.atomic():
    notify(recipient=person, kind=KIND, data={"word": "welding", "status": "in_use"})
"""
_TIME_PASSES = "UPDATE notifications_delivery SET leased_until = '2020-01-01 00:00:00' WHERE leased_until IS NOT NULL"
_STATE = "SELECT state, last_error, uuid FROM notifications_delivery"
_RETRY = """
from notifications.models import Delivery
from profiles.accounts.services.deliveries import retry_delivery
from profiles.models import User
from profiles.viewers import viewer_for
boss = User.objects.create_superuser("boss@example.org")
retry_delivery(actor=viewer_for(boss), delivery=Delivery.objects.get())
"""


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with mail_sink() as server:
        yield server


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_place(tmp_path) as own:
        yield own


@pytest.fixture
def commands(place: Place, sink: MailSink) -> Iterator[Warm]:
    environment = {**place.environment, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    with warm(environment, place.folder / "log", "notifications.management.commands.send_notices") as started:
        yield started


def run(commands: Warm, *command: str) -> str:
    code, said = commands.run(*command)
    assert code == 0, said
    return said


def kill_when_silent(commands: Warm, sink: MailSink) -> None:
    """Start the worker, wait until the mail server has fallen silent, and kill the worker where it stands."""
    worker = commands.start("send_notices")
    try:
        assert sink.is_silent.wait(120)
    finally:
        os.kill(worker, signal.SIGKILL)
        assert commands.wait() == -signal.SIGKILL


def test_killed_between_sending_and_marking_it_is_not_sent_twice(place: Place, commands: Warm, sink: MailSink) -> None:
    run(commands, "shell", "-v0", "-c", _TELL)
    sink.silent_after = "data"
    kill_when_silent(commands, sink)
    assert [message["To"] for message in sink.messages] == ["person@example.org"]
    sink.silent_after = ""
    # While the lease runs, nobody touches it.
    assert "mails=0" in run(commands, "send_notices")
    place.query(_TIME_PASSES)
    assert "mails=0" in run(commands, "send_notices")
    assert "mails=0" in run(commands, "send_notices")
    [(state, code, uuid)] = place.query(_STATE)
    assert (state, code, len(sink.messages)) == ("dead", "unknown", 1)
    # Staff send it again all the same: then a mail system can tell that it is the same mail.
    run(commands, "shell", "-v0", "-c", _RETRY)
    assert "mails=1" in run(commands, "send_notices")
    assert [message["Message-ID"] for message in sink.messages] == [f"<notice.{UUID(str(uuid))}@localhost>"] * 2


def test_killed_before_sending_it_is_sent_once(place: Place, commands: Warm, sink: MailSink) -> None:
    run(commands, "shell", "-v0", "-c", _TELL)
    sink.silent_after = "connect"
    kill_when_silent(commands, sink)
    assert sink.messages == []
    sink.silent_after = ""
    place.query(_TIME_PASSES)
    assert "mails=1" in run(commands, "send_notices")
    assert "mails=0" in run(commands, "send_notices")
    assert len(sink.messages) == 1
    assert place.query(_STATE)[0][0] == "sent"
