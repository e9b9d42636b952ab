"""Signing out: this browser is no longer to be pushed to, and forgets what it kept."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from notifications.models import PushSubscription

PUSH_SESSION_KEY = "push_endpoint"


@receiver(user_logged_out)
def signed_out(request: Any, user: Any, **_: Any) -> None:
    """The header that clears the browser is set by `alumni_site.core.middleware.headers`."""
    if request is not None:
        request.signed_out = True
    if user is None:
        return
    endpoint = request.session.get(PUSH_SESSION_KEY) if request is not None else None
    if endpoint:
        PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()
