"""Where to go on after a form. An address that comes with a request may be anybody's: only pages of this site are gone to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """`wanted` when it leads to a page of this site, else `otherwise`."""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else otherwise


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the form wants to go on (its field `next`), when that is a page of this site; else `otherwise`."""
    return own_address(request, request.POST.get("next", ""), otherwise)
