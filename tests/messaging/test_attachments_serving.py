"""Files on their way out: asked for by the right person, by every wrong one, whole and in part."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging.attachments.services import delete_files_of
from messaging.models import Attachment, HiddenMessage, Message, Participation
from messaging.services.sending import delete_for_all
from profiles.models import Block, Profile, User
from profiles.storage import private_storage
from tests.factories import ConversationFactory, TalkerFactory, viewer_of
from tests.messaging.samples import VALID, wav
from tests.messaging.test_attachments_uploads import _wrong_people, send, talk, uploaded
from tests.profiles.accounts_helpers import signed_in

pytestmark = pytest.mark.django_db


def sent(name: str = "note.txt") -> tuple[Profile, Profile, Message, Attachment]:
    amina, bjorn, conversation = talk()
    message = send(amina, conversation, [uploaded(amina, conversation, name)], "Sjå her")
    return amina, bjorn, message, Attachment.objects.get(message=message)


def address(attachment: Attachment) -> str:
    return reverse("message_file", args=[attachment.uuid, attachment.name])


def small(attachment: Attachment) -> str:
    return reverse("message_file_small", args=[attachment.uuid])


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("name", VALID)
def test_file_is_served_so_that_nothing_in_it_can_run(name: str) -> None:
    _amina, bjorn, _message, attachment = sent(name)
    answer = signed_in(bjorn.user).get(address(attachment))
    _content, kind, content_type = VALID[name]
    assert answer.status_code == 200
    assert answer["Content-Type"].split(";")[0] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("inline" if kind == "image" else "attachment")
    assert len(body(answer)) == attachment.size == int(answer["Content-Length"])


def test_compression_does_not_touch_a_file() -> None:
    _amina, bjorn, _message, attachment = sent("plan.pdf")
    answer = signed_in(bjorn.user).get(address(attachment), headers={"Accept-Encoding": "gzip, br"})
    assert body(answer) == VALID["plan.pdf"][0]
    assert answer["Content-Length"] == str(len(VALID["plan.pdf"][0]))


def test_name_with_signs_of_every_language_comes_out_as_it_was() -> None:
    amina, bjorn, conversation = talk()
    from messaging.attachments.services import upload_whole

    attachment = upload_whole(
        actor=viewer_of(amina), conversation=conversation, name='फोटो "så" \r\nX: y.txt', content=b"hello there"
    )
    send(amina, conversation, [attachment])
    answer = signed_in(bjorn.user).get(address(attachment))
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E0%A4%AB%E0%A5%8B%E0%A4%9F%E0%A5%8B%20s%C3%A5%20X%20y.txt"
    )


def test_little_picture_is_there_for_pictures_only() -> None:
    _amina, bjorn, _message, attachment = sent("png.png")
    answer = signed_in(bjorn.user).get(small(attachment))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    _amina, bjorn, _message, attachment = sent("plan.pdf")
    assert signed_in(bjorn.user).get(small(attachment)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=100-", 206, 100, None),
        ("bytes=-50", 206, -50, None),
        ("bytes=0-999999999", 206, 0, None),
        ("bytes=-999999999", 206, 0, None),
        ("bytes=5-2", 416, 0, 0),
        ("bytes=999999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=-", 200, 0, None),
        ("bytes=a-b", 200, 0, None),
        ("bytes=0-1,4-5", 200, 0, None),
        ("lines=1-2", 200, 0, None),
    ],
)
def test_part_of_a_sound_is_the_part_that_was_asked_for(asked: str, status: int, first: int, last: int | None) -> None:
    _amina, bjorn, _message, attachment = sent("sound.wav")
    answer = signed_in(bjorn.user).get(address(attachment), headers={"Range": asked})
    assert answer.status_code == status
    whole = wav()
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(whole)}"
        return
    expected = whole[first:] if last is None else whole[first : last + 1]
    assert body(answer) == expected
    if status == 206:
        start = len(whole) - len(expected) if first < 0 else first
        assert answer["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"
        assert answer["Content-Length"] == str(len(expected))


def test_nobody_else_gets_a_file() -> None:
    amina, bjorn, message, attachment = sent("png.png")
    urls = [address(attachment), small(attachment), reverse("staff_report_file", args=[attachment.uuid])]
    for who, client in _wrong_people(amina, bjorn, message.conversation).items():
        for url in urls:
            answer = client.get(url)
            assert answer.status_code in ((302, 404) if url.startswith("/staff") else (404,)), (who, url)
            assert not answer.streaming


def test_who_came_later_does_not_get_what_was_sent_before() -> None:
    _amina, _bjorn, message, attachment = sent()
    late = TalkerFactory()
    conversation = message.conversation
    Participation.objects.create(conversation=conversation, user=late.user, joined_seq=message.seq)
    assert signed_in(late.user).get(address(attachment)).status_code == 404


def test_file_that_is_not_sent_is_for_its_uploader() -> None:
    amina, bjorn, conversation = talk()
    attachment = uploaded(amina, conversation)
    assert signed_in(amina.user).get(address(attachment)).status_code == 200
    assert signed_in(bjorn.user).get(address(attachment)).status_code == 404


def test_message_hidden_for_oneself_takes_its_files_along() -> None:
    amina, bjorn, message, attachment = sent()
    HiddenMessage.objects.create(message=message, user=bjorn.user)
    assert signed_in(bjorn.user).get(address(attachment)).status_code == 404
    assert signed_in(amina.user).get(address(attachment)).status_code == 200


def test_block_in_a_group_hides_files_from_the_next_request() -> None:
    amina, bjorn, carla = (TalkerFactory() for _ in range(3))
    group = ConversationFactory(people=[amina.user, bjorn.user, carla.user])
    attachment = uploaded(amina, group)
    send(amina, group, [attachment])
    client = signed_in(bjorn.user)
    assert client.get(address(attachment)).status_code == 200
    Block.objects.create(blocker=bjorn.user, blocked=amina.user)
    assert client.get(address(attachment)).status_code == 404
    assert signed_in(carla.user).get(address(attachment)).status_code == 200


def test_leaving_ends_it_from_the_next_request() -> None:
    _amina, bjorn, _message, attachment = sent()
    client = signed_in(bjorn.user)
    assert client.get(address(attachment)).status_code == 200
    Participation.objects.filter(user=bjorn.user).update(left_at=timezone.now())
    assert client.get(address(attachment)).status_code == 404


def test_suspension_ends_it_from_the_next_request() -> None:
    _amina, bjorn, _message, attachment = sent()
    client = signed_in(bjorn.user)
    User.objects.filter(pk=bjorn.user.pk).update(status="suspended")
    assert client.get(address(attachment)).status_code == 404


def test_files_go_with_a_message_that_is_deleted_for_all(django_capture_on_commit_callbacks: Any) -> None:
    amina, bjorn, message, attachment = sent("png.png")
    names = [attachment.file.name, attachment.file.name.replace("whole", "small")]
    assert all(private_storage().exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        delete_for_all(actor=viewer_of(amina), message=message)
    assert not Attachment.objects.exists()
    assert not any(private_storage().exists(name) for name in names)
    for person in (amina, bjorn):
        assert signed_in(person.user).get(address(attachment)).status_code == 404


def test_deleting_the_conversation_leaves_no_file(django_capture_on_commit_callbacks: Any) -> None:
    _amina, _bjorn, message, attachment = sent()
    with django_capture_on_commit_callbacks(execute=True):
        message.conversation.delete()
    assert not private_storage().exists(attachment.file.name)


def test_lost_bytes_are_a_404() -> None:
    _amina, bjorn, message, attachment = sent()
    private_storage().delete(attachment.file.name)
    assert signed_in(bjorn.user).get(address(attachment)).status_code == 404
    delete_files_of(message)


def test_no_address_of_the_site_hands_out_the_bytes_themselves() -> None:
    amina, _bjorn, _message, attachment = sent()
    for path in (f"/media/{attachment.file.name}", f"/private/{attachment.file.name}", f"/{attachment.file.name}"):
        for client in (signed_in(amina.user), Client()):
            assert client.get(path, follow=True).status_code == 404
