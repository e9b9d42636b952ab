"""My page: what waits, how it stands, for each kind of person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from profiles.models import CorrectionRequest, Profile, ProfileLanguage, User
from tests.factories import ProfileSkillFactory, RoleGrantFactory, UserFactory
from tests.profiles.accounts_helpers import adviser, applicant, member, signed_in

pytestmark = pytest.mark.django_db
URL = "/me/"


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def test_new_member_is_asked_to_choose_first() -> None:
    words = words_of(signed_in(member(first_name="Grace", visibility_chosen_at=None)).get(URL))
    assert "Welcome, Grace" in words
    assert "First: who may see you?" in words
    assert "Nobody but Norec finds you yet." in words
    assert "0 of 7 stops done." in words
    assert "Hide me" not in words


def test_member_is_welcomed_back_by_the_name_they_chose() -> None:
    user = member(first_name="Grace", chosen_name="Acen Nakato", shown_to=["members", "missions"])
    words = words_of(signed_in(user).get(URL))
    assert "Welcome back, Acen" in words
    assert "Members and missions can find you." in words
    assert "Hide me" in words


def test_stops_name_the_next_two_with_links() -> None:
    user = member(shown_to=["members"], headline="Solar engineer", country="UG")
    page = signed_in(user).get(URL)
    assert "3 of 7 stops done." in words_of(page)
    panel = page.content.decode().split('id="findable"', 1)[1].split("</section>", 1)[0]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a>', panel)
    assert links == [("/me/profile/skills/", "Say what you know"), ("/me/profile/languages/", "Say which languages you speak")]


def test_all_stops_done_is_said_in_words() -> None:
    user = member(shown_to=["members"], headline="x", country="UG", about="x", open_to_mentoring=True)
    ProfileSkillFactory(profile=user.profile)
    ProfileLanguage.objects.create(profile=user.profile, code="en")
    words = words_of(signed_in(user).get(URL))
    assert "All stops done." in words
    assert "%" not in words


def test_waiting_corrections_have_a_panel_and_none_has_not() -> None:
    user = member()
    assert "Norec looks at" not in words_of(signed_in(user).get(URL))
    CorrectionRequest.objects.create(profile=user.profile, text="The date is wrong.")
    assert "Norec looks at 1 thing you asked to correct." in words_of(signed_in(user).get(URL))


def test_paused_member_sees_it_and_the_way_out() -> None:
    words = words_of(signed_in(member(shown_to=["public"], is_paused=True)).get(URL))
    assert "You are hidden. Nobody but Norec finds you until you show yourself again." in words
    assert "Show me again" in words
    assert "Hide me" not in words


def test_applicant_is_led_to_the_application_and_others_to_the_way_in() -> None:
    assert signed_in(applicant().user).get(URL).url == reverse("application")
    suspended = member()
    User.objects.filter(pk=suspended.pk).update(status="suspended")
    for client in (Client(), signed_in(suspended)):
        assert client.get(URL).url == f"{reverse('account_login')}?next={URL}"


def test_staff_without_a_profile_have_a_page_without_what_they_have_not() -> None:
    user = RoleGrantFactory(user=UserFactory(), role="adviser").user
    answer = signed_in(user).get(URL)
    words = words_of(answer)
    assert answer.status_code == 200
    assert "My page" in words
    for text in ("Welcome", "See my profile", "Who finds you?", "Easy to find?"):
        assert text not in words
    for name in ("edit_profile", "visibility", "my_corrections"):
        assert signed_in(user).get(reverse(name)).status_code == 404


def test_adviser_with_a_profile_has_both() -> None:
    words = words_of(signed_in(adviser(first_name="Åse")).get(URL))
    assert "Welcome back, Åse" in words
    assert Profile.objects.count() == 1
