"""Security headers: the content policy, which is looser in the editors' admin, and those Django has no setting for."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
)


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, and the editors' own under CMS_PATH. A view may still set a policy for its answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # A preview in the admin is a page that has been through this middleware already, as if under its own address.
        if _is_cms(request) and HEADER in response:
            del response[HEADER]
        return super().process_response(request, response)

    def get_policy_parts(self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if _is_cms(request) and not report_only and parts.config is None:
            parts.config = settings.CMS_CONTENT_SECURITY_POLICY
        return parts


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if getattr(request, "signed_out", False):
            # The next person at this machine finds nothing. Cookies stay: the language is one.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_cms(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.CMS_PATH)
