"""Each component, rendered by its own template, with what it should show and what it should not."""

from datetime import date
from uuid import UUID

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from alumni_site.core.templatetags.components import avatar_colour, initials, is_on_exchange, year_span
from alumni_site.core.templatetags.maps import CountryDot, Route
from alumni_site.core.views.styleguide import SampleExchange, SampleForm, SamplePerson, sample_people


def rendered(source: str, **context: object) -> str:
    loaded = "{% load components fields layout maps %}" + source
    return Template(loaded).render(Context({"request": RequestFactory().get("/people/?q=a%26b&page=3"), **context}))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Grace Nakato", "GN"),
        ("Florence Adhiambo Odhiambo-Wekesa", "FW"),
        ("Wanjiru", "WA"),
        ("åse  lunde", "ÅL"),
        ("  ", "?"),
        ("", "?"),
        ("(Bo) Li", "LI"),
        ("सीता गुरुङ", "सीगु"),
        ("É", "É"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_avatar_colour_is_the_same_for_one_and_spread_over_all() -> None:
    assert {avatar_colour(UUID(int=number)) for number in range(4)} == {"accent", "marigold", "madder", "heather"}
    assert avatar_colour(UUID(int=7)) == avatar_colour(UUID(int=7))


def test_avatar_is_decoration_with_initials() -> None:
    html = rendered("{% avatar person %}", person=SamplePerson("Grace Nakato", UUID(int=2)))
    assert html == '<span class="ds-avatar nw-avatar" data-color="madder" data-initials="GN" aria-hidden="true"></span>'


def test_avatar_shows_the_picture_only_when_it_was_disclosed() -> None:
    person = SamplePerson("Grace Nakato", UUID(int=2), photo="photos/x.webp")
    html = rendered("{% avatar person %}", person=person)
    assert 'alt="" width="52" height="52" loading="lazy"' in html
    assert "data-initials" not in html


@pytest.mark.parametrize("name", ["A<b>", '"> x', 'A"', "<script>", "A&"])
def test_avatar_lets_nobodys_name_out_of_its_place(name: str) -> None:
    html = rendered("{% avatar person %}", person=SamplePerson(name, UUID(int=2)))
    start = '<span class="ds-avatar nw-avatar" data-color="madder" data-initials="'
    assert html.startswith(start)
    assert not set('"<>') & set(html.removeprefix(start).removesuffix('" aria-hidden="true"></span>'))


def test_icon_is_decoration_unless_it_has_words() -> None:
    assert rendered("{% icon 'Eye' %}") == (
        '<svg class="nw-i" aria-hidden="true"><use href="/static/vendor/icons.svg#Eye"/></svg>'
    )
    assert 'role="img" aria-label="&lt;Seen&gt;"' in rendered("{% icon 'Eye' label %}", label="<Seen>")


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2018, 8, 1), date(2019, 6, 1), "2018–19"),
        (date(1999, 8, 1), date(2001, 6, 1), "1999–2001"),
        (date(2022, 1, 1), date(2022, 9, 1), "2022"),
        (date(2022, 1, 1), None, "2022"),
        (None, date(2009, 1, 1), "2009"),
        (None, None, ""),
    ],
)
def test_year_span(start: date | None, end: date | None, text: str) -> None:
    assert year_span(start, end) == text


@pytest.mark.parametrize(
    ("exchange", "away"),
    [
        (SampleExchange("NO", "KE", date(2025, 1, 1), date(2025, 12, 1)), True),
        (SampleExchange("NO", "KE", date(2025, 1, 1), None), True),
        (SampleExchange("NO", "KE", date(2025, 7, 1), None), False),
        (SampleExchange("NO", "KE", date(2024, 1, 1), date(2025, 5, 31)), False),
        (SampleExchange("NO", "KE", date(2024, 1, 1), None, date(2025, 1, 1)), False),
        (SampleExchange("NO", "KE", date(2024, 1, 1), None, date(2025, 6, 1)), False),
        (SampleExchange("NO", "KE", date(2024, 1, 1), None, date(2025, 6, 2)), True),
        (SampleExchange("NO", "KE", date(2025, 1, 1), date(2025, 7, 1), date(2025, 8, 20)), True),
        (SampleExchange("NO", "KE", date(2024, 1, 1), date(2025, 5, 31), date(2025, 8, 20)), False),
        (SampleExchange("NO", "KE", None, None), False),
    ],
)
def test_is_on_exchange(exchange: SampleExchange, away: bool) -> None:
    assert is_on_exchange(exchange, date(2025, 6, 1)) is away


def test_exchange_in_a_line_names_countries_in_the_readers_language() -> None:
    exchange = SampleExchange("ZA", "NO", date(2018, 8, 1), date(2019, 6, 1), date(2019, 7, 1))
    with translation.override("nn"):
        html = rendered("{% exchange_flow exchange %}", exchange=exchange)
    assert "Sør-Afrika" in html
    assert "Noreg" in html
    assert '<span class="ds-sr-only"> til </span>' in html
    assert ' ·</span> <span class="nw-soft nw-together">2018–19</span>' in html
    assert 'class="away"' not in html


@pytest.mark.parametrize(
    ("homecoming", "dotted"), [(None, True), (date(2019, 7, 2), True), (date(2019, 7, 1), False), (date(2019, 6, 30), False)]
)
def test_way_home_is_dotted_until_homecoming(homecoming: date | None, dotted: bool) -> None:
    exchange = SampleExchange("UG", "NO", date(2018, 8, 1), date(2019, 6, 1), homecoming)
    html = rendered("{% exchange_flow exchange today %}", exchange=exchange, today=date(2019, 7, 1))
    assert ('class="away"' in html) is dotted


def test_flow_with_one_country_has_no_arrow() -> None:
    html = rendered("{% exchange_flow exchange %}", exchange=SampleExchange("BD", "", None, None))
    assert html.strip() == "<span>Bangladesh</span>"


def test_flow_escapes_what_people_have_written() -> None:
    html = rendered("{% flow origin '' %}", origin="<script>alert(1)</script>")
    assert "<script>" not in html


def test_trip_reads_as_a_sentence() -> None:
    html = rendered("{% trip 'Kampala' 'Sogndal' sender=sender away=True %}", sender="A & B")
    assert '<div class="nw-trip away">' in html
    assert "A &amp; B" in html
    assert html.index("From ") < html.index("Kampala") < html.index("to ") < html.index("Sogndal")


def test_pagination_keeps_the_rest_of_the_address() -> None:
    html = rendered("{% pagination page fragment='results' %}", page=Paginator(range(200), 20).page(3))
    assert 'href="?q=a%26b&amp;page=4#results"' in html
    assert 'href="?q=a%26b#results" aria-label="Page 1"' in html
    assert html.count('aria-current="true"') == 1
    assert 'aria-label="Page 3" aria-current="true"' in html
    assert 'rel="prev"' in html
    assert 'rel="next"' in html


def test_pagination_of_one_page_is_nothing() -> None:
    assert rendered("{% pagination page %}", page=Paginator(range(3), 20).page(1)).strip() == ""


def test_breadcrumbs_end_with_this_page() -> None:
    html = rendered("{% breadcrumbs 'My page' '/me/' 'Who sees what' %}")
    assert '<li><a href="/me/">My page</a></li><li><span aria-current="page">Who sees what</span></li>' in html


def test_stops_and_stat_and_progress_and_date() -> None:
    assert rendered("{% stops 5 7 %}").count('class="on"') == 5
    assert '<dt class="nw-soft nw-sm">people</dt><dd>38</dd>' in rendered("{% stat 38 'people' %}")
    html = rendered("{% progress 120 415 'Rows read' %}")
    assert 'value="120" max="415"' in html
    assert "120 of 415" in html
    assert "<b>14</b>" in rendered("{% date_tile day %}", day=date(2025, 11, 14))


@pytest.mark.parametrize("person", sample_people(), ids=lambda person: person.name)
def test_person_card_has_one_link_and_only_what_there_is(person: SamplePerson) -> None:
    html = render_to_string("components/person_card.html", {"person": person, "url": "/people/1/"})
    assert html.count("<a ") == 1
    assert f'<a href="/people/1/">{person.name}</a>' in html
    assert ("exchange confirmed by Norec" in html) is person.is_confirmed
    assert ("nw-flow" in html) is (person.latest_exchange is not None)


def test_empty_state_says_one_thing_to_do() -> None:
    html = render_to_string("components/empty.html", {"title": "None", "text": "Yet", "url": "/people/", "action": "Find people"})
    assert '<a class="ds-button" data-variant="secondary" href="/people/">Find people</a>' in html
    assert "<a " not in render_to_string("components/empty.html", {"title": "None", "text": "Yet"})


def test_toggle_group_marks_the_present_view() -> None:
    items = [{"label": "Cards", "url": "?a", "current": True}, {"label": "Map", "url": "?b", "current": False}]
    html = render_to_string("components/toggle_group.html", {"label": "Show as", "items": items})
    assert html.count("aria-current") == 1
    assert 'href="?a" aria-current="true">Cards' in html


def test_field_ties_label_help_and_error_together() -> None:
    form = SampleForm({})
    html = rendered("{% field form.name %}", form=form)
    assert '<label class="ds-label" for="id_name">' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count("Fill this in.") == 1


def test_group_of_choices_is_a_fieldset_with_explicit_labels() -> None:
    html = rendered("{% field form.level variant='outline' %}", form=SampleForm({"level": "b"}))
    assert html.count('<div class="ds-field" data-variant="outline">') == 3
    assert '<label class="ds-label" for="id_level_1">Well</label>' in html
    assert html.count(" checked") == 1
    assert '<input type="radio" name="level" value="b"' in html


def test_optional_is_said_only_where_it_is_so() -> None:
    assert "(optional)" in rendered("{% field form.about %}", form=SampleForm())
    assert "(optional)" not in rendered("{% field form.about mark_optional=False %}", form=SampleForm())
    assert "(optional)" not in rendered("{% field form.name %}", form=SampleForm())


class HiddenForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput)


def test_hidden_field_has_no_frame() -> None:
    html = rendered("{% field form.token %}", form=HiddenForm({"token": "x"}))
    assert html.strip().startswith('<input type="hidden"')


def test_error_summary_takes_focus_and_links_to_each_field() -> None:
    form = SampleForm({"email": "grace@"})
    html = rendered("{% error_summary form %}", form=form)
    assert 'tabindex="-1" autofocus' in html
    assert '<a href="#id_email">E-mail address: Write a whole e-mail address, such as name@example.org.</a>' in html
    assert '<a href="#id_level_0">How well do you speak it?: Choose one.</a>' in html
    assert f"There are {sum(len(errors) for errors in form.errors.values())} things to put right" in html


def test_error_summary_shows_what_belongs_to_no_field() -> None:
    form = SampleForm({"name": "x"})
    form.add_error(None, "The two do not fit together.")
    html = rendered("{% error_summary form %}", form=form)
    assert "<li>The two do not fit together.</li>" in html


def test_error_summary_is_nothing_when_all_is_well() -> None:
    assert rendered("{% error_summary form %}", form=SampleForm()).strip() == ""


def test_error_summary_takes_formsets_too() -> None:
    formset = forms.formset_factory(SampleForm, extra=0)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "x"})
    assert 'href="#id_form-0-email"' in rendered("{% error_summary formset %}", formset=formset)


def test_route_map_draws_out_and_home_and_leaves_out_the_unknown() -> None:
    html = rendered("{% route_map routes %}", routes=[Route("NO", "UG"), Route("NO", "XX"), Route("UG", "MW", away=True)])
    assert html.count("<path") == 4
    assert html.count('class="b away"') == 1
    assert html.count('class="nw-stop"') == 3
    assert 'aria-hidden="true"' in html


def test_route_map_with_words_is_a_picture() -> None:
    html = rendered("{% route_map routes label='Routes' names=True %}", routes=[Route("NO", "UG")])
    assert 'role="img" aria-label="Routes"' in html
    assert ">Norway</text>" in html


def test_country_map_links_each_dot_with_words() -> None:
    dots = [CountryDot("KE", 21, "?c=KE&q=<"), CountryDot("UG", 1, "?c=UG"), CountryDot("XX", 5, "?c=XX")]
    html = rendered("{% country_map dots label='People in each country' %}", dots=dots)
    assert html.count("<a ") == 2
    assert 'href="?c=KE&amp;q=&lt;" aria-label="Kenya: 21 people"' in html
    assert 'aria-label="Uganda: 1 person"' in html
