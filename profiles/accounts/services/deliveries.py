"""What staff do about mails and pushes that were given up: try again, or drop them."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, NotAllowed
from notifications.models import Delivery, DeliveryState
from privacy.services import record
from profiles.accounts.policies import can_mend_deliveries
from profiles.viewers import Viewer


@transaction.atomic
def retry_delivery(*, actor: Viewer, delivery: Delivery) -> None:
    """Let the worker try once more, at once. Raises `NotAllowed`, and `Conflict` when it waits, went or was dropped meanwhile."""
    _ensure_allowed(actor)
    now = timezone.now()
    values = {"state": DeliveryState.WAITING, "attempts": 0, "next_try_at": now, "settled_at": None}
    try:
        with transaction.atomic():
            changed = Delivery.objects.dead().filter(pk=delivery.pk).update(**values)
    except IntegrityError as error:
        # A newer one about the same waits already.
        raise Conflict(_("A newer one about the same is on its way. Drop this one.")) from error
    _ensure_changed(changed)
    record(actor=actor.user, action="notifications.delivery_retried", thing=delivery, details={"channel": delivery.channel})


@transaction.atomic
def retry_all_deliveries(*, actor: Viewer) -> int:
    """Try everything once more that was given up, but for what has a newer one on its way. Returns how many."""
    _ensure_allowed(actor)
    retried = 0
    for delivery in Delivery.objects.dead():
        try:
            retry_delivery(actor=actor, delivery=delivery)
        except Conflict:
            continue
        retried += 1
    return retried


@transaction.atomic
def drop_delivery(*, actor: Viewer, delivery: Delivery) -> None:
    """Give it up for good. The notice itself stays where the person sees it. Raises `NotAllowed` and `Conflict`."""
    _ensure_allowed(actor)
    values = {"state": DeliveryState.CANCELLED, "last_error": "dropped", "settled_at": timezone.now()}
    _ensure_changed(Delivery.objects.dead().filter(pk=delivery.pk).update(**values))
    record(actor=actor.user, action="notifications.delivery_dropped", thing=delivery, details={"channel": delivery.channel})


def _ensure_allowed(actor: Viewer) -> None:
    if not can_mend_deliveries(actor):
        raise NotAllowed(_("Only network advisers can do this."))


def _ensure_changed(changed: int) -> None:
    if not changed:
        raise Conflict(_("Somebody has done this already."))
