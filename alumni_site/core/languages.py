"""Which of the network's three written languages a page is in."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

# Each in its own words, whatever the language of the page.
LANGUAGE_NAMES = {"nn": "Nynorsk", "nb": "Bokmål", "en": "English"}
DEFAULT_LANGUAGE = "en"
# What browsers and old systems call Norwegian. Plain "no" says nothing of the written form: Norec writes nynorsk.
_ALIASES = {"no": "nn"}


def supported_language(code: str | None) -> str | None:
    """The network's own code for a language code such as "nb-NO" or "no", or None for a language it does not have."""
    base = (code or "").lower().replace("_", "-").split("-")[0]
    base = _ALIASES.get(base, base)
    return base if base in LANGUAGE_NAMES else None


def foreign_language(languages: Iterable[str], page: str) -> str:
    """The `lang` of words that are written so in these languages, on a page in `page`. "" when they are not foreign there or
    nobody can say which they are. What nynorsk and bokmål share is Norwegian either way, and is called bokmål."""
    known = set(languages)
    if page in known:
        return ""
    if known == {"nn", "nb"}:
        return "nb"
    return known.pop() if len(known) == 1 else ""


def language_of_browser(request: HttpRequest) -> str:
    """The language chosen in this browser: the cookie, else the first match of `Accept-Language`, else English.

    Reads no database, so that the page for a server error can use it.
    """
    chosen = supported_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
    if chosen:
        return chosen
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((match for code, _quality in wanted if (match := supported_language(code))), DEFAULT_LANGUAGE)


def language_of_request(request: HttpRequest) -> str:
    """The language saved with the account, else the one chosen in this browser."""
    # Without a session nobody is signed in, and asking who it is would only make the page depend on the session.
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        user = getattr(request, "user", None)
        saved = supported_language(getattr(user, "language", ""))
        if saved:
            return saved
    return language_of_browser(request)
