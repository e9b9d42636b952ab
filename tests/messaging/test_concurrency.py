"""Twenty at once, on a database they share."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alumni_site.core.errors import Conflict
from messaging.models import Conversation, GroupInvitation, Message, MessageRequest, Participation
from messaging.services.groups import answer_invitation, create_group, invite
from messaging.services.requests import write_to
from messaging.services.sending import Sent, send_message, set_reaction
from notifications.models import Notification
from profiles.models import RoleGrant
from tests.factories import ConversationFactory, MessageFactory, TalkerFactory, viewer_of
from tests.messaging.real import at_once, by_itself, real_database

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_senders_leave_no_hole(tmp_path: Path) -> None:
    people = [TalkerFactory() for _ in range(20)]
    conversation = ConversationFactory(people=[each.user for each in people])
    viewers = [viewer_of(each) for each in people]

    def send_five(viewer: Any) -> list[int]:
        return [
            send_message(actor=viewer, conversation=conversation, body="Hei", client_id=uuid4()).message.seq for _ in range(5)
        ]

    with real_database(tmp_path):
        numbers = at_once(*(lambda viewer=viewer: send_five(viewer) for viewer in viewers))
        stored = by_itself(lambda: list(Message.objects.order_by("seq").values_list("seq", flat=True)))
        last = by_itself(lambda: Conversation.objects.get(pk=conversation.pk).last_seq)
    assert not [each for each in numbers if isinstance(each, Exception)]
    assert sorted(number for each in numbers for number in each) == stored == list(range(1, 101))
    assert last == 100
    assert all(each == sorted(each) for each in numbers)


def test_the_same_message_at_once_is_one(tmp_path: Path) -> None:
    amina = TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, TalkerFactory().user])
    viewer, client_id = viewer_of(amina), uuid4()
    with real_database(tmp_path):
        sent: list[Sent] = at_once(
            *[lambda: send_message(actor=viewer, conversation=conversation, body="Hei", client_id=client_id)] * 8
        )
        stored = by_itself(lambda: list(Message.objects.values_list("seq", flat=True)))
        last = by_itself(lambda: Conversation.objects.get().last_seq)
    assert sorted(each.is_new for each in sent) == [False] * 7 + [True]
    assert {each.message.uuid for each in sent} == {sent[0].message.uuid}
    assert (stored, last) == ([1], 1)


def test_two_who_write_to_each_other_at_once_talk(tmp_path: Path) -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    first, second = viewer_of(amina), viewer_of(bjorn)
    with real_database(tmp_path):
        sent = at_once(
            lambda: write_to(actor=first, profile=bjorn, body="Hei", client_id=uuid4()),
            lambda: write_to(actor=second, profile=amina, body="Hallo", client_id=uuid4()),
        )
        status = by_itself(lambda: MessageRequest.objects.get().status)
        stored = by_itself(lambda: list(Message.objects.order_by("seq").values_list("seq", flat=True)))
    assert [type(each) for each in sent] == [Sent, Sent]
    assert (status, stored) == ("accepted", [1, 2])


def test_the_limit_of_a_day_holds_for_many_at_once(tmp_path: Path) -> None:
    amina = TalkerFactory()
    RoleGrant.objects.filter(user=amina.user).update(role="participant")
    viewer, others = viewer_of(amina), [TalkerFactory() for _ in range(9)]
    with real_database(tmp_path):
        sent = at_once(
            *(lambda to=to: write_to(actor=viewer, profile=to, body=f"Hei {to.pk}", client_id=uuid4()) for to in others)
        )
        stored = by_itself(MessageRequest.objects.count)
    assert stored == 5
    assert sorted(type(each).__name__ for each in sent) == ["Conflict"] * 4 + ["Sent"] * 5


def test_the_last_place_in_a_group_is_given_once(tmp_path: Path) -> None:
    amina = TalkerFactory()
    group = ConversationFactory(people=[amina.user, *(TalkerFactory().user for _ in range(48))])
    known = [TalkerFactory() for _ in range(4)]
    viewer = viewer_of(amina)
    with real_database(tmp_path):
        asked = at_once(*(lambda who=who: invite(actor=viewer, conversation=group, profile=who) for who in known))
        stored = by_itself(GroupInvitation.objects.count)
    assert stored == 1
    assert [type(each) for each in asked].count(Conflict) == 3


def test_joining_twice_at_once_is_joining_once(tmp_path: Path) -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    create_group(actor=viewer_of(amina), name="Oslo", invited=[bjorn])
    invitation, viewer = GroupInvitation.objects.get(), viewer_of(bjorn)
    with real_database(tmp_path):
        done = at_once(*[lambda: answer_invitation(actor=viewer, invitation=invitation, is_yes=True)] * 4)
        joined = by_itself(Message.objects.filter(event="joined").count)
        present = by_itself(Participation.objects.filter(user=bjorn.user, left_at=None).count)
    assert not [each for each in done if isinstance(each, Exception)]
    assert (joined, present) == (1, 1)


def test_changes_at_once_have_a_number_each(tmp_path: Path) -> None:
    people = [TalkerFactory() for _ in range(6)]
    conversation = ConversationFactory(people=[each.user for each in people])
    message = MessageFactory(conversation=conversation, sender=people[0].user)
    viewers = [viewer_of(each) for each in people]
    with real_database(tmp_path):
        done = at_once(
            *(lambda viewer=viewer: set_reaction(actor=viewer, message=message, sign="👍", is_on=True) for viewer in viewers)
        )
        change = by_itself(lambda: Message.objects.get().change)
    assert not [each for each in done if isinstance(each, Exception)]
    assert change == 6


def test_what_waits_is_told_once_by_two_at_once(tmp_path: Path) -> None:
    from messaging.notices import tell_unread_messages
    from tests.messaging.test_notices import waits

    conversation = ConversationFactory()
    waits(MessageFactory(conversation=conversation, sender=conversation.participations.first().user))
    with real_database(tmp_path):
        told = at_once(*[tell_unread_messages] * 3)
        stored = by_itself(Notification.objects.count)
    assert sorted(told) == [0, 0, 1]
    assert stored == 1


def test_sending_costs_the_same_for_ten_as_for_fifty() -> None:
    costs = []
    for size in (2, 10, 50):
        people = [TalkerFactory() for _ in range(size)]
        conversation = ConversationFactory(kind="group", people=[each.user for each in people])
        viewer = viewer_of(people[0])
        with CaptureQueriesContext(connection) as queries:
            send_message(actor=viewer, conversation=conversation, body="Hei", client_id=uuid4())
        costs.append(len([each for each in queries if each["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]))
    assert len(set(costs)) == 1
    assert costs[0] <= 5
