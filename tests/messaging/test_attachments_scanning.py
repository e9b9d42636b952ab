"""The virus scanner: asked in the background, believed when it finds something, waited for when it is silent."""

import socket
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from messaging.attachments.parts import FOLDER as PARTS
from messaging.attachments.scanning import ScannerUnreachable, scan
from messaging.attachments.services import check_waiting_files, upload_whole
from messaging.attachments.tasks import check_file
from messaging.models import Attachment, AttachmentState
from profiles.storage import private_storage
from tests.factories import viewer_of
from tests.messaging.clamd import scanner
from tests.messaging.samples import EICAR, archive
from tests.messaging.test_attachments_uploads import send, talk
from tests.profiles.accounts_helpers import signed_in
from tests.profiles.pictures import jpeg

pytestmark = pytest.mark.django_db


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture(params=["tcp", "unix"])
def clamav(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Any:
    with scanner(unix=tmp_path / "clamd" if request.param == "unix" else None) as address:
        settings.CLAMAV_URL = address
        yield


def upload(content: bytes, name: str) -> Attachment:
    amina, _bjorn, conversation = talk()
    return upload_whole(actor=viewer_of(amina), conversation=conversation, name=name, content=content)


def run_tasks() -> None:
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=check_file.module_path)
    assert waiting
    for result in waiting:
        check_file.func(**result.args_kwargs["kwargs"])


@pytest.mark.usefixtures("clamav")
def test_clean_file_is_ready_after_the_check_and_not_before() -> None:
    amina, _bjorn, conversation = talk()
    attachment = upload_whole(actor=viewer_of(amina), conversation=conversation, name="cat.jpg", content=jpeg())
    assert attachment.state == AttachmentState.CHECKING
    client = signed_in(amina.user)
    assert client.get(reverse("message_file", args=[attachment.uuid, "cat.jpg"])).status_code == 404
    assert client.get(reverse("message_upload", args=[attachment.uuid])).json()["state"] == "checking"
    run_tasks()
    run_tasks()
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.READY
    send(amina, conversation, [attachment])


@pytest.mark.usefixtures("clamav")
@pytest.mark.parametrize("content", [EICAR, b"x" * 200_000 + EICAR, b"PK"], ids=["bare", "far in", "packed"])
def test_virus_is_refused_and_its_bytes_are_deleted(content: bytes) -> None:
    if content[:2] == b"PK":  # the small server does not unpack; the real one does
        content = archive({"eicar.com": EICAR}, stored=("eicar.com",))
    attachment = upload(content, "note")
    run_tasks()
    attachment.refresh_from_db()
    assert (attachment.state, attachment.problem, attachment.file.name) == (AttachmentState.REFUSED, "virus", "")
    assert not private_storage().exists(f"{PARTS}/{attachment.uuid.hex}")


def test_scanner_that_is_away_keeps_the_file_waiting_until_it_is_back(settings: Any) -> None:
    settings.CLAMAV_URL = closed_port()
    attachment = upload(jpeg(), "cat.jpg")
    with pytest.raises(ScannerUnreachable):
        run_tasks()
    assert check_waiting_files() == 1
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.CHECKING
    with scanner() as address:
        settings.CLAMAV_URL = address
        assert check_waiting_files() == 0
    attachment.refresh_from_db()
    assert attachment.state == AttachmentState.READY


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: maybe\0", b"OK\0"])
def test_answer_that_is_not_ok_is_not_believed(settings: Any, answer: bytes) -> None:
    with scanner(answer=answer) as address:
        settings.CLAMAV_URL = address
        with pytest.raises(ScannerUnreachable):
            scan(b"something")


@pytest.mark.parametrize("address", ["http://clamav:3310", "clamav:3310", "unix:///nowhere/clamd.ctl"])
def test_address_that_is_none_fails_closed(settings: Any, address: str) -> None:
    settings.CLAMAV_URL = address
    with pytest.raises(ScannerUnreachable):
        scan(b"something")


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CLAMAV_URL = ""
    scan(EICAR)
