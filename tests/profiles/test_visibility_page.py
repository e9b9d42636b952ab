"""The page "Who sees what", as a browser without scripts uses it."""

import re

import pytest
from django.urls import reverse

from profiles.audiences import Audience
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models import Profile, User
from profiles.services.visibility import choice_of
from tests.factories import ExchangeFactory
from tests.profiles.accounts_helpers import member, signed_in

pytestmark = pytest.mark.django_db
URL = "/me/visibility/"


def page_of(user: User, see: str = ""):
    return signed_in(user).get(URL, {"see": see} if see else {})


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def sent_by(answer) -> dict[str, list[str]]:
    """What a browser without scripts sends when nothing is touched: ticked boxes that are not locked, and hidden fields."""
    sent: dict[str, list[str]] = {}
    form = words_of(answer).split("data-visibility", 1)[1].split("</form>", 1)[0]
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = attributes.get("type"), attributes.get("name", "")
        if kind == "hidden" or (kind in ("checkbox", "radio") and " checked" in tag and " disabled" not in tag):
            sent.setdefault(name, []).append(attributes.get("value", ""))
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def send(user: User, changes: dict[str, list[str]], do: str = "save"):
    client = signed_in(user)
    sent = {**sent_by(client.get(URL)), "do": [do], **changes}
    return client, client.post(URL, sent, follow=True)


def choice(user: User):
    return choice_of(Profile.objects.get(user=user))


def test_nothing_is_ticked_for_a_new_member_but_what_is_norecs_own() -> None:
    user = member(visibility_chosen_at=None)
    answer = page_of(user)
    ticked = re.findall(r'<input[^>]*type="(?:checkbox|radio)"[^>]* checked[^>]*>', words_of(answer))
    assert len(ticked) == 2
    assert all('value="norec"' in tag and " disabled" in tag for tag in ticked)
    assert {key for key in sent_by(answer) if key.startswith("audiences_")} == set()
    assert "Nothing is ticked for you." in words_of(answer)


def test_every_field_has_its_boxes_its_value_and_its_sentence() -> None:
    user = member(shown_to=["members", "missions"], headline="Solar engineer")
    words = words_of(page_of(user))
    for field in DISCLOSABLE_FIELDS:
        assert f'data-choice="{field.key}"' in words
        assert words.count(f'type="checkbox" name="audiences_{field.key}"') == len(Audience)
    assert "Solar engineer" in words
    assert "Norec, members and missions see this. </span>" not in words
    assert "Norec needs it to confirm your exchange." in words


def test_sending_the_page_untouched_changes_nothing() -> None:
    user = member(shown_to=["members"], audiences_headline=frozenset({Audience.PUBLIC, Audience.PARTNERS}))
    before = choice(user)
    _client, answer = send(user, {})
    assert "Nothing was changed." in words_of(answer)
    assert {key: value - {Audience.NOREC} for key, value in choice(user).items()} == {
        key: value - {Audience.NOREC} for key, value in before.items()
    }


def test_ticking_one_group_for_one_field_shows_it_to_that_group() -> None:
    user = member(visibility_chosen_at=None)
    _client, answer = send(user, {"audiences_name": ["members"], "audiences_place": ["members", "missions"]})
    assert "Saved. It holds from now on. Members can find you." in words_of(answer)
    assert choice(user)["place"] == {Audience.MEMBERS, Audience.MISSIONS}
    assert "Members and missions see this." in words_of(answer)


def test_everyone_locks_the_rest_and_unticking_brings_back_what_was_below() -> None:
    user = member(shown_to=["members"])
    client, answer = send(user, {"audiences_headline": ["members", "public"]})
    words = words_of(answer)
    boxes = re.findall(r'<input[^>]*type="checkbox" name="audiences_headline"[^>]*>', words)
    assert [" checked" in box for box in boxes] == [True] * 5
    assert [" disabled" in box for box in boxes] == [True, True, True, True, False]
    # The box of "Everyone" is unticked; locked boxes are not sent, the hidden field is.
    sent = sent_by(answer)
    sent["audiences_headline"].remove("public")
    client.post(URL, {**sent, "do": "save"})
    assert choice(user)["headline"] == {Audience.MEMBERS}


def test_ready_made_choice_is_saved_at_once_and_undone() -> None:
    user = member(visibility_chosen_at=None)
    client, answer = send(user, {"preset": ["members_and_missions"]}, do="preset")
    assert "Members and missions can find you." in words_of(answer)
    assert choice(user)["about"] == {Audience.NOREC, Audience.MEMBERS, Audience.MISSIONS}
    undone = client.post(reverse("undo_visibility"), follow=True)
    assert "Who sees what is as it was before." in words_of(undone)
    assert "Nothing is ticked for you." in words_of(undone)
    assert Profile.objects.get(user=user).visibility_chosen_at is None
    assert "There is nothing to undo any more." in words_of(client.post(reverse("undo_visibility"), follow=True))


def test_ready_made_choice_without_one_says_so() -> None:
    user = member(visibility_chosen_at=None)
    _client, answer = send(user, {}, do="preset")
    assert answer.status_code == 422
    assert "Choose one of the ready-made choices first." in words_of(answer)


def test_older_page_keeps_its_ticks_and_changes_nothing() -> None:
    user = member(shown_to=["members"])
    client = signed_in(user)
    old = sent_by(client.get(URL))
    Profile.objects.update(audiences_place=frozenset())
    answer = client.post(URL, {**old, "audiences_about": ["partners"], "do": "save"})
    assert answer.status_code == 409
    assert 'name="audiences_about" value="partners" data-word="partners" checked' in words_of(answer)
    assert choice(user)["place"] == frozenset()
    assert choice(user)["about"] == {Audience.MEMBERS}


def test_unknown_audiences_and_fields_count_for_nothing() -> None:
    user = member(shown_to=["members"])
    send(user, {"audiences_place": ["friends", "partners"], "audiences_user": ["public"]})
    assert choice(user)["place"] == {Audience.PARTNERS}


@pytest.mark.parametrize("audience", Audience)
def test_see_as_shows_the_disclosed_profile_and_names_what_is_not_in_it(audience: Audience) -> None:
    user = member(first_name="Grace", place="Gulu", headline="Solar engineer", shown_to=[audience], audiences_place=frozenset())
    ExchangeFactory(profile=user.profile)
    peek = words_of(page_of(user, audience.value)).split('id="as"', 1)[1].split("</aside>", 1)[0]
    card = peek.split('class="nw-peek', 1)[1].split("See the whole page", 1)[0]
    assert "Grace" in card
    assert "Solar engineer" in card
    assert "Gulu" not in card
    assert re.search(r"Not shown to [\w ]+</strong></p><p[^>]*>.*?<span>Town</span>", peek)


def test_see_as_who_does_not_find_one_says_so() -> None:
    peek = words_of(page_of(member(first_name="Grace", shown_to=["members"]), "missions")).split('id="as"', 1)[1]
    assert "You are not shown to missions." in peek


def test_hide_me_is_one_press_from_both_pages_and_so_is_showing_again() -> None:
    user = member(shown_to=["members"])
    client = signed_in(user)
    for page, name in (("/me/", "my_page"), (URL, "visibility")):
        assert 'action="/me/hide/"' in words_of(client.get(page))
        hidden = client.post("/me/hide/", {"from": name}, follow=True)
        assert hidden.redirect_chain == [(page, 302)]
        assert "You are hidden" in words_of(hidden)
        assert Profile.objects.get(user=user).is_paused
        shown = client.post("/me/show/", {"from": name}, follow=True)
        assert shown.redirect_chain == [(page, 302)]
        assert "Members can find you." in words_of(shown)
        assert not Profile.objects.get(user=user).is_paused


def test_hiding_takes_a_press_and_goes_nowhere_else() -> None:
    client = signed_in(member())
    assert client.get("/me/hide/").status_code == 405
    assert client.post("/me/hide/", {"from": "https://evil.example"}).url == URL


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nn", "Norec, medlemer og utanriksstasjonar ser dette."),
        ("nb", "Norec, medlemmer og utenriksstasjoner ser dette."),
        ("en", "Norec, members and missions see this."),
    ],
)
def test_sentence_is_in_the_language_of_the_page(language: str, sentence: str) -> None:
    user = member(shown_to=["norec", "members", "missions"])
    User.objects.filter(pk=user.pk).update(language=language)
    assert sentence in words_of(page_of(User.objects.get(pk=user.pk)))
