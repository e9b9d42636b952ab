"""Frames held against the schema, whoever sends them."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.services.commands import ROOT


@cache
def schema() -> dict[str, Any]:
    return json.loads((ROOT / "messaging" / "protocol.schema.json").read_text("utf-8"))


@cache
def validator(direction: str) -> Draft202012Validator:
    """For frames that go `in` or `out`."""
    return Draft202012Validator({**schema(), "oneOf": [{"$ref": f"#/$defs/{direction}"}]})


def is_valid(direction: str, frame: Any) -> bool:
    return validator(direction).is_valid(frame)


def sent(frame: dict[str, Any]) -> str:
    """A frame of a page, as text. Raises when it does not fit."""
    validator("in").validate(frame)
    return json.dumps(frame)


def received(text: str | bytes) -> dict[str, Any]:
    """A frame of the server. Raises when it does not fit; the message names the type it claims to be."""
    frame = json.loads(text)
    kind = frame.get("type")
    assert f"out_{kind}" in schema()["$defs"], f"the protocol has no {kind}: {frame}"
    Draft202012Validator({**schema(), "oneOf": [{"$ref": f"#/$defs/out_{kind}"}]}).validate(frame)
    return frame
