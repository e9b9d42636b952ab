"""Somebody's profile, as each may see it; and the 404 that tells nothing."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from profiles.actions import ProfileAction, _actions, register_profile_action
from profiles.audiences import Audience
from profiles.models import Block, Profile, ProfileLanguage, User
from profiles.models.vocabulary import TermStatus
from profiles.roles import Role
from tests.factories import ExchangeFactory, OrganisationFactory, ProfileFactory, ProfileSkillFactory, TermFactory
from tests.profiles.accounts_helpers import adviser, applicant, member, signed_in

pytestmark = pytest.mark.django_db
SAME_SENTENCES = [
    "Each member chooses what members, partners and missions see. There may be more on a profile than you see here.",
    "Nobody gets a member’s e-mail address or phone number here unless the member has chosen to show it.",
]


def address(profile: Profile) -> str:
    return reverse("profile", args=[profile.uuid])


def words_of(answer) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def grace(**fields: object) -> Profile:
    options = {
        "first_name": "Grace",
        "last_name": "Nakato",
        "headline": "Solar engineer and trainer",
        "about": "I install solar systems.",
        "about_language": "en",
        "country": "UG",
        "place": "Gulu",
        "work_title": "Director",
        "workplace": "Acholi Solar",
        "open_to_mentoring": True,
        "shown_to": ["members"],
        **fields,
    }
    profile = ProfileFactory(**options)
    north = OrganisationFactory(name="Northern Light Youth Trust", country="UG")
    ExchangeFactory(
        profile=profile,
        from_country="UG",
        to_country="NO",
        sending_organisation=north,
        host_organisation=OrganisationFactory(name="Sunnfjord Kraftlag", country="NO"),
        role="Participant",
        homecoming_date=date(2019, 7, 1),
    )
    ExchangeFactory(profile=profile, from_country="UG", to_country="MW", start=date(2022, 2, 1), end=date(2022, 10, 1))
    skill = ProfileSkillFactory(profile=profile, term=TermFactory(name_en="Solar energy", name_nn="Solenergi"), years=9)
    skill.note = "Systems of 5 to 60 kW"
    skill.save()
    ProfileLanguage.objects.create(profile=profile, code="ach", level="native")
    profile.links.create(url="https://example.org/solar", label="My company")
    return profile


def test_page_says_who_it_is_where_they_have_been_and_what_they_know() -> None:
    answer = signed_in(member()).get(address(grace()))
    words = words_of(answer)
    for text in (
        "Grace Nakato",
        "Solar engineer and trainer",
        "Exchange confirmed by Norec",
        "Gulu, Uganda",
        "Northern Light Youth Trust",
        "Sunnfjord Kraftlag",
        "Out in August 2018, home in June 2019. One more exchange, to Malawi in 2022.",
        "You see what Grace shows to members .",
        "About Grace I install solar systems.",
        "Ask Grace about Solar energy Systems of 5 to 60 kW 9 years",
        "Speaks Acholi (first language)",
        "Open to mentoring",
        "August 2018 to June 2019 Uganda to Norway Participant at Sunnfjord Kraftlag, from Northern Light Youth Trust",
        "Now Director, Acholi Solar",
        "My company",
    ):
        assert text in words, text
    assert "<title>Grace Nakato – Norec Network</title>" in re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("viewer", ["member", "officer", "visitor", "adviser", "owner"])
def test_the_same_sentences_stand_on_every_profile(viewer: str) -> None:
    full, bare = grace(shown_to=["public"]), ProfileFactory(shown_to=["public"])
    clients = {
        "member": lambda: signed_in(member()),
        "officer": lambda: signed_in(member(Role.OFFICER)),
        "visitor": Client,
        "adviser": lambda: signed_in(adviser()),
        "owner": lambda: signed_in(full.user),
    }
    client = clients[viewer]()
    for profile in (full, bare):
        words = words_of(client.get(address(profile)))
        assert [words.count(sentence) for sentence in SAME_SENTENCES] == [1, 1]


def test_text_in_another_language_is_marked_as_such() -> None:
    page = signed_in(member()).get(address(grace(about_language="sw"))).content.decode()
    assert re.search(r'<div class="nw-read nw-stack" lang="sw">\s*<p>I install solar systems.</p>', page)


def test_members_words_cannot_carry_markup() -> None:
    profile = grace(about="<script>alert(1)</script> & more", headline='"><img src=x>')
    page = signed_in(member()).get(address(profile)).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<img src=x>" not in page


def test_contact_stands_there_only_for_whom_it_is_shown_to() -> None:
    profile = grace(
        contact_email="grace@work.example",
        contact_phone="+256 (772) 123 456",
        audiences_contact_email=frozenset({Audience.MISSIONS}),
        audiences_contact_phone=frozenset({Audience.MISSIONS}),
        shown_to=["members", "missions"],
    )
    seen = signed_in(member(Role.OFFICER)).get(address(profile)).content.decode()
    assert 'href="mailto:grace@work.example"' in seen
    assert 'href="tel:+256772123456"' in seen
    unseen = signed_in(member()).get(address(profile)).content.decode()
    assert "grace@work.example" not in unseen
    assert "772123" not in unseen
    assert "772) 123" not in unseen


def test_proposed_and_declined_words_are_seen_by_nobody_else() -> None:
    profile = grace()
    for status in (TermStatus.PROPOSED, TermStatus.DECLINED):
        ProfileSkillFactory(profile=profile, term=TermFactory(name_en=f"Secret {status}", status=status))
    for client in (signed_in(member()), signed_in(adviser()), signed_in(profile.user)):
        assert "Secret" not in client.get(address(profile)).content.decode()


def test_owner_sees_what_the_present_audience_sees_and_ways_to_change_it() -> None:
    profile = grace(audiences_place=frozenset({Audience.MISSIONS}))
    from tests.factories import RoleGrantFactory

    RoleGrantFactory(user=profile.user)
    client = signed_in(profile.user)
    words = words_of(client.get(address(profile)))
    assert "You see what you show to members ." in words
    assert "Gulu" not in words
    for name in ("edit_profile", "visibility", "ask_correction"):
        assert f'href="{reverse(name)}"' in client.get(address(profile)).content.decode()
    assert "Your profile is not shown to missions" in words_of(client.get(address(profile), {"as": "missions"}))


def test_owner_may_look_through_any_eyes_and_nobody_else_may() -> None:
    profile = grace(shown_to=["members", "missions"], audiences_place=frozenset({Audience.MISSIONS}))
    assert "Gulu" in words_of(signed_in(profile.user).get(address(profile), {"as": "missions"}))
    assert "Gulu" not in words_of(signed_in(member()).get(address(profile), {"as": "missions"}))
    assert "Gulu" not in words_of(signed_in(member()).get(address(profile), {"as": "norec"}))


def test_owner_whom_nobody_sees_is_told_so_and_not_a_404() -> None:
    profile = ProfileFactory(visibility_chosen_at=None)
    answer = signed_in(profile.user).get(address(profile))
    assert answer.status_code == 200
    assert "Your profile is not shown to everyone" in words_of(answer)


def hidden_people() -> dict[str, Profile]:
    blocker = ProfileFactory(shown_to=["members"], first_name="Blocker")
    return {
        "shown to others": ProfileFactory(shown_to=["missions"]),
        "unclaimed": ProfileFactory(unclaimed=True, shown_to=["public"]),
        "not chosen yet": ProfileFactory(shown_to=["public"], visibility_chosen_at=None),
        "paused": ProfileFactory(shown_to=["public"], is_paused=True),
        "suspended": ProfileFactory(shown_to=["public"], user__status="suspended"),
        "applicant": ProfileFactory(shown_to=["public"], user__status="applicant"),
        "inactive": ProfileFactory(shown_to=["public"], user__is_active=False),
        "blocker": blocker,
    }


def same_answer(answer, asked: object) -> tuple:
    """Everything of an answer but what differs between any two: its number, its form tokens, and the address asked for."""
    headers = {key: value for key, value in answer.headers.items() if key not in ("X-Request-ID", "Content-Length")}
    content = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(str(asked), "")
    return answer.status_code, content, headers, sorted(answer.cookies)


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_hidden_person_and_nobody_get_the_same_404_byte_for_byte(language: str) -> None:
    viewer = member()
    people = hidden_people()
    Block.objects.create(blocker=people["blocker"].user, blocked=viewer)
    client = signed_in(viewer)
    for url in ("profile", "profile_photo"):
        extra = ["small"] if url == "profile_photo" else []

        def ask(uuid: object, url: str = url, extra: list[str] = extra):
            return client.get(reverse(url, args=[uuid, *extra]), headers={"Accept-Language": language})

        stranger = uuid4()
        nobody = ask(stranger)
        assert nobody.status_code == 404
        for case, profile in people.items():
            answer = ask(profile.uuid)
            assert same_answer(answer, profile.uuid) == same_answer(nobody, stranger), (url, case)
            assert len(answer.content) == len(nobody.content)


def test_hidden_person_and_nobody_take_the_same_steps() -> None:
    client = signed_in(member())
    people = hidden_people()
    client.get(reverse("profile", args=[uuid4()]))

    def steps(uuid: object) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("profile", args=[uuid]))
        return [re.sub(r"'[0-9a-f-]{32,36}'|'[^']*'|\b\d+\b", "?", query["sql"]) for query in queries]

    nobody = steps(uuid4())
    for case, profile in people.items():
        if case != "blocker":
            assert steps(profile.uuid) == nobody, case


def test_signed_out_applicants_and_suspended_see_what_is_public_only() -> None:
    public, members_only = grace(shown_to=["public"]), ProfileFactory(shown_to=["members"])
    suspended = member()
    User.objects.filter(pk=suspended.pk).update(status="suspended")
    for client in (Client(), signed_in(applicant().user), signed_in(suspended)):
        assert "You see what Grace shows to everyone ." in words_of(client.get(address(public)))
        assert client.get(address(members_only)).status_code == 404


def test_no_page_of_a_person_is_kept_by_a_cache() -> None:
    profile = grace(shown_to=["public"])
    for client in (Client(), signed_in(member())):
        answer = client.get(address(profile))
        assert answer["Cache-Control"] == "private, no-cache, no-store"
        assert "Cookie" in answer["Vary"]


def test_there_are_no_actions_but_those_that_exist() -> None:
    profile = grace(shown_to=["public"])
    assert "Block Grace" in words_of(signed_in(member()).get(address(profile)))
    for client in (Client(), signed_in(adviser()), signed_in(profile.user)):
        assert "Block" not in words_of(client.get(address(profile)))
    for client in (Client(), signed_in(member())):
        assert 'href="#"' not in client.get(address(profile)).content.decode()
    assert "What you can do" not in words_of(Client().get(address(profile)))


def test_later_apps_add_their_actions() -> None:
    action = ProfileAction("wave", "profiles/actions/_block.html", lambda viewer, person: {} if viewer.is_signed_in else None)
    register_profile_action(action)
    try:
        profile = grace(shown_to=["public"])
        assert words_of(signed_in(member()).get(address(profile))).count("Block Grace") == 2
        assert "Block" not in words_of(Client().get(address(profile)))
        assert "Block" not in words_of(signed_in(profile.user).get(address(profile)))
    finally:
        del _actions["wave"]


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/people/?q=solar&country_to=KE", "/people/?q=solar&amp;country_to=KE"),
        ("http://testserver/me/?x=1", "/people/"),
        ("https://evil.example/people/?q=1", "/people/"),
        ("", "/people/"),
    ],
)
def test_way_back_leads_to_the_search_one_came_from(came_from: str, leads_to: str) -> None:
    page = signed_in(member()).get(address(grace()), headers={"Referer": came_from} if came_from else {})
    assert f'<a href="{leads_to}">Back to the search</a>' in page.content.decode()


def test_long_and_short_profiles_cost_the_same_number_of_queries() -> None:
    client = signed_in(member())
    counts = []
    for many in (1, 5):
        profile = ProfileFactory(shown_to=["members"])
        for number in range(many):
            ExchangeFactory(profile=profile, host_organisation=OrganisationFactory())
            ProfileSkillFactory(profile=profile)
            ProfileLanguage.objects.create(profile=profile, code=["en", "ach", "lg", "sw", "ne"][number])
            profile.links.create(url=f"https://example.org/{number}")
            profile.sectors.add(TermFactory(kind="sector"))
            profile.sdgs.add(TermFactory(kind="sdg"))
        client.get(address(profile))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(profile)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_empty_profile_is_a_name_and_nothing_that_asks_for_more() -> None:
    page = signed_in(member()).get(address(ProfileFactory(shown_to=["members"], first_name="Ama", last_name="")))
    words = words_of(page)
    assert "Ama" in words
    for text in ("About Ama", "Ask Ama about", "Exchanges", "Links and contact", "Nothing yet", "None", "Exchange confirmed"):
        assert text not in words


def test_exchange_going_on_is_drawn_dotted_and_said_in_words() -> None:
    profile = ProfileFactory(shown_to=["members"])
    ExchangeFactory(profile=profile, start=date(2026, 1, 1), end=date(2199, 1, 1))
    page = signed_in(member()).get(address(profile))
    assert "Out since January 2026, home in January 2199." in words_of(page)
    assert 'class="nw-trip away"' in page.content.decode()


def test_exchange_shown_large_is_the_one_that_ended_first() -> None:
    profile = ProfileFactory(shown_to=["members"])
    ExchangeFactory(profile=profile, start=None, end=date(2023, 6, 1))
    ExchangeFactory(profile=profile, start=date(2010, 8, 1), end=date(2011, 6, 1))
    assert "Out in August 2010, home in June 2011. One more exchange" in words_of(signed_in(member()).get(address(profile)))


def test_homecoming_that_is_only_planned_is_not_done() -> None:
    profile = ProfileFactory(shown_to=["members"])
    today = timezone.localdate()
    dates = {"start": today - timedelta(days=200), "end": today - timedelta(days=20)}
    exchange = ExchangeFactory(profile=profile, homecoming_date=today + timedelta(days=80), **dates)
    html = signed_in(member()).get(address(profile)).content.decode()
    assert 'class="nw-trip away"' in html
    # Large, in the list of exchanges, and on the map.
    assert html.count('class="away"') + html.count('class="b away"') == 2
    exchange.homecoming_date = today
    exchange.save()
    assert not re.search(r'class="[^"]*\baway\b', signed_in(member()).get(address(profile)).content.decode())
