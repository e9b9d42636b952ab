"""What happens to messages after they are sent, and what each chooses for themselves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NetworkError, NotAllowed
from messaging.models import Conversation, Message, MessageVersion, MessagingSettings, Participation, Reaction
from messaging.reading import inbox, missed, search_messages, thread, unread_total, window
from messaging.services.choices import (
    FOR_EVER,
    agree_to_norms,
    archive,
    mark_read,
    mute,
    pin,
    save_draft,
    save_settings,
)
from messaging.services.sending import delete_for_all, delete_for_me, edit_message, send_message, set_reaction
from profiles.models import Profile, User
from profiles.roles import Role
from tests.factories import ConversationFactory, MessageFactory, RoleGrantFactory, TalkerFactory, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina() -> Profile:
    return TalkerFactory()


@pytest.fixture
def bjorn() -> Profile:
    return TalkerFactory()


@pytest.fixture
def conversation(amina: Profile, bjorn: Profile) -> Conversation:
    return ConversationFactory(people=[amina.user, bjorn.user])


def say(who: Profile, conversation: Conversation, body: str = "Hei") -> Message:
    return send_message(actor=viewer_of(who), conversation=conversation, body=body, client_id=uuid4()).message


def seen(who: Profile, conversation: Conversation) -> list[Any]:
    viewer = viewer_of(who)
    shown = thread(viewer, conversation.uuid)
    return list(window(viewer, shown).messages) if shown else []


def test_an_edit_is_marked_and_keeps_what_was_said(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    message = say(amina, conversation, "Tusday")
    edit_message(actor=viewer_of(amina), message=message, body="Tuesday")
    shown = seen(bjorn, conversation)[0]
    assert (shown.body, shown.edited_at is not None, shown.change) == ("Tuesday", True, 1)
    assert MessageVersion.objects.get().body == "Tusday"
    assert search_messages(viewer_of(bjorn), "tusday").found == ()
    assert len(search_messages(viewer_of(bjorn), "tuesday").found) == 1


def test_after_a_quarter_of_an_hour_it_stands(amina: Profile, conversation: Conversation) -> None:
    message = say(amina, conversation)
    Message.objects.update(sent_at=timezone.now() - timedelta(minutes=15, seconds=1))
    with pytest.raises(Conflict) as refused:
        edit_message(actor=viewer_of(amina), message=message, body="Other")
    assert refused.value.code == "too_late"
    assert Message.objects.get().body == "Hei"


def test_deleted_for_all_leaves_a_mark_and_no_word(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    first = say(amina, conversation, "Regrettable")
    set_reaction(actor=viewer_of(bjorn), message=first, sign="🤔", is_on=True)
    send_message(actor=viewer_of(bjorn), conversation=conversation, body="What?", client_id=uuid4(), reply_to=first.uuid)
    delete_for_all(actor=viewer_of(amina), message=first)
    delete_for_all(actor=viewer_of(amina), message=first)
    assert "Regrettable" not in repr((seen(bjorn, conversation), inbox(viewer_of(bjorn))))
    shown = seen(bjorn, conversation)
    assert (shown[0].is_deleted, shown[0].seq, shown[0].reactions) == (True, 1, ())
    assert shown[1].reply.is_deleted
    assert MessageVersion.objects.get().body == "Regrettable"
    assert search_messages(viewer_of(amina), "regrettable").found == ()


def test_deleted_for_me_is_gone_for_me_alone(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    message = say(amina, conversation, "Sunflower")
    for _ in range(2):
        delete_for_me(actor=viewer_of(bjorn), message=message)
    assert seen(bjorn, conversation) == []
    assert search_messages(viewer_of(bjorn), "sunflower").found == ()
    assert "Sunflower" not in repr(inbox(viewer_of(bjorn)))
    assert seen(amina, conversation)[0].body == "Sunflower"


def test_a_sign_is_put_and_taken_away(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    message = say(amina, conversation)
    for _ in range(2):
        set_reaction(actor=viewer_of(bjorn), message=message, sign="🎉", is_on=True)
    shown = seen(amina, conversation)[0]
    assert [(each.sign, each.count, each.is_mine) for each in shown.reactions] == [("🎉", 1, False)]
    set_reaction(actor=viewer_of(bjorn), message=message, sign="🎉", is_on=False)
    assert Reaction.objects.count() == 0
    with pytest.raises(Invalid):
        set_reaction(actor=viewer_of(bjorn), message=message, sign="💩", is_on=True)


def test_changes_have_numbers_and_are_caught_up_with(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    messages = [say(amina, conversation, f"Number {number}") for number in range(1, 4)]
    for message in (messages[0], messages[2], messages[0]):
        edit_message(actor=viewer_of(amina), message=message, body=f"Other {uuid4()}")
    caught_up = missed(viewer_of(bjorn), conversation, after=2, changes_after=1)
    assert [each.seq for each in caught_up.messages] == [3]
    assert [(each.seq, each.change) for each in caught_up.changed] == [(1, 3)]
    assert (caught_up.last, caught_up.last_change, caught_up.has_more) == (3, 3, False)
    in_pieces = missed(viewer_of(bjorn), conversation, after=0, changes_after=0, limit=2)
    assert ([each.seq for each in in_pieces.messages], in_pieces.last, in_pieces.has_more) == ([1, 2], 2, True)


_STRANGERS = ["stranger", "left", "blocked", "blocker", "suspended", "applicant", "adviser"]


def _wrong(kind: str, conversation: Conversation, other: Profile) -> Profile:
    """Somebody who has no business there: each took part, but for the stranger and the adviser."""
    from profiles.models import Block

    person = TalkerFactory()
    if kind == "adviser":
        User.objects.filter(pk=person.user_id).update(is_staff=True, is_superuser=True)
        RoleGrantFactory._meta.model.objects.filter(user=person.user).update(role=Role.ADVISER)
    elif kind != "stranger":
        Participation.objects.create(conversation=conversation, user=person.user)
    if kind == "left":
        Participation.objects.filter(user=person.user).update(left_at=timezone.now())
    elif kind in ("suspended", "applicant"):
        User.objects.filter(pk=person.user_id).update(status=kind)
    elif kind == "blocked":
        Block.objects.create(blocker=other.user, blocked=person.user)
    elif kind == "blocker":
        Block.objects.create(blocker=person.user, blocked=other.user)
    return person


@pytest.mark.parametrize("kind", _STRANGERS)
def test_nobody_else_reads_or_changes_anything(kind: str, amina: Profile, bjorn: Profile) -> None:
    """In a group, whose words a block takes away one by one; between two it hides all, see test_requests."""
    conversation = ConversationFactory(kind="group", people=[amina.user, bjorn.user])
    message = say(amina, conversation, "Nightingale")
    actor = viewer_of(_wrong(kind, conversation, amina))
    before = (Message.objects.values().get(), Reaction.objects.count())
    acts = [
        lambda: edit_message(actor=actor, message=message, body="Mine"),
        lambda: delete_for_all(actor=actor, message=message),
        lambda: delete_for_me(actor=actor, message=message),
        lambda: set_reaction(actor=actor, message=message, sign="👍", is_on=True),
    ]
    if kind not in ("blocked", "blocker"):  # they take part, and do not see each other
        acts += [
            lambda: send_message(actor=actor, conversation=conversation, body="Hei", client_id=uuid4()),
            lambda: mark_read(actor=actor, conversation=conversation, seq=1),
            lambda: save_draft(actor=actor, conversation=conversation, text="Hei"),
            lambda: mute(actor=actor, conversation=conversation, until=FOR_EVER),
            lambda: archive(actor=actor, conversation=conversation, is_on=True),
            lambda: pin(actor=actor, conversation=conversation, is_on=True),
        ]
        assert thread(actor, conversation.uuid) is None
        assert inbox(actor).threads == ()
        assert missed(actor, conversation, after=0).messages == ()
        assert unread_total(actor) == 0
    for act in acts:
        with pytest.raises(NetworkError):
            act()
    assert (Message.objects.values().get(), Reaction.objects.count()) == before
    assert search_messages(actor, "nightingale").found == ()
    assert "Nightingale" not in repr((inbox(actor), missed(actor, conversation, after=0, changes_after=0)))


def test_another_in_the_conversation_does_not_change_my_words(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    message = say(amina, conversation)
    for act in (edit_message, delete_for_all):
        with pytest.raises(NotAllowed):
            act(actor=viewer_of(bjorn), message=message, **({"body": "No"} if act is edit_message else {}))


def test_reading_never_goes_back(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    for _ in range(3):
        say(amina, conversation)
    assert mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=2)
    assert not mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=1)
    assert mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=2**40)
    assert Participation.objects.get(user=bjorn.user).read_seq == 3


@pytest.mark.parametrize(("amina_shows", "bjorn_shows", "seen_seq"), [(True, True, 1), (False, True, None), (True, False, None)])
def test_how_far_one_has_read_is_shown_when_both_show_it(
    amina: Profile, bjorn: Profile, conversation: Conversation, amina_shows: bool, bjorn_shows: bool, seen_seq: int | None
) -> None:
    for who, shows in ((amina, amina_shows), (bjorn, bjorn_shows)):
        save_settings(actor=viewer_of(who), who_may_write="missions", shows_read_state=shows)
    say(amina, conversation)
    mark_read(actor=viewer_of(bjorn), conversation=conversation, seq=1)
    shown = thread(viewer_of(amina), conversation.uuid)
    assert next(each.read_seq for each in shown.people if not each.is_me) == seen_seq


def test_put_away_comes_back_with_the_next_message_unless_muted(
    amina: Profile, bjorn: Profile, conversation: Conversation
) -> None:
    say(amina, conversation)
    archive(actor=viewer_of(bjorn), conversation=conversation, is_on=True)
    assert inbox(viewer_of(bjorn)).threads == ()
    assert len(inbox(viewer_of(bjorn), archived=True).threads) == 1
    say(amina, conversation)
    assert len(inbox(viewer_of(bjorn)).threads) == 1
    mute(actor=viewer_of(bjorn), conversation=conversation, until=FOR_EVER)
    archive(actor=viewer_of(bjorn), conversation=conversation, is_on=True)
    say(amina, conversation)
    assert inbox(viewer_of(bjorn)).threads == ()
    assert unread_total(viewer_of(bjorn)) == 0
    mute(actor=viewer_of(bjorn), conversation=conversation, until=None)
    assert len(inbox(viewer_of(bjorn)).threads) == 1
    assert unread_total(viewer_of(bjorn)) == 1


def test_five_are_kept_on_top(amina: Profile) -> None:
    conversations = [ConversationFactory(people=[amina.user, TalkerFactory().user]) for _ in range(6)]
    for each in conversations[:5]:
        pin(actor=viewer_of(amina), conversation=each, is_on=True)
    pin(actor=viewer_of(amina), conversation=conversations[0], is_on=True)
    with pytest.raises(Conflict):
        pin(actor=viewer_of(amina), conversation=conversations[5], is_on=True)
    say(amina, conversations[5])
    assert inbox(viewer_of(amina)).threads[-1].uuid == conversations[5].uuid


def test_a_draft_is_kept_until_it_is_sent(amina: Profile, conversation: Conversation) -> None:
    save_draft(actor=viewer_of(amina), conversation=conversation, text="Half a ")
    assert thread(viewer_of(amina), conversation.uuid).own.draft == "Half a "
    say(amina, conversation)
    assert thread(viewer_of(amina), conversation.uuid).own.draft == ""


def test_norms_are_agreed_to_once(amina: Profile) -> None:
    first = agree_to_norms(actor=viewer_of(amina)).norms_agreed_at
    assert agree_to_norms(actor=viewer_of(amina)).norms_agreed_at == first
    MessagingSettings.objects.all().delete()
    assert agree_to_norms(actor=viewer_of(amina)).norms_agreed_at is not None


def test_who_is_gone_is_a_former_member(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    say(bjorn, conversation, "Farewell")
    User.objects.get(pk=bjorn.user_id).delete()
    shown = thread(viewer_of(amina), conversation.uuid)
    assert (shown.may_write, shown.refusal.code, shown.other) == (False, "closed", None)
    assert [(each.sender, each.body) for each in seen(amina, conversation)] == [(None, "Farewell")]
    assert inbox(viewer_of(amina)).threads[0].title == "Former member"


def test_who_is_suspended_keeps_their_name(amina: Profile, bjorn: Profile, conversation: Conversation) -> None:
    say(bjorn, conversation)
    User.objects.filter(pk=bjorn.user_id).update(status="suspended")
    assert seen(amina, conversation)[0].sender.name == bjorn.name


def test_windows_go_both_ways(amina: Profile, conversation: Conversation) -> None:
    for number in range(1, 31):
        message = MessageFactory(conversation=conversation, sender=amina.user)
        Message.objects.filter(pk=message.pk).update(sent_at=timezone.now() - timedelta(days=31 - number))
    viewer = viewer_of(amina)
    shown = thread(viewer, conversation.uuid)

    def numbers(**asked: Any) -> tuple[list[int], bool, bool]:
        found = window(viewer, shown, limit=5, **asked)
        return [each.seq for each in found.messages], found.has_before, found.has_after

    assert numbers() == ([26, 27, 28, 29, 30], True, False)
    assert numbers(before=26) == ([21, 22, 23, 24, 25], True, True)
    assert numbers(before=4) == ([1, 2, 3], False, True)
    assert numbers(after=26) == ([27, 28, 29, 30], True, False)
    assert numbers(after=0) == ([1, 2, 3, 4, 5], False, True)
    assert numbers(around=15) == ([13, 14, 15, 16, 17], True, True)
    day = timezone.localtime(Message.objects.get(seq=10).sent_at).date()
    assert numbers(on=day)[0] == [10, 11, 12, 13, 14]
    assert numbers(on=timezone.localdate() + timedelta(days=1))[0][-1] == 30
