"""How two people begin, and what neither may learn of the other."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alumni_site.core.errors import Conflict, NetworkError, NotAllowed
from messaging import policies
from messaging.models import Conversation, Message, MessageRequest, MessagingSettings, Participation, WritingLimit
from messaging.moves import REQUEST_MOVES
from messaging.reading import inbox, put_away_requests, thread, unread_total, window
from messaging.services.requests import (
    accept_request,
    block_sender,
    decline_request,
    ignore_request,
    restore_request,
    withdraw_request,
    write_to,
)
from messaging.services.sending import send_message, set_reaction
from notifications.models import Notification
from profiles.accounts.services.blocks import block_person
from profiles.models import Block, Profile
from profiles.roles import Role
from tests.factories import (
    ConversationFactory,
    ExchangeFactory,
    MessageRequestFactory,
    OrganisationFactory,
    ProfileFactory,
    RoleGrantFactory,
    TalkerFactory,
    UserFactory,
    viewer_of,
)

pytestmark = pytest.mark.django_db


def ask(sender: Profile, recipient: Profile, body: str = "May I ask you something?", capacity: str | None = None) -> Message:
    return write_to(actor=viewer_of(sender, capacity), profile=recipient, body=body, client_id=uuid4()).message


def with_role(role: str, **fields: Any) -> Profile:
    """Somebody with this role and no other, who has agreed to the norms."""
    profile = TalkerFactory(may_write=False, shown_to=["members"])
    RoleGrantFactory(user=profile.user, role=role, **fields)
    MessagingSettings.objects.create(user=profile.user, norms_agreed_at=timezone.now())
    return profile


def code_of(sender: Profile, recipient: Profile, capacity: str | None = None) -> str:
    with pytest.raises(NetworkError) as refused:
        ask(sender, recipient, capacity=capacity)
    return refused.value.code


def test_first_contact_is_a_request_with_one_text() -> None:
    amina, bjorn = TalkerFactory(first_name="Amina", last_name="Otieno"), TalkerFactory()
    message = ask(amina, bjorn, "Hei Bjørn")
    assert inbox(viewer_of(bjorn)).threads == ()
    waiting = inbox(viewer_of(bjorn)).requests[0]
    assert (waiting.sender.name, waiting.body) == ("Amina Otieno", "Hei Bjørn")
    assert inbox(viewer_of(amina)).threads[0].is_waiting
    with pytest.raises(Conflict) as refused:
        send_message(actor=viewer_of(amina), conversation=message.conversation, body="And?", client_id=uuid4())
    assert refused.value.code == "request_waiting"
    assert code_of(amina, bjorn) == "request_waiting"
    with pytest.raises(Conflict):
        send_message(actor=viewer_of(bjorn), conversation=message.conversation, body="Hei", client_id=uuid4())
    assert Notification.objects.filter(recipient=bjorn.user, kind="messaging.request").count() == 1


def test_the_same_request_twice_is_one() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    client_id = uuid4()
    sent = [write_to(actor=viewer_of(amina), profile=bjorn, body="Hei", client_id=client_id) for _ in range(2)]
    assert [each.is_new for each in sent] == [True, False]
    assert Message.objects.count() == 1


def test_accepted_both_may_write() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    accept_request(actor=viewer_of(bjorn), request=conversation.request)
    accept_request(actor=viewer_of(bjorn), request=conversation.request)
    for who in (bjorn, amina):
        send_message(actor=viewer_of(who), conversation=conversation, body="Hei", client_id=uuid4())
    assert ask(amina, bjorn, "On we go").seq == 4
    assert Notification.objects.get(recipient=bjorn.user).read_at is not None


def test_writing_back_accepts() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    answer = ask(bjorn, amina, "I was about to write to you")
    assert (answer.conversation, answer.seq) == (conversation, 2)
    assert MessageRequest.objects.get().status == "accepted"


def _seen_by(sender: Profile, conversation: Conversation) -> dict[str, Any]:
    """All that a sender can find out about a request of theirs."""
    viewer = viewer_of(sender)
    shown = thread(viewer, conversation.uuid)
    assert shown is not None
    return {
        "codes": code_of(
            sender, next(each for each in Profile.objects.all() if each.user_id == conversation.request.recipient_id)
        ),
        "request": shown.request,
        "refusal": shown.refusal.words if shown.refusal else "",
        "people": [(each.person, each.read_seq) for each in shown.people],
        "window": window(viewer, shown),
        "inbox": inbox(viewer),
        "last": (shown.last_seq, shown.last_change),
        "notices": list(Notification.objects.filter(recipient=sender.user).values_list("kind", flat=True)),
    }


def test_who_is_ignored_cannot_tell() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    before = _seen_by(amina, conversation)
    ignore_request(actor=viewer_of(bjorn), request=conversation.request)
    conversation.refresh_from_db()
    assert _seen_by(amina, conversation) == before
    assert inbox(viewer_of(bjorn)).requests == ()
    assert thread(viewer_of(bjorn), conversation.uuid) is None
    assert unread_total(viewer_of(bjorn)) == 0
    # Nor that it was taken out again and put away anew.
    assert [each.body for each in put_away_requests(viewer_of(bjorn))] == ["May I ask you something?"]
    restore_request(actor=viewer_of(bjorn), request=conversation.request)
    assert (len(inbox(viewer_of(bjorn)).requests), put_away_requests(viewer_of(bjorn))) == (1, ())
    assert _seen_by(amina, conversation) == before
    ignore_request(actor=viewer_of(bjorn), request=conversation.request)
    # Taken back and asked again a day later it goes the same way.
    withdraw_request(actor=viewer_of(amina), request=conversation.request)
    assert code_of(amina, bjorn) == "too_many_requests"
    MessageRequest.objects.update(answered_at=timezone.now() - timedelta(days=2), asked_at=timezone.now() - timedelta(days=2))
    ask(amina, bjorn, "Did you see it?")
    assert inbox(viewer_of(bjorn)).requests == ()
    assert Notification.objects.filter(recipient=bjorn.user, read_at=None).count() == 0
    # The one who ignored may change their mind.
    assert ask(bjorn, amina, "Sorry, I was away").seq == 3


def test_a_no_holds_for_ninety_days_and_not_for_who_said_it() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn, "An old text").conversation
    decline_request(actor=viewer_of(bjorn), request=conversation.request)
    MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write="nobody")
    with pytest.raises(NotAllowed) as closed:
        write_to(actor=viewer_of(TalkerFactory()), profile=bjorn, body="Hei", client_id=uuid4())
    MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write="members")
    with pytest.raises(NotAllowed) as declined:
        ask(amina, bjorn)
    assert (declined.value.code, closed.value.code) == ("not_allowed", "not_allowed")
    # Friendly, and no reason; a door that was always closed says so.
    assert "friendly no, thank you" in declined.value.message
    assert closed.value.message == "This person does not take messages from you."
    assert thread(viewer_of(amina), conversation.uuid).refusal == policies.DECLINED
    MessageRequest.objects.update(answered_at=timezone.now() - timedelta(days=91))
    ask(amina, bjorn, "A new text")
    asked = inbox(viewer_of(bjorn)).requests[0]
    assert asked.body == "A new text"
    shown = thread(viewer_of(bjorn), conversation.uuid)
    assert [each.body for each in window(viewer_of(bjorn), shown).messages] == ["A new text"]
    decline_request(actor=viewer_of(bjorn), request=conversation.request)
    ask(bjorn, amina, "After all")
    assert MessageRequest.objects.get().status == "accepted"


def test_what_is_taken_back_is_gone_and_the_other_may_ask() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn, "Oh no").conversation
    withdraw_request(actor=viewer_of(amina), request=conversation.request)
    assert inbox(viewer_of(bjorn)).requests == ()
    ask(bjorn, amina, "Hello")
    request = MessageRequest.objects.get()
    assert (request.sender, request.status) == (bjorn.user, "waiting")
    assert inbox(viewer_of(amina)).requests[0].body == "Hello"


def test_block_hides_and_ignores() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    block_sender(actor=viewer_of(bjorn), request=conversation.request)
    assert Block.objects.filter(blocker=bjorn.user, blocked=amina.user).exists()
    assert code_of(amina, bjorn) == code_of(bjorn, amina) == "not_allowed"
    assert thread(viewer_of(bjorn), conversation.uuid) is None


def test_what_is_put_away_may_still_be_answered_and_what_is_asked_later_is_heard_then() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    ignore_request(actor=viewer_of(bjorn), request=conversation.request)
    decline_request(actor=viewer_of(bjorn), request=conversation.request)
    assert put_away_requests(viewer_of(bjorn)) == ()
    MessageRequest.objects.update(answered_at=timezone.now() - timedelta(days=91))
    ask(amina, bjorn, "A new text")
    assert [each.body for each in inbox(viewer_of(bjorn)).requests] == ["A new text"]
    ignore_request(actor=viewer_of(bjorn), request=conversation.request)
    accept_request(actor=viewer_of(bjorn), request=conversation.request)
    assert len(inbox(viewer_of(bjorn)).threads) == 1


@pytest.mark.parametrize("answer", [accept_request, decline_request, restore_request])
def test_what_is_out_of_sight_by_a_block_is_not_answered(answer: Any) -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ask(amina, bjorn).conversation
    if answer is restore_request:
        ignore_request(actor=viewer_of(bjorn), request=conversation.request)
    block_person(actor=viewer_of(amina), profile=bjorn)
    assert put_away_requests(viewer_of(bjorn)) == ()
    with pytest.raises(Conflict):
        answer(actor=viewer_of(bjorn), request=conversation.request)
    assert not Notification.objects.filter(recipient=amina.user).exists()


def test_who_has_no_profile_is_blocked_too() -> None:
    bjorn = TalkerFactory()
    request = MessageRequestFactory(sender=UserFactory(), recipient=bjorn.user)
    block_sender(actor=viewer_of(bjorn), request=request)
    block_sender(actor=viewer_of(bjorn), request=request)
    assert Block.objects.get().blocked == request.sender


@pytest.mark.parametrize("move", ["accept", "ignore", "restore", "decline", "withdraw"])
def test_moves_are_made_by_the_right_side_only(move: str) -> None:
    services = {
        "accept": accept_request,
        "ignore": ignore_request,
        "restore": restore_request,
        "decline": decline_request,
        "withdraw": withdraw_request,
    }
    amina, bjorn = TalkerFactory(), TalkerFactory()
    request = ask(amina, bjorn).conversation.request
    wrong = amina if REQUEST_MOVES[move].by == "recipient" else bjorn
    for who in (wrong, TalkerFactory(), with_role(Role.ADVISER)):
        with pytest.raises(NotAllowed):
            services[move](actor=viewer_of(who), request=request)
    request.refresh_from_db()
    assert request.status == "waiting"


@pytest.mark.parametrize(
    ("chosen", "who", "may"),
    [
        ("nobody", Role.MEMBER, False),
        ("nobody", Role.OFFICER, False),
        ("nobody", Role.COORDINATOR, False),
        ("nobody", Role.ADVISER, True),
        ("shared", Role.MEMBER, False),
        ("shared", Role.OFFICER, False),
        ("members", Role.MEMBER, True),
        ("members", Role.PARTICIPANT, True),
        ("members", Role.ENTREPRENEUR, True),
        ("members", Role.OFFICER, False),
        ("members", Role.COORDINATOR, False),
        ("missions", Role.MEMBER, True),
        ("missions", Role.OFFICER, True),
        ("missions", Role.COORDINATOR, False),
        ("missions", Role.EDITOR, False),
        ("missions", Role.ADVISER, True),
    ],
)
def test_each_says_who_may_write(chosen: str, who: Role, may: bool) -> None:
    bjorn = TalkerFactory(shown_to=["members", "missions", "partners"])
    MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write=chosen)
    assert policies.can_write_to(viewer_of(with_role(who)), bjorn) is may


def test_a_partner_writes_to_those_who_were_with_them() -> None:
    bjorn = TalkerFactory(shown_to=["members", "partners"])
    partner, other = OrganisationFactory(), OrganisationFactory()
    ExchangeFactory(profile=bjorn, host_organisation=partner)
    assert policies.can_write_to(viewer_of(with_role(Role.COORDINATOR, organisation=partner)), bjorn)
    assert not policies.can_write_to(viewer_of(with_role(Role.COORDINATOR, organisation=other)), bjorn)
    # So it is with all choices but one: the page of settings says so.
    for chosen in ("shared", "members", "missions"):
        MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write=chosen)
        assert policies.can_write_to(viewer_of(with_role(Role.COORDINATOR, organisation=partner)), bjorn)
    MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write="nobody")
    assert not policies.can_write_to(viewer_of(with_role(Role.COORDINATOR, organisation=partner)), bjorn)


def test_having_shared_something() -> None:
    bjorn, hamisi, grace = TalkerFactory(), TalkerFactory(), TalkerFactory()
    MessagingSettings.objects.filter(user=bjorn.user).update(who_may_write="shared")
    assert not policies.can_write_to(viewer_of(hamisi), bjorn)
    ConversationFactory(people=[bjorn.user, hamisi.user, TalkerFactory().user])
    assert policies.can_write_to(viewer_of(hamisi), bjorn)
    shared = OrganisationFactory()
    ExchangeFactory(profile=bjorn, host_organisation=shared)
    ExchangeFactory(profile=grace, sending_organisation=shared)
    assert policies.can_write_to(viewer_of(grace), bjorn)


def test_a_mission_asks_in_its_own_name() -> None:
    mission = OrganisationFactory(name="Embassy in Nairobi")
    officer, bjorn = with_role(Role.OFFICER, organisation=mission), TalkerFactory(shown_to=["missions"])
    ask(officer, bjorn)
    asked = inbox(viewer_of(bjorn)).requests[0]
    assert (asked.sender_role, asked.on_behalf_of) == ("officer", "Embassy in Nairobi")


def _hidden(profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(audiences_name=0)


def _paused(profile: Profile) -> None:
    Profile.objects.filter(pk=profile.pk).update(is_paused=True)


def _suspended(profile: Profile) -> None:
    type(profile.user).objects.filter(pk=profile.user_id).update(status="suspended")


@pytest.mark.parametrize("make_so", [_hidden, _paused, _suspended])
def test_whom_one_does_not_see_one_does_not_write_to(make_so: Any) -> None:
    bjorn = TalkerFactory()
    make_so(bjorn)
    assert code_of(TalkerFactory(), Profile.objects.get(pk=bjorn.pk)) == "not_allowed"


@pytest.mark.parametrize("status", ["applicant", "suspended", "declined"])
def test_who_is_no_member_writes_to_nobody(status: str) -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    type(amina.user).objects.filter(pk=amina.user_id).update(status=status)
    assert code_of(amina, bjorn) == "not_allowed"
    assert Conversation.objects.count() == 0


def test_one_does_not_write_to_oneself_or_to_nobody() -> None:
    amina = TalkerFactory()
    assert code_of(amina, amina) == "not_allowed"
    assert code_of(with_role(Role.ADVISER), ProfileFactory(unclaimed=True)) == "not_allowed"


def test_norms_come_first_and_a_limit_stops_what_is_new() -> None:
    amina, bjorn, hamisi = TalkerFactory(), TalkerFactory(), TalkerFactory()
    there = ConversationFactory(people=[amina.user, hamisi.user])
    WritingLimit.objects.create(user=amina.user, until=timezone.now() + timedelta(days=1))
    assert code_of(amina, bjorn) == "limited"
    send_message(actor=viewer_of(amina), conversation=there, body="Hei", client_id=uuid4())
    WritingLimit.objects.update(until=timezone.now() - timedelta(seconds=1))
    MessagingSettings.objects.filter(user=amina.user).update(norms_agreed_at=None)
    assert code_of(amina, bjorn) == "norms_not_agreed"
    with pytest.raises(NotAllowed) as refused:
        send_message(actor=viewer_of(amina), conversation=there, body="Hei", client_id=uuid4())
    assert refused.value.code == "norms_not_agreed"


def test_new_people_a_day_are_limited_by_role() -> None:
    participant = with_role(Role.PARTICIPANT)
    for _ in range(5):
        ask(participant, TalkerFactory())
    one_more = TalkerFactory()
    assert code_of(participant, one_more) == "too_many_requests"
    MessageRequest.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    ask(participant, one_more)


def test_a_block_holds_for_an_adviser_too() -> None:
    adviser, bjorn = with_role(Role.ADVISER), TalkerFactory()
    Block.objects.create(blocker=bjorn.user, blocked=adviser.user)
    assert code_of(adviser, bjorn) == "not_allowed"


def test_before_a_request_is_accepted_nothing_tells_that_it_was_read() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    message = ask(amina, bjorn)
    Participation.objects.filter(user=bjorn.user).update(read_seq=1)
    shown = thread(viewer_of(amina), message.conversation.uuid)
    assert [each.read_seq for each in shown.people] == [None, None]
    with pytest.raises(NotAllowed):
        set_reaction(actor=viewer_of(bjorn), message=message, sign="👍", is_on=True)


def test_block_among_those_who_talk_hides_the_conversation_for_both() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    conversation = ConversationFactory(people=[amina.user, bjorn.user])
    block_person(actor=viewer_of(amina), profile=bjorn)
    for who in (amina, bjorn):
        assert thread(viewer_of(who), conversation.uuid) is None
        with pytest.raises(NotAllowed):
            send_message(actor=viewer_of(who), conversation=conversation, body="Hei", client_id=uuid4())


def test_an_account_without_profile_is_nobody_to_write_to() -> None:
    assert not policies.can_write_to(viewer_of(TalkerFactory()), ProfileFactory(user=UserFactory(), shown_to=[]))
