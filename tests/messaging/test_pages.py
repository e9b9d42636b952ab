"""Pages of messages without JavaScript: what one sees, what one may not see, and that forms keep what was typed."""

import html
import json
import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from messaging.models import Attachment, Conversation, GroupInvitation, Message, MessageRequest, MessagingSettings, Participation
from messaging.services.choices import agree_to_norms, save_draft
from messaging.services.groups import create_group
from messaging.services.requests import accept_request, write_to
from messaging.services.sending import delete_for_all, send_message
from notifications.models import Notification
from profiles.models import Block, User
from tests.factories import ConversationFactory
from tests.messaging import protocol
from tests.messaging.samples import pdf
from tests.messaging.talking import written
from tests.profiles.accounts_helpers import acting, applicant, member, signed_in

pytestmark = pytest.mark.django_db

SHOWN = ["members", "missions"]


def person(**profile: Any) -> User:
    """A member whom members find, and who has agreed to the norms."""
    user = member(**{"shown_to": SHOWN, **profile})
    agree_to_norms(actor=acting(user))
    return user


def asked(sender: User, recipient: User, body: str = "May I ask you something?") -> Conversation:
    return write_to(actor=acting(sender), profile=recipient.profile, body=body, client_id=uuid.uuid4()).message.conversation


def talk(one: User, other: User, *texts: str) -> Conversation:
    """A conversation both have agreed to, with these texts in turn."""
    conversation = asked(one, other)
    accept_request(actor=acting(other), request=MessageRequest.objects.get(conversation=conversation))
    for number, text in enumerate(texts):
        say((other, one)[number % 2], conversation, text)
    return conversation


def say(user: User, conversation: Conversation, text: str) -> Message:
    return send_message(actor=acting(user), conversation=conversation, body=text, client_id=uuid.uuid4()).message


def write_address(user: User) -> str:
    return reverse("message_write", args=[user.profile.uuid])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def bodies(page: str) -> list[str]:
    """What the messages on a page say, in order."""
    talk_of_page = page.split('<ul class="nw-talk">')[1].split("</ul>\n</div>")[0].split("</ul></div>")[0]
    return re.findall(r'<div data-body dir="auto">(.*?)</div>', talk_of_page, re.DOTALL)


def test_conversation_shows_messages_in_order_and_is_read_then() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "Yes?", "When do you come home?")
    client = signed_in(other)
    page = text_of(client, reverse("conversation", args=[conversation.uuid]))
    assert bodies(page) == ["May I ask you something?", "Yes?", "When do you come home?"]
    assert Participation.objects.get(conversation=conversation, user=other).read_seq == 3


def test_line_new_stands_above_what_was_not_read() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "Yes?", "first unread", "mine after", "second unread")
    Participation.objects.filter(conversation=conversation, user=other).update(read_seq=2)
    address = reverse("conversation", args=[conversation.uuid])
    page = text_of(signed_in(other), address)
    assert page.index('id="new"') < page.index("first unread")
    assert page.index("Yes?</div>") < page.index('id="new"')
    assert 'id="new"' not in text_of(signed_in(other), address)


def unread_of(number: int) -> tuple[User, Conversation, str]:
    """A conversation with so many unread after the first, "word 2" and so on; its reader and its address."""
    one, other = person(), person()
    conversation = talk(one, other)
    Participation.objects.filter(conversation=conversation, user=other).update(read_seq=1)
    written(conversation, one, number, body="word")
    return other, conversation, reverse("conversation", args=[conversation.uuid])


def read_by(user: User, conversation: Conversation) -> int:
    return Participation.objects.get(conversation=conversation, user=user).read_seq


def first_new(page: str) -> str:
    """The message right below the line "New"."""
    _before, _line, below = page.partition('id="new"')
    return bodies(f'<ul class="nw-talk">{below}')[0] if below else ""


@pytest.mark.parametrize(
    ("unread", "openings"),
    [
        (29, [(1, 30, 2)]),
        (30, [(2, 31, 2)]),
        # With more than a page of them: first where they begin, with a few that were read above.
        (31, [(1, 16, 2), (3, 32, 17)]),
        (60, [(1, 16, 2), (2, 31, 17), (32, 61, 32)]),
    ],
)
def test_conversation_opens_where_the_unread_begin_and_reads_what_it_shows(
    unread: int, openings: list[tuple[int, int, int]]
) -> None:
    reader, conversation, address = unread_of(unread)
    client = signed_in(reader)
    for first, last, new in openings:
        page = text_of(client, address)
        assert bodies(page) == [f"word {seq}" if seq > 1 else "May I ask you something?" for seq in range(first, last + 1)]
        assert first_new(page) == f"word {new}"
        assert read_by(reader, conversation) == last
        assert f'data-read="{last}" data-left-out="0"' in page
        assert f'data-newer="{"true" if last <= unread else "false"}"' in page
    assert 'id="new"' not in text_of(client, address)


def test_later_messages_are_read_one_page_after_another() -> None:
    reader, conversation, address = unread_of(60)
    client = signed_in(reader)
    assert 'href="?after=16"' in text_of(client, address)
    page = text_of(client, f"{address}?after=16")
    assert first_new(page) == "word 17"
    assert read_by(reader, conversation) == 46


@pytest.mark.parametrize("asked", ["at=50", "after=40", "before=62"])
def test_part_further_on_than_the_unread_begin_reads_nothing(asked: str) -> None:
    reader, conversation, address = unread_of(60)
    page = text_of(signed_in(reader), f"{address}?{asked}")
    assert "word 50</div>" in page
    assert 'id="new"' not in page
    assert 'data-read="1" data-left-out="2"' in page
    assert read_by(reader, conversation) == 1


def test_who_asks_for_the_newest_leaves_the_rest_behind() -> None:
    reader, conversation, address = unread_of(60)
    client = signed_in(reader)
    assert '<a data-to-end href="?newest=1">' in text_of(client, address)
    page = text_of(client, f"{address}?newest=1")
    assert (bodies(page)[0], bodies(page)[-1]) == ("word 32", "word 61")
    assert 'id="new"' not in page
    assert 'data-left-out="0"' in page
    assert read_by(reader, conversation) == 61


def test_line_new_stands_above_nothing_but_what_one_sees() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "Yes?")
    gone = say(one, conversation, "gone")
    say(one, conversation, "still there")
    delete_for_all(actor=acting(one), message=gone)
    client = signed_in(other)
    assert first_new(text_of(client, reverse("conversation", args=[conversation.uuid]))) == "still there"


def test_message_is_sent_with_a_form_and_the_page_comes_anew() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    client, client_id = signed_in(one), str(uuid.uuid4())
    for _ in range(2):
        answer = client.post(
            reverse("conversation_send", args=[conversation.uuid]), {"body": "Hei!\r\nHei!", "client_id": client_id}
        )
        assert answer.status_code == 302
    sent = Message.objects.get(conversation=conversation, seq=2)
    assert sent.body == "Hei!\nHei!"
    assert answer.headers["Location"].endswith(f"#m-{sent.uuid}")
    assert Message.objects.filter(conversation=conversation).count() == 2


def test_what_is_refused_stays_in_the_field() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    text = "x" * 10_001
    answer = signed_in(one).post(reverse("conversation_send", args=[conversation.uuid]), {"body": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert text in page
    assert 'aria-invalid="true"' in page
    assert "A message can have 10 000 characters" in page


NOT_SENT = "What you wrote is not sent."


def kept(answer: Any) -> str:
    """What stands in the field that is there to be copied from."""
    page = html.unescape(answer.content.decode())
    assert NOT_SENT in page
    return re.findall(r'<textarea [^>]*id="not-sent"[^>]* readonly>(.*?)</textarea>', page, re.DOTALL)[0].removeprefix("\n")


def test_first_message_that_cannot_be_sent_is_not_lost() -> None:
    one, other = person(), person()
    client, values = signed_in(one), {"body": "Half a day's work", "client_id": uuid.uuid4()}
    MessagingSettings.objects.filter(user=other).update(who_may_write="nobody")
    answer = client.post(write_address(other), values)
    assert (answer.status_code, kept(answer)) == (422, "Half a day's work")
    assert "This person does not take messages from you." in answer.content.decode()
    MessagingSettings.objects.filter(user=other).update(who_may_write="members")
    for _ in range(10):
        asked(one, person())
    answer = client.post(write_address(other), values)
    assert (answer.status_code, kept(answer)) == (422, "Half a day's work")
    assert "You have written to many new people today." in answer.content.decode()
    assert NOT_SENT not in text_of(client, write_address(other))
    assert not Message.objects.filter(body="Half a day's work").exists()


def test_first_message_goes_where_the_other_has_written_meanwhile() -> None:
    one, other = person(), person()
    conversation = asked(other, one)
    answer = signed_in(one).post(write_address(other), {"body": "I was about to write", "client_id": uuid.uuid4()})
    assert answer.headers["Location"] == reverse("conversation", args=[conversation.uuid])
    assert Message.objects.get(body="I was about to write").conversation == conversation


def test_line_ends_count_once() -> None:
    one, other = person(), person()
    text = "\r\n".join(["x" * 99] * 100)
    answer = signed_in(one).post(write_address(other), {"body": text, "client_id": uuid.uuid4()})
    assert answer.status_code == 302
    assert len(Message.objects.get().body) == 9_999
    message = Message.objects.get()
    changed = {"body": text.replace("x", "y")}
    assert signed_in(one).post(reverse("message_edit", args=[message.uuid]), changed).status_code == 302


@pytest.mark.parametrize("name", ["conversation_send", "message_files"])
def test_text_for_a_conversation_that_has_ended_is_not_lost(name: str) -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    Conversation.objects.update(closed_at=timezone.now())
    answer = signed_in(one).post(reverse(name, args=[conversation.uuid]), {"body": "Half a day's work", "files": [a_file()]})
    assert (answer.status_code, kept(answer)) == (422, "Half a day's work")
    assert "This conversation has ended." in answer.content.decode()
    assert not Attachment.objects.exists()


def without_tokens(answer: Any) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r"/[^\s\"]*[0-9a-f]{8}-[0-9a-f-]{27}[^\s\"]*", "", page)


@pytest.mark.parametrize("name", ["conversation_send", "message_files", "message_write"])
def test_text_is_given_back_where_there_is_a_block_and_tells_nothing_of_it(name: str) -> None:
    one, other = person(), person()
    conversation, elsewhere = talk(one, other), talk(person(), person())
    client, values = signed_in(one), {"body": "Half a day's work", "client_id": uuid.uuid4(), "files": [a_file()]}
    uuids = [other.profile.uuid] if name == "message_write" else [conversation.uuid, elsewhere.uuid]
    Block.objects.create(blocker=other, blocked=one)
    answers = [client.post(reverse(name, args=[each]), values) for each in (*uuids, uuid.uuid4())]
    assert {each.status_code for each in answers} == {404}
    assert {kept(each) for each in answers} == {"Half a day's work"}
    assert len({without_tokens(each) for each in answers}) == 1
    assert "We cannot find this page" in answers[0].content.decode()
    assert NOT_SENT not in client.post(reverse(name, args=[uuids[0]]), {"body": " "}).content.decode()
    script = client.post(reverse("conversation_send", args=[conversation.uuid]), values, headers={"Accept": "application/json"})
    assert script.status_code == 404
    assert NOT_SENT not in script.content.decode()
    # Signed out one signs in first.
    assert NOT_SENT not in Client().post(reverse(name, args=[uuids[0]]), values).content.decode()


def test_text_beside_files_is_kept_with_its_line_ends_counted_once() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    client, address = signed_in(one), reverse("message_files", args=[conversation.uuid])
    text = "\r\n".join(["x" * 99] * 100)
    assert client.post(address, {"body": text, "files": [a_file()]}).status_code == 302
    assert len(Participation.objects.get(conversation=conversation, user=one).draft) == 9_999
    too_long = "y" * 10_001
    remove = reverse("message_upload_remove", args=[Attachment.objects.get().uuid])
    for answer in (client.post(address, {"body": too_long, "files": [a_file()]}), client.post(remove, {"body": too_long})):
        assert answer.status_code == 422
        assert f"{too_long}</textarea>" in answer.content.decode()
        assert "A message can have 10 000 characters" in answer.content.decode()
    answer = client.post(remove, {"body": "Half a day's work"})
    assert (answer.status_code, kept(answer)) == (404, "Half a day's work")


def form_of(client: Client, conversation: Conversation) -> dict[str, Any]:
    """The form to write in, as it stands on the page: where it goes, how, and its hidden fields."""
    page = text_of(client, reverse("conversation", args=[conversation.uuid]))
    form = page.split('id="write"')[1].split("</form>")[0]
    assert 'enctype="multipart/form-data"' in form.split(">")[0]
    assert re.findall(r'<input [^>]*type="file" multiple name="files"', form)
    return {"client_id": re.findall(r'name="client_id" value="([^"]+)"', form)[0], "attachments": ready_in(form)}


def ready_in(form: str) -> list[str]:
    return re.findall(r'name="attachments" value="([^"]+)"', form)


def a_file(name: str = "plan.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def test_files_that_are_chosen_go_with_the_message() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    client, address = signed_in(one), reverse("conversation_send", args=[conversation.uuid])
    client.post(reverse("message_files", args=[conversation.uuid]), {"files": [a_file("earlier.pdf")], "body": "Sjå"})
    sent = {**form_of(client, conversation), "body": "See what I have", "files": [a_file(), a_file("note.txt", b"Words")]}
    assert client.post(address, sent).status_code == 302
    message = Message.objects.get(body="See what I have")
    assert sorted(message.attachments.values_list("name", flat=True)) == ["earlier.pdf", "note.txt", "plan.pdf"]
    assert "note.txt" in text_of(signed_in(other), reverse("conversation", args=[conversation.uuid]))
    # Nothing is left over for the next one; pressed once more, it is the same message and has no more files.
    again = {**sent, "files": [a_file(), a_file("note.txt", b"Words")]}
    assert client.post(address, again).status_code == 302
    assert Message.objects.filter(body="See what I have").count() == 1
    assert Attachment.objects.count() == 3
    assert form_of(client, conversation)["attachments"] == []


def test_file_without_words_is_a_message() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    address = reverse("conversation_send", args=[conversation.uuid])
    assert signed_in(one).post(address, {"body": "", "files": [a_file()]}).status_code == 302
    assert [each.name for each in Message.objects.get(conversation=conversation, body="").attachments.all()] == ["plan.pdf"]


def test_file_that_is_refused_holds_the_message_and_loses_nothing() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    client, address = signed_in(one), reverse("conversation_send", args=[conversation.uuid])
    big = a_file("film.mp4", b"\0" * (10 * 1024 * 1024 + 1))
    answer = client.post(address, {"body": "Half a day's work", "files": [a_file(), a_file("cat.jpg", b"nothing"), big]})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "cat.jpg: The file is something else than its name says." in page
    assert "film.mp4: The file is larger than 10 MB." in page
    assert ">Half a day's work</textarea>" in page
    assert not Message.objects.filter(body="Half a day's work").exists()
    # What was taken waits on the page and goes when one presses again.
    ready = ready_in(page)
    assert [each.name for each in Attachment.objects.all()] == ["plan.pdf"]
    assert client.post(address, {"body": "Half a day's work", "attachments": ready}).status_code == 302
    assert [each.name for each in Message.objects.get(body="Half a day's work").attachments.all()] == ["plan.pdf"]


def test_more_files_than_a_message_has_are_not_sent_silently() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    client, address = signed_in(one), reverse("conversation_send", args=[conversation.uuid])
    answer = client.post(address, {"body": "All of them", "files": [a_file(f"{number}.pdf") for number in range(6)]})
    assert answer.status_code == 422
    assert "A message can have 5 files. Remove some." in answer.content.decode()
    assert not Message.objects.filter(body="All of them").exists()
    # Five that wait and one more are six, too.
    ready = ready_in(answer.content.decode())
    assert len(ready) == 5
    answer = client.post(address, {"body": "All of them", "attachments": ready, "files": [a_file("6.pdf")]})
    assert answer.status_code == 422
    assert "A message can have 5 files. Remove some." in answer.content.decode()
    assert not Message.objects.filter(body="All of them").exists()


def test_who_may_not_write_leaves_no_file() -> None:
    one, other = person(), person()
    conversation = asked(one, other)
    answer = signed_in(one).post(
        reverse("conversation_send", args=[conversation.uuid]), {"body": "One more thing", "files": [a_file()]}
    )
    assert answer.status_code == 422
    assert not Attachment.objects.exists()
    stranger = signed_in(person()).post(reverse("conversation_send", args=[conversation.uuid]), {"files": [a_file()]})
    assert stranger.status_code == 404
    assert not Attachment.objects.exists()


def test_script_is_told_when_to_try_again(settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    one, other = person(), person()
    conversation = talk(one, other)
    client, address = signed_in(one), reverse("conversation_send", args=[conversation.uuid])
    answers = [client.post(address, {"body": f"text {n}"}, headers={"Accept": "application/json"}).json() for n in range(3)]
    refused = protocol.received(json.dumps(answers[-1]))
    assert (refused["type"], refused["code"], refused["answers"]) == ("error", "too_fast", "send")
    assert 1 <= refused["retry_after"] <= 60
    assert str(refused["retry_after"]) in refused["text"]
    # Another error has no such time.
    assert "retry_after" not in client.post(address, {"body": ""}, headers={"Accept": "application/json"}).json()


def test_script_is_told_that_a_conversation_is_not_there() -> None:
    conversation = talk(person(), person())
    address, values = reverse("conversation_send", args=[conversation.uuid]), {"body": "Hei", "client_id": str(uuid.uuid4())}
    answer = signed_in(person()).post(address, values, headers={"Accept": "application/json"})
    told = protocol.received(answer.content)
    assert (answer.status_code, told["code"], told["client_id"]) == (404, "not_found", values["client_id"])
    assert told["text"] == "This conversation is not there, or it is not yours."


def test_draft_is_there_on_the_next_device() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    answer = signed_in(one).post(reverse("conversation_draft", args=[conversation.uuid]), {"text": "half a thou"})
    assert answer.status_code == 204
    assert "half a thou</textarea>" in text_of(signed_in(one), reverse("conversation", args=[conversation.uuid]))
    assert "half a thou" not in text_of(signed_in(other), reverse("conversation", args=[conversation.uuid]))


def test_addresses_become_links_and_nothing_else_becomes_markup() -> None:
    one, other = person(), person()
    conversation = talk(
        one, other, "See https://example.org/a?b=1&c=2, or www.norec.no. <script>alert(1)</script> javascript:alert(1)"
    )
    page = text_of(signed_in(one), reverse("conversation", args=[conversation.uuid]))
    rel = 'rel="noopener noreferrer nofollow ugc" dir="ltr"'
    assert f'<a href="https://example.org/a?b=1&amp;c=2" {rel}>https://example.org/a?b=1&amp;c=2</a>, or' in page
    assert f'<a href="https://www.norec.no" {rel}>www.norec.no</a>. &lt;script&gt;' in page
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    "name", ["conversation", "conversation_part", "group", "conversation_send", "conversation_draft", "conversation_choose"]
)
def test_conversation_of_others_is_not_there(name: str) -> None:
    one, other, stranger = person(), person(), person()
    conversation = talk(one, other, "secret words")
    client, address = signed_in(stranger), reverse(name, args=[conversation.uuid])
    is_form = name in ("conversation_send", "conversation_draft", "conversation_choose")
    answer = client.post(address, {"body": "x", "text": "x", "do": "mute"}) if is_form else client.get(address)
    assert answer.status_code == 404
    assert "secret words" not in answer.content.decode()


@pytest.mark.parametrize("name", ["message_react", "message_edit", "message_delete"])
def test_message_of_others_is_not_there(name: str) -> None:
    one, other, stranger = person(), person(), person()
    message = say(one, talk(one, other), "secret words")
    answer = signed_in(stranger).post(reverse(name, args=[message.uuid]), {"on": "👍", "body": "x", "for": "all"})
    assert answer.status_code == 404
    message.refresh_from_db()
    assert (message.body, message.deleted_at, message.reactions.count()) == ("secret words", None, 0)


@pytest.mark.parametrize("blocks", [0, 1])
def test_blocked_pair_has_no_conversation(blocks: int) -> None:
    pair = [person(), person()]
    conversation = talk(*pair, "secret words")
    Block.objects.create(blocker=pair[blocks], blocked=pair[1 - blocks])
    for user in pair:
        client = signed_in(user)
        assert client.get(reverse("conversation", args=[conversation.uuid])).status_code == 404
        assert "secret words" not in text_of(client, reverse("messages"))
        assert client.get(reverse("message_write", args=[pair[0].profile.uuid])).status_code == 404


def test_who_is_signed_out_goes_to_sign_in_and_comes_back() -> None:
    conversation = talk(person(), person(), "secret words")
    address = reverse("conversation", args=[conversation.uuid])
    answer = Client().get(address)
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={address}"


def test_suspended_member_and_applicant_have_no_messages() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "secret words")
    client = signed_in(one)
    User.objects.filter(pk=one.pk).update(status="suspended")
    for address in (reverse("conversation", args=[conversation.uuid]), reverse("messages"), reverse("message_new")):
        # A suspended account is signed out.
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))
        assert signed_in(applicant().user).get(address).status_code == 404


def test_request_shows_the_text_and_the_ways_to_answer_and_tells_nothing_back() -> None:
    one, other = person(chosen_name="Rukmini Basnet"), person()
    conversation = asked(one, other, "Could we talk once a month?")
    page = text_of(signed_in(other), reverse("conversation", args=[conversation.uuid]))
    assert "Could we talk once a month?" in page
    assert "Rukmini Basnet wants to write to you" in page
    assert "Rukmini cannot see that you have read this." in page
    assert {"accept", "decline", "ignore", "block"} <= set(re.findall(r'name="do" value="(\w+)"', page))
    assert "<textarea" not in page
    assert Participation.objects.get(conversation=conversation, user=other).read_seq == 0


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_answer_is_told_until_its_sender_has_opened_the_conversation(answer: str) -> None:
    one, other = person(), person()
    conversation = asked(one, other)
    signed_in(other).post(reverse("request_answer", args=[conversation.request.uuid]), {"do": answer})
    notice = Notification.objects.get(recipient=one)
    client = signed_in(one)
    page = text_of(client, reverse("conversation", args=[conversation.uuid]))
    assert ("friendly no, thank you" in page) is (answer == "decline")
    assert ("friendly no, thank you" in html.unescape(client.get(write_address(other)).content.decode())) is (answer == "decline")
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("answer", ["decline", "ignore", "block"])
def test_request_that_is_put_away_is_gone_and_its_sender_sees_no_difference(answer: str) -> None:
    one, other = person(), person()
    conversation = asked(one, other)
    address = reverse("conversation", args=[conversation.uuid])
    client = signed_in(other)
    done = client.post(reverse("request_answer", args=[conversation.request.uuid]), {"do": answer})
    assert done.headers["Location"] == reverse("messages")
    assert client.get(address).status_code == 404
    if answer == "ignore":
        assert "Your request is waiting for an answer." in text_of(signed_in(one), address)


def test_request_that_is_put_away_is_taken_back_at_once_or_found_later() -> None:
    one, other, stranger = person(chosen_name="Rukmini Basnet"), person(), person()
    conversation = asked(one, other, "Could we talk?")
    client, answer = signed_in(other), reverse("request_answer", args=[conversation.request.uuid])
    put_away = reverse("messages") + "?archived=1"
    page = client.post(answer, {"do": "ignore"}, follow=True).content.decode()
    assert "Undo" in page.split(f'action="{answer}"')[1].split("</form>")[0]
    assert 'value="undo"' in page
    assert "Could we talk?" not in page
    page = text_of(client, put_away)
    assert "Rukmini Basnet" in page
    assert "Could we talk?" in page
    assert {"accept", "decline", "undo"} <= set(re.findall(r'name="do" value="(\w+)"', page))
    report = reverse("report_conversation", args=[conversation.uuid])
    assert report in page
    assert client.get(report).status_code == 200
    assert "Could we talk?" not in text_of(signed_in(stranger), put_away)
    assert "Requests you have put away" not in text_of(signed_in(one), put_away)
    done = client.post(answer, {"do": "undo"})
    assert done.headers["Location"] == reverse("conversation", args=[conversation.uuid])
    assert "Could we talk?" in text_of(client, done.headers["Location"])
    for user in (one, stranger):
        assert signed_in(user).post(answer, {"do": "undo"}).status_code == 404


@pytest.mark.parametrize("answer", ["accept", "decline", "ignore", "block", "undo"])
def test_answer_that_is_pressed_twice_is_no_fault(answer: str) -> None:
    one, other = person(), person()
    client, address = signed_in(other), reverse("request_answer", args=[asked(one, other).request.uuid])
    answers = [client.post(address, {"do": answer}) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert signed_in(person()).post(address, {"do": answer}).status_code == 404
    assert Client().post(address, {"do": answer}).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("answer", ["join", "decline"])
def test_answer_to_an_invitation_that_is_pressed_twice_is_no_fault(answer: str) -> None:
    owner, other = person(), person()
    talk(owner, other)
    signed_in(owner).post(reverse("group_new"), {"name": "Solar teachers", "people": [str(other.uuid)]})
    client, address = signed_in(other), reverse("invitation_answer", args=[GroupInvitation.objects.get().uuid])
    answers = [client.post(address, {"do": answer}) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert signed_in(person()).post(address, {"do": answer}).status_code == 404
    if answer == "join":
        client.post(reverse("group_leave", args=[Conversation.objects.get(kind="group").uuid]))
        assert client.post(address, {"do": answer}).headers["Location"] == reverse("messages")


def test_every_invitation_has_its_page_however_many_wait() -> None:
    owner, other = person(), person()
    groups = [ConversationFactory(kind="group", people=[owner]) for _ in range(51)]
    invitations = [GroupInvitation.objects.create(conversation=each, invited=other, invited_by=owner) for each in groups]
    client = signed_in(other)
    assert "Nairobi 2018" in text_of(client, reverse("group_invitation", args=[invitations[0].uuid]))
    assert signed_in(person()).get(reverse("group_invitation", args=[invitations[0].uuid])).status_code == 404


def test_request_is_answered_by_its_recipient_only() -> None:
    one, other, stranger = person(), person(), person()
    request = asked(one, other).request
    for user in (one, stranger):
        answer = signed_in(user).post(reverse("request_answer", args=[request.uuid]), {"do": "accept"})
        assert answer.status_code == 404
    answer = signed_in(other).post(reverse("request_withdraw", args=[request.uuid]))
    assert answer.status_code == 404
    request.refresh_from_db()
    assert request.status == "waiting"


def test_first_message_asks_for_the_norms_once_and_says_how_many_are_left() -> None:
    one, other = member(shown_to=SHOWN), person()
    client, address = signed_in(one), reverse("message_write", args=[other.profile.uuid])
    page = text_of(client, address)
    assert "How we talk here" in page
    assert "You can write to 10 more new people today." in page
    without = client.post(address, {"body": "Kept words", "client_id": uuid.uuid4()})
    assert without.status_code == 422
    assert "Kept words</textarea>" in without.content.decode()
    assert not Message.objects.exists()
    done = client.post(address, {"body": "Kept words", "client_id": uuid.uuid4(), "norms": "on"})
    conversation = Conversation.objects.get()
    assert done.headers["Location"] == reverse("conversation", args=[conversation.uuid])
    assert MessagingSettings.objects.get(user=one).norms_agreed_at is not None
    # From now on the address leads to the conversation.
    assert client.get(address).headers["Location"] == done.headers["Location"]
    page = text_of(client, reverse("message_write", args=[person().profile.uuid]))
    assert "How we talk here" not in page
    assert "You can write to 9 more new people today." in page


def test_who_takes_no_messages_cannot_be_written_to() -> None:
    one, other = person(), person()
    MessagingSettings.objects.filter(user=other).update(who_may_write="nobody")
    client = signed_in(one)
    assert "This person does not take messages from you." in text_of(client, reverse("message_write", args=[other.profile.uuid]))
    assert "Write a message" not in text_of(client, reverse("profile", args=[other.profile.uuid]))
    MessagingSettings.objects.filter(user=other).update(who_may_write="members")
    assert "Write a message" in text_of(client, reverse("profile", args=[other.profile.uuid]))


def test_message_is_changed_marked_and_only_by_its_sender() -> None:
    one, other = person(), person()
    message = say(one, talk(one, other), "teh words")
    address = reverse("message_edit", args=[message.uuid])
    assert "teh words</textarea>" in text_of(signed_in(one), address)
    assert signed_in(one).post(address, {"body": "the words"}).status_code == 302
    page = text_of(signed_in(other), reverse("conversation", args=[message.conversation.uuid]))
    assert "the words" in page
    assert "· edited" in page
    assert signed_in(other).post(address, {"body": "not mine"}).status_code == 422
    message.refresh_from_db()
    assert message.body == "the words"


def test_message_is_not_changed_when_its_conversation_has_ended() -> None:
    one, other = person(), person()
    message = say(one, talk(one, other), "the words")
    client, address = signed_in(one), reverse("message_edit", args=[message.uuid])
    place = reverse("conversation", args=[message.conversation.uuid])
    assert address in text_of(client, place)
    Conversation.objects.update(closed_at=timezone.now())
    assert address not in text_of(client, place)
    assert "This conversation has ended." in client.get(address, follow=True).content.decode()
    answer = client.post(address, {"body": "other words"})
    assert answer.status_code == 422
    assert "other words</textarea>" in answer.content.decode()
    assert "This conversation has ended." in answer.content.decode()
    message.refresh_from_db()
    assert message.body == "the words"


def test_message_is_deleted_for_me_or_for_all_after_a_warning() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    mine, theirs = say(one, conversation, "my words"), say(other, conversation, "their words")
    client, address = signed_in(one), reverse("conversation", args=[conversation.uuid])
    warning = text_of(client, reverse("message_delete", args=[mine.uuid]))
    assert "You cannot undo it." in warning
    assert 'value="all"' in warning
    assert 'value="all"' not in text_of(client, reverse("message_delete", args=[theirs.uuid]))
    client.post(reverse("message_delete", args=[theirs.uuid]), {"for": "me"})
    assert "their words" not in text_of(client, address)
    assert "their words" in text_of(signed_in(other), address)
    client.post(reverse("message_delete", args=[mine.uuid]), {"for": "all"})
    page = text_of(signed_in(other), address)
    assert "my words" not in page
    assert "This message is deleted." in page


def test_sign_is_put_and_taken_away() -> None:
    one, other = person(), person()
    message = say(one, talk(one, other), "words")
    client, address = signed_in(other), reverse("message_react", args=[message.uuid])
    page = text_of(client, reverse("conversation", args=[message.conversation.uuid]))
    assert 'name="on" value="👍"' in page
    assert f"?reply={message.uuid}#write" in page
    client.post(address, {"on": "👍"})
    page = text_of(client, reverse("conversation", args=[message.conversation.uuid]))
    assert re.search(r'name="off" value="👍" aria-pressed="true"', page)
    client.post(address, {"off": "👍"})
    assert message.reactions.count() == 0


def test_group_names_who_writes_and_is_left_and_run_from_its_page() -> None:
    owner, other, third = person(), person(chosen_name="Rukmini Basnet"), person()
    talk(owner, other)
    client = signed_in(owner)
    client.post(reverse("group_new"), {"name": "Solar teachers", "people": [str(other.uuid)]})
    group = Conversation.objects.get(kind="group")
    invitation = GroupInvitation.objects.get(conversation=group, invited=other)
    invited = signed_in(other)
    assert "Solar teachers" in text_of(invited, reverse("group_invitation", args=[invitation.uuid]))
    assert signed_in(third).get(reverse("group_invitation", args=[invitation.uuid])).status_code == 404
    invited.post(reverse("invitation_answer", args=[invitation.uuid]), {"do": "join"})
    say(other, group, "I am here")
    page = text_of(client, reverse("conversation", args=[group.uuid]))
    assert re.search(r"data-name>Rukmini Basnet</p>", page)
    for name in ("group_rename", "group_person", "group_invite"):
        assert invited.post(reverse(name, args=[group.uuid]), {"name": "Mine"}).status_code == 404
    client.post(reverse("group_rename", args=[group.uuid]), {"name": "Teachers of solar energy"})
    assert "Teachers of solar energy" in text_of(invited, reverse("group", args=[group.uuid]))
    client.post(reverse("group_person", args=[group.uuid]), {"person": str(other.uuid), "do": "hand_over"})
    assert Participation.objects.get(conversation=group, is_owner=True).user == other
    client.post(reverse("group_leave", args=[group.uuid]))
    assert client.get(reverse("conversation", args=[group.uuid])).status_code == 404


def test_what_cannot_be_taken_back_in_a_group_is_asked_first() -> None:
    owner, other, stranger = person(), person(chosen_name="Rukmini Basnet"), person()
    group = ConversationFactory(kind="group", people=[owner, other])
    client, address, leave = (
        signed_in(owner),
        reverse("group_person", args=[group.uuid]),
        reverse("group_leave", args=[group.uuid]),
    )
    page = text_of(client, reverse("group", args=[group.uuid]))
    for asked_for, words in (
        ("remove", "Take Rukmini Basnet out of the group?"),
        ("hand_over", "Let Rukmini Basnet run the group?"),
    ):
        place = f"{address}?person={other.uuid}&amp;do={asked_for}"
        assert f'href="{place}"' in page
        confirm = text_of(client, html.unescape(place))
        assert words in confirm
        assert f'name="do" value="{asked_for}"' in confirm
        for who in (other, stranger):
            assert signed_in(who).get(html.unescape(place)).status_code == 404
        assert Client().get(html.unescape(place)).headers["Location"].startswith(reverse("account_login"))
    # What a button is called holds the words on it.
    assert 'Take out<span class="ds-sr-only">: Rukmini Basnet</span>' in page
    assert f'href="{leave}"' in page
    assert "Leave the group?" in text_of(client, leave)
    assert "Leave the group?" in text_of(signed_in(other), leave)
    assert signed_in(stranger).get(leave).status_code == 404
    assert Client().get(leave).headers["Location"].startswith(reverse("account_login"))
    assert Participation.objects.present().filter(conversation=group).count() == 2
    for wrong in (f"?person={stranger.uuid}&do=remove", f"?person={other.uuid}&do=x", "?do=remove", ""):
        assert client.get(address + wrong).status_code == 404
    # Pressed twice it is done once.
    for _ in range(2):
        answer = client.post(address, {"person": str(other.uuid), "do": "remove"})
        assert answer.headers["Location"] == reverse("group", args=[group.uuid])
    assert Participation.objects.present().get(conversation=group).user == owner


def test_conversation_is_pinned_muted_and_put_away() -> None:
    one, other, third = person(), person(), person()
    conversation, newer = talk(one, other, "older talk"), talk(one, third, "newer talk")
    client, address = signed_in(one), reverse("conversation_choose", args=[conversation.uuid])
    page = text_of(client, reverse("messages"))
    assert page.index("newer talk") < page.index("older talk")
    client.post(address, {"do": "pin"})
    page = text_of(client, reverse("messages"))
    assert page.index("older talk") < page.index("newer talk")
    client.post(address, {"do": "mute"})
    assert Participation.objects.get(conversation=conversation, user=one).muted_until is not None
    client.post(address, {"do": "archive"})
    assert "older talk" not in text_of(client, reverse("messages"))
    assert "older talk" in text_of(client, reverse("messages") + "?archived=1")
    assert client.post(address, {"do": "explode"}).status_code == 404
    assert newer.uuid != conversation.uuid


def test_search_finds_own_messages_only_and_leads_to_the_place() -> None:
    one, other, stranger = person(), person(), person()
    message = say(one, talk(one, other), "The projector is in Førde")
    found = text_of(signed_in(other), reverse("messages") + "?q=forde")
    assert f"?at={message.seq}#m-{message.uuid}" in found
    assert "<mark>Førde</mark>" in found
    assert "projector" not in text_of(signed_in(stranger), reverse("messages") + "?q=forde")


def test_day_and_place_lead_into_the_middle_of_a_long_conversation() -> None:
    one, other = person(), person()
    conversation = talk(one, other, *[f"text number {number}" for number in range(120)])
    client, address = signed_in(one), reverse("conversation", args=[conversation.uuid])
    newest = bodies(text_of(client, address))
    assert (len(newest), newest[-1]) == (30, "text number 119")
    older = bodies(text_of(client, f"{address}?before=72"))
    assert older[-1] == "text number 69"
    assert "text number 10" in bodies(text_of(client, f"{address}?at=12"))
    assert bodies(text_of(client, f"{address}?on=2020-01-01"))[0] == "May I ask you something?"
    assert bodies(text_of(client, f"{address}?on=2999-01-01")) == newest
    for broken in ("before=x", "at=99999999999999999999", "on=2026-02-31", "on=0001-01-01", "reply=x", "after=-1"):
        assert client.get(f"{address}?{broken}").status_code == 200


# What a database holds as a number ends at 2^31 or 2^63.
_NUMBERS = [str(number) for number in (-1, 0, 2**31 - 1, 2**31, 2**63 - 1, 2**63, 10**30)] + ["", "one", "1.5", "٣", "1;2"]


@pytest.mark.parametrize("number", _NUMBERS)
def test_number_beyond_all_in_an_address_is_no_fault(number: str) -> None:
    one, other = person(), person()
    conversation = talk(one, other, "Yes?")
    client = signed_in(other)
    asked_for = [
        *((reverse("messages"), name) for name in ("page",)),
        *((reverse("conversation", args=[conversation.uuid]), name) for name in ("before", "after", "at", "on")),
        *((reverse("conversation_part", args=[conversation.uuid]), name) for name in ("before", "after", "changes")),
    ]
    for address, name in asked_for:
        # "changes" is asked for beside "after".
        assert client.get(address, {"after": "0", name: number} if name == "changes" else {name: number}).status_code == 200


def test_piece_for_the_script_has_what_was_missed_and_what_changed() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "first", "second")
    client, address = signed_in(one), reverse("conversation_part", args=[conversation.uuid])
    signed_in(other).post(reverse("message_edit", args=[Message.objects.get(body="first").uuid]), {"body": "first, changed"})
    piece = text_of(client, f"{address}?after=2&changes=0")
    assert 'data-last="3" data-change="1"' in piece
    new, changed = piece.split("<ul data-changed>")
    assert "second" in new
    assert "first, changed" not in new
    assert "first, changed" in changed


def test_piece_for_the_script_says_what_now_stands_above_answers() -> None:
    one, other = person(), person()
    conversation = talk(one, other, "first", "second")
    client, address = signed_in(one), reverse("conversation_part", args=[conversation.uuid])
    first, second = Message.objects.get(body="first"), Message.objects.get(body="second")
    signed_in(other).post(reverse("message_edit", args=[first.uuid]), {"body": "first, changed"})
    client.post(reverse("message_delete", args=[second.uuid]), {"for": "all"})
    piece = text_of(client, f"{address}?after=3&changes=0")
    assert f'<p data-of="{first.uuid}">first, changed</p>' in piece
    assert f'<p data-of="{second.uuid}">This message is deleted.</p>' in piece


def test_piece_for_the_script_has_the_name_of_a_group() -> None:
    owner = person()
    group = create_group(actor=acting(owner), name="Sewing & “more”")
    piece = text_of(signed_in(owner), f"{reverse('conversation_part', args=[group.uuid])}?after=0")
    assert 'data-title="Sewing &amp; “more”"' in piece


def test_text_kept_for_another_account_is_never_sent() -> None:
    one, other = person(), person()
    conversation = talk(one, other)
    address, wanted = reverse("conversation_send", args=[conversation.uuid]), {"Accept": "application/json"}
    values = {"body": "whose words?", "account": str(other.uuid)}
    answer = signed_in(one).post(address, values, headers=wanted)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Message.objects.filter(body="whose words?").exists()
    values["account"] = str(one.uuid)
    answer = signed_in(one).post(address, values, headers=wanted)
    assert (answer.json()["type"], answer.json()["seq"]) == ("ack", 2)


def test_settings_are_kept() -> None:
    user = person()
    client, address = signed_in(user), reverse("messages_settings")
    client.post(address, {"who_may_write": "shared"})
    chosen = MessagingSettings.objects.get(user=user)
    assert (chosen.who_may_write, chosen.shows_read_state) == ("shared", False)
    assert client.post(address, {"who_may_write": "everybody"}).status_code == 422
    # What the policy does, whatever one chooses: tests of requests try it.
    assert "Norec’s advisers may write whatever you choose." in text_of(client, address)


@pytest.mark.parametrize("name", ["messages", "conversation"])
def test_page_costs_the_same_for_one_and_for_a_hundred(name: str) -> None:
    one, other = person(), person()
    conversation = talk(one, other, "first")
    client = signed_in(one)
    address = reverse(name, args=[conversation.uuid] if name == "conversation" else [])
    text_of(client, address)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text_of(client, address)
        return len(captured)

    few = queries()
    for number in range(50):
        say(other, conversation, f"text {number}")
    for _ in range(20):
        talk(person(), one, "words")
        asked(person(), one)
    text_of(client, f"{address}?newest=1")
    save_draft(actor=acting(one), conversation=conversation, text="")
    assert queries() == few
