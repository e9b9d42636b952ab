"""Refuses settings with which pushes would be lost."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from notifications.webpush import decode


@register()
def push_key_is_shared(**_: Any) -> list[CheckMessage]:
    """Every machine signs with the same key, and it is one."""
    if not settings.VAPID_PRIVATE_KEY:
        if settings.MACHINES > 1:
            hint = "Set VAPID_PRIVATE_KEY; manage.py new_push_key makes one."
            return [Error("Several machines need one key for pushes.", hint=hint, id="notifications.E001")]
        return []
    try:
        usable = len(decode(settings.VAPID_PRIVATE_KEY)) == 32
    except ValueError:
        usable = False
    return [] if usable else [Error("VAPID_PRIVATE_KEY is no key.", hint="manage.py new_push_key", id="notifications.E002")]
