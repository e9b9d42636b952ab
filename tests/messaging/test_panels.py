"""What my page says of messages: who waits for an answer, and where something is new."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from messaging.models import GroupInvitation, MessageRequest, Participation
from messaging.panels import asks_panel, unread_panel
from messaging.services.groups import invite
from profiles.models import Block, Profile
from profiles.roles import Role
from profiles.viewers import viewer_for
from tests.factories import (
    ConversationFactory,
    MessageFactory,
    MessageRequestFactory,
    OrganisationFactory,
    RoleGrantFactory,
    TalkerFactory,
    viewer_of,
)
from tests.profiles.accounts_helpers import applicant, signed_in

pytestmark = pytest.mark.django_db

ASKS, UNREAD = 'aria-labelledby="asks"', 'aria-labelledby="unread"'


def ask(recipient: Profile, text: str = "May I ask you something?", **person: Any) -> Profile:
    """Somebody who asks to write to this person."""
    sender = TalkerFactory(**{"shown_to": ["members"], **person})
    MessageRequestFactory(sender=sender.user, recipient=recipient.user, text=text)
    return sender


def invited(person: Profile, group: str = "Solar cooks", **owner: Any) -> GroupInvitation:
    """Somebody who runs a group of two invites this person to it."""
    runs = TalkerFactory(**{"shown_to": ["members"], **owner})
    conversation = ConversationFactory(kind="group", name=group, people=[runs.user, TalkerFactory().user])
    invite(actor=viewer_of(runs), conversation=conversation, profile=person)
    return GroupInvitation.objects.get(conversation=conversation)


def talk_with_news(person: Profile, how_many: int = 1, **other: Any) -> Profile:
    """Somebody who talks with this person and has written so many messages that are not read yet."""
    friend = TalkerFactory(**{"shown_to": ["members"], **other})
    conversation = ConversationFactory(people=[person.user, friend.user])
    for _ in range(how_many):
        MessageFactory(conversation=conversation, sender=friend.user, body="A secret of mine")
    return friend


def my_page(client: Client) -> str:
    """The main column of my page, tags and all."""
    answer = client.get(reverse("my_page"))
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(html: str, of: str) -> str:
    return html.split(of)[1].split("</section>")[0]


def grace() -> Profile:
    return TalkerFactory(first_name="Grace", shown_to=["members"])


def test_nothing_is_shown_when_nothing_waits() -> None:
    me = grace()
    ConversationFactory(people=[me.user, TalkerFactory().user])
    html = my_page(signed_in(me.user))
    assert ASKS not in html
    assert UNREAD not in html
    assert asks_panel(viewer_of(me)) is None
    assert unread_panel(viewer_of(me)) is None


def test_request_says_who_asks_and_leads_to_where_it_is_answered() -> None:
    me = grace()
    ask(me, "May I visit you in Gulu?", first_name="Rukmini", last_name="Basnet", headline="Runs courses for girls",
        audiences_headline=["members"])  # fmt: skip
    asked, client = MessageRequest.objects.get(), signed_in(me.user)
    shown = section(my_page(client), ASKS)
    assert "Rukmini Basnet wants to write to you Runs courses for girls May I visit you in Gulu?" in words(shown)
    address = reverse("conversation", args=[asked.conversation.uuid])
    assert f'href="{address}"' in shown
    assert "Say yes and write back" in client.get(address).content.decode()


def test_request_is_put_away_from_my_page_and_one_is_back_there() -> None:
    me = grace()
    ask(me)
    asked, client = MessageRequest.objects.get(), signed_in(me.user)
    html = section(my_page(client), ASKS)
    address = reverse("request_answer", args=[asked.uuid])
    assert f'action="{address}"' in html
    answer = client.post(address, {"do": "ignore", "next": re.findall(r'name="next" value="([^"]+)"', html)[0]}, follow=True)
    assert answer.redirect_chain == [(reverse("my_page"), 302)]
    assert "Put away. The sender is told nothing." in answer.content.decode()
    assert ASKS not in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "ignored"


@pytest.mark.parametrize("foreign", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_answer_leads_to_no_page_but_ours(foreign: str) -> None:
    me = grace()
    ask(me)
    waits, client = invited(me), signed_in(me.user)
    asked = reverse("request_answer", args=[MessageRequest.objects.get().uuid])
    for address, said in ((asked, "ignore"), (reverse("invitation_answer", args=[waits.uuid]), "decline")):
        assert client.post(address, {"do": said, "next": foreign})["Location"] == reverse("messages")


def test_mission_is_named_with_the_one_who_asks() -> None:
    me = grace()
    officer = TalkerFactory(first_name="Ola", shown_to=["members"])
    MessageRequestFactory(
        sender=officer.user,
        recipient=me.user,
        sender_role=Role.OFFICER,
        on_behalf_of=OrganisationFactory(name="Embassy in Kampala"),
    )
    assert "Embassy in Kampala" in words(section(my_page(signed_in(me.user)), ASKS))


def test_nothing_stands_there_that_the_person_does_not_show_members() -> None:
    me = grace()
    hidden = {"headline": "Keeps bees in Xanadu", "audiences_headline": ["norec"], "photo": "photos/xanadu.webp"}
    ask(me, first_name="Amina", last_name="Otieno", shown_to=[], **hidden)
    talk_with_news(me, first_name="Tara", last_name="Rai", shown_to=[], **hidden)
    html = my_page(signed_in(me.user))
    assert "Amina Otieno" in section(html, ASKS)
    assert "Tara Rai" in section(html, UNREAD)
    assert "Xanadu" not in html
    assert "xanadu" not in html
    assert "<img" not in section(html, ASKS) + section(html, UNREAD)
    # And as it is with those who do.
    Profile.objects.filter(headline="Keeps bees in Xanadu").update(audiences_headline=["members"], audiences_name=["members"])
    assert "Keeps bees in Xanadu" in section(my_page(signed_in(me.user)), ASKS)


def test_invitation_says_who_asks_for_which_group_and_no_message_of_it() -> None:
    me = grace()
    waits = invited(me, first_name="Musa", last_name="Okot")
    MessageFactory(conversation=waits.conversation, sender=waits.invited_by, body="A secret of the group")
    client = signed_in(me.user)
    html = my_page(client)
    shown = section(html, ASKS)
    assert "Musa Okot invites you to the group Solar cooks 2 people take part." in words(shown)
    assert f'href="{reverse("group_invitation", args=[waits.uuid])}"' in shown
    assert "secret" not in html
    said = {"do": "decline", "next": reverse("my_page")}
    answer = client.post(reverse("invitation_answer", args=[waits.uuid]), said, follow=True)
    assert answer.redirect_chain == [(reverse("my_page"), 302)]
    assert ASKS not in answer.content.decode()


def test_newest_three_are_shown_requests_first_and_the_way_to_all_with_their_number() -> None:
    me = grace()
    for name in ("First", "Second"):
        ask(me, first_name=name)
    for name in ("Third", "Fourth"):
        invited(me, group=f"{name} group")
    shown = section(my_page(signed_in(me.user)), ASKS)
    assert re.findall(r"(First|Second|Third group|Fourth group)\b", "".join(re.findall(r"<h3.*?</h3>", shown))) == [
        "Second", "First", "Fourth group",
    ]  # fmt: skip
    assert "See all 4 who wait for your answer" in words(shown)
    invited(me, group="Fifth group")
    MessageRequest.objects.all().delete()
    GroupInvitation.objects.filter(conversation__name__in=["Third group"]).delete()
    assert "See all" not in words(section(my_page(signed_in(me.user)), ASKS))


def test_unread_conversations_are_named_with_how_many_newest_first() -> None:
    me = grace()
    talk_with_news(me, 1, first_name="Amina", last_name="Otieno")
    talk_with_news(me, 3, first_name="Bjørn", last_name="Moe")
    html = my_page(signed_in(me.user))
    shown = words(section(html, UNREAD))
    assert re.findall(r"(Bjørn Moe|Amina Otieno) (\d new messages?)", shown) == [
        ("Bjørn Moe", "3 new messages"), ("Amina Otieno", "1 new message"),
    ]  # fmt: skip
    assert "See all" not in shown
    assert "secret" not in html
    for _ in range(2):
        talk_with_news(me)
    shown = words(section(my_page(signed_in(me.user)), UNREAD))
    assert "See all 4 conversations with new messages" in shown
    assert "Amina Otieno" not in shown


def test_what_is_muted_read_blocked_or_waits_is_not_among_the_new() -> None:
    me = grace()
    muted, read, blocked = (talk_with_news(me, first_name=name) for name in ("Muted", "Read", "Blocked"))
    ask(me, first_name="Asking")
    of = Participation.objects.filter(user=me.user)
    of.filter(conversation__participations__user=muted.user).update(muted_until=timezone.now() + timedelta(days=1))
    of.filter(conversation__participations__user=read.user).update(read_seq=1)
    Block.objects.create(blocker=blocked.user, blocked=me.user)
    assert unread_panel(viewer_of(me)) is None
    talk_with_news(me, first_name="Heard")
    panel = unread_panel(viewer_of(me))
    assert panel is not None
    assert [thread.other.short_name for thread in panel["threads"]] == ["Heard"]
    assert panel["total"] == 1


@pytest.mark.parametrize("blocks", [0, 1])
def test_who_is_blocked_asks_nothing(blocks: int) -> None:
    me = grace()
    sender = ask(me)
    pair = [me.user, sender.user]
    assert asks_panel(viewer_of(me)) is not None
    Block.objects.create(blocker=pair[blocks], blocked=pair[1 - blocks])
    assert asks_panel(viewer_of(me)) is None


def test_panel_costs_the_same_for_1_and_100() -> None:
    costs = []
    for number in (1, 100):
        me = grace()
        for _ in range(number):
            ask(me)
            talk_with_news(me)
        waits = invited(me)
        for at in range(number - 1):
            conversation = ConversationFactory(kind="group", name=f"Group {at}", people=[waits.invited_by, TalkerFactory().user])
            GroupInvitation.objects.create(conversation=conversation, invited=me.user, invited_by=waits.invited_by)
        viewer = viewer_of(me)
        with CaptureQueriesContext(connection) as asks:
            assert asks_panel(viewer)["waiting"].total == 2 * number  # type: ignore[index]
        with CaptureQueriesContext(connection) as unread:
            assert unread_panel(viewer)["total"] == number  # type: ignore[index]
        costs.append((len(asks), len(unread)))
    assert costs[0] == costs[1]
    assert costs[0][0] <= 8
    assert costs[0][1] <= 4


def test_who_may_have_no_messages_has_no_panel() -> None:
    me = grace()
    ask(me)
    talk_with_news(me)
    assert asks_panel(viewer_of(me)) is not None
    me.user.status = "suspended"
    me.user.save()
    assert asks_panel(viewer_of(me)) is None
    assert unread_panel(viewer_of(me)) is None
    waits = applicant()
    assert asks_panel(viewer_for(waits.user)) is None


def test_panel_is_there_in_every_capacity_for_a_conversation_belongs_to_the_account() -> None:
    me = grace()
    grant = RoleGrantFactory(user=me.user, role=Role.OFFICER)
    ask(me)
    assert ASKS in my_page(signed_in(me.user, grant))
