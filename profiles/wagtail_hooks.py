"""The editors' admin is for pages. Accounts are kept on Norec's own pages, by roles, through disclosure and with a log."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

_ACCOUNTS = "users"


@hooks.register("construct_settings_menu")
@hooks.register("construct_search")
def hide_accounts(request: HttpRequest, items: list[Any]) -> None:
    """Take the link to Wagtail's own list of accounts away; its addresses answer 404 (`entrance_urls`)."""
    items[:] = [item for item in items if item.name != _ACCOUNTS]
