"""The pages where a member edits their profile, as a browser without scripts uses them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import Profile, ProfileLanguage, ProfileSkill, User
from profiles.models.vocabulary import TermStatus
from profiles.sections import MOST_LINKS, SECTIONS_BY_KEY
from tests.factories import ProfileSkillFactory, TermFactory
from tests.profiles.accounts_helpers import applicant, member, signed_in

pytestmark = pytest.mark.django_db


def token_of(page) -> str:
    found = re.search(r'name="token" value="(\w+)"', page.content.decode())
    assert found
    return found.group(1)


def rows(*each: dict, **extra: str) -> dict[str, str]:
    """What a browser sends for a list of rows."""
    sent = {"row-TOTAL_FORMS": str(len(each)), "row-INITIAL_FORMS": str(len(each)), **extra}
    for number, row in enumerate(each):
        sent |= {f"row-{number}-{name}": str(value) for name, value in row.items()}
    return sent


class Section:
    """One section in the hands of its owner."""

    def __init__(self, key: str, user: User | None = None) -> None:
        self.user = user or member()
        self.client = signed_in(self.user)
        self.url = reverse("edit_section", args=[key])
        self.token = token_of(self.client.get(self.url))

    def send(self, **data: str):
        return self.client.post(self.url, {"token": self.token, "do": "save", **data})

    @property
    def profile(self) -> Profile:
        return Profile.objects.get(user=self.user)


def test_saving_shows_it_on_the_overview_with_a_way_back() -> None:
    section = Section("home")
    answer = section.client.post(section.url, {"token": section.token, "country": "UG", "place": "Gulu"}, follow=True)
    words = answer.content.decode()
    assert "Saved: Where I live" in words
    assert "Gulu" in words
    undone = section.client.post(reverse("undo_section", args=["home"]), follow=True)
    assert "Where I live is as it was before." in undone.content.decode()
    assert (section.profile.country, section.profile.place) == ("", "")
    assert (
        "There is nothing to undo any more."
        in section.client.post(reverse("undo_section", args=["home"]), follow=True).content.decode()
    )


def test_undo_does_not_take_back_what_was_saved_after() -> None:
    section = Section("home")
    section.send(country="UG", place="Gulu")
    Profile.objects.update(place="Kampala")
    answer = section.client.post(reverse("undo_section", args=["home"]), follow=True)
    assert "cannot be undone" in answer.content.decode()
    assert section.profile.place == "Kampala"


def test_saving_without_a_change_says_so() -> None:
    assert (
        "Nothing was changed." in Section("home").send(country="", place="").client.get(reverse("edit_profile")).content.decode()
    )


def test_mistake_keeps_the_text_and_is_named_at_the_top_and_at_the_field() -> None:
    section = Section("contact")
    answer = section.send(contact_email="no address", contact_phone="+256 772 123 456")
    words = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert" tabindex="-1" autofocus' in words
    assert 'href="#id_contact_email"' in words
    assert 'aria-invalid="true"' in words
    assert "no address" in words
    assert "+256 772 123 456" in words
    assert section.profile.contact_phone == ""


def test_older_form_keeps_its_text_and_shows_what_is_saved_now() -> None:
    section = Section("basics")
    Profile.objects.update(headline="Saved in another window")
    answer = section.send(headline="Written in the old one")
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "This was changed in another window" in words
    assert "Saved in another window" in words
    assert "Written in the old one" in words
    assert section.profile.headline == "Saved in another window"
    section.token = token_of(answer)
    assert section.send(headline="Written in the old one").status_code == 302
    assert section.profile.headline == "Written in the old one"


@pytest.mark.parametrize("phone", ["call me", "12", "+47 555 <script>"])
def test_what_is_no_phone_number_is_refused(phone: str) -> None:
    assert Section("contact").send(contact_phone=phone).status_code == 422


def test_line_ends_of_browsers_are_no_change() -> None:
    section = Section("about")
    section.send(about="One\r\nTwo", about_language="en")
    assert section.profile.about == "One\nTwo"


def test_skill_is_added_and_removed_by_buttons_and_nothing_is_saved_before_save() -> None:
    solar, water = TermFactory(code="solar", name_en="Solar energy"), TermFactory(code="water", name_en="Water")
    section = Section("skills")
    added = section.send(do="add", **rows(**{"new-skill": "solar"}))
    assert added.status_code == 200
    assert "Solar energy" in added.content.decode()
    assert not ProfileSkill.objects.exists()
    two = section.send(
        do="add", **rows({"code": "solar", "proposal": "", "years": "nine", "note": "5 kW"}, **{"new-skill": "water"})
    )
    words = two.content.decode()
    assert 'value="nine"' in words
    assert 'value="5 kW"' in words
    assert words.count('name="row-1-code"') == 1
    one = section.send(
        do="remove-0",
        **rows(
            {"code": "solar", "proposal": "", "years": "9", "note": ""},
            {"code": "water", "proposal": "", "years": "2", "note": "w"},
        ),
    )
    assert 'value="water"' in one.content.decode()
    assert 'name="row-1-code"' not in one.content.decode()
    section.send(**rows({"code": "water", "proposal": "", "years": "2", "note": "w"}, **{"new-skill": "solar"}))
    saved = list(section.profile.profile_skills.values_list("term", "years", "note"))
    assert saved == [(water.pk, 2, "w"), (solar.pk, None, "")]


def test_missing_skill_is_proposed_by_writing_it() -> None:
    section = Section("skills")
    added = section.send(do="add", **rows(**{"new-proposal": "Beekeeping"}))
    words = added.content.decode()
    assert "Waits for Norec" in words
    assert 'name="row-0-proposal" value="Beekeeping"' in words
    section.send(**rows({"code": "", "proposal": "Beekeeping", "years": "", "note": ""}))
    term = section.profile.profile_skills.get().term
    assert (term.name_en, term.status) == ("Beekeeping", TermStatus.PROPOSED)
    page = section.client.get(section.url).content.decode()
    assert "Beekeeping" in page
    assert "Waits for Norec" in page


def test_declined_word_shows_what_norec_says() -> None:
    term = TermFactory(status=TermStatus.DECLINED, name_en="Being nice", answer="That is no skill.")
    section = Section("skills", ProfileSkillFactory(term=term).profile.user)
    page = section.client.get(section.url).content.decode()
    assert "Norec says: That is no skill." in page
    assert "Only you see this word" in page


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, "Choose a skill first"),
        ({"new-skill": "solar"}, "You have this already."),
        ({"new-proposal": "SOLAR EN"}, "You have this already."),
        ({"new-skill": "no-such"}, "Choose a skill in the list."),
    ],
)
def test_add_button_says_why_it_cannot(extra: dict, words: str) -> None:
    TermFactory(code="solar")
    answer = Section("skills").send(do="add", **rows({"code": "solar", "proposal": "", "years": "1", "note": "kept"}, **extra))
    assert words in answer.content.decode()
    assert "kept" in answer.content.decode()


def test_skill_that_is_no_longer_in_the_list_is_named() -> None:
    answer = Section("skills").send(**rows({"code": "gone", "proposal": "", "years": "", "note": ""}))
    assert answer.status_code == 422
    assert "“gone” is not in the list any more" in answer.content.decode()


def test_languages_are_added_with_their_level() -> None:
    section = Section("languages")
    section.send(**rows(**{"new-code": "ach", "new-level": "native"}))
    assert list(ProfileLanguage.objects.values_list("code", "level")) == [("ach", "native")]
    refused = section.client.post(
        section.url, {"token": token_of(section.client.get(section.url)), **rows({"code": "xx", "level": "native"})}
    )
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("written", "kept"), [("example.org/me", "https://example.org/me"), ("http://example.org", "http://example.org")]
)
def test_link_gets_https_where_it_was_left_out(written: str, kept: str) -> None:
    section = Section("links")
    section.send(**rows(**{"new-url": written, "new-label": "Company"}))
    assert section.profile.links.get().url == kept


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "javascript://example.org/%0aalert(1)", "ftp://example.org", "no address"]
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    section = Section("links")
    assert section.send(**rows(**{"new-url": address})).status_code == 422
    assert section.send(**rows({"url": address, "label": ""})).status_code == 422
    assert not section.profile.links.exists()


def test_there_is_an_end_to_links() -> None:
    section = Section("links")
    many = [{"url": f"https://example.org/{n}", "label": ""} for n in range(MOST_LINKS)]
    answer = section.send(**rows(*many, **{"new-url": "https://example.org/more"}))
    assert answer.status_code == 422
    assert f"There is room for {MOST_LINKS} at most." in answer.content.decode()
    assert section.send(**rows(*many)).status_code == 302


@pytest.mark.parametrize("key", [*SECTIONS_BY_KEY])
def test_broken_form_is_no_server_error(key: str) -> None:
    section = Section(key)
    assert section.client.post(section.url, {"token": "x", "row-TOTAL_FORMS": "no"}).status_code in (302, 409, 422)
    assert section.client.post(section.url, {"token": "x", "do": "remove-99", **rows()}).status_code in (200, 302, 409, 422)


def test_unknown_section_is_a_404_and_strangers_are_sent_away() -> None:
    assert signed_in(member()).get(reverse("edit_section", args=["salary"])).status_code == 404
    assert Client().get(reverse("edit_profile")).status_code == 302
    assert signed_in(applicant().user).get(reverse("edit_profile")).status_code == 404


def test_sign_in_address_is_on_none_of_these_pages() -> None:
    user = member()
    client = signed_in(user)
    for url in [
        reverse("edit_profile"),
        reverse("visibility"),
        *(reverse("edit_section", args=[key]) for key in SECTIONS_BY_KEY),
    ]:
        assert user.email not in client.get(url).content.decode(), url


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_return_in_a_field_saves_and_does_not_remove(language: str) -> None:
    """The first button of the form is the one that Return presses."""
    user = ProfileSkillFactory(profile=member().profile).profile.user
    page = signed_in(user).get(reverse("edit_section", args=["skills"]), headers={"Accept-Language": language})
    form = page.content.decode().split("nw-form", 1)[1]
    assert re.findall(r"<button[^>]*value=\"([\w-]+)\"", form)[0] == "save"


@pytest.mark.parametrize("key", ["skills", "languages", "links"])
def test_one_row_and_many_cost_the_same_number_of_queries(key: str) -> None:
    numbers = []
    for count in (1, 6):
        user = member()
        for n in range(count):
            ProfileSkillFactory(profile=user.profile)
            ProfileLanguage.objects.create(profile=user.profile, code=["en", "ach", "lg", "sw", "ne", "bn"][n])
            user.profile.links.create(url=f"https://example.org/{n}")
        client = signed_in(user)
        client.get(reverse("edit_profile"))  # what the process learns once is no cost of the page
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("edit_section", args=[key])).status_code == 200
            assert client.get(reverse("edit_profile")).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]
