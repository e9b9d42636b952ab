"""What counts as unread: what one would see, and the same everywhere a number is told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from messaging.answers import Ticket, begin
from messaging.models import Conversation, Message, Participation
from messaging.moderation.removal import remove_message
from messaging.notices import tell_unread_messages
from messaging.panels import unread_panel
from messaging.reading import first_unread, how_many, inbox, thread, unread_counts, unread_total
from messaging.services.numbering import note_event
from messaging.services.sending import delete_for_all, delete_for_me, send_message
from notifications.kinds import kinds
from notifications.mailing import send_mails
from notifications.models import Delivery, Notification
from notifications.reading import in_words
from profiles.models import Block, Profile, User
from tests.factories import ConversationFactory, MessageFactory, TalkerFactory, viewer_of
from tests.messaging.talking import written
from tests.messaging.test_notices import told, waits
from tests.profiles.accounts_helpers import signed_in

pytestmark = pytest.mark.django_db


def says(person: Profile, group: Conversation, text: str = "Hei") -> Message:
    return send_message(actor=viewer_of(person), conversation=group, body=text, client_id=uuid4()).message


def everywhere(person: Profile, client: Client, group: Conversation) -> set[int]:
    """How many messages are unread in the one conversation of this person, as every place says it."""
    viewer = viewer_of(person)
    listed = inbox(viewer).threads[0].unread
    panel = unread_panel(viewer)
    shown = thread(viewer, group.uuid)
    assert shown is not None
    begins_at = first_unread(viewer, shown)
    data, kind = {"conversation": str(group.uuid), "count": 0}, kinds()["messaging.message"]
    # Those that say only whether there is something.
    for is_there in (
        unread_total(viewer),
        begin(Ticket(client.session.session_key or "", "en"))[1]["unread_total"],
        int("data-count" in client.get(reverse("messages_count")).content.decode()),
        int(begins_at is not None),
        int(kind.is_still_wanted(person.user_id, data)),
    ):
        assert is_there == (1 if listed else 0)
    in_mail = kind.load(person.user, [data])[0]["count"]
    return {listed, panel["threads"][0].unread if panel else 0, in_mail}


def test_all_places_count_what_one_would_see() -> None:
    amina, bea, blocked = TalkerFactory(), TalkerFactory(), TalkerFactory()
    client = signed_in(amina.user)
    group = ConversationFactory(kind="group", people=[bea.user, amina.user, blocked.user])
    Block.objects.create(blocker=amina.user, blocked=blocked.user)

    def event() -> None:
        note_event(group, "joined", bea.user)

    def deleted_for_all() -> None:
        delete_for_all(actor=viewer_of(bea), message=says(bea, group))

    def deleted_for_me() -> None:
        delete_for_me(actor=viewer_of(amina), message=says(bea, group))

    def removed() -> None:
        remove_message(actor=viewer_of(bea), message=says(bea, group))

    unseen: list[Callable[[], object]] = [event, deleted_for_all, deleted_for_me, removed, lambda: says(blocked, group)]
    for do in unseen:
        do()
        assert everywhere(amina, client, group) == {0}, do
    for number, do in enumerate(unseen, 1):
        says(bea, group)
        assert everywhere(amina, client, group) == {number}
        do()
        assert everywhere(amina, client, group) == {number}, do
    # Their own, from another device.
    says(amina, group)
    assert everywhere(amina, client, group) == {0}
    says(bea, group)
    assert everywhere(amina, client, group) == {1}


def test_who_is_gone_has_still_written() -> None:
    amina, gone = TalkerFactory(), TalkerFactory()
    group = ConversationFactory(kind="group", people=[amina.user, gone.user, TalkerFactory().user])
    written(group, gone.user, 2)
    Message.objects.update(sender=None)
    assert everywhere(amina, signed_in(amina.user), group) == {2}


def test_a_large_number_is_neither_told_nor_counted() -> None:
    amina, bea = TalkerFactory(shown_to=["members"]), TalkerFactory(shown_to=["members"])
    talk = ConversationFactory(people=[amina.user, bea.user])
    written(talk, bea.user, 99)
    assert how_many(unread_counts(viewer_of(amina), [talk.pk])[talk.pk]) == "99"
    written(talk, bea.user, 400)
    client = signed_in(amina.user)
    assert everywhere(amina, client, talk) == {100}
    assert "99+ new messages" in client.get(reverse("my_page")).content.decode()
    assert "99+ unread" in client.get(reverse("messages")).content.decode()


def test_no_mail_goes_about_what_was_deleted_meanwhile() -> None:
    bea, left_out, told_of = TalkerFactory(first_name="Bea", last_name=""), TalkerFactory(), TalkerFactory()
    deleted, kept = (ConversationFactory(people=[bea.user, each.user]) for each in (left_out, told_of))
    message = waits(MessageFactory(conversation=deleted, sender=bea.user))
    waits(MessageFactory(conversation=kept, sender=bea.user))
    assert tell_unread_messages() == 2
    delete_for_all(actor=viewer_of(bea), message=message)
    Delivery.objects.update(next_try_at=timezone.now() - timedelta(minutes=1))
    assert send_mails() == 1
    assert [(each.to, each.subject) for each in mail.outbox] == [([told_of.user.email], "1 new message from Bea")]
    assert Delivery.objects.get(recipient=left_out.user).last_error == "not_wanted"


@pytest.mark.parametrize("take_away", ["deleted_for_me", "removed"])
def test_what_one_would_not_see_is_not_told(take_away: str) -> None:
    amina, bea = TalkerFactory(), TalkerFactory()
    talk = ConversationFactory(people=[amina.user, bea.user])
    message = waits(MessageFactory(conversation=talk, sender=bea.user))
    if take_away == "removed":
        remove_message(actor=viewer_of(bea), message=message)
    else:
        delete_for_me(actor=viewer_of(amina), message=message)
    assert tell_unread_messages() == 0


def test_a_notice_keeps_the_number_of_messages_it_was_told_with() -> None:
    amina, bea = TalkerFactory(), TalkerFactory(first_name="Bea", last_name="")
    group = ConversationFactory(kind="group", people=[bea.user, amina.user, TalkerFactory().user], name="Gulu")
    waits(MessageFactory(conversation=group, sender=bea.user))
    note_event(group, "renamed", bea.user)
    tell_unread_messages()
    assert told(amina.user) == ["1 new message from Bea in Gulu"]
    Participation.objects.filter(user=amina.user).update(read_seq=2)
    (notice,) = in_words(amina.user, list(Notification.objects.filter(recipient=amina.user)))
    assert notice.text == "1 new message in Gulu"


def test_one_who_wrote_it_all_is_named() -> None:
    amina, bea, cai = TalkerFactory(), TalkerFactory(first_name="Bea", last_name=""), TalkerFactory()
    group = ConversationFactory(kind="group", people=[bea.user, amina.user, cai.user], name="Gulu")
    written(group, cai.user, 1)
    Participation.objects.filter(user=amina.user).update(read_seq=1)
    written(group, bea.user, 120)
    assert in_mail(amina.user, group) == "99+ new messages from Bea in Gulu"
    written(group, cai.user, 1)
    assert in_mail(amina.user, group) == "99+ new messages in Gulu"


def in_mail(user: User, group: Conversation) -> str:
    kind = kinds()["messaging.message"]
    return kind.describe(kind.load(user, [{"conversation": str(group.uuid)}])[0]).text


def test_who_was_taken_out_meanwhile_has_nothing_unread() -> None:
    amina, bea = TalkerFactory(), TalkerFactory()
    group = ConversationFactory(kind="group", people=[bea.user, amina.user, TalkerFactory().user])
    written(group, bea.user, 1)
    Participation.objects.filter(user=amina.user).update(left_at=timezone.now())
    assert unread_counts(viewer_of(amina), [group.pk]) == {group.pk: 0}
