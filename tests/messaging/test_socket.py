"""The socket of messages: who may open it, what it answers, whom it tells."""

import asyncio
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import Client

from messaging.frames import BURST, LARGEST_FRAME
from messaging.models import Conversation, Message, Participation
from messaging.services.choices import save_settings
from messaging.services.sending import delete_for_all, delete_for_me, edit_message, set_reaction
from profiles.accounts.services.blocks import block_person
from profiles.accounts.services.standing import suspend_account
from profiles.models import User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role
from profiles.viewers import viewer_for
from tests.factories import RoleGrantFactory, UserFactory
from tests.messaging.talking import Page, member, page, session_of, talk_between, written

pytestmark = pytest.mark.django_db(transaction=True)


def two() -> tuple[User, User, Conversation]:
    kari, omar = member("Kari"), member("Omar")
    return kari, omar, talk_between(kari, omar)


def three() -> tuple[list[User], Conversation]:
    people = [member("Kari"), member("Omar"), member("Asha")]
    return people, talk_between(*people)


async def test_a_message_is_acknowledged_and_told_to_both() -> None:
    kari, omar, talk = await sync_to_async(two)()
    async with page(kari) as hers, page(kari) as her_other, page(omar) as his:
        client_id = await hers.say(talk, "Hei!")
        ack = await hers.until("ack")
        told = [await one.until("message") for one in (her_other, his)]
    message = await Message.objects.aget()
    assert (ack["client_id"], ack["seq"], ack["id"]) == (client_id, 1, str(message.uuid))
    for frame in told:
        assert (frame["body"], frame["seq"], frame["client_id"]) == ("Hei!", 1, client_id)
        assert frame["sender"]["id"] == hers.hello["me"] == str(kari.uuid)
        assert frame["sender"]["name"].startswith("Kari")


async def test_the_same_client_id_is_one_message_acknowledged_twice() -> None:
    kari, omar, talk = await sync_to_async(two)()
    async with page(kari) as hers, page(omar) as his:
        client_id = uuid.uuid4()
        await hers.say(talk, "Once", client_id)
        first = await hers.until("ack")
        await hers.say(talk, "Once", client_id)
        second = await hers.until("ack")
        assert first == second
        assert [frame["type"] for frame in await his.everything()] == ["message"]
    assert await Message.objects.acount() == 1


async def test_resume_brings_what_was_missed_in_order_once() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 450)
    async with page(kari) as hers:
        await hers.send("resume", conversation=talk.uuid, after=13)
        frames = [await hers.next() for _ in range(438)]
    assert [frame.get("seq") for frame in frames] == [*range(14, 451), None]
    assert (frames[-1]["type"], frames[-1]["last"]) == ("resumed", 450)


async def test_what_is_written_while_a_page_catches_up_comes_once_and_last() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 300)
    async with page(kari) as hers, page(omar) as his:
        await hers.send("resume", conversation=talk.uuid, after=0)
        for number in range(5):
            await his.say(talk, f"Meanwhile {number}")
        seqs = [frame["seq"] for frame in await hers.everything(1) if frame["type"] == "message"]
    assert seqs == list(range(1, 306))


async def test_changes_missed_are_told_on_resume() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 3)
    message = await Message.objects.aget(seq=2)
    await sync_to_async(edit_message)(actor=await sync_to_async(viewer_for)(omar), message=message, body="Better")
    async with page(kari) as hers:
        await hers.send("resume", conversation=talk.uuid, after=3, changes_after=0)
        changed, resumed = await hers.next(), await hers.next()
    assert (changed["type"], changed["seq"], changed["body"], changed["change"]) == ("changed", 2, "Better", 1)
    assert changed["edited_at"]
    assert (resumed["type"], resumed["last"], resumed["change"]) == ("resumed", 3, 1)


async def test_edits_reactions_and_deletions_are_told_as_they_happen() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 2)
    his_viewer, hers_viewer = await sync_to_async(viewer_for)(omar), await sync_to_async(viewer_for)(kari)
    first, second = [message async for message in Message.objects.order_by("seq")]
    async with page(kari) as hers, page(omar) as his:
        await sync_to_async(edit_message)(actor=his_viewer, message=first, body="Better")
        assert (await hers.next())["body"] == "Better"
        await sync_to_async(set_reaction)(actor=hers_viewer, message=first, sign="👍", is_on=True)
        assert (await hers.next())["reactions"] == [{"sign": "👍", "by": [str(kari.uuid)]}]
        await sync_to_async(delete_for_all)(actor=his_viewer, message=first)
        deleted = await hers.next()
        assert (deleted["type"], deleted["body"], deleted["is_deleted"], deleted["change"]) == ("changed", "", True, 3)
        await sync_to_async(delete_for_me)(actor=hers_viewer, message=second)
        assert await hers.next() == {
            "v": 1,
            "type": "gone",
            "conversation": str(talk.uuid),
            "seq": 2,
            "id": str(second.uuid),
            "unread_total": 0,
        }
        assert [frame["type"] for frame in await his.everything()] == ["changed"] * 3


async def test_reading_is_told_to_own_devices_and_to_those_who_show_it_too() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 3)
    async with page(kari) as hers, page(kari) as her_other, page(omar) as his:
        await hers.send("read", conversation=talk.uuid, seq=2)
        for one in (hers, her_other, his):
            frame = await one.until("read")
            assert (frame["reader"], frame["seq"]) == (str(kari.uuid), 2)
        await sync_to_async(save_settings)(
            actor=await sync_to_async(viewer_for)(omar), who_may_write="members", shows_read_state=False
        )
        await asyncio.sleep(0.5)
        await hers.send("read", conversation=talk.uuid, seq=3)
        assert (await her_other.until("read"))["seq"] == 3
        # Who hides it does not see it of others either.
        assert await his.quiet()
    row = await Participation.objects.aget(user=kari)
    assert row.read_seq == 3


async def test_reading_in_a_group_is_told_to_own_devices_only() -> None:
    (kari, omar, asha), talk = await sync_to_async(three)()
    await sync_to_async(written)(talk, omar, 3)
    async with page(kari) as hers, page(kari) as her_other, page(omar) as his, page(asha) as third:
        await hers.send("read", conversation=talk.uuid, seq=3)
        for one in (hers, her_other):
            assert (await one.until("read"))["reader"] == str(kari.uuid)
        for one in (his, third):
            assert await one.quiet()


async def test_typing_is_told_to_the_other_now_and_then_and_kept_nowhere() -> None:
    kari, omar, talk = await sync_to_async(two)()
    async with page(kari) as hers, page(omar) as his:
        for _ in range(4):
            await hers.send("typing", conversation=talk.uuid)
        told = await his.everything()
        assert [(frame["type"], frame["sender"]["id"]) for frame in told] == [("typing", str(kari.uuid))]
        assert await hers.quiet()


async def test_ping_tells_how_far_conversations_have_come() -> None:
    kari, omar, talk = await sync_to_async(two)()
    await sync_to_async(written)(talk, omar, 7)
    foreign = await sync_to_async(lambda: talk_between(member(), member()))()
    async with page(kari) as hers:
        await hers.send("ping")
        assert (await hers.next())["heads"] == []
        await hers.send("ping", conversations=[talk.uuid, foreign.uuid, uuid.uuid4()])
        assert (await hers.next())["heads"] == [{"conversation": str(talk.uuid), "last": 7, "change": 0}]


async def refused(opened: Page) -> tuple[int, str]:
    return opened.hello["code"], opened.hello["reason"]


@pytest.mark.parametrize("origin", [None, b"https://evil.example", b"null", b"http://localhost.evil.example"])
async def test_a_foreign_origin_or_none_is_refused(origin: bytes | None) -> None:
    kari = await sync_to_async(member)()
    async with page(kari, origin=origin) as hers:
        assert hers.hello == {}


async def test_who_is_signed_out_is_shut_out_with_a_code() -> None:
    async with page(None) as nobody:
        assert await refused(nobody) == (4401, "signed_out")


@pytest.mark.parametrize("status", [AccountStatus.APPLICANT, AccountStatus.DECLINED])
async def test_who_is_no_member_is_shut_out_with_a_code(status: AccountStatus) -> None:
    someone = await sync_to_async(UserFactory)(status=status)
    async with page(someone) as theirs:
        assert await refused(theirs) == (4403, "not_a_member")


async def test_signing_out_shuts_the_sockets_of_that_session_only() -> None:
    kari = await sync_to_async(member)()

    def sign_in() -> tuple[Client, str]:
        browser = Client()
        browser.force_login(kari)
        return browser, browser.session.session_key

    browser, key = await sync_to_async(sign_in)()
    async with page(kari, session=key) as here, page(kari) as elsewhere:
        await sync_to_async(browser.logout)()
        assert await here.next() == {"type": "close", "code": 4401, "reason": "signed_out"}
        await elsewhere.send("ping")
        assert (await elsewhere.next())["type"] == "pong"


async def test_a_new_password_shuts_every_socket_of_the_old_one() -> None:
    kari = await sync_to_async(member)()
    async with page(kari) as hers:

        def change() -> None:
            user = get_user_model().objects.get(pk=kari.pk)
            user.set_password("something quite new")
            user.save()

        await sync_to_async(change)()
        assert (await hers.next())["code"] == 4401


async def test_suspension_shuts_a_socket_at_once() -> None:
    kari, omar, talk = await sync_to_async(two)()

    def suspend() -> None:
        adviser = UserFactory()
        RoleGrantFactory(user=adviser, role=Role.ADVISER)
        suspend_account(actor=viewer_for(adviser), user=User.objects.get(pk=kari.pk), words="Because.")

    async with page(kari) as hers, page(omar) as his:
        await sync_to_async(suspend)()
        await his.say(talk, "Not for her")
        assert (await hers.next())["code"] == 4401
    assert hers.close is not None


async def test_a_session_that_ended_unnoticed_is_noticed_by_the_next_frame() -> None:
    kari, _omar, talk = await sync_to_async(two)()
    async with page(kari) as hers:
        # As a bulk change or another process would: no signal tells of it.
        await User.objects.filter(pk=kari.pk).aupdate(session_epoch=5)
        await hers.say(talk, "Too late")
        assert (await hers.next())["code"] == 4401
    assert await Message.objects.acount() == 0


async def test_who_was_taken_out_of_a_group_hears_nothing_more() -> None:
    people, talk = await sync_to_async(three)()
    async with page(people[0]) as hers, page(people[2]) as theirs:
        await Participation.objects.filter(user=people[2]).aupdate(left_at="2026-01-01T00:00Z")
        await hers.say(talk, "Among us")
        await hers.until("ack")
        assert await theirs.quiet()
        await theirs.say(talk, "Still here?")
        assert (await theirs.next())["code"] == "not_found"
    assert await Message.objects.acount() == 1


async def test_a_block_hides_the_one_from_the_other_in_a_group_at_once() -> None:
    people, talk = await sync_to_async(three)()
    kari, omar, asha = people
    async with page(kari) as hers, page(omar) as his, page(asha) as third:
        await sync_to_async(block_person)(actor=await sync_to_async(viewer_for)(omar), profile=kari.profile)
        await asyncio.sleep(0.5)
        await hers.say(talk, "secret of Kari")
        seen, unseen = await third.until("message"), await his.until("message")
        assert seen["body"] == "secret of Kari"
        assert (unseen["is_hidden"], unseen["sender"], unseen["body"], unseen["seq"]) == (True, None, "", 1)
        await hers.send("typing", conversation=talk.uuid)
        assert (await third.until("typing"))["sender"]["id"] == str(kari.uuid)
        assert await his.quiet()
        await his.send("resume", conversation=talk.uuid, after=0)
        again = await his.next()
        assert (again["is_hidden"], again["sender"], again["body"]) == (True, None, "")


async def test_what_was_written_before_somebody_came_is_not_quoted_to_them() -> None:
    people, talk = await sync_to_async(three)()
    await sync_to_async(written)(talk, people[1], 1, body="secret from before")
    await Participation.objects.filter(user=people[2]).aupdate(joined_seq=1)
    before = await Message.objects.aget()
    async with page(people[0]) as hers, page(people[1]) as his, page(people[2]) as new:
        await hers.say(talk, "I agree", reply_to=before.uuid)
        assert (await his.until("message"))["reply"]["body"] == "secret from before 1"
        reply = (await new.until("message"))["reply"]
        assert (reply["body"], reply["sender"], reply["is_hidden"]) == ("", None, True)
        await sync_to_async(edit_message)(actor=await sync_to_async(viewer_for)(people[1]), message=before, body="secret changed")
        assert (await his.until("changed"))["body"] == "secret changed"
        assert await new.quiet()


async def test_errors_are_in_the_readers_language() -> None:
    kari = await sync_to_async(member)()
    nowhere = uuid.uuid4()
    texts = []
    for language, header in (("", "nn"), ("nb", "nn"), ("", "en")):
        await User.objects.filter(pk=kari.pk).aupdate(language=language)
        async with page(kari, accept_language=header) as hers:
            await hers.send("read", conversation=nowhere, seq=1)
            error = await hers.next()
            assert (error["code"], error["answers"], error["conversation"]) == ("not_found", "read", str(nowhere))
            texts.append(error["text"])
    assert len(set(texts)) == 3


async def test_errors_of_the_service_come_with_their_code_and_the_client_id() -> None:
    kari, _omar, talk = await sync_to_async(two)()
    async with page(kari) as hers:
        for body, code in ((" ", "empty"), ("x" * 10_001, "too_long")):
            client_id = await hers.say(talk, body)
            error = await hers.next()
            assert (error["code"], error["client_id"], error["answers"]) == (code, client_id, "send")
    assert await Message.objects.acount() == 0


async def test_too_large_a_frame_is_an_error_and_no_more() -> None:
    kari, _omar, talk = await sync_to_async(two)()
    async with page(kari) as hers:
        await hers.raw(text='{"v":1,"type":"ping","x":"' + "x" * LARGEST_FRAME + '"}')
        assert (await hers.next())["code"] == "too_large"
        await hers.say(talk, "Still here")
        await hers.until("ack")


async def test_too_many_frames_get_an_error_that_says_when_to_go_on() -> None:
    kari, omar, talk = await sync_to_async(two)()
    async with page(kari) as hers, page(omar) as his:
        for _ in range(BURST + 5):
            await hers.send("ping")
        frames: list[dict[str, Any]] = [await hers.next() for _ in range(BURST + 5)]
        errors = [frame for frame in frames if frame["type"] == "error"]
        assert {frame["code"] for frame in errors} == {"too_fast"}
        assert 3 <= len(errors) <= 5
        assert 0 < errors[-1]["retry_after"] <= 1
        await his.say(talk, "Nothing to me")
        await his.until("ack")
        await asyncio.sleep(1.2)
        await hers.say(talk, "Again")
        await hers.until("ack")


async def test_only_so_many_sockets_of_one_account_and_the_oldest_goes() -> None:
    kari = await sync_to_async(member)()
    key = await sync_to_async(session_of)(kari)
    async with page(kari, session=key) as oldest:
        opened = [page(kari, session=key) for _ in range(20)]
        for one in opened:
            await one.__aenter__()
        assert await oldest.next() == {"type": "close", "code": 4430, "reason": "too_many"}
        for one in opened:
            await one.__aexit__(None, None, None)
