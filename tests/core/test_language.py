"""Which language a page is in: saved preference, else cookie, else Accept-Language, else English."""

import pytest
from django.test import Client

from alumni_site.core.languages import language_of_browser, supported_language
from profiles.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def language_of(client: Client, **headers: str) -> str:
    response = client.get("/help/", headers=headers)
    assert response.status_code == 200
    language = response.headers["Content-Language"]
    assert f'<html lang="{language}"'.encode() in response.content
    return language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("no", "nn"),
        ("no-NO", "nn"),
        ("nn-NO,nn;q=0.9", "nn"),
        ("nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en;q=0.6", "nb"),
        ("en-GB", "en"),
        ("sw-KE,sw;q=0.9", "en"),
        ("ne,no;q=0.5,en;q=0.4", "nn"),
        ("en;q=0.2,nb;q=0.8", "nb"),
        ("*", "en"),
        ("", "en"),
        ("nonsense;;q=,,", "en"),
    ],
)
def test_accept_language_chooses_for_a_first_visit(client: Client, accepted: str, language: str) -> None:
    assert language_of(client, accept_language=accepted) == language


def test_cookie_comes_before_accept_language(client: Client) -> None:
    client.cookies["language"] = "nb"
    assert language_of(client, accept_language="nn") == "nb"


def test_cookie_with_an_unknown_language_is_passed_over(client: Client) -> None:
    client.cookies["language"] = "fr"
    assert language_of(client, accept_language="nn") == "nn"


def test_saved_preference_comes_before_the_cookie(client: Client) -> None:
    client.force_login(UserFactory(language="nn"))
    client.cookies["language"] = "nb"
    assert language_of(client, accept_language="en") == "nn"


def test_account_without_a_preference_follows_the_cookie(client: Client) -> None:
    client.force_login(UserFactory(language=""))
    client.cookies["language"] = "nb"
    assert language_of(client, accept_language="en") == "nb"


def test_page_says_what_it_depends_on(client: Client) -> None:
    vary = client.get("/help/").headers["Vary"]
    assert {"Accept-Language", "Cookie"} <= {part.strip() for part in vary.split(",")}


def test_one_request_does_not_leave_its_language_to_the_next(client: Client) -> None:
    assert language_of(client, accept_language="nn") == "nn"
    assert language_of(client) == "en"


def test_choice_of_a_visitor_is_a_cookie_and_nothing_else(client: Client) -> None:
    response = client.get("/language/", {"language": "nb", "next": "/help/?a=1"})
    assert (response.status_code, response.headers["Location"]) == (302, "/help/?a=1")
    assert response.cookies["language"].value == "nb"
    assert response.cookies["language"]["samesite"] == "Lax"
    assert set(response.cookies) == {"language"}
    assert language_of(client) == "nb"


def test_choice_of_a_member_is_saved_with_the_account(client: Client) -> None:
    user = UserFactory(language="en")
    client.force_login(user)
    client.post("/language/", {"language": "nn", "next": "/help/"})
    assert User.objects.get(pk=user.pk).language == "nn"
    assert language_of(client) == "nn"


def test_a_link_cannot_change_what_a_member_has_saved(client: Client) -> None:
    user = UserFactory(language="en")
    client.force_login(user)
    client.get("/language/", {"language": "nn", "next": "/help/"})
    assert User.objects.get(pk=user.pk).language == "en"
    assert language_of(client) == "en"


def test_saving_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    user = UserFactory(language="en")
    client.force_login(user)
    assert client.post("/language/", {"language": "nn"}).status_code == 403
    assert User.objects.get(pk=user.pk).language == "en"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "", "/\\evil.example"])
def test_choice_never_leads_to_another_host(client: Client, address: str) -> None:
    response = client.get("/language/", {"language": "nb", "next": address})
    assert response.headers["Location"] == "/"


def test_unknown_language_is_not_set(client: Client) -> None:
    response = client.get("/language/", {"language": "fr", "next": "/help/"})
    assert response.status_code == 302
    assert not response.cookies


def test_visitors_get_no_cookie_for_reading(client: Client) -> None:
    response = client.get("/")
    assert not response.cookies


@pytest.mark.parametrize(
    ("code", "known"), [("nn", "nn"), ("NB-no", "nb"), ("no", "nn"), ("en_GB", "en"), ("nno", None), ("", None), (None, None)]
)
def test_codes_are_folded_to_ours(code: str | None, known: str | None) -> None:
    assert supported_language(code) == known


def test_language_of_browser_reads_no_database(rf, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert language_of_browser(rf.get("/", headers={"accept-language": "no"})) == "nn"
