"""The audit log keeps what was done, and nothing of anybody's data."""

import pytest

from privacy.models import AuditEvent
from privacy.services import record
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_event_names_actor_action_and_thing_by_uuid() -> None:
    actor, other = UserFactory(), UserFactory()
    event = record(actor=actor, action="profiles.account_suspended", thing=other, details={"sessions": 2})
    assert (event.actor, event.object_type, event.object_id) == (actor, "profiles.User", str(other.uuid))
    assert AuditEvent.objects.get().details == {"sessions": 2}


@pytest.mark.parametrize("value", ["kari@example.org", "two\nlines", "x" * 81, {"name": "Kari"}, ["ok", "kari@example.org"]])
def test_detail_that_looks_like_personal_data_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="note"):
        record(actor=None, action="x", details={"note": value})
    assert not AuditEvent.objects.exists()


def test_event_is_never_changed_and_outlives_the_actor() -> None:
    actor = UserFactory()
    event = record(actor=actor, action="x", object_type="export", object_id=7)
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    actor.delete()
    event.refresh_from_db()
    assert (event.actor, event.object_type, event.object_id) == (None, "export", "7")
