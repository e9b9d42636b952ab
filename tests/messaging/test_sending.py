"""Messages: numbered, once, kept before they are told."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alumni_site.core.errors import Invalid, NotAllowed
from messaging.models import Message, Participation
from messaging.reading import first_unread, inbox, missed, search_messages, thread, unread_total, window
from messaging.services.choices import mark_read
from messaging.services.sending import send_message
from tests.factories import ConversationFactory, TalkerFactory, viewer_of

pytestmark = pytest.mark.django_db


def test_messages_are_numbered_from_one_and_the_sender_has_read_their_own() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    for number, who in enumerate([amina, bjorn, amina], start=1):
        sent = send_message(actor=viewer_of(who), conversation=conversation, body=f" Hei {number}\n", client_id=uuid4())
        assert (sent.message.seq, sent.is_new, sent.message.body) == (number, True, f"Hei {number}")
    read = {row.user_id: row.read_seq for row in Participation.objects.filter(conversation=conversation)}
    assert read == {amina.user.pk: 3, bjorn.user.pk: 2}


def test_the_same_client_id_is_the_same_message() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    client_id = uuid4()
    first = send_message(actor=viewer_of(amina), conversation=conversation, body="Hei", client_id=client_id)
    second = send_message(actor=viewer_of(amina), conversation=conversation, body="Hei", client_id=client_id)
    assert (second.message, second.is_new) == (first.message, False)
    other = send_message(actor=viewer_of(bjorn), conversation=conversation, body="Hei", client_id=client_id)
    assert other.is_new
    assert list(Message.objects.values_list("seq", flat=True)) == [1, 2]


@pytest.mark.parametrize(("body", "code"), [("", "empty"), (" \n\x00\t", "empty"), ("x" * 10_001, "too_long")])
def test_a_text_that_is_none_is_refused(body: str, code: str) -> None:
    amina = TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, TalkerFactory().user])
    with pytest.raises(Invalid) as refused:
        send_message(actor=viewer_of(amina), conversation=conversation, body=body, client_id=uuid4())
    assert refused.value.code == code
    conversation.refresh_from_db()
    assert conversation.last_seq == 0


def test_a_stranger_does_not_send() -> None:
    conversation = ConversationFactory()
    with pytest.raises(NotAllowed):
        send_message(actor=viewer_of(TalkerFactory()), conversation=conversation, body="Hei", client_id=uuid4())
    conversation.refresh_from_db()
    assert conversation.last_seq == 0


def test_sending_costs_six_statements() -> None:
    amina = TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, *(TalkerFactory().user for _ in range(9))])
    viewer = viewer_of(amina)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        send_message(actor=viewer, conversation=conversation, body="Hei", client_id=uuid4())
    asked = [each["sql"] for each in queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]
    assert len(asked) <= 6, asked


def test_smoke_of_reading() -> None:
    amina, bjorn = TalkerFactory(first_name="Amina", last_name=""), TalkerFactory(first_name="Bjørn", last_name="")
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    first = send_message(actor=viewer_of(amina), conversation=conversation, body="Blåbærsyltetøy?", client_id=uuid4()).message
    send_message(actor=viewer_of(amina), conversation=conversation, body="Ja", client_id=uuid4(), reply_to=first.uuid)
    viewer = viewer_of(bjorn)
    assert unread_total(viewer) == 1
    listed = inbox(viewer).threads[0]
    assert (listed.title, listed.unread, listed.preview.words) == ("Amina", 2, "Ja")
    shown = thread(viewer, conversation.uuid)
    assert (shown.may_write, shown.other.name, first_unread(viewer, shown)) == (True, "Amina", 1)
    messages = window(viewer, shown).messages
    assert [each.body for each in messages] == ["Blåbærsyltetøy?", "Ja"]
    assert messages[1].reply.body == "Blåbærsyltetøy?"
    assert missed(viewer, conversation, after=1).messages == (messages[1],)
    found = search_messages(viewer, "blaabaer").found
    assert [(each.seq, each.excerpt[0].text, each.excerpt[0].marked) for each in found] == [(1, "Blåbærsyltetøy", True)]
    assert mark_read(actor=viewer, conversation=conversation, seq=9) is True
    assert mark_read(actor=viewer, conversation=conversation, seq=1) is False
    assert unread_total(viewer) == 0
