"""Kinds that only these tests know."""

from collections.abc import Iterator
from typing import Any

import pytest

from notifications import kinds as registry
from notifications.kinds import MailPace, Notice, NotificationKind, register_kind


@pytest.fixture
def kind() -> Iterator[Any]:
    """`kind("tests.told", mail=MailPace.AT_ONCE)` registers one; all are gone after the test."""
    before = registry.kinds()

    def register(key: str = "tests.told", **values: Any) -> NotificationKind:
        defaults: dict[str, Any] = {
            "label": "Told",
            "describe": lambda data: Notice(f"Told {data.get('what', 'something')}", "/me/"),
            "mail": MailPace.AT_ONCE,
        }
        made = NotificationKind(key=key, **{**defaults, **values})
        register_kind(made)
        return made

    yield register
    registry._kinds.clear()
    registry._kinds.update(before)
