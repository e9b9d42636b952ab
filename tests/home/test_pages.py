"""The front page and the standard pages, signed out, in three languages."""

import pytest
from django.test import Client
from django.utils import translation
from wagtail.models import Page, Site

from alumni_site.core.navigation import Place
from alumni_site.core.templatetags.maps import Route
from alumni_site.home.figures import Figures, frequent_routes, network_figures, rounded_down
from alumni_site.home.links import page_links
from alumni_site.home.models import HomePage, StandardPage
from alumni_site.home.pages import START_PAGES, create_start_pages
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db
LANGUAGES = ["nn", "nb", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("start", START_PAGES, ids=lambda start: start.slug)
def test_standard_pages_are_there_for_everybody(client: Client, start, language: str) -> None:  # type: ignore[no-untyped-def]
    response = client.get(f"/{start.slug}/", headers={"accept-language": language})
    html = response.content.decode()
    assert response.status_code == 200
    assert f"<title>{start.titles[language]} – Norec Network</title>" in html
    assert html.count("<h1") == 1
    assert html.count("<h2") >= 2
    for other in {"nn", "nb", "en"} - {language}:
        assert f'<h1 class="nw-title">{start.titles[other]}</h1>' not in html or start.titles[other] == start.titles[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_foot_links_to_pages_that_exist(client: Client, language: str) -> None:
    html = client.get("/", headers={"accept-language": language}).content.decode()
    foot = html[html.index('<footer class="nw-foot"') :]
    for start in START_PAGES:
        if start.linked_from in (StandardPage.Where.HELP, StandardPage.Where.RIGHTS):
            assert f'<a href="/{start.slug}/">{start.titles[language]}</a>' in foot


def test_page_that_an_editor_unpublishes_is_no_longer_linked(client: Client) -> None:
    StandardPage.objects.get(slug="conduct").unpublish()
    assert [link.url for link in page_links(Place.HELP)] == ["/help/"]
    assert 'href="/conduct/"' not in client.get("/").content.decode().split("<main")[1].split("</main>")[0]
    assert client.get("/conduct/").status_code == 404


def test_links_are_read_once_for_all_places_and_pages(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    page_links(Place.HELP)
    with django_assert_num_queries(0):
        assert len(page_links(Place.HELP)) == 2
        assert len(page_links(Place.RIGHTS)) == 2


def test_links_follow_what_editors_do_to_a_page_at_once() -> None:
    page = StandardPage.objects.get(slug="conduct")
    titles = [link.label for link in page_links(Place.HELP)]
    page.unpublish()
    assert [link.label for link in page_links(Place.HELP)] == titles[:1]
    page.title_en = "Be kind"
    page.save_revision().publish()
    with translation.override("en"):
        assert [link.label for link in page_links(Place.HELP)] == [titles[0], "Be kind"]
    StandardPage.objects.get(slug="conduct").move(StandardPage.objects.get(slug="help"), pos="last-child")
    assert page_links(Place.HELP)[1].url == "/help/conduct/"
    StandardPage.objects.get(slug="conduct").delete()
    assert [link.label for link in page_links(Place.HELP)] == titles[:1]


def test_start_pages_are_made_once(client: Client) -> None:
    before = Page.objects.count()
    assert create_start_pages() is False
    assert Page.objects.count() == before
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get()


def test_page_that_an_editor_deleted_does_not_come_back() -> None:
    StandardPage.objects.get(slug="about").delete()
    assert create_start_pages() is False
    assert not StandardPage.objects.filter(slug="about").exists()


def test_pages_are_made_in_an_empty_database() -> None:
    Site.objects.all().delete()
    Page.objects.all().delete()
    assert create_start_pages() is True
    assert Client().get("/help/").status_code == 200


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nn", "Du kom heim med noko andre treng"),
        ("nb", "Du kom hjem med noe andre trenger"),
        ("en", "You came home with something others need"),
    ],
)
def test_front_page_speaks_three_languages(client: Client, language: str, title: str) -> None:
    html = client.get("/", headers={"accept-language": language}).content.decode()
    assert f'<h1 class="nw-title">{title}</h1>' in html


def test_editors_words_stand_in_place_of_ours_in_their_language_only(client: Client) -> None:
    HomePage.objects.update(hero_title_nn="Tittelen til redaktøren & co")
    html = client.get("/", headers={"accept-language": "nn"}).content.decode()
    assert '<h1 class="nw-title">Tittelen til redaktøren &amp; co</h1>' in html
    assert "Tittelen til redaktøren" not in client.get("/", headers={"accept-language": "nb"}).content.decode()


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, 0), (19, 0), (20, 20), (29, 20), (317, 310), (999, 990), (1000, 1000), (12345, 12000), (50000, 50000)],
)
def test_numbers_are_rounded_so_that_they_say_nothing_of_one_person(number: int, shown: int) -> None:
    assert rounded_down(number) == shown


def test_front_page_without_people_says_no_number(client: Client) -> None:
    ExchangeFactory(from_country="KE", to_country="NO")
    assert network_figures() == Figures(0, 0, 0)
    html = client.get("/").content.decode()
    assert "more than" not in html
    assert "Norec Network is for people who have been on exchange" in html


def test_figures_come_from_the_register(client: Client) -> None:
    for _number in range(21):
        ExchangeFactory(from_country="KE", to_country="NO")
    ExchangeFactory(from_country="UG", to_country="NO", host_organisation=OrganisationFactory())
    ProfileFactory(first_name="Unseen")
    assert network_figures() == Figures(20, 3, 0)
    assert [(route.origin, route.destination) for route in frequent_routes()] == [("NO", "KE")]
    html = client.get("/").content.decode()
    assert "<b>20</b>" in html
    assert "Unseen" not in html


def test_organisation_counts_once_it_has_sent_or_received_somebody() -> None:
    for number in range(21):
        role = ("sending_organisation", "host_organisation")[number % 2]
        ExchangeFactory(**{role: OrganisationFactory()})
    for _number in range(9):
        OrganisationFactory(kind="mission")
    assert network_figures().organisations == 20


def test_both_directions_are_one_route() -> None:
    for _number in range(3):
        ExchangeFactory(from_country="KE", to_country="NO")
        ExchangeFactory(from_country="NO", to_country="KE")
    assert frequent_routes() == [Route("NO", "KE")]


def test_routes_that_would_lie_on_each_other_are_drawn_once() -> None:
    for _number in range(6):
        ExchangeFactory(from_country="KE", to_country="NO")
    for _number in range(5):
        ExchangeFactory(from_country="UG", to_country="NO")
        ExchangeFactory(from_country="ZA", to_country="MW")
    assert frequent_routes() == [Route("NO", "KE"), Route("MW", "ZA")]


def test_country_that_the_map_does_not_know_is_not_drawn() -> None:
    for _number in range(5):
        ExchangeFactory(from_country="XX", to_country="NO")
    assert frequent_routes() == []


def test_figures_are_counted_once_in_a_while(client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client.get("/")
    for _number in range(30):
        ExchangeFactory()
    with django_assert_max_num_queries(12):
        client.get("/")


def test_member_is_shown_the_way_in_to_their_own_things(client: Client) -> None:
    client.force_login(UserFactory())
    html = client.get("/").content.decode()
    assert "What brings you here?" not in html
    assert "Join the network" not in html


def test_thousands_are_set_apart() -> None:
    assert Figures(12000, 60, 180).people_text == "12\N{NO-BREAK SPACE}000"
