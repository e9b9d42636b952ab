"""The choice of language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alumni_site.core.languages import supported_language
from alumni_site.core.redirects import own_address

_A_YEAR = 365 * 24 * 60 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language and go back to `next`.

    GET only sets a cookie: nothing is saved, so it is safe for anybody to follow. POST from somebody signed in saves the
    choice with the account as well, which then comes before the cookie.
    """
    values = request.POST if request.method == "POST" else request.GET
    response = HttpResponseRedirect(own_address(request, values.get("next", ""), "/"))
    language = supported_language(values.get("language"))
    if language is None:
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_A_YEAR,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    if request.method == "POST" and request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response
