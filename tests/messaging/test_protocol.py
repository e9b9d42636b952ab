"""The protocol as it is written down, and what takes frames apart: they agree on what a frame is."""

import json
import random
import re
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from messaging import frames
from messaging.frames import LARGEST_FRAME, Refused, take_apart
from tests.messaging import protocol
from tests.services.commands import ROOT

ONE, OTHER = "0b6e1f0a-6a1c-4c55-9d0e-3f1a5a7d2c01", "5f0c2b7e-9a43-4f0b-8f6d-1c2e3d4a5b02"
PERSON = {"id": ONE, "name": "Kari"}

uuids = st.uuids().map(str)
odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just("\ud800"),
    st.just(2**60),
    uuids,
)
values = {
    "conversation": uuids,
    "client_id": uuids,
    "body": st.text(max_size=20),
    "after": st.integers(0, 2**53),
    "changes_after": st.integers(0, 50),
    "seq": st.integers(0, 50),
    "reply_to": st.one_of(st.none(), uuids),
    "attachments": st.lists(uuids, max_size=6, unique=True),
    "conversations": st.lists(uuids, max_size=22),
}
incoming = st.fixed_dictionaries(
    {
        "v": st.sampled_from([1, 1, 1, 1, 2, True, "1", None]),
        "type": st.sampled_from(["send", "resume", "read", "typing", "ping", "hello", ""]),
    },
    optional={name: st.one_of(value, value, value, odd) for name, value in values.items()},
)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(protocol.schema())


@settings(max_examples=300, deadline=None)
@given(incoming)
def test_a_frame_is_taken_when_the_schema_takes_it(frame: dict[str, Any]) -> None:
    try:
        taken = take_apart(json.dumps(frame))
    except Refused:
        assert not protocol.is_valid("in", frame)
    else:
        assert protocol.is_valid("in", frame)
        assert taken.type == frame["type"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_whatever_a_text_is_it_is_refused_with_a_code(text: str) -> None:
    with pytest.raises(Refused) as refused:
        take_apart(text)
    assert protocol.is_valid("out", frames.error_frame(refused.value.code, "Words"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 50_000, "malformed"),
        ('{"v":1,"type":"ping","x":' + "9" * 60_000 + "}", "malformed"),
        ('{"v":1,"type":"ping","x":NaN}', "malformed"),
        ('"' + "å" * (LARGEST_FRAME // 2) + '"', "too_large"),
        ("null", "malformed"),
        ('{"v":1}', "malformed"),
        ('{"type":"ping"}', "malformed"),
        ('{"v":2,"type":"ping"}', "unsupported_version"),
        ('{"v":1,"type":"sing"}', "unknown_type"),
        (json.dumps({"v": 1, "type": "send", "conversation": ONE, "client_id": OTHER, "body": "a\x00b"}), "malformed"),
        (json.dumps({"v": 1, "type": "send", "conversation": ONE, "client_id": OTHER, "body": "\ud83d"}), "malformed"),
        (json.dumps({"v": 1, "type": "read", "conversation": ONE, "seq": True}), "malformed"),
        (json.dumps({"v": 1, "type": "read", "conversation": ONE, "seq": 2**53}), "malformed"),
        (json.dumps({"v": 1, "type": "read", "conversation": ONE.upper().replace("4", "A"), "seq": 1}), "malformed"),
    ],
)
def test_refused_frames_have_their_code(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        take_apart(text)
    assert refused.value.code == code


def test_a_refused_message_says_which_one_it_was() -> None:
    with pytest.raises(Refused) as refused:
        take_apart(json.dumps({"v": 1, "type": "send", "client_id": OTHER, "conversation": "nowhere", "body": "Hei"}))
    assert (refused.value.answers, refused.value.client_id) == ("send", OTHER)


def test_every_type_is_written_down() -> None:
    page = (ROOT / "docs" / "messaging-protocol.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.M))
    known = {name.partition("_")[2] for name in protocol.schema()["$defs"] if re.match("(in|out)_", name)}
    assert known <= told


def message(**more: Any) -> dict[str, Any]:
    frame = {
        "v": 1,
        "type": "message",
        "conversation": ONE,
        "seq": 4,
        "id": OTHER,
        "client_id": OTHER,
        "sender": PERSON,
        "body": "Hei",
        "sent_at": "2026-11-26T18:30:00.000001Z",
        "event": "",
        "reply": None,
        "edited_at": None,
        "is_deleted": False,
        "is_removed": False,
        "is_hidden": False,
        "reactions": [],
        "attachments": [],
        "change": 0,
    }
    assert protocol.is_valid("out", {**frame, **more})
    return {**frame, **more}


def test_nothing_of_a_hidden_person_is_left_in_a_message() -> None:
    hidden = "7d9a3c4e-1b2f-4a6d-8c5e-9f0a1b2c3d03"
    reply = {"id": OTHER, "seq": 3, "sender": {"id": hidden, "name": "Hidden"}, "body": "secret", "is_deleted": False}
    frame = message(
        reply={**reply, "is_hidden": False}, reactions=[{"sign": "👍", "by": [hidden, ONE]}, {"sign": "🙏", "by": [hidden]}]
    )
    shown = frames.without_people(frame, frozenset({hidden}))
    assert shown is not None
    assert protocol.is_valid("out", shown)
    assert hidden not in json.dumps(shown)
    assert "secret" not in json.dumps(shown)
    assert shown["reactions"] == [{"sign": "👍", "by": [ONE]}]
    own = frames.without_people(message(sender={"id": hidden, "name": "Hidden"}, body="secret"), frozenset({hidden}))
    assert own is not None
    assert protocol.is_valid("out", own)
    assert (own["sender"], own["body"], own["is_hidden"], own["seq"]) == (None, "", True, 4)


def test_what_a_hidden_person_does_is_not_told_at_all() -> None:
    read = frames.read_frame(uuid.UUID(ONE), reader=uuid.UUID(OTHER), seq=3)
    typing = frames.typing_frame(uuid.UUID(ONE), sender=uuid.UUID(OTHER), name="Kari")
    for frame in (read, typing):
        assert protocol.is_valid("out", frame)
        assert frames.people_in(frame) == {OTHER}
        assert frames.without_people(frame, frozenset({OTHER})) is None
        assert frames.without_people(frame, frozenset({ONE})) == frame


def test_random_bytes_as_text_never_get_through() -> None:
    chance = random.Random(4)
    for _ in range(500):
        text = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 300))).decode("latin-1")
        with pytest.raises(Refused):
            take_apart(text)
