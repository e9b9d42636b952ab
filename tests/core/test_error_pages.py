"""Error pages: plain words, three languages, and for a server error no database."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("a reason that is nobody's business")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the machine")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a trick")


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("suspicious/", suspicious),
    path("form/", form),
    path("", include("alumni_site.urls")),
]
handler400 = "alumni_site.core.views.errors.bad_request"
handler403 = "alumni_site.core.views.errors.permission_denied"
handler404 = "alumni_site.core.views.errors.page_not_found"
handler500 = "alumni_site.core.views.errors.server_error"

TITLES = {
    "/nowhere/at/all/": (
        404,
        {"nn": "Vi finn ikkje denne sida", "nb": "Vi finner ikke denne siden", "en": "We cannot find this page"},
    ),
    "/forbidden/": (
        403,
        {"nn": "Du kan ikkje opne denne sida", "nb": "Du kan ikke åpne denne siden", "en": "You cannot open this page"},
    ),
    "/broken/": (500, {"nn": "Noko gjekk gale hos oss", "nb": "Noe gikk galt hos oss", "en": "Something went wrong here"}),
    "/suspicious/": (
        400,
        {"nn": "Dette forstod vi ikkje", "nb": "Dette forsto vi ikke", "en": "We could not understand that"},
    ),
}


@pytest.fixture(autouse=True)
def _addresses() -> object:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
@pytest.mark.parametrize("address", list(TITLES))
def test_error_page_speaks_the_readers_language(visitor: Client, address: str, language: str) -> None:
    status, titles = TITLES[address]
    response = visitor.get(address, headers={"accept-language": language})
    text = response.content.decode()
    assert response.status_code == status
    assert f"<title>{titles[language]} – Norec Network</title>" in text
    assert text.count("<h1") == 1
    assert f'<html lang="{language}"' in text
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize("address", list(TITLES))
def test_error_page_tells_nothing_of_the_inside(visitor: Client, address: str) -> None:
    text = visitor.get(address).content.decode()
    for secret in ("nobody's business", "secret of the machine", "a trick", "Traceback"):
        assert secret not in text


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_form_without_its_token_says_that_nothing_was_saved(language: str) -> None:
    response = Client(enforce_csrf_checks=True).post("/form/", headers={"accept-language": language})
    title = {
        "nn": "Ingenting vart lagra. Prøv på nytt",
        "nb": "Ingenting ble lagret. Prøv på nytt",
        "en": "Nothing was saved. Please try again",
    }[language]
    assert response.status_code == 403
    assert f"<title>{title} – Norec Network</title>" in response.content.decode()


def test_not_found_shows_a_member_their_own_menu(visitor: Client) -> None:
    visitor.force_login(UserFactory())
    text = visitor.get("/nowhere/").content.decode()
    assert "Sign out" in text


def test_server_error_touches_no_database(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory(language="nb")
    visitor.force_login(user)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the error page asked the database")

    # Everything fails from the first question on, that of who is signed in included.
    with connection.execute_wrapper(refuse):
        response = visitor.get("/help/", headers={"accept-language": "nn"})
    assert response.status_code == 500
    assert "Noko gjekk gale hos oss" in response.content.decode()


def test_server_error_names_the_number_in_the_log(visitor: Client) -> None:
    response = visitor.get("/broken/", headers={"X-Request-ID": "abcdef0123456789"})
    assert "tell us the number abcdef0123456789" in response.content.decode()


def test_wrong_host_is_a_bad_request_in_plain_words(visitor: Client) -> None:
    response = visitor.get("/help/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "We could not understand that" in response.content.decode()
