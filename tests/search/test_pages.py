"""The search page: its address, its three views, its words for none, one, many and too many, and what it costs."""

import re
from datetime import date, timedelta
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from profiles.models import OrganisationName, Profile, Term, TermAlias
from search.forms import PeopleAddress
from tests.factories import (
    ExchangeFactory,
    OrganisationFactory,
    ProfileSkillFactory,
    TermFactory,
    UserFactory,
)
from tests.indexing import SearchIndex
from tests.search.people_pages import ROLES, account, client_for, counts_of, heading, main_of, member, names_on, page

pytestmark = pytest.mark.django_db

LEFT_OUT = "A filter of this address is left out: it is not in our lists, or there are too many at once."


@pytest.fixture
def reader(search_index: SearchIndex) -> Client:
    return client_for(account())


def _many(count: int, **fields: object) -> list[Profile]:
    return [member(f"Person {number:03}", **fields) for number in range(count)]


# --- The address ------------------------------------------------------------------------------------------------------


def test_every_parameter_of_the_address_narrows(search_index: SearchIndex, reader: Client) -> None:
    sender, host = OrganisationFactory(), OrganisationFactory()
    skill, sector, sdg = (TermFactory(kind=kind, code=f"one-{kind}") for kind in ("skill", "sector", "sdg"))
    fitting = member("Fitting Person", country="UG", open_to_mentoring=True)
    ExchangeFactory(profile=fitting, from_country="KE", to_country="NP", sending_organisation=sender, host_organisation=host)
    ProfileSkillFactory(profile=fitting, term=skill)
    fitting.sectors.add(sector)
    fitting.sdgs.add(sdg)
    fitting.languages.create(code="sw")
    other = member("Other Person", country="MW", open_to_speaking=True)
    ExchangeFactory(profile=other, from_country="NO", to_country="MW", start=date(2001, 1, 1), end=date(2001, 9, 1))
    search_index.refresh()
    for name, value in {
        "country_from": "KE",
        "country_to": "NP",
        "country_residence": "UG",
        "direction": "south-south",
        "sending_organisation": sender.uuid,
        "host_organisation": host.uuid,
        "year": "2018",
        "sdg": sdg.code,
        "sector": sector.code,
        "skill": skill.code,
        "language": "sw",
        "open_to": "mentoring",
    }.items():
        assert names_on(page(reader, f"/people/?{name}={value}")) == ["Fitting Person"], name
    assert names_on(page(reader, "/people/?q=fitting")) == ["Fitting Person"]


def test_values_of_a_facet_are_alternatives_and_facets_add_up(search_index: SearchIndex, reader: Client) -> None:
    for name, country, is_mentor in (("A A", "KE", True), ("B B", "TZ", False), ("C C", "NP", True)):
        member(name, country=country, open_to_mentoring=is_mentor)
    search_index.refresh()
    either = page(reader, "/people/?country_residence=KE&country_residence=TZ&sort=name")
    assert names_on(either) == ["A A", "B B"]
    assert names_on(page(reader, "/people/?country_residence=KE&country_residence=TZ&open_to=mentoring")) == ["A A"]
    # A facet's own counts ignore its own choice.
    assert counts_of(either, "country_residence") == {"KE": 1, "TZ": 1, "NP": 1}
    assert counts_of(either, "open_to") == {"mentoring": 1}


def test_address_of_the_issue_works_with_empty_parameters(search_index: SearchIndex, reader: Client) -> None:
    member("Somebody Here")
    search_index.refresh()
    assert names_on(page(reader, "/people/?q=&country_to=&sort=&view=&page=")) == ["Somebody Here"]


@pytest.mark.parametrize(
    "query",
    [
        "country_to=ZZ&country_to=kenya&country_to=%00",
        "direction=up&open_to=everything&sdg=%3Cscript%3E&language=xx-yy-zz&language=no%20language",
        "skill=there-is-none&sector=none&sending_organisation=not-a-uuid",
        "host_organisation=00000000-0000-4000-8000-000000000000",
        "year=1066&year=99999&year=abcd&year_from=&year_to=",
        "view=hologram&sort=shoe-size&page=-3&page=two&more=password",
        "page=9999999999999999999999",
        "csrfmiddlewaretoken=x&audience=norec&capacity=norec&as=admin",
    ],
)
def test_forged_parameters_are_left_out(search_index: SearchIndex, reader: Client, query: str) -> None:
    member("Somebody Here")
    search_index.refresh()
    html = page(reader, f"/people/?{query}")
    assert heading(html) == "1 person"
    assert "Filters in use" not in html


def test_unknown_values_leave_the_known_ones(search_index: SearchIndex, reader: Client) -> None:
    known = TermFactory(code="known", name_en="Known thing")
    ProfileSkillFactory(profile=member("Knowing Person"), term=known)
    member("Other Person")
    search_index.refresh()
    html = page(reader, "/people/?skill=known&skill=gone&country_to=ZZ")
    assert names_on(html) == ["Knowing Person"]
    assert "gone" not in main_of(html)
    assert LEFT_OUT in html
    assert LEFT_OUT not in page(reader, "/people/?skill=known")


@pytest.mark.parametrize(
    "filters",
    [
        "country_to=Kenya",
        "country_residence=ZZ",
        "open_to=mentor",
        "direction=north",
        "language=Swahili",
        "year=19",
        "skill=Solar%20energy",
        "host_organisation=Red%20Cross",
        f"sector={'x' * 200}",
        "&".join(f"skill=skill-{number}" for number in range(300)),
        "country_to=Kenya&year_from=2015&year_to=2017",
    ],
)
@pytest.mark.parametrize("view", ["cards", "table", "map"])
def test_filter_that_is_not_understood_is_told_of(search_index: SearchIndex, reader: Client, filters: str, view: str) -> None:
    member("Somebody Here")
    search_index.refresh()
    assert LEFT_OUT in page(reader, f"/people/?view={view}&{filters}")


def test_filter_that_is_empty_or_understood_is_not_told_of(search_index: SearchIndex, reader: Client) -> None:
    first, second = TermFactory(code="sun-power"), TermFactory(code="solar-energy")
    ProfileSkillFactory(profile=member("Solar Person", country="KE"), term=second)
    first.status, first.merged_into = "merged", second
    first.save()
    search_index.refresh()
    for filters in ("country_to=&year=&q=x", "country_residence=ke&country_residence= KE ", "skill=sun-power&skill=solar-energy"):
        assert LEFT_OUT not in page(reader, f"/people/?{filters}"), filters


def test_file_of_people_tells_of_a_filter_that_is_left_out(search_index: SearchIndex) -> None:
    client = client_for(account("norec"))
    assert LEFT_OUT in page(client, "/people/export/?country_to=Kenya")
    assert LEFT_OUT not in page(client, "/people/export/?country_to=KE")


def test_merged_term_in_an_old_address_finds_its_successor(search_index: SearchIndex, reader: Client) -> None:
    successor = TermFactory(code="solar-energy", name_en="Solar energy")
    TermFactory(code="sun-power", status="merged", merged_into=successor)
    ProfileSkillFactory(profile=member("Solar Person"), term=successor)
    member("Other Person")
    search_index.refresh()
    html = page(reader, "/people/?skill=sun-power")
    assert names_on(html) == ["Solar Person"]
    assert 'value="solar-energy" id="f-skill-solar-energy" checked' in html
    assert LEFT_OUT not in html


def test_ten_thousand_letters_are_a_page(search_index: SearchIndex, reader: Client) -> None:
    member("Somebody Here")
    search_index.refresh()
    html = main_of(page(reader, "/people/?q=" + "a" * 10_000))
    assert heading(html) == "Nobody yet"
    assert "a" * 501 not in html


def test_same_question_has_one_address() -> None:
    from django.http import QueryDict

    one = PeopleAddress.from_params(QueryDict("country_to=TZ&country_to=KE&country_to=ke&q= energy &view=cards&page=1&x=1"))
    other = PeopleAddress.from_params(QueryDict("q=energy&sort=relevance&country_to=KE&country_to=TZ"))
    assert one.query_string() == other.query_string() == "q=energy&country_to=KE&country_to=TZ"


def test_span_of_years_leads_to_an_address_with_each_year(search_index: SearchIndex, reader: Client) -> None:
    response = reader.get("/people/?q=&year=1990&year_from=2017&year_to=2015&view=table")
    assert response.status_code == 302
    assert response["Location"] == "/people/?year=2015&year=2016&year=2017&view=table"
    only_from = parse_qsl(urlsplit(reader.get("/people/?year_from=2026")["Location"]).query)
    assert only_from[0] == ("year", "2026")


@pytest.mark.parametrize("typed", [("abc", "2020"), ("2015", "20"), ("1066", ""), ("", "2999"), ('"><b>', "x")])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "found"}], ids=["whole page", "result"])
@pytest.mark.parametrize("text", ["", "nobodyiscalledthis"])
def test_year_that_is_none_stays_where_it_was_typed(
    search_index: SearchIndex, reader: Client, typed: tuple[str, str], headers: dict[str, str], text: str
) -> None:
    ExchangeFactory(profile=member("Some Person"))
    search_index.refresh()
    answer = reader.get("/people/", {"year_from": typed[0], "year_to": typed[1], "q": text, "year": "2018"}, headers=headers)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "The years are left out: one of them is no year we can search for." in html
    for name, value in zip(("year_from", "year_to"), typed, strict=True):
        field = re.search(rf'<input [^>]*id="{name}"[^>]*>', html)
        assert field is not None
        assert f'value="{escape(value)}"' in field[0]
        is_wrong = value not in ("", "2015", "2020")
        assert (f'aria-invalid="true" aria-describedby="{name}_error"' in field[0]) is is_wrong
        assert (f'id="{name}_error"><p>Write a year from 1963 to {timezone.localdate().year + 2}.</p>' in html) is is_wrong
    # The years that were ticked count still; the span does not, and nobody has made one up.
    assert re.findall(r"data-removable[^>]*>([^<]*)<", html) == ["2018"]


def test_years_that_were_understood_are_not_typed_again(search_index: SearchIndex, reader: Client) -> None:
    ExchangeFactory(profile=member("Some Person"))
    search_index.refresh()
    headers = {"HX-Request": "true", "HX-Target": "found"}
    html = reader.get("/people/?year_from=2017&year_to=2018", headers=headers).content.decode()
    assert not re.search(r'<input [^>]*id="year_(from|to)"[^>]* value=', html)


def test_run_of_years_is_one_filter_in_the_sentence(search_index: SearchIndex, reader: Client) -> None:
    ExchangeFactory(profile=member("Some Person"))
    search_index.refresh()
    html = page(reader, "/people/?year=2016&year=2017&year=2018&year=2020&country_from=KE")
    chips = re.findall(r'data-removable data-swap href="([^"]*)">([^<]*)<', html)
    assert chips == [
        ("/people/?year=2016&amp;year=2017&amp;year=2018&amp;year=2020", "Kenya"),
        ("/people/?country_from=KE&amp;year=2020", "2016–2018"),
        ("/people/?country_from=KE&amp;year=2016&amp;year=2017&amp;year=2018", "2020"),
    ]


# --- Views ------------------------------------------------------------------------------------------------------------


def test_card_shows_why_it_matched_and_nothing_is_run(search_index: SearchIndex, reader: Client) -> None:
    solar = TermFactory(code="solar", name_en="Solar energy", name_nn="Solenergi", name_nb="Solenergi")
    person = member(
        "<b>Grace</b> Nakato", headline="Solar <script>alert(1)</script>", country="UG", place="Gulu", open_to_mentoring=True
    )
    ProfileSkillFactory(profile=person, term=solar)
    ExchangeFactory(profile=person, from_country="UG", to_country="NO", homecoming_date=date(2019, 7, 1))
    search_index.refresh()
    html = main_of(page(reader, "/people/?q=solar"))
    assert "<mark>Solar</mark> &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<mark>Solar</mark> energy" in html
    assert "&lt;b&gt;Grace&lt;/b&gt; Nakato" in html
    assert "<script>alert" not in html
    assert "Gulu, Uganda" in html
    assert "exchange confirmed by Norec" in html
    assert '<span class="nw-soft nw-together"> ·</span> <span class="nw-soft nw-together">2018–19</span>' in html
    assert '<span class="nw-soft">Open to</span> mentoring' in html


@pytest.mark.parametrize("view", ["cards", "table"])
def test_whoever_is_away_with_homecoming_planned_is_there_now(search_index: SearchIndex, reader: Client, view: str) -> None:
    today = timezone.localdate()
    dates = {"start": today - timedelta(days=200), "end": today + timedelta(days=20)}
    exchange = ExchangeFactory(profile=member("Grace Nakato"), homecoming_date=today + timedelta(days=80), **dates)
    search_index.refresh()
    html = main_of(page(reader, f"/people/?view={view}"))
    assert "there now" in html
    assert 'class="away"' in html
    # The day comes without anything being indexed anew.
    type(exchange).objects.update(homecoming_date=today)
    html = main_of(page(reader, f"/people/?view={view}"))
    assert "there now" not in html
    assert 'class="away"' not in html


@pytest.mark.parametrize("asked_for", ["", "q=solar"], ids=["as it is", "marked"])
def test_every_word_of_somebodys_on_a_card_is_escaped(search_index: SearchIndex, reader: Client, asked_for: str) -> None:
    hostile = "solar <b title=\"x\" onload='y'>&amp;"
    person = member(
        hostile, headline=hostile, about=hostile, place=hostile, workplace=hostile, work_title=hostile, name_then=hostile
    )
    ProfileSkillFactory(profile=person, term=TermFactory(name_en=hostile, name_nn=hostile, name_nb=hostile), note=hostile)
    person.sectors.add(TermFactory(kind="sector", name_en=hostile, name_nn=hostile, name_nb=hostile))
    host = OrganisationFactory(name=hostile)
    ExchangeFactory(profile=person, host_organisation=host, role=hostile, homecoming_date=date(2019, 7, 1))
    search_index.refresh()
    html = main_of(page(reader, f"/people/?{asked_for}"))
    card = html[html.index("nw-panel nw-person") :]
    assert "<b " not in card
    assert 'title="x"' not in card
    assert len(re.findall(r"(?:<mark>)?solar(?:</mark>)? &lt;b title=&quot;x&quot;", card)) >= (8 if asked_for else 4)


def test_words_typed_are_escaped_everywhere(search_index: SearchIndex, reader: Client) -> None:
    for view in ("cards", "table", "map"):
        html = page(reader, f'/people/?q="><script>alert(1)</script>&view={view}')
        assert "<script>alert" not in html


def test_word_in_another_language_says_why(search_index: SearchIndex, reader: Client) -> None:
    solar = TermFactory(code="solar", name_en="Solar energy", name_nn="Solenergi", name_nb="Solenergi")
    ProfileSkillFactory(profile=member("Solar Person"), term=solar)
    search_index.refresh()
    for view in ("cards", "table"):
        html = page(reader, f"/people/?q=solenergi&view={view}")
        assert 'Solar energy (<span lang="nb"><mark>Solenergi</mark></span>)' in html


def test_every_name_says_its_language_where_it_is_foreign(search_index: SearchIndex, reader: Client) -> None:
    person = member("Solar Person", country="ZA")
    solar = TermFactory(code="solar", name_en="Solar energy", name_nn="Solenergi", name_nb="Solenergi")
    TermAlias.objects.bulk_create(
        TermAlias(term=solar, language=language, name=name)
        for language, name in [("nn", "solkraftverk"), ("nb", "PV"), ("en", "PV"), ("en", "sun power")]
    )
    ProfileSkillFactory(profile=person, term=solar)
    person.languages.create(code="ki")
    host = OrganisationFactory(name="Gulu Hospital")
    OrganisationName.objects.create(organisation=host, name="Lacor Mission")
    ExchangeFactory(profile=person, host_organisation=host)
    search_index.refresh()
    bokmal, nynorsk = (client_for(account(), language=language) for language in ("nb", "nn"))
    for client, asked_for, expected in [
        (reader, "solkraftverk", 'Solar energy (<span lang="nn"><mark>solkraftverk</mark></span>)'),
        (bokmal, "solkraftverk", 'Solenergi (<span lang="nn"><mark>solkraftverk</mark></span>)'),
        (nynorsk, "solkraftverk", "Solenergi (<mark>solkraftverk</mark>)"),
        (nynorsk, '"sun power"', 'Solenergi (<span lang="en"><mark>sun power</mark></span>)'),
        (reader, "pv", "Solar energy (<mark>PV</mark>)"),
        (nynorsk, "pv", "Solenergi (<mark>PV</mark>)"),
        (reader, '"Sør-Afrika"', 'South Africa (<span lang="nb"><mark>Sør-Afrika</mark></span>)'),
        (nynorsk, '"South Africa"', 'Sør-Afrika (<span lang="en"><mark>South Africa</mark></span>)'),
        (reader, "lacor", "Gulu Hospital (<mark>Lacor</mark> Mission)"),
    ]:
        assert expected in page(client, f"/people/?{urlencode({'q': asked_for})}"), asked_for


def test_what_people_say_is_in_the_language_they_say_and_notes_in_none(search_index: SearchIndex, reader: Client) -> None:
    person = member("Solar Person", about="Eg byggjer brunnar.", about_language="nn")
    ProfileSkillFactory(profile=person, note="Brunnar for schools")
    search_index.refresh()
    says = '<span lang="nn">Eg byggjer <mark>brunnar</mark>.</span>, <mark>Brunnar</mark> for schools'
    for view in ("cards", "table"):
        assert says in page(reader, f"/people/?q=brunnar&view={view}")
    norwegian = page(client_for(account(), language="nn"), "/people/?q=brunnar")
    assert "Eg byggjer <mark>brunnar</mark>., <mark>Brunnar</mark> for schools" in norwegian


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", '“<span lang="nb">solenergi</span>” also finds “solar energy”'),
        ("nn", '«<span lang="en">solar energy</span>» finn òg «solenergi»'),
        ("nb", '«<span lang="en">solar energy</span>» finner også «solenergi»'),
    ],
)
def test_example_in_another_language_says_so(search_index: SearchIndex, language: str, words: str) -> None:
    assert words in page(client_for(account(), language=language))


@pytest.mark.parametrize("view", ["cards", "table", "map"])
@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_view_with_none_one_and_many(search_index: SearchIndex, reader: Client, view: str, count: int) -> None:
    _many(count, country="KE")
    search_index.refresh()
    html = page(reader, f"/people/?view={view}")
    if view == "map":
        # One person in a country is one too few to show: the table and the map have no row for it.
        expected = {0: "Nobody yet", 1: "1 person", 3: "3 people in 1 country"}
    else:
        expected = {0: "Nobody yet", 1: "1 person", 3: "3 people"}
    assert heading(html) == expected[count]
    if view == "cards":
        assert len(names_on(html)) == count
    if view == "table":
        assert len(re.findall(r'<th scope="row">', html)) == count


def test_views_keep_the_question(search_index: SearchIndex, reader: Client) -> None:
    _many(2, country="KE")
    search_index.refresh()
    html = page(reader, "/people/?q=person&country_residence=KE&sort=name&page=1")
    address = "/people/?q=person&amp;country_residence=KE&amp;sort=name&amp;view=table"
    assert f'data-swap href="{address}">Table</a>' in html


def test_sort_orders_and_stays_chosen(search_index: SearchIndex, reader: Client) -> None:
    for name, year in (("B Newest", 2022), ("A Oldest", 2001), ("C Middle", 2010)):
        ExchangeFactory(profile=member(name), start=date(year, 1, 1), end=date(year, 9, 1))
    search_index.refresh()
    assert names_on(page(reader, "/people/?sort=name")) == ["A Oldest", "B Newest", "C Middle"]
    html = page(reader, "/people/?sort=latest")
    assert names_on(html) == ["B Newest", "C Middle", "A Oldest"]
    assert '<option value="latest" selected>' in html


def test_exchange_on_the_card_is_the_one_that_people_are_ranked_by(search_index: SearchIndex, reader: Client) -> None:
    first = member("First Here")
    ExchangeFactory(profile=first, start=None, end=date(2023, 6, 1), to_country="NP")
    ExchangeFactory(profile=first, start=date(2010, 8, 1), end=date(2011, 6, 1))
    ExchangeFactory(profile=member("Second Here"), start=date(2015, 8, 1), end=date(2016, 6, 1))
    search_index.refresh()
    html = page(reader, "/people/?sort=latest")
    assert names_on(html) == ["First Here", "Second Here"]
    card = html[html.index("First Here") : html.index("Second Here")]
    assert "Nepal" in card
    assert "2023" in card
    assert "2010" not in card


def test_pages_are_walked_through_and_each_person_is_on_one(search_index: SearchIndex, reader: Client) -> None:
    _many(13)
    search_index.refresh()
    first, second = page(reader, "/people/?sort=name"), page(reader, "/people/?sort=name&page=2")
    assert len(names_on(first)) == 12
    assert names_on(second) == ["Person 012"]
    assert 'rel="next" href="/people/?sort=name&amp;page=2"' in first
    assert 'rel="prev" href="/people/?sort=name"' in second


@pytest.mark.parametrize("view", ["cards", "table"])
def test_page_after_the_last_says_where_the_last_is(search_index: SearchIndex, reader: Client, view: str) -> None:
    _many(13)
    search_index.refresh()
    html = page(reader, f"/people/?page=999&view={view}")
    assert "There is no page 999" in html
    assert "The last page is number 2." in html
    assert names_on(html) == []


def test_page_number_of_the_map_does_not_matter(search_index: SearchIndex, reader: Client) -> None:
    _many(2, country="KE")
    search_index.refresh()
    assert heading(page(reader, "/people/?view=map&page=7")) == "2 people in 1 country"


# --- Nobody -----------------------------------------------------------------------------------------------------------


def test_nobody_fits_says_what_to_take_away(search_index: SearchIndex, reader: Client) -> None:
    member("In Kenya", country="KE", open_to_mentoring=True)
    member("Also Kenya", country="KE", open_to_mentoring=True)
    member("In Nepal", country="NP", open_to_speaking=True)
    search_index.refresh()
    html = main_of(page(reader, "/people/?country_residence=KE&open_to=speaking"))
    assert "Nobody fits all 2 filters yet" in html
    ways = re.findall(r'<li><a href="([^"]+)" data-swap>([^<]+)</a> ([^<]+)</li>', html)
    assert ways == [
        ("/people/?country_residence=KE", "2 people", "without “Open to Giving a talk”"),
        ("/people/?open_to=speaking", "1 person", "without “Lives in Kenya”"),
    ]


def test_nobody_fits_the_words(search_index: SearchIndex, reader: Client) -> None:
    member("In Kenya")
    search_index.refresh()
    html = page(reader, "/people/?q=xylophone")
    assert "Nobody fits “xylophone” yet" in html
    assert '<a href="/people/" data-swap>See everybody you can find</a>' in html


@pytest.mark.parametrize(("audience", "words"), [("members", "members"), ("missions", "missions"), ("partners", "partners")])
def test_nobody_is_listed_yet_has_its_own_words(search_index: SearchIndex, audience: str, words: str) -> None:
    html = page(client_for(account(audience)))
    assert f"Nobody has chosen to be shown to {words} yet" in html


def test_visitor_searches_what_is_shown_to_everyone(search_index: SearchIndex) -> None:
    assert "Nobody has chosen to be shown to everyone yet" in page(client_for())
    member("Public Person", "public")
    member("Members Only", "members")
    search_index.refresh()
    html = page(client_for())
    assert names_on(html) == ["Public Person"]
    assert "You search what members have chosen to show to everyone." in html
    assert "Save this search" not in html
    assert 'id="keep"' not in html


def test_near_miss_is_said(search_index: SearchIndex, reader: Client) -> None:
    member("Kamau Mwangi", headline="Electrician")
    search_index.refresh()
    html = page(reader, "/people/?q=elektrician")
    assert names_on(html) == ["Kamau Mwangi"]
    assert "Nobody has exactly these words. These people come close." in html


# --- Who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", [*ROLES, "public"])
def test_hidden_words_are_in_no_part_of_the_page(search_index: SearchIndex, audience: str) -> None:
    """Each person shows one field to everybody but this audience: neither word, number nor name of it may come through."""
    others = frozenset({"members", "missions", "partners", "norec"} - {audience})
    skill = TermFactory(code="hiddenskill", name_en="Hiddenskillname")
    organisation = OrganisationFactory(name="Hiddenorganisation")
    names = others if audience == "public" else frozenset({*others, audience})
    person = member(
        "Listed Person",
        *others,
        audiences_name=names,
        headline="Hiddenheadline",
        about="Hiddenabout",
        place="Hiddenplace",
        country="BT",
        work_title="Hiddenwork",
        name_then="Hiddenthen",
        open_to_hosting=True,
    )
    ProfileSkillFactory(profile=person, term=skill)
    person.languages.create(code="dz")
    ExchangeFactory(
        profile=person,
        from_country="FJ",
        to_country="WS",
        host_organisation=organisation,
        start=date(1977, 1, 1),
        end=date(1977, 6, 1),
    )
    search_index.refresh()
    client = client_for(account(audience) if audience != "public" else None)
    # Norec knows its own facts about exchanges whatever is chosen.
    exchange_is_known = audience == "norec"
    words = ["Hiddenheadline", "Hiddenabout", "Hiddenplace", "Hiddenwork", "Hiddenthen", "Hiddenskillname", "Bhutan", "Dzongkha"]
    words += [] if exchange_is_known else ["Hiddenorganisation", "Fiji", "Samoa", "1977"]
    for view in ("cards", "table", "map"):
        html = main_of(page(client, f"/people/?view={view}"))
        assert [word for word in words if word in html] == [], view
        assert "hiddenskill" not in html
    for word in words:
        # The word itself stands in the field it was typed into; nobody is found by it.
        assert names_on(page(client, f"/people/?q={word}")) == [], word
    for filters in ("skill=hiddenskill", "country_residence=BT", "language=dz", "open_to=hosting"):
        html = page(client, f"/people/?{filters}")
        assert heading(html) == "Nobody yet", filters
    assert (heading(page(client, "/people/?country_to=WS&year=1977")) == "1 person") is exchange_is_known


def test_hiding_holds_from_the_next_request(search_index: SearchIndex, reader: Client) -> None:
    person = member("Gone Soon", country="KE")
    member("Still Here", country="KE")
    search_index.refresh()
    assert heading(page(reader)) == "2 people"
    person.is_paused = True
    person.save()
    html = page(reader)
    assert names_on(html) == ["Still Here"]
    assert counts_of(html, "country_residence") == {"KE": 1}


def test_answer_is_nobody_elses(search_index: SearchIndex, reader: Client) -> None:
    response = reader.get("/people/")
    assert {part.strip() for part in response["Cache-Control"].split(",")} == {"private", "no-cache"}
    assert {"Cookie", "Accept-Language", "HX-Request"} <= {part.strip() for part in response["Vary"].split(",")}


# --- With a script ----------------------------------------------------------------------------------------------------


def test_script_gets_the_result_alone_and_the_address_to_share(search_index: SearchIndex, reader: Client) -> None:
    member("Some Person", country="KE")
    search_index.refresh()
    headers = {"HX-Request": "true", "HX-Target": "found"}
    response = reader.get("/people/?q=&year_from=&country_residence=KE&sort=relevance&view=table", headers=headers)
    html = response.content.decode()
    assert response["HX-Push-Url"] == "/people/?country_residence=KE&view=table"
    assert "<title>Find people – Norec Network</title>" in html
    assert '<div id="filters-in" hx-swap-oob="innerHTML">' in html
    assert "<html" not in html
    # More values of a facet are no other page.
    assert reader.get("/people/?more=skill", headers=headers)["HX-Push-Url"] == "false"
    # Going back wants all of it.
    whole = reader.get("/people/", headers={**headers, "HX-History-Restore-Request": "true"}).content.decode()
    assert "<html" in whole


def test_page_works_without_a_script(search_index: SearchIndex, reader: Client) -> None:
    member("Some Person", country="KE")
    search_index.refresh()
    html = main_of(page(reader))
    assert '<form id="filters" class="nw-sheet" method="get" action="/people/"' in html
    assert 'name="q" type="search" form="filters"' in html
    assert 'href="#filters"' in html
    assert not re.search(r"\son[a-z]+=|style=|javascript:|<script>", html)


# --- Languages, cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("nn", ("Finn folk", "1 person", "Bur i", "Snakkar")), ("nb", ("Finn folk", "1 person", "Bor i", "Snakker"))],
)
def test_page_in_norwegian(search_index: SearchIndex, language: str, words: tuple[str, ...]) -> None:
    member("Some Person", country="NO").languages.create(code="en")
    search_index.refresh()
    html = page(client_for(account(), language=language))
    assert [word for word in words if word not in html] == []
    assert ("Noreg" if language == "nn" else "Norge") in html
    assert "Engelsk" in html


@pytest.mark.parametrize(
    "address", ["/people/", "/people/?view=table", "/people/?view=map", "/people/?q=person&open_to=mentoring&skill=a"]
)
def test_page_costs_the_same_for_one_and_for_many(search_index: SearchIndex, reader: Client, address: str) -> None:
    skill, sector = TermFactory(code="a"), TermFactory(code="b", kind="sector")

    def add(number: int) -> None:
        person = member(f"Person {number}", country="KE", open_to_mentoring=True)
        ExchangeFactory(profile=person, sending_organisation=OrganisationFactory(), host_organisation=OrganisationFactory())
        ProfileSkillFactory(profile=person, term=skill)
        person.sectors.add(sector)
        person.languages.create(code="sw")

    add(0)
    search_index.refresh()
    page(reader, address)
    with CaptureQueriesContext(connection) as one:
        assert heading(page(reader, address)).startswith("1 person")
    for number in range(1, 12):
        add(number)
    search_index.refresh()
    with CaptureQueriesContext(connection) as many:
        assert heading(page(reader, address)).startswith("12 people")
    assert len(many) == len(one), "\n".join(query["sql"][:150] for query in many.captured_queries)


def test_renamed_term_is_new_on_the_next_page(search_index: SearchIndex, reader: Client) -> None:
    term = TermFactory(code="a", name_en="Old words")
    ProfileSkillFactory(profile=member("Some Person"), term=term)
    search_index.refresh()
    assert "Old words" in page(reader)
    Term.objects.filter(pk=term.pk).update(name_en="New words")
    html = page(reader)
    assert "New words" in html
    assert "Old words" not in html


def test_applicant_searches_as_a_visitor(search_index: SearchIndex) -> None:
    member("Members Only", "members")
    search_index.refresh()
    html = page(client_for(UserFactory(status="applicant")))
    assert names_on(html) == []
    assert "Save this search" not in html
