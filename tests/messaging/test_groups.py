"""Groups: by invitation, with an owner always, and history from joining only."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NetworkError, NotAllowed
from messaging.models import Conversation, GroupInvitation, Message, Participation
from messaging.reading import inbox, missed, search_messages, thread, window
from messaging.services.groups import (
    answer_invitation,
    create_group,
    hand_over,
    invite,
    leave,
    remove_participant,
    rename_group,
    withdraw_invitation,
)
from messaging.services.sending import send_message, set_reaction
from messaging.services.topics import close_topic_conversation, open_topic_conversation, set_topic_participants
from profiles.accounts.services.standing import suspend_account
from profiles.models import Block, Profile, User
from profiles.roles import Role
from profiles.viewers import viewer_for
from tests.factories import ConversationFactory, MessageFactory, RoleGrantFactory, TalkerFactory, viewer_of

pytestmark = pytest.mark.django_db


def group_of(*people: Profile) -> Conversation:
    return ConversationFactory(kind="group", people=[each.user for each in people])


def say(who: Profile, conversation: Conversation, body: str = "Hei") -> Message:
    return send_message(actor=viewer_of(who), conversation=conversation, body=body, client_id=uuid4()).message


def events(conversation: Conversation) -> list[tuple[str, int]]:
    return [(each.event, each.sender_id) for each in Message.objects.filter(conversation=conversation).exclude(event="")]


def test_a_group_is_joined_by_invitation_and_read_from_then_on() -> None:
    amina, bjorn = TalkerFactory(first_name="Amina", last_name=""), TalkerFactory()
    group = create_group(actor=viewer_of(amina), name="  Oslo \n 2019 ", invited=[bjorn])
    assert group.name == "Oslo 2019"
    say(amina, group, "Before")
    waiting = inbox(viewer_of(bjorn)).invitations[0]
    assert (waiting.group, waiting.invited_by.name, waiting.people_count) == ("Oslo 2019", "Amina", 1)
    assert thread(viewer_of(bjorn), group.uuid) is None
    answer_invitation(actor=viewer_of(bjorn), invitation=GroupInvitation.objects.get(), is_yes=True)
    answer_invitation(actor=viewer_of(bjorn), invitation=GroupInvitation.objects.get(), is_yes=True)
    say(amina, group, "After")
    shown = thread(viewer_of(bjorn), group.uuid)
    seen = [each.event or each.body for each in window(viewer_of(bjorn), shown).messages]
    assert seen == ["joined", "After"]
    assert search_messages(viewer_of(bjorn), "before").found == ()
    assert [each.event or each.body for each in missed(viewer_of(bjorn), group, after=0).messages] == ["joined", "After"]
    assert inbox(viewer_of(bjorn)).threads[0].unread == 1


def test_who_says_no_is_left_in_peace() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    group = create_group(actor=viewer_of(amina), name="Oslo", invited=[bjorn])
    answer_invitation(actor=viewer_of(bjorn), invitation=GroupInvitation.objects.get(), is_yes=False)
    with pytest.raises(NotAllowed):
        invite(actor=viewer_of(amina), conversation=group, profile=bjorn)
    GroupInvitation.objects.update(answered_at=timezone.now() - timedelta(days=91))
    assert invite(actor=viewer_of(amina), conversation=group, profile=bjorn) is not None
    assert invite(actor=viewer_of(amina), conversation=group, profile=bjorn) is None


def test_an_invitation_taken_back_cannot_be_answered() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    create_group(actor=viewer_of(amina), name="Oslo", invited=[bjorn])
    withdraw_invitation(actor=viewer_of(amina), invitation=GroupInvitation.objects.get())
    assert inbox(viewer_of(bjorn)).invitations == ()
    with pytest.raises(Conflict):
        answer_invitation(actor=viewer_of(bjorn), invitation=GroupInvitation.objects.get(), is_yes=True)


def test_fifty_people_with_those_who_are_invited() -> None:
    amina = TalkerFactory()
    known = [TalkerFactory() for _ in range(3)]
    group = group_of(amina, *(TalkerFactory() for _ in range(47)))
    for person in known:
        ConversationFactory(people=[amina.user, person.user])
    for person in known[:2]:
        invite(actor=viewer_of(amina), conversation=group, profile=person)
    with pytest.raises(Conflict) as refused:
        invite(actor=viewer_of(amina), conversation=group, profile=known[2])
    assert refused.value.code == "too_many_people"


def test_strangers_count_as_new_people_of_the_day_and_friends_do_not() -> None:
    amina = TalkerFactory()
    RoleGrantFactory._meta.model.objects.filter(user=amina.user).update(role=Role.PARTICIPANT)
    friends = [TalkerFactory() for _ in range(6)]
    for person in friends:
        ConversationFactory(people=[amina.user, person.user])
    group = create_group(actor=viewer_of(amina), name="Oslo", invited=friends)
    for _ in range(5):
        invite(actor=viewer_of(amina), conversation=group, profile=TalkerFactory())
    with pytest.raises(Conflict) as refused:
        invite(actor=viewer_of(amina), conversation=group, profile=TalkerFactory())
    assert refused.value.code == "too_many_requests"
    assert GroupInvitation.objects.count() == 11


def test_who_leaves_reads_and_writes_no_more_and_keeps_their_name() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory(first_name="Bjørn", last_name="Ås")
    group = group_of(amina, bjorn, TalkerFactory())
    say(bjorn, group, "Ha det")
    leave(actor=viewer_of(bjorn), conversation=group)
    assert events(group) == [("left", bjorn.user_id)]
    assert thread(viewer_of(bjorn), group.uuid) is None
    assert missed(viewer_of(bjorn), group, after=0).messages == ()
    with pytest.raises(NotAllowed):
        say(bjorn, group)
    shown = thread(viewer_of(amina), group.uuid)
    assert [each.sender.name for each in window(viewer_of(amina), shown).messages] == ["Bjørn Ås", "Bjørn Ås"]
    assert len(shown.people) == 2


def test_coming_back_one_reads_from_then_on() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    group = group_of(amina, bjorn, TalkerFactory())
    leave(actor=viewer_of(bjorn), conversation=group)
    say(amina, group, "Now that he is gone")
    invite(actor=viewer_of(amina), conversation=group, profile=bjorn)
    answer_invitation(actor=viewer_of(bjorn), invitation=GroupInvitation.objects.get(), is_yes=True)
    shown = thread(viewer_of(bjorn), group.uuid)
    assert [each.event for each in window(viewer_of(bjorn), shown).messages] == ["joined"]


def test_when_the_owner_leaves_who_was_there_longest_runs_it_and_the_last_one_closes_it() -> None:
    amina, bjorn, hamisi = TalkerFactory(), TalkerFactory(), TalkerFactory()
    group = group_of(amina, bjorn, hamisi)
    leave(actor=viewer_of(amina), conversation=group)
    assert Participation.objects.get(conversation=group, is_owner=True).user == bjorn.user
    assert events(group)[-1] == ("new_owner", bjorn.user_id)
    remove_participant(actor=viewer_of(bjorn), conversation=group, user=hamisi.user)
    invite(actor=viewer_of(bjorn), conversation=group, profile=TalkerFactory())
    leave(actor=viewer_of(bjorn), conversation=group)
    group.refresh_from_db()
    assert group.closed_at is not None
    assert GroupInvitation.objects.get().status == "withdrawn"
    numbers = list(Message.objects.filter(conversation=group).values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def _suspend(user: User) -> None:
    adviser = RoleGrantFactory(role=Role.ADVISER).user
    suspend_account(actor=viewer_for(adviser), user=user, words="This was not kind.")


@pytest.mark.parametrize("go", [_suspend, lambda user: user.delete()], ids=["suspended", "removed"])
def test_when_the_owners_account_is_shut_somebody_else_runs_the_group(go: Callable[[User], None]) -> None:
    amina, shut, bjorn, carla = TalkerFactory(), TalkerFactory(), TalkerFactory(), TalkerFactory()
    group, talk = group_of(amina, shut, bjorn, carla), ConversationFactory(people=[amina.user, bjorn.user])
    User.objects.filter(pk=shut.user_id).update(status="suspended")
    go(User.objects.get(pk=amina.user_id))
    assert list(Participation.objects.filter(is_owner=True).values_list("conversation", "user")) == [(group.pk, bjorn.user_id)]
    assert events(group) == [("new_owner", bjorn.user_id)]
    assert events(talk) == []
    rename_group(actor=viewer_of(bjorn), conversation=group, name="Ours")
    # They are told, like everybody.
    shown = thread(viewer_of(bjorn), group.uuid)
    assert shown.own.read_seq < shown.last_seq


def test_a_group_of_one_stays_when_its_owner_is_suspended_and_is_theirs_when_they_come_back() -> None:
    amina, gone = TalkerFactory(), TalkerFactory()
    group = group_of(amina, gone)
    User.objects.filter(pk=gone.user_id).update(status="suspended")
    _suspend(User.objects.get(pk=amina.user_id))
    assert events(group) == []
    assert Participation.objects.get(conversation=group, is_owner=True).user_id == amina.user_id


def test_only_the_owner_runs_the_group() -> None:
    amina, bjorn = TalkerFactory(), TalkerFactory()
    group = group_of(amina, bjorn, TalkerFactory())
    adviser = TalkerFactory(may_write=False)
    RoleGrantFactory(user=adviser.user, role=Role.ADVISER)
    for who in (bjorn, TalkerFactory(), adviser):
        actor = viewer_of(who)
        for do in (
            lambda actor=actor: rename_group(actor=actor, conversation=group, name="Mine"),
            lambda actor=actor: invite(actor=actor, conversation=group, profile=TalkerFactory()),
            lambda actor=actor: remove_participant(actor=actor, conversation=group, user=amina.user),
            lambda actor=actor: hand_over(actor=actor, conversation=group, user=bjorn.user),
        ):
            with pytest.raises(NotAllowed):
                do()
    assert Message.objects.count() == 0
    rename_group(actor=viewer_of(amina), conversation=group, name="New")
    hand_over(actor=viewer_of(amina), conversation=group, user=bjorn.user)
    with pytest.raises(NotAllowed):
        rename_group(actor=viewer_of(amina), conversation=group, name="Old")
    assert events(group) == [("renamed", amina.user_id), ("new_owner", bjorn.user_id)]


@pytest.mark.parametrize(("name", "code"), [(" \n", "empty"), ("x" * 81, "too_long")])
def test_a_group_has_a_name(name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_group(actor=viewer_of(TalkerFactory()), name=name)
    assert refused.value.code == code


def test_people_with_a_block_between_them_are_nobody_to_each_other_in_a_group() -> None:
    secret = "Zephyrine"
    amina, blocked, hamisi = TalkerFactory(), TalkerFactory(first_name=secret, last_name=secret), TalkerFactory()
    group = group_of(amina, blocked, hamisi)
    first = say(blocked, group, f"I am {secret}")
    send_message(actor=viewer_of(hamisi), conversation=group, body="Hei", client_id=uuid4(), reply_to=first.uuid)
    set_reaction(actor=viewer_of(blocked), message=Message.objects.get(seq=2), sign="👍", is_on=True)
    MessageFactory(conversation=group, sender=blocked.user, body="", event="renamed")
    say(blocked, group, f"{secret} again")
    for blocker, other in ((amina.user, blocked.user), (blocked.user, amina.user)):
        Block.objects.all().delete()
        Block.objects.create(blocker=blocker, blocked=other)
        viewer = viewer_of(amina)
        shown = thread(viewer, group.uuid)
        seen = window(viewer, shown)
        everything = repr((shown.people, seen, inbox(viewer), missed(viewer, group, after=0, changes_after=0)))
        assert secret not in everything
        assert str(blocked.user.uuid) not in everything
        assert [each.is_hidden for each in seen.messages] == [True, False, False, True]
        assert seen.messages[1].reply.is_hidden
        assert [person.name for person in seen.messages[1].reactions[0].people] == ["Somebody you do not see"]
        assert search_messages(viewer, secret).found == ()
        assert inbox(viewer).threads[0].preview.is_hidden
        with pytest.raises(NetworkError):
            set_reaction(actor=viewer, message=first, sign="👍", is_on=True)
    # To others they are who they are.
    assert secret in repr(window(viewer_of(hamisi), thread(viewer_of(hamisi), group.uuid)))


def test_a_topic_is_opened_once_and_says_who_takes_part() -> None:
    amina, bjorn, hamisi = TalkerFactory(), TalkerFactory(), TalkerFactory()
    uuid = uuid4()
    opened = [
        open_topic_conversation(kind="events.event", uuid=uuid, name="Oslo", users=[amina.user, bjorn.user]) for _ in range(2)
    ]
    assert opened[0] == opened[1]
    say(amina, opened[0], "Before")
    set_topic_participants(conversation=opened[0], users=[amina.user, hamisi.user])
    assert thread(viewer_of(bjorn), opened[0].uuid) is None
    shown = thread(viewer_of(hamisi), opened[0].uuid)
    assert [each.event for each in window(viewer_of(hamisi), shown).messages] == ["joined"]
    with pytest.raises(NotAllowed):
        leave(actor=viewer_of(amina), conversation=opened[0])
    close_topic_conversation(conversation=opened[0])
    with pytest.raises(Conflict) as refused:
        say(amina, opened[0])
    assert refused.value.code == "closed"
    assert thread(viewer_of(amina), opened[0].uuid).is_closed
