"""Reading costs the same number of queries whatever there is to show."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Attachment, Conversation, GroupInvitation, Message, Participation, Reaction
from messaging.notices import tell_unread_messages
from messaging.reading import inbox, missed, put_away_requests, search_messages, thread, unread_total, window
from messaging.services.groups import create_group
from notifications.models import Notification
from notifications.reading import in_words
from profiles.models import Profile, RoleGrant
from profiles.roles import Role
from profiles.viewers import Viewer
from tests.factories import ConversationFactory, MessageFactory, MessageRequestFactory, TalkerFactory, viewer_of
from tests.messaging.test_notices import waits

pytestmark = pytest.mark.django_db


def cost(do: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        do()
    return len(queries)


def conversations_of(amina: Profile, number: int) -> None:
    """Every kind, with something new in each."""
    for at in range(number):
        people = [amina.user, TalkerFactory().user, *([TalkerFactory().user] if at % 3 == 2 else [])]
        conversation = ConversationFactory(people=people)
        MessageFactory(conversation=conversation, sender=people[1], body=f"Lighthouse {at}")
        if at % 3 == 1:
            MessageRequestFactory(sender=TalkerFactory().user, recipient=amina.user)


def test_a_list_costs_the_same_for_1_3_and_100() -> None:
    costs = []
    for number in (1, 3, 100):
        amina = TalkerFactory()
        conversations_of(amina, number)
        viewer = viewer_of(amina)
        reads: list[Callable[[Viewer], Any]] = [inbox, unread_total, lambda viewer: search_messages(viewer, "light")]
        costs.append([cost(lambda read=read, v=viewer: read(v)) for read in reads])
    assert costs[0] == costs[1] == costs[2]
    assert costs[0][0] <= 8
    assert costs[0][1] == 1
    assert costs[0][2] <= 3


def test_what_is_put_away_costs_the_same_for_1_and_40() -> None:
    costs = []
    for number in (1, 40):
        amina = TalkerFactory()
        for _ in range(number):
            MessageRequestFactory(sender=TalkerFactory().user, recipient=amina.user, status="ignored")
        viewer = viewer_of(amina)
        assert len(put_away_requests(viewer)) == number
        costs.append(cost(lambda v=viewer: put_away_requests(v)))
    assert costs[0] == costs[1] <= 3


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "new"])
def test_inviting_costs_the_same_for_1_and_40(is_known: bool) -> None:
    costs = []
    for number in (1, 40):
        amina = TalkerFactory()
        RoleGrant.objects.filter(user=amina.user).update(role=Role.OFFICER)
        people = [TalkerFactory(shown_to=["missions"]) for _ in range(number)]
        for person in people if is_known else ():
            ConversationFactory(people=[amina.user, person.user])
        profiles = list(Profile.objects.select_related("user").filter(pk__in=[each.pk for each in people]))
        viewer = viewer_of(amina)
        costs.append(cost(lambda v=viewer, p=profiles: create_group(actor=v, name="Oslo", invited=p)))
        assert GroupInvitation.objects.filter(invited_by=amina.user).count() == number
        assert Notification.objects.filter(recipient__in=[each.user for each in people]).count() == number
    assert costs[0] == costs[1] <= 30


def a_conversation(amina: Profile, number: int) -> Conversation:
    people = [TalkerFactory() for _ in range(min(number, 40))]
    conversation = ConversationFactory(kind="group", people=[amina.user, *(each.user for each in people)])
    earlier = None
    for at in range(number):
        sender = people[at % len(people)].user
        message = MessageFactory(conversation=conversation, sender=sender, reply_to=earlier)
        Reaction.objects.create(message=message, user=people[(at + 1) % len(people)].user, sign="👍")
        Attachment.objects.create(
            conversation=conversation,
            uploader=sender,
            message=message,
            name="a.pdf",
            size=1,
            received=1,
            state="ready",
            kind="pdf",
        )
        earlier = message
    return conversation


def open_it(viewer: Viewer, conversation: Conversation) -> None:
    shown = thread(viewer, conversation.uuid)
    assert shown is not None
    assert window(viewer, shown).messages


def test_opening_a_conversation_costs_the_same_for_1_3_and_100() -> None:
    costs = []
    for number in (1, 3, 100):
        amina = TalkerFactory()
        conversation, viewer = a_conversation(amina, number), viewer_of(amina)
        costs.append(
            (
                cost(lambda v=viewer, c=conversation: open_it(v, c)),
                cost(lambda v=viewer, c=conversation: missed(v, c, after=0, changes_after=0)),
            )
        )
    assert costs[0] == costs[1] == costs[2]
    assert costs[0][0] <= 12
    assert costs[0][1] <= 8


def test_notices_are_said_at_the_same_cost_for_1_and_20() -> None:
    costs = []
    for number in (1, 20):
        amina = TalkerFactory()
        for _ in range(number):
            conversation = ConversationFactory(people=[amina.user, TalkerFactory().user])
            waits(
                MessageFactory(conversation=conversation, sender=conversation.participations.exclude(user=amina.user).get().user)
            )
        tell_unread_messages()
        told = list(Notification.objects.filter(recipient=amina.user))
        assert len(told) == number
        costs.append(cost(lambda t=told, a=amina: in_words(a.user, t)))
    assert costs[0] == costs[1]


def test_a_conversation_is_opened_by_its_numbers_not_by_counting() -> None:
    """The plan of the database: the newest fifty are found by an index, however many there are."""
    amina = TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, TalkerFactory().user])
    Message.objects.bulk_create(
        [Message(conversation=conversation, seq=number, sender=amina.user, body="Hei") for number in range(1, 3001)]
    )
    Conversation.objects.update(last_seq=3000)
    Participation.objects.update(read_seq=0)
    viewer = viewer_of(amina)
    with CaptureQueriesContext(connection) as queries:
        open_it(viewer, conversation)
        inbox(viewer)
    counted = [each["sql"] for each in queries if "COUNT" in each["sql"] and 'FROM "messaging_message"' in each["sql"]]
    # Only what is unread is counted, no further than it is told.
    assert len(counted) == 1
    assert "LIMIT 100) counted" in counted[0]
