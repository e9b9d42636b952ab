"""Norec's page about mails and pushes that were given up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from alumni_site.core.errors import Conflict
from notifications.kinds import kinds
from notifications.models import Delivery
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.accounts.services.deliveries import drop_delivery, retry_all_deliveries, retry_delivery
from profiles.accounts.staff_reading import member_lines, with_all_shown
from profiles.models import User

DELIVERIES_A_PAGE = 25
_WHY: dict[str, str | Promise] = {
    "unknown": gettext_lazy("The connection broke off while it was being sent. It may have arrived, so it was not sent again."),
    "refused": gettext_lazy("The mail server refused the address or the mail."),
    "refused_for_now": gettext_lazy("The mail server asked us to wait, each time we tried."),
    "mail_server_away": gettext_lazy("The mail server did not answer, each time we tried."),
    "mail_server_sign_in": gettext_lazy("The mail server did not let us in. Tell whoever runs the site."),
    "push_refused": gettext_lazy("The push service refused it."),
    "push_address_refused": gettext_lazy("The browser gave an address that we do not push to."),
    "push_service_away": gettext_lazy("The push service did not answer, each time we tried."),
    "push_service_busy": gettext_lazy("The push service asked us to wait, each time we tried."),
    "failed": gettext_lazy("Something went wrong with us. Tell whoever runs the site."),
}


@dataclass(frozen=True)
class DeadLine:
    """One delivery as an adviser sees it: to whom, of what kind and why not; never its words."""

    uuid: UUID
    account: UUID
    name: str
    channel: str
    about: str | Promise
    why: str | Promise
    attempts: int
    given_up_at: datetime | None


@require_GET
@adviser_page
def deliveries(request: AccountRequest) -> HttpResponse:
    """What was given up, the latest first."""
    dead = Delivery.objects.dead().select_related("notification").annotate(told=Count("digested")).order_by("-settled_at", "-pk")
    page = Paginator(dead, DELIVERIES_A_PAGE).get_page(request.GET.get("page"))
    people = with_all_shown(User.objects.filter(pk__in=[each.recipient_id for each in page]))
    names = {line.account: line.name for line in member_lines(people, request.viewer)}
    accounts = {person.pk: person.uuid for person in people}
    lines = [_line(each, accounts[each.recipient_id], names[accounts[each.recipient_id]]) for each in page]
    return render(request, "staff/deliveries.html", {"page": page, "deliveries": lines})


@require_POST
@adviser_page
def retry(request: AccountRequest, uuid: str) -> HttpResponse:
    try:
        retry_delivery(actor=request.viewer, delivery=_dead(uuid))
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("It is sent again within a minute."))
    return redirect("staff_deliveries")


@require_POST
@adviser_page
def retry_all(request: AccountRequest) -> HttpResponse:
    count = retry_all_deliveries(actor=request.viewer)
    text = ngettext("%(count)s is sent again within a minute.", "%(count)s are sent again within a minute.", count)
    messages.success(request, text % {"count": count})
    return redirect("staff_deliveries")


@require_POST
@adviser_page
def drop(request: AccountRequest, uuid: str) -> HttpResponse:
    try:
        drop_delivery(actor=request.viewer, delivery=_dead(uuid))
    except Conflict as conflict:
        messages.warning(request, conflict.message)
    else:
        messages.success(request, _("It is dropped. The notice itself still stands in the app."))
    return redirect("staff_deliveries")


def _dead(uuid: str) -> Delivery:
    """Also one that somebody has dealt with meanwhile: the service says so."""
    return get_object_or_404(Delivery, uuid=uuid)


def _line(delivery: Delivery, account: UUID, name: str) -> DeadLine:
    return DeadLine(
        uuid=delivery.uuid,
        account=account,
        name=name,
        channel=delivery.get_channel_display(),
        about=_about(delivery),
        why=_WHY.get(delivery.last_error, delivery.last_error),
        attempts=delivery.attempts,
        given_up_at=delivery.settled_at,
    )


def _about(delivery: Delivery) -> str | Promise:
    if delivery.notification is None:
        count = delivery.told  # type: ignore[attr-defined]  # annotated
        return ngettext("%(count)s notice", "%(count)s notices", count) % {"count": count}
    kind = kinds().get(delivery.notification.kind)
    return kind.label if kind else delivery.notification.kind
