"""The list of conversations, what waits for an answer, and search in what one has written and got."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from messaging.reading import inbox, put_away_requests, search_messages, unread_total
from messaging.views.common import a_number
from profiles.accounts.decorators import AccountRequest, active_member_page


@require_GET
@active_member_page
def messages_page(request: AccountRequest) -> HttpResponse:
    """All conversations, those put away, or what was searched for."""
    words = request.GET.get("q", "").strip()
    context = inbox_column(request, archived="archived" in request.GET)
    if words:
        context["searched"] = search_messages(request.viewer, words, page=_page(request))
    return render(request, "messaging/inbox.html", context)


@require_GET
@active_member_page
def messages_list(request: AccountRequest) -> HttpResponse:
    """The list alone, for the page's script: it has changed."""
    context = inbox_column(request, archived="archived" in request.GET, current=request.GET.get("current"))
    return render(request, "messaging/_list.html", context)


@require_GET
@active_member_page
def messages_count(request: AccountRequest) -> HttpResponse:
    """The number beside "Messages" in the bar, for the script."""
    return render(request, "components/count.html", {"count": unread_total(request.viewer)})


def inbox_column(request: AccountRequest, *, archived: bool = False, current: UUID | str | None = None) -> dict[str, Any]:
    """What the list of conversations needs, beside an open one too."""
    page = 1 if current else _page(request)
    put_away = put_away_requests(request.viewer) if archived and page == 1 else ()
    return {"inbox": inbox(request.viewer, archived=archived, page=page), "put_away": put_away, "current": str(current or "")}


def _page(request: AccountRequest) -> int:
    return a_number(request.GET.get("page")) or 1
