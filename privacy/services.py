"""Writes to the audit log."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models

from privacy.models import AuditEvent

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

# A detail is a code, a number or a yes: never a name, an address or somebody's words.
_LONGEST_DETAIL = 80


def record(
    *,
    actor: "AbstractBaseUser | None",
    action: str,
    thing: models.Model | None = None,
    object_type: str = "",
    object_id: object = "",
    details: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one line of the audit log, in the transaction of what it tells about.

    `action` is a stable code such as "profiles.role_granted". What it was done to is `thing` (a model instance: its UUID
    is kept, else its key), or `object_type` and `object_id` in words. `actor` is None for the machine itself.

    Raises `ValueError` when a detail looks like personal data: the log holds codes, numbers, yes and no.
    """
    if thing is not None:
        object_type = thing._meta.label
        object_id = getattr(thing, "uuid", None) or thing.pk
    details = dict(details or {})
    for key, value in details.items():
        _refuse_personal_data(key, value)
    return AuditEvent.objects.create(
        actor=actor,  # type: ignore[misc]  # this app knows accounts by AUTH_USER_MODEL only
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        details=details,
    )


def _refuse_personal_data(key: str, value: Any) -> None:
    items = value if isinstance(value, (list, tuple)) else [value]
    for item in items:
        plain = item is None or isinstance(item, (bool, int, float))
        if not plain and (not isinstance(item, str) or "@" in item or "\n" in item or len(item) > _LONGEST_DETAIL):
            raise ValueError(f"The detail “{key}” of an audit event must be a short code, a number, yes or no.")
