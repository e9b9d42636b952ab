"""Every frame by every person who should not send it: nothing is written, nothing is told, nothing is learned."""

import json
import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from messaging import consumers, frames
from messaging.models import Conversation, Message, MessageRequest, Participation
from profiles.models import Block, User
from profiles.models.accounts import AccountStatus
from tests.messaging.talking import Page, member, page, talk_between, written

pytestmark = pytest.mark.django_db(transaction=True)


def stranger(talk: Conversation, person: User) -> None:
    Participation.objects.filter(conversation=talk, user=person).delete()


def former_participant(talk: Conversation, person: User) -> None:
    Participation.objects.filter(conversation=talk, user=person).update(left_at="2026-01-01T00:00Z")


def blocked(talk: Conversation, person: User) -> None:
    other = talk.participations.exclude(user=person).get().user
    # In bulk, so that no signal tells the socket: it must find out by itself.
    Block.objects.bulk_create([Block(blocker=other, blocked=person)])


def suspended(talk: Conversation, person: User) -> None:
    User.objects.filter(pk=person.pk).update(status=AccountStatus.SUSPENDED)


def made_inactive(talk: Conversation, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def signed_out(talk: Conversation, person: User) -> None:
    User.objects.filter(pk=person.pk).update(session_epoch=9)


def applicant(talk: Conversation, person: User) -> None:
    User.objects.filter(pk=person.pk).update(status=AccountStatus.APPLICANT)


def declined(talk: Conversation, person: User) -> None:
    other = talk.participations.exclude(user=person).get().user
    MessageRequest.objects.create(conversation=talk, sender=other, recipient=person, status="declined")


ENDED = {suspended: 4401, made_inactive: 4401, signed_out: 4401, applicant: 4403}
PEOPLE = [stranger, former_participant, blocked, declined, *ENDED]


@pytest.mark.parametrize("become", PEOPLE, ids=lambda become: become.__name__)
async def test_every_frame_of_who_should_not_be_here(become: Callable[[Conversation, User], None]) -> None:
    def begin() -> tuple[User, User, Conversation]:
        kari, omar = member(), member()
        talk = talk_between(kari, omar)
        written(talk, omar, 3, body="secret")
        return kari, omar, talk

    kari, omar, talk = await sync_to_async(begin)()
    async with page(omar) as his:
        for type, fields in (
            ("send", {"client_id": uuid.uuid4(), "body": "Let me in"}),
            ("resume", {"after": 0, "changes_after": 0}),
            ("read", {"seq": 3}),
            ("typing", {}),
            ("ping", {}),
        ):
            async with page(kari) as hers:
                await sync_to_async(become)(talk, kari)
                named: dict[str, Any] = {"conversations": [talk.uuid]} if type == "ping" else {"conversation": talk.uuid}
                await hers.send(type, **named, **fields)
                await _answered_with_nothing(hers, type, ENDED.get(become))
            await sync_to_async(_as_before)(talk, kari)
        assert await his.quiet()
    assert await Message.objects.acount() == 3
    assert (await Participation.objects.aget(user=kari)).read_seq == 0


async def _answered_with_nothing(hers: Page, type: str, code: int | None) -> None:
    if type == "ping":
        # A reader is trusted for a minute with how many there are, in the conversations they may see.
        answer = await hers.next()
        assert answer["type"] == "pong"
        assert answer["heads"] == [] or code is not None
        return
    answer = await hers.next()
    if code is None:
        assert (answer["type"], answer["code"], answer["answers"]) == ("error", "not_found", type)
    else:
        assert (answer["type"], answer["code"]) == ("close", code)
    assert "secret" not in json.dumps(answer)


def _as_before(talk: Conversation, person: User) -> None:
    Block.objects.all().delete()
    MessageRequest.objects.all().delete()
    User.objects.filter(pk=person.pk).update(status=AccountStatus.ACTIVE, is_active=True, session_epoch=0)
    Participation.objects.update_or_create(conversation=talk, user=person, defaults={"left_at": None})


async def test_whatever_a_page_sends_nobody_else_is_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred frames by chance; after each the socket itself and another's conversation go on."""
    monkeypatch.setattr(frames, "BURST", 100_000)
    monkeypatch.setattr(consumers, "MOST_ERRORS", 100_000)
    kari, omar = await sync_to_async(member)(), await sync_to_async(member)()
    talk = await sync_to_async(talk_between)(kari, omar)
    foreign = await sync_to_async(lambda: talk_between(member(), member()))()
    chance = random.Random(2026)
    async with page(kari) as hers, page(omar) as his:
        for number in range(500):
            text, data = frame_by_chance(chance, [str(talk.uuid), str(foreign.uuid)])
            await hers.raw(text=text, data=data)
            for one in (hers, his):
                await one.send("ping")
                await one.until("pong")
            if number % 50 == 0:
                client_id = await his.say(foreign if number == 100 else talk, f"Undisturbed {number}")
                assert (await his.until("ack", "error"))["client_id"] == client_id
    assert await Message.objects.filter(conversation=foreign).acount() == 0


def frame_by_chance(chance: random.Random, conversations: list[str]) -> tuple[str | None, bytes | None]:
    """Bytes, nonsense, JSON of any depth, and frames that are nearly right."""
    kind = chance.randrange(8)
    if kind == 0:
        return None, chance.randbytes(chance.randrange(1, 400))
    if kind == 1:
        return chance.randbytes(chance.randrange(1, 400)).decode("latin-1"), None
    if kind == 2:
        depth = chance.choice([10, 1_000, 60_000])
        return chance.choice(["[", '{"v":']) * min(depth, 12_000), None
    if kind == 3:
        return "9" * chance.choice([20, 5_000, 70_000]), None
    return json.dumps(nearly_a_frame(chance, conversations)), None


def nearly_a_frame(chance: random.Random, conversations: list[str]) -> Any:
    odd: list[Any] = [
        None,
        True,
        -1,
        2**63,
        1e308,
        "",
        "\x00",
        "\ud800",
        [],
        {},
        [[[]]],
        {"v": 1},
        str(uuid.uuid4()),
        "x" * 9_000,
    ]
    frame: dict[str, Any] = {
        "v": chance.choice([1, 1, 1, 1, 2, "1", None]),
        "type": chance.choice(["send", "resume", "read", "typing", "ping", "hello", "__class__", 7]),
        "conversation": chance.choice([*conversations, str(uuid.uuid4())]),
        "client_id": str(uuid.uuid4()),
        "body": chance.choice(["Hei", "\u202eabc", "\x00", "\udfff", "👩‍👩‍👧‍👦" * 500]),
        "after": chance.choice([0, 1, 2**53, 2**70]),
        "seq": chance.choice([0, 1, 10**9, 2**53]),
        "reply_to": chance.choice([None, str(uuid.uuid4())]),
    }
    for name in chance.sample(sorted(frame), chance.randrange(3)):
        frame[name] = chance.choice(odd)
    return chance.choice([frame, frame, frame, [frame], {"frame": frame}])
