"""What reaches people outside the page: who and where, never what, and once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from messaging.models import Message, Participation
from messaging.notices import tell_unread_messages
from messaging.services.choices import FOR_EVER, mark_read, mute
from messaging.services.groups import answer_invitation, create_group, leave
from messaging.services.requests import accept_request, decline_request, ignore_request, withdraw_request, write_to
from notifications.kinds import kinds
from notifications.models import Notification
from notifications.reading import in_words
from profiles.models import Block, User
from tests.factories import ConversationFactory, MessageFactory, MessageRequestFactory, TalkerFactory, viewer_of

pytestmark = pytest.mark.django_db


def waits(message: Message, minutes: int = 11) -> Message:
    """As if it had been written so long ago."""
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(minutes=minutes))
    return message


def told(user: User) -> list[str]:
    return [each.text for each in in_words(user, list(Notification.objects.filter(recipient=user)))]


def test_what_waits_ten_minutes_is_told_once_with_who_and_how_many() -> None:
    amina, bjorn = TalkerFactory(first_name="Amina", last_name="Otieno"), TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    waits(MessageFactory(conversation=conversation, sender=amina.user, body="A secret"), minutes=9)
    assert tell_unread_messages() == 0
    waits(Message.objects.get())
    for _ in range(2):
        MessageFactory(conversation=conversation, sender=amina.user, body="Another secret")
    call_command("tell_unread_messages")
    assert tell_unread_messages() == 0
    assert told(bjorn.user) == ["3 new messages from Amina Otieno"]
    assert told(amina.user) == []
    with translation.override("nn"):
        assert told(bjorn.user) == ["3 nye meldingar frå Amina Otieno"]
    assert "secret" not in repr(list(Notification.objects.values()))
    assert "Amina" not in repr(list(Notification.objects.values()))
    mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=3)
    assert Notification.objects.get().read_at is not None


def test_a_group_is_told_by_its_name() -> None:
    amina, bjorn, hamisi = TalkerFactory(first_name="Amina", last_name=""), TalkerFactory(), TalkerFactory()
    group = ConversationFactory(people=[amina.user, bjorn.user, hamisi.user], name="Kisumu 2019")
    waits(MessageFactory(conversation=group, sender=amina.user))
    tell_unread_messages()
    assert told(bjorn.user) == ["1 new message from Amina in Kisumu 2019"]
    waits(MessageFactory(conversation=group, sender=hamisi.user))
    tell_unread_messages()
    assert told(bjorn.user) == ["2 new messages in Kisumu 2019"]
    assert told(hamisi.user) == ["1 new message from Amina in Kisumu 2019"]


def test_who_is_muted_or_has_left_or_is_blocked_is_not_told() -> None:
    amina, muted, left, blocked, suspended = (TalkerFactory() for _ in range(5))
    group = ConversationFactory(people=[each.user for each in (amina, muted, left, blocked, suspended)])
    mute(actor=viewer_of(muted), conversation=group, until=FOR_EVER)
    Participation.objects.filter(user=left.user).update(left_at=timezone.now())
    Block.objects.create(blocker=amina.user, blocked=blocked.user)
    User.objects.filter(pk=suspended.user_id).update(status="suspended")
    waits(MessageFactory(conversation=group, sender=amina.user))
    assert tell_unread_messages() == 0


def test_a_request_is_told_at_once_and_forgotten_with_its_answer() -> None:
    amina, bjorn = TalkerFactory(first_name="Amina", last_name=""), TalkerFactory()
    from messaging.notices import tell_of_request

    request = MessageRequestFactory(sender=amina.user, recipient=bjorn.user)
    tell_of_request(request)
    assert told(bjorn.user) == ["Amina wants to write to you."]
    assert kinds()["messaging.request"].is_still_wanted(bjorn.user_id, {"request": str(request.uuid)})
    waits(Message.objects.get())
    assert tell_unread_messages() == 0
    decline_request(actor=viewer_of(bjorn), request=request)
    assert Notification.objects.get(recipient=bjorn.user).read_at is not None
    assert not kinds()["messaging.request"].is_still_wanted(bjorn.user_id, {"request": str(request.uuid)})


def test_a_request_taken_back_names_nobody() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    from messaging.notices import tell_of_request

    request = MessageRequestFactory(sender=amina.user, recipient=bjorn.user)
    tell_of_request(request)
    withdraw_request(actor=viewer_of(amina), request=request)
    Block.objects.create(blocker=amina.user, blocked=bjorn.user)
    assert told(bjorn.user) == ["Somebody you do not see wants to write to you."]


def test_a_mail_is_not_sent_for_what_was_read_or_blocked_meanwhile() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    MessageFactory(conversation=conversation, sender=amina.user)
    data, wanted = {"conversation": str(conversation.uuid)}, kinds()["messaging.message"].is_still_wanted
    assert wanted(bjorn.user_id, data)
    block = Block.objects.create(blocker=bjorn.user, blocked=amina.user)
    assert not wanted(bjorn.user_id, data)
    block.delete()
    mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=1)
    assert not wanted(bjorn.user_id, data)


def test_the_answer_to_a_request_is_told_once() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory(first_name="Bjørn", last_name="")
    request = MessageRequestFactory(sender=amina.user, recipient=bjorn.user)
    decline_request(actor=viewer_of(bjorn), request=request)
    decline_request(actor=viewer_of(bjorn), request=request)
    assert told(amina.user) == ["Bjørn thanks you for your request, and says no this time."]
    notice = Notification.objects.get(recipient=amina.user)
    assert (notice.kind, notice.count) == ("messaging.request_answered", 1)
    # It waits for the mail of the day.
    assert notice.digest is not None
    # They change their mind, in whatever way.
    write_to(actor=viewer_of(bjorn), profile=amina, body="After all", client_id=uuid4())
    assert told(amina.user) == ["Bjørn says yes: you can write to each other."]
    with translation.override("nn"):
        assert told(amina.user) == ["Bjørn seier ja: De kan skrive til kvarandre."]


@pytest.mark.parametrize("answer", [ignore_request, withdraw_request])
def test_no_answer_is_told_of_what_was_put_away_or_taken_back(answer: Any) -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    request = MessageRequestFactory(sender=amina.user, recipient=bjorn.user)
    answer(actor=viewer_of(bjorn if answer is ignore_request else amina), request=request)
    assert not Notification.objects.filter(recipient=amina.user).exists()


def test_an_answer_is_not_mailed_after_a_block_or_another_answer() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory(first_name="Zephyrine")
    request = MessageRequestFactory(sender=amina.user, recipient=bjorn.user)
    accept_request(actor=viewer_of(bjorn), request=request)
    data, wanted = Notification.objects.get(recipient=amina.user).data, kinds()["messaging.request_answered"].is_still_wanted
    assert wanted(amina.user_id, data)
    assert not wanted(amina.user_id, {**data, "is_yes": False})
    assert not wanted(bjorn.user_id, data)
    User.objects.filter(pk=bjorn.user_id).update(status="suspended")
    assert not wanted(amina.user_id, data)
    User.objects.filter(pk=bjorn.user_id).update(status="active")
    Block.objects.create(blocker=bjorn.user, blocked=amina.user)
    assert not wanted(amina.user_id, data)
    assert told(amina.user) == ["Your request to write to somebody is answered."]
    bjorn.user.delete()
    assert not wanted(amina.user_id, data)


def test_an_invitation_is_told_with_who_and_where_and_forgotten_with_its_answer() -> None:
    amina, bjorn, other = TalkerFactory(first_name="Amina", last_name=""), TalkerFactory(), TalkerFactory()
    group = create_group(actor=viewer_of(amina), name="Kisumu 2019", invited=[bjorn, other])
    assert told(bjorn.user) == told(other.user) == ["Amina invites you to the group Kisumu 2019."]
    data, wanted = Notification.objects.get(recipient=bjorn.user).data, kinds()["messaging.invitation"].is_still_wanted
    assert wanted(bjorn.user_id, data)
    assert not wanted(amina.user_id, data)
    answer_invitation(actor=viewer_of(bjorn), invitation=group.invitations.get(invited=bjorn.user), is_yes=False)
    assert not wanted(bjorn.user_id, data)
    unread = Notification.objects.filter(read_at=None)
    assert [each.recipient for each in unread] == [other.user]
    leave(actor=viewer_of(amina), conversation=group)
    assert not unread.all().exists()
