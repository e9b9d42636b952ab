"""Pushes about notices: who and where, never what was written."""

import hashlib

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from alumni_site.core.errors import Invalid
from notifications.kinds import kinds
from notifications.models import Channel, Delivery, Notification, PushSubscription
from notifications.outbox import GiveUp, NotNeeded, TryAgain, begin_handover, work_off
from notifications.reading import loaded_data
from notifications.recipients import language_of
from notifications.wanted import ensure_wanted
from notifications.webpush import BadEndpoint, BadKeys, Push, authorization, encrypt, ensure_endpoint, ensure_keys, post

# A push that has not reached a browser by then is old: the page and the mail say the same.
SECONDS_KEPT = 24 * 3600
MOST_BROWSERS = 10
_GONE = (404, 410)
_FOR_NOW = (408, 425, 429)


def send_pushes() -> int:
    """Send the pushes that are due. Returns how many went."""
    return work_off([Channel.PUSH], _carry)


@transaction.atomic
def subscribe(*, user: object, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Keep where a browser can be reached. A browser belongs to who uses it now; a person has at most ten.

    Raises `Invalid` for an address or keys that cannot be a browser's.
    """
    try:
        ensure_endpoint(endpoint)
        ensure_keys(p256dh, auth)
    except (BadEndpoint, BadKeys) as error:
        raise Invalid(gettext("This browser cannot get pushes from us."), code="bad_subscription") from error
    PushSubscription.objects.filter(endpoint=endpoint).exclude(user=user).delete()  # type: ignore[misc]
    values = {"user": user, "p256dh": p256dh, "auth": auth}
    subscription, _is_new = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=values)
    kept = PushSubscription.objects.filter(user=user).order_by("-updated_at", "-pk")[:MOST_BROWSERS]  # type: ignore[misc]
    PushSubscription.objects.filter(user=user).exclude(pk__in=[each.pk for each in kept]).delete()  # type: ignore[misc]
    return subscription


def unsubscribe(*, user: object, endpoint: str) -> None:
    """Forget a browser of this person."""
    PushSubscription.objects.filter(user=user, endpoint=endpoint).delete()  # type: ignore[misc]


def _carry(delivery: Delivery) -> None:
    notification, subscription = delivery.notification, delivery.subscription
    assert notification is not None and subscription is not None  # noqa: S101, PT018 - a constraint of the table
    ensure_wanted(delivery.recipient, notification, Channel.PUSH)
    push = _in_words(delivery.recipient, notification)
    body = encrypt(push.as_bytes(), p256dh=subscription.p256dh, auth=subscription.auth)
    headers = {
        "Authorization": authorization(subscription.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(SECONDS_KEPT),
        # A newer one of the same takes the place of one that still waits at the push service.
        "Topic": push.tag,
    }
    begin_handover(delivery)
    try:
        status = post(subscription.endpoint, body, headers)
    except BadEndpoint as error:
        raise GiveUp("push_address_refused") from error
    except OSError as error:
        raise TryAgain("push_service_away") from error
    _judge(status, subscription)


def _judge(status: int, subscription: PushSubscription) -> None:
    if status in _GONE:
        # Its deliveries go with it.
        subscription.delete()
        raise NotNeeded("browser_gone")
    if status in _FOR_NOW or status >= 500:
        raise TryAgain("push_service_busy")
    if not 200 <= status < 300:
        raise GiveUp("push_refused")


def _in_words(person: object, notification: Notification) -> Push:
    language = language_of(person)
    kind = kinds()[notification.kind]
    with translation.override(language):
        notice = kind.in_words_outside(loaded_data(person, [notification])[notification.pk], notification.count)
        title = gettext("Norec Network")
    about = f"{notification.kind} {notification.group or notification.uuid}"
    tag = hashlib.sha256(about.encode()).hexdigest()[:32]
    return Push(title=title, body=notice.text, url=notice.url, tag=tag, language=language)
