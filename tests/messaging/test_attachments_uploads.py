"""Files on their way in: tus 1.0 and the plain form, broken lines, wrong people, wrong numbers."""

import base64
import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging.attachments.parts import FOLDER as PARTS
from messaging.attachments.reading import attachments_of, unsent_files
from messaging.attachments.services import (
    MOST_UNSENT,
    append,
    attach,
    begin_upload,
    check_waiting_files,
    remove_unsent_files,
    upload_whole,
)
from messaging.models import Attachment, AttachmentState, Conversation, Message, Participation
from messaging.models.attachments import LARGEST_FILE
from messaging.services.sending import send_message
from profiles.models import Profile, User
from profiles.storage import private_storage
from tests.factories import ConversationFactory, MessageFactory, MessageRequestFactory, TalkerFactory, viewer_of
from tests.messaging.samples import VALID, pdf, text
from tests.profiles.accounts_helpers import at_once, signed_in
from tests.profiles.pictures import jpeg

pytestmark = pytest.mark.django_db

TUS = {"Tus-Resumable": "1.0.0"}


def talk() -> tuple[Profile, Profile, Conversation]:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    return amina, bjorn, ConversationFactory(people=[amina.user, bjorn.user])


def announce(client: Client, conversation: Conversation, size: object, name: str = "note.txt", **headers: str) -> Any:
    told = f"filename {base64.b64encode(name.encode()).decode()},type dGV4dA=="
    return client.post(
        reverse("message_files", args=[conversation.uuid]),
        content_type="application/octet-stream",
        headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": told, **headers},
    )


def piece(client: Client, place: str, offset: object, content: bytes, **headers: str) -> Any:
    kind = headers.pop("kind", "application/offset+octet-stream")
    return client.patch(place, content, content_type=kind, headers={**TUS, "Upload-Offset": str(offset), **headers})


def head(client: Client, place: str) -> Any:
    return client.head(place, headers=TUS)


def begun(size: int = 20, name: str = "note.txt") -> tuple[Client, str, Conversation, Profile]:
    amina, _bjorn, conversation = talk()
    client = signed_in(amina.user)
    answer = announce(client, conversation, size, name)
    assert answer.status_code == 201
    return client, answer["Location"], conversation, amina


def the_file() -> Attachment:
    return Attachment.objects.get()


def test_file_in_one_piece_is_ready_when_the_last_byte_is_there() -> None:
    client, place, conversation, amina = begun(len(text()))
    answer = piece(client, place, 0, text())
    assert (answer.status_code, answer["Upload-Offset"], answer["Tus-Resumable"]) == (204, str(len(text())), "1.0.0")
    assert "Upload-Expires" in answer
    told = client.get(place).json()
    assert (told["state"], told["name"], told["problem"]) == ("ready", "note.txt", "")
    with the_file().file.open() as file:
        assert file.read() == text()
    assert [each.is_ready for each in unsent_files(viewer_of(amina), conversation)] == [True]


def test_upload_goes_on_where_it_broke_at_any_place() -> None:
    chance = random.Random(4)
    content = jpeg() + b"\0" * 10_000
    client, place, _conversation, _amina = begun(len(content), "cat.jpg")
    at = 0
    while at < len(content):
        assert head(client, place)["Upload-Offset"] == str(at)
        part = content[at : at + chance.randrange(1, 4000)]
        if chance.random() < 0.3:  # sent, and the answer lost: the client begins where it thinks it is, and is told
            assert piece(client, place, at, part).status_code == 204
            assert piece(client, place, at, part).status_code in (409, 404)
        else:
            assert piece(client, place, at, part).status_code == 204
        at += len(part)
    assert the_file().state == AttachmentState.READY
    assert head(client, place)["Upload-Length"] == str(the_file().size)


def test_pieces_are_gone_when_the_file_is_made() -> None:
    client, place, *_rest = begun(len(text()))
    piece(client, place, 0, text()[:5])
    folder = f"{PARTS}/{the_file().uuid.hex}"
    assert private_storage().listdir(folder)[1] == ["00000000"]
    piece(client, place, 5, text()[5:])
    assert not private_storage().exists(folder)


def test_piece_left_by_a_process_that_died_is_written_over() -> None:
    from messaging.attachments.parts import save_part

    client, place, *_rest = begun(len(text()))
    save_part(the_file().uuid, 0, b"what was left, and longer than the file will ever be")
    assert piece(client, place, 0, text()).status_code == 204
    with the_file().file.open() as file:
        assert file.read() == text()


@pytest.mark.parametrize("offset", [1, 19, 20, 21, 10**14])
def test_wrong_place_is_a_conflict_and_changes_nothing(offset: int) -> None:
    client, place, *_rest = begun(20)
    assert piece(client, place, offset, b"x").status_code in (409, 413)
    assert the_file().received == 0


@pytest.mark.parametrize("offset", ["-1", "", "x", "1.5", "٣", "9" * 40])
def test_place_that_is_no_number_is_refused(offset: str) -> None:
    client, place, *_rest = begun(20)
    headers = {**TUS, "Upload-Offset": offset.encode().decode("latin-1")}
    answer = client.patch(place, b"x", content_type="application/offset+octet-stream", headers=headers)
    assert answer.status_code == 400
    assert the_file().received == 0


def test_more_than_was_announced_is_refused() -> None:
    client, place, *_rest = begun(20)
    assert piece(client, place, 0, b"x" * 21).status_code == 413
    assert piece(client, place, 0, b"x" * 15).status_code == 204
    assert piece(client, place, 15, b"x" * 6).status_code == 413
    assert the_file().received == 15


@pytest.mark.parametrize(
    ("size", "status"),
    [(0, 422), (LARGEST_FILE + 1, 413), ("9" * 200, 413), (-1, 400), ("", 400), ("12x", 400), ("1e3", 400), (LARGEST_FILE, 201)],
)
def test_announced_size_is_held_against_the_limit(size: object, status: int) -> None:
    amina, _bjorn, conversation = talk()
    assert announce(signed_in(amina.user), conversation, size).status_code == status
    assert Attachment.objects.count() == (status == 201)


def test_two_pieces_at_once_are_one(transactional_db: None) -> None:
    amina, _bjorn, conversation = talk()
    attachment = begin_upload(actor=viewer_of(amina), conversation=conversation, name="note.txt", size=len(text()) + 4)
    actor = viewer_of(amina)
    answers = at_once([lambda: append(actor=actor, attachment=attachment, offset=0, content=text())] * 4)
    assert sum(isinstance(answer, Attachment) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Conflict)} == {"wrong_offset"}
    append(actor=actor, attachment=attachment, offset=len(text()), content=b"end\n")
    with the_file().file.open() as file:
        assert file.read() == text() + b"end\n"


def test_announcing_twice_makes_two_files_and_sending_is_of_one() -> None:
    amina, _bjorn, conversation = talk()
    client = signed_in(amina.user)
    places = {announce(client, conversation, 20)["Location"] for _ in range(2)}
    assert len(places) == 2


def test_other_version_of_the_protocol_is_told_which_we_speak() -> None:
    client, place, *_rest = begun()
    answer = client.head(place, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    answer = client.options(place)
    assert (answer.status_code, answer["Tus-Extension"]) == (204, "creation,termination,expiration")
    assert answer["Tus-Max-Size"] == str(LARGEST_FILE)


def test_piece_of_another_type_is_refused() -> None:
    client, place, *_rest = begun()
    assert piece(client, place, 0, b"x", kind="text/plain").status_code == 415


def test_upload_that_is_taken_back_is_gone_with_its_bytes(django_capture_on_commit_callbacks: Any) -> None:
    client, place, *_rest = begun()
    piece(client, place, 0, b"x" * 10)
    folder = f"{PARTS}/{the_file().uuid.hex}"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(place, headers=TUS).status_code == 204
    assert not private_storage().exists(folder)
    assert head(client, place).status_code == 404
    assert client.delete(place, headers=TUS).status_code == 404


def test_refused_file_says_why_and_leaves_no_bytes() -> None:
    client, place, conversation, amina = begun(12, "cat.jpg")
    assert piece(client, place, 0, b"not a cat...").status_code == 204
    told = client.get(place).json()
    assert (told["state"], told["problem"][:40]) == ("refused", "The file is something else than its name")
    assert not private_storage().exists(f"{PARTS}/{the_file().uuid.hex}")
    with pytest.raises(Invalid) as refused:
        send(amina, conversation, [the_file()])
    assert refused.value.code == "attachment_not_ready"
    nynorsk = client.get(place, headers={"Accept-Language": "nn"}).json()["problem"]
    assert nynorsk != told["problem"]


def _wrong_people(amina: Profile, bjorn: Profile, conversation: Conversation) -> dict[str, Client]:
    from profiles.models import Block

    former, suspended = TalkerFactory(), TalkerFactory()
    adviser = TalkerFactory()
    adviser.user.role_grants.create(role="adviser")
    superuser = TalkerFactory()
    User.objects.filter(pk=superuser.user.pk).update(is_superuser=True, is_staff=True)
    Participation.objects.create(conversation=conversation, user=former.user, left_at=timezone.now())
    Participation.objects.create(conversation=conversation, user=suspended.user)
    User.objects.filter(pk=suspended.user.pk).update(status="suspended")
    people = {
        "stranger": TalkerFactory().user,
        "former participant": former.user,
        "suspended": suspended.user,
        "adviser": adviser.user,
        "superuser": superuser.user,
    }
    clients = {name: signed_in(user) for name, user in people.items()}
    Block.objects.create(blocker=amina.user, blocked=bjorn.user)
    return {**clients, "blocked": signed_in(bjorn.user), "signed out": Client()}


def test_nobody_else_reaches_an_upload_or_begins_one() -> None:
    amina, bjorn, conversation = talk()
    place = announce(signed_in(amina.user), conversation, 20)["Location"]
    for who, client in _wrong_people(amina, bjorn, conversation).items():
        answers = {
            "announce": announce(client, conversation, 20),
            "form": client.post(reverse("message_files", args=[conversation.uuid]), {"files": SimpleUploadedFile("a.txt", b"a")}),
            "head": head(client, place),
            "get": client.get(place),
            "patch": piece(client, place, 0, b"x"),
            "delete": client.delete(place, headers=TUS),
        }
        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 404), who
        removed = client.post(reverse("message_upload_remove", args=[the_file().uuid])).status_code
        assert removed == (302 if who in ("signed out", "suspended") else 404), who
    assert (the_file().received, the_file().state) == (0, "uploading")


def test_other_participant_does_not_reach_an_upload_either() -> None:
    amina, bjorn, conversation = talk()
    place = announce(signed_in(amina.user), conversation, 20)["Location"]
    for answer in (head(signed_in(bjorn.user), place), piece(signed_in(bjorn.user), place, 0, b"x")):
        assert answer.status_code == 404
    with pytest.raises(NotAllowed):
        append(actor=viewer_of(bjorn), attachment=the_file(), offset=0, content=b"x")


def test_post_without_the_token_of_the_page_is_refused() -> None:
    amina, _bjorn, conversation = talk()
    client = Client(enforce_csrf_checks=True)
    client.force_login(amina.user)
    assert announce(client, conversation, 20).status_code == 403


def test_a_request_takes_no_files() -> None:
    request = MessageRequestFactory()
    for user in (request.sender, request.recipient):
        assert announce(signed_in(user), request.conversation, 20).status_code == 404
    request.status = "accepted"
    request.save()
    assert announce(signed_in(request.sender), request.conversation, 20).status_code == 201


def send(who: Profile, conversation: Conversation, files: list[Attachment], body: str = "") -> Message:
    uuids = [each.uuid for each in files]
    return send_message(actor=viewer_of(who), conversation=conversation, body=body, client_id=uuid4(), attachments=uuids).message


def uploaded(who: Profile, conversation: Conversation, name: str = "note.txt") -> Attachment:
    return upload_whole(actor=viewer_of(who), conversation=conversation, name=name, content=VALID[name][0])


def test_files_go_into_a_message_once() -> None:
    amina, _bjorn, conversation = talk()
    files = [uploaded(amina, conversation), uploaded(amina, conversation, "jpeg.jpg")]
    message = send(amina, conversation, files)
    assert [each.name for each in attachments_of([message])[message.pk]] == ["note.txt", "jpeg.webp"]
    with pytest.raises(Invalid):
        send(amina, conversation, files[:1])
    assert unsent_files(viewer_of(amina), conversation) == []


def test_files_of_many_messages_are_one_query(django_assert_num_queries: Any) -> None:
    amina, _bjorn, conversation = talk()
    messages = [send(amina, conversation, [uploaded(amina, conversation)]) for _ in range(3)]
    for some in (messages[:1], messages):
        with django_assert_num_queries(1):
            assert len(attachments_of(some)) == len(some)
    with django_assert_num_queries(0):
        assert attachments_of([]) == {}


def test_nobody_sends_anothers_file_or_one_of_another_conversation() -> None:
    amina, bjorn, conversation = talk()
    elsewhere = ConversationFactory(people=[amina.user, TalkerFactory().user])
    for files, where in (([uploaded(bjorn, conversation)], conversation), ([uploaded(amina, elsewhere)], conversation)):
        with pytest.raises(Invalid) as refused:
            send(amina, where, files)
        assert refused.value.code == "attachment_not_ready"
    assert not Message.objects.exists()


def test_file_that_is_not_complete_is_not_sent() -> None:
    _client, _place, conversation, amina = begun(20)
    with pytest.raises(Invalid):
        send(amina, conversation, [the_file()])


def test_a_message_has_five_files() -> None:
    amina, _bjorn, conversation = talk()
    files = [uploaded(amina, conversation) for _ in range(6)]
    with pytest.raises(Invalid) as refused:
        send(amina, conversation, files)
    assert refused.value.code == "too_many_files"
    assert len(attachments_of([send(amina, conversation, files[:5])]).popitem()[1]) == 5


def test_files_are_put_only_into_ones_own_message() -> None:
    amina, bjorn, conversation = talk()
    message = MessageFactory(conversation=conversation, sender=bjorn.user)
    with pytest.raises(NotAllowed):
        attach(actor=viewer_of(amina), message=message, uuids=[uploaded(amina, conversation).uuid])


def test_sent_file_is_not_taken_back_with_the_address_of_the_upload() -> None:
    amina, _bjorn, conversation = talk()
    attachment = uploaded(amina, conversation)
    send(amina, conversation, [attachment])
    assert signed_in(amina.user).delete(reverse("message_upload", args=[attachment.uuid]), headers=TUS).status_code == 404
    assert Attachment.objects.count() == 1


def test_what_one_person_has_unsent_is_limited() -> None:
    amina, _bjorn, conversation = talk()
    actor = viewer_of(amina)
    for _ in range(10):
        begin_upload(actor=actor, conversation=conversation, name="a", size=LARGEST_FILE)
    with pytest.raises(Invalid) as refused:
        begin_upload(actor=actor, conversation=conversation, name="a", size=1)
    assert refused.value.code == "too_many"
    Attachment.objects.all().delete()
    for _ in range(MOST_UNSENT):
        begin_upload(actor=actor, conversation=conversation, name="a", size=1)
    assert announce(signed_in(amina.user), conversation, 1).json()["code"] == "too_many"


def test_files_nobody_has_sent_go_after_a_day(django_capture_on_commit_callbacks: Any, capsys: Any) -> None:
    amina, _bjorn, conversation = talk()
    old, sent, new = (uploaded(amina, conversation) for _ in range(3))
    send(amina, conversation, [sent])
    half = begin_upload(actor=viewer_of(amina), conversation=conversation, name="half.txt", size=20)
    append(actor=viewer_of(amina), attachment=half, offset=0, content=b"half of it")
    yesterday = timezone.now() - timedelta(hours=25)
    Attachment.objects.filter(pk__in=[old.pk, sent.pk, half.pk]).update(created_at=yesterday)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_unsent_files")
    assert "Removed 2 files." in capsys.readouterr().out
    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent.pk, new.pk}
    assert not private_storage().exists(old.file.name)
    assert private_storage().exists(sent.file.name)
    assert not private_storage().exists(f"{PARTS}/{half.uuid.hex}")
    assert remove_unsent_files() == 0


def test_form_without_scripts_takes_files_and_keeps_what_was_written() -> None:
    amina, _bjorn, conversation = talk()
    client = signed_in(amina.user)
    files = [
        SimpleUploadedFile("cat.jpg", jpeg()),
        SimpleUploadedFile("plan.pdf", pdf()),
        SimpleUploadedFile("bad.pdf", b"nothing"),
    ]
    answer = client.post(reverse("message_files", args=[conversation.uuid]), {"files": files, "body": "Sjå her", "next": "/me/"})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert [each.name for each in unsent_files(viewer_of(amina), conversation)] == ["cat.webp", "plan.pdf"]
    assert Participation.objects.get(user=amina.user, conversation=conversation).draft == "Sjå her"
    page = client.get("/me/").content.decode()
    assert "bad.pdf: The file is something else than its name says." in page


def test_form_does_not_lead_to_another_site() -> None:
    amina, _bjorn, conversation = talk()
    files = {"files": SimpleUploadedFile("a.txt", b"hello"), "next": "https://evil.example/"}
    answer = signed_in(amina.user).post(reverse("message_files", args=[conversation.uuid]), files)
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]


def test_upload_that_broke_off_is_listed_and_removed_with_a_button() -> None:
    client, place, conversation, amina = begun()
    piece(client, place, 0, b"half")
    assert [(each.is_unfinished, each.received) for each in unsent_files(viewer_of(amina), conversation)] == [(True, 4)]
    page = client.get(reverse("conversation", args=[conversation.uuid])).content.decode()
    assert "Only a part of it has come. Choose it again, or remove it." in page
    # It does not go with the message.
    assert 'name="attachments"' not in page
    remove = reverse("message_upload_remove", args=[the_file().uuid])
    assert f'formaction="{remove}"' in page
    assert client.post(remove).status_code == 302
    assert not Attachment.objects.exists()


def test_unsent_file_is_removed_with_a_button() -> None:
    amina, _bjorn, conversation = talk()
    attachment = uploaded(amina, conversation)
    url = reverse("message_upload_remove", args=[attachment.uuid])
    assert signed_in(amina.user).post(url, {"next": "/me/"}).status_code == 302
    assert not Attachment.objects.exists()


def test_check_that_was_cut_off_is_done_by_the_schedule() -> None:
    amina, _bjorn, conversation = talk()
    attachment = begin_upload(actor=viewer_of(amina), conversation=conversation, name="note.txt", size=len(text()))
    from messaging.attachments.parts import save_part

    save_part(attachment.uuid, 0, text())
    Attachment.objects.update(received=len(text()), state=AttachmentState.CHECKING)
    assert check_waiting_files() == 0
    assert the_file().state == AttachmentState.READY


def test_piece_that_is_lost_refuses_the_file() -> None:
    amina, _bjorn, conversation = talk()
    begin_upload(actor=viewer_of(amina), conversation=conversation, name="note.txt", size=20)
    Attachment.objects.update(received=20, state=AttachmentState.CHECKING)
    assert check_waiting_files() == 0
    assert (the_file().state, the_file().problem) == (AttachmentState.REFUSED, "damaged")
