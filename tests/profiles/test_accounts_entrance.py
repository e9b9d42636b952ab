"""Sign-up, sign-in, verification, password and address: through allauth, in our words, and telling strangers nothing."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from notifications.models import Notification
from profiles.models import Application, Profile, User
from tests.factories import ProfileFactory, UserFactory
from tests.profiles.accounts_helpers import adviser, applicant, member, signed_in, verified

pytestmark = pytest.mark.django_db

PASSWORD = "fjord-sol-kopi-88"
NEW = {"name": "Amina Otieno", "email": "Amina@Example.org", "password1": PASSWORD, "role": "member", "text": "Førde 2018."}
LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"


def sign_up(client: Client, **changes: str) -> Any:
    return client.post(SIGNUP, {**NEW, **changes})


def link_in(message: Any) -> str:
    found = re.search(r"https?://\S+?(/accounts/\S+)", message.body)
    assert found is not None
    return found[1]


def sign_in(client: Client, email: str, secret: str | None = None, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": secret or "utveksling", **more})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("settings")).status_code == 200


# --- Sign-up and verification -----------------------------------------------------------------------------------------


def test_sign_up_makes_an_unverified_applicant_and_sends_a_link(client: Client) -> None:
    response = sign_up(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/confirm-email/")
    user = User.objects.get()
    assert (user.email, user.status, user.language) == ("amina@example.org", "applicant", "en")
    application = user.application
    assert (application.name, application.role, application.text) == ("Amina Otieno", "member", "Førde 2018.")
    assert not EmailAddress.objects.get(user=user).verified
    assert not Application.objects.waiting().exists()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["amina@example.org"], "Is this your e-mail address?")
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [("nn", "Er dette e-postadressa di?", "Sjå i e-posten din"), ("nb", "Er dette e-postadressen din?", "Se i e-posten din")],
)
def test_sign_up_speaks_the_persons_language(client: Client, language: str, subject: str, heading: str) -> None:
    response = client.post(SIGNUP, NEW, headers={"Accept-Language": language}, follow=True)
    assert heading in response.content.decode()
    assert User.objects.get().language == language
    assert mail.outbox[0].subject == subject
    assert f'<html lang="{language}">' in mail.outbox[0].alternatives[0][0]


def test_verifying_in_the_same_browser_signs_in_to_the_waiting_page(client: Client) -> None:
    sign_up(client)
    link = link_in(mail.outbox[0])
    page = client.get(link)
    assert "amina@example.org" in page.content.decode()
    assert 'type="password"' not in page.content.decode()
    assert not EmailAddress.objects.get().verified
    response = client.post(link)
    assert response.headers["Location"] == reverse("application")
    assert EmailAddress.objects.get().verified
    assert is_signed_in(client)
    assert list(Application.objects.waiting()) == [User.objects.get().application]


def test_verifying_an_address_on_file_gives_the_record_and_asks_who_sees_what(client: Client) -> None:
    record = ProfileFactory(unclaimed=True, email_on_file="AMINA@example.org", participant_id="P-1")
    sign_up(client)
    record.refresh_from_db()
    assert record.user is None
    response = client.post(link_in(mail.outbox[0]))
    assert response.headers["Location"] == "/me/visibility/"
    record.refresh_from_db()
    user = User.objects.get()
    assert (record.user, user.status, record.visibility_chosen_at) == (user, "active", None)
    assert not Application.objects.exists()


def test_another_browser_verifies_with_the_password_only() -> None:
    record = ProfileFactory(unclaimed=True, email_on_file="amina@example.org", participant_id="P-1")
    sign_up(Client())
    link, other = link_in(mail.outbox[0]), Client()
    assert 'type="password"' in other.get(link).content.decode()
    for attempt in ({}, {"password": ""}, {"password": "not the one"}):
        response = other.post(link, attempt)
        assert response.status_code == 422
        assert not EmailAddress.objects.get().verified
    record.refresh_from_db()
    assert record.user is None
    assert other.post(link, {"password": PASSWORD}).headers["Location"] == "/me/visibility/"
    record.refresh_from_db()
    assert record.user == User.objects.get()
    assert is_signed_in(other)


def test_stranger_who_signs_up_with_anothers_address_never_gets_in() -> None:
    """The owner of the mailbox presses the link and cannot open the door for them; a new password makes it theirs."""
    record = ProfileFactory(unclaimed=True, email_on_file="amina@example.org", participant_id="P-1")
    stranger, owner = Client(), Client()
    sign_up(stranger, name="Stranger")
    link = link_in(mail.outbox[0])
    owner.get(link)
    owner.post(link, {"password": "what I guess"})
    assert sign_in(stranger, "amina@example.org", PASSWORD).headers["Location"] == "/accounts/confirm-email/"
    record.refresh_from_db()
    assert record.user is None
    owner.post("/accounts/password/reset/", {"email": "amina@example.org"})
    reset = owner.get(link_in(mail.outbox[-1])).headers["Location"]
    owner.post(reset, {"password1": "only-the-owner-knows-7"})
    assert owner.post(link, {"password": "only-the-owner-knows-7"}).headers["Location"] == "/me/visibility/"
    assert "do not belong together" in sign_in(stranger, "amina@example.org", PASSWORD).content.decode()
    record.refresh_from_db()
    assert record.user == User.objects.get()


def test_guessing_the_password_at_the_link_is_limited() -> None:
    sign_up(Client())
    link, other = link_in(mail.outbox[0]), Client()
    for _ in range(5):
        other.post(link, {"password": "guess"})
    response = other.post(link, {"password": PASSWORD})
    assert response.status_code == 422
    assert "too many times" in response.content.decode()
    assert not EmailAddress.objects.get().verified


def test_link_works_once_and_a_made_up_one_never(client: Client) -> None:
    sign_up(client)
    link = link_in(mail.outbox[0])
    client.post(link)
    for address in (link, "/accounts/confirm-email/MTI:1abc:made-up/"):
        assert "This link cannot be used" in Client().get(address).content.decode()
        assert Client().post(address).status_code == 404


def test_known_and_unknown_address_get_the_same_answer() -> None:
    member_user = member()
    answers = []
    for email in (member_user.email, "nobody@example.org", member_user.email.upper()):
        client = Client()
        response = sign_up(client, email=email)
        page = client.get(response.headers["Location"]).content.decode()
        answers.append((response.status_code, response.headers["Location"], page.replace(email.lower(), "X")))
    assert _same(answers)
    assert User.objects.count() == 2
    assert [message.subject for message in mail.outbox] == ["You have an account already", "Is this your e-mail address?"]


def _same(answers: list[Any]) -> bool:
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    # The third came so soon after the first that no second mail was sent, and no second note says so.
    note = re.compile(r'<div class="nw-wrap nw-messages.*?</div></div>', re.DOTALL)
    cleaned = [(status, where, note.sub("", token.sub("", page))) for status, where, page in answers]
    return all(answer == cleaned[0] for answer in cleaned)


def test_password_reset_answers_alike_and_tells_an_unknown_address_only_by_mail() -> None:
    user = member()
    answers = []
    for email in (user.email, "nobody@example.org"):
        client = Client()
        response = client.post("/accounts/password/reset/", {"email": email})
        answers.append((response.status_code, response.headers["Location"], client.get(response.headers["Location"]).content))
    assert answers[0] == answers[1]
    assert [message.subject for message in mail.outbox] == ["Make a new password", "There is no account with this address"]


def test_wrong_password_and_unknown_address_are_told_alike(client: Client) -> None:
    user = member()
    texts = []
    for email in (user.email, "nobody@example.org"):
        html = sign_in(client, email, "wrong-password").content.decode()
        texts.append(re.findall(r'<div class="ds-error-summary".*?</div>', html, re.DOTALL))
    assert texts[0] == texts[1]
    assert "do not belong together" in texts[0][0]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"name": ""}, "id_name"),
        ({"name": "12 345"}, "id_name"),
        ({"email": "amina"}, "id_email"),
        ({"password1": "short"}, "id_password1"),
        ({"password1": "password123"}, "id_password1"),
        ({"role": "adviser"}, "id_role_0"),
        ({"role": ""}, "id_role_0"),
        ({"text": "x" * 1501}, "id_text"),
    ],
)
def test_sign_up_says_what_to_put_right(client: Client, changes: dict[str, str], target: str) -> None:
    html = sign_up(client, **changes).content.decode()
    assert f'href="#{target}"' in html
    assert f'id="{target}"' in html
    assert User.objects.count() == 0


def test_two_sign_ups_with_one_address_at_once_are_one_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(UserFactory(email="amina@example.org", status="applicant"), is_verified=False)
    # As when the other account was made between our look and our write.
    monkeypatch.setattr("allauth.account.internal.flows.manage_email.assess_unique_email", lambda *_, **__: True)
    response = sign_up(client)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1


def test_signing_up_again_before_verifying_tells_nothing_and_changes_nothing() -> None:
    sign_up(Client())
    before = User.objects.values("password", "application__name").get()
    assert sign_up(Client(), name="Other", password1="another-one-99").headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.values("password", "application__name").get() == before


# --- Sign-in ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["kari@example.org", "KARI@Example.org", " kari@example.org "])
def test_sign_in_whatever_the_case_of_the_address(client: Client, written: str) -> None:
    user = member(user__email="kari@example.org")
    assert sign_in(client, written).headers["Location"] == "/me/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_session_gets_a_new_key_at_sign_in(client: Client) -> None:
    user = member()
    session = client.session
    session["before"] = True
    session.save()
    old = session.session_key
    sign_in(client, user.email)
    assert client.session.session_key != old
    assert not Session.objects.filter(session_key=old).exists()


def test_unverified_account_gets_a_link_and_not_in(client: Client) -> None:
    user = verified(UserFactory(status="applicant"), is_verified=False)
    assert sign_in(client, user.email).headers["Location"] == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    assert [message.to for message in mail.outbox] == [[user.email]]


@pytest.mark.parametrize(("chosen", "expected"), [(None, "/me/visibility/"), ("2026-01-01T00:00Z", "/me/")])
def test_member_who_has_not_chosen_comes_to_who_sees_what(client: Client, chosen: str | None, expected: str) -> None:
    user = member(visibility_chosen_at=chosen)
    assert sign_in(client, user.email).headers["Location"] == expected


def test_applicant_comes_to_the_waiting_page(client: Client) -> None:
    assert sign_in(client, applicant().user.email).headers["Location"] == reverse("application")


def test_adviser_without_a_profile_comes_to_norecs_pages(client: Client) -> None:
    user = verified(User.objects.create_superuser("root@example.org", "utveksling"))
    assert sign_in(client, user.email).headers["Location"] == reverse("staff_members")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "http:///evil.example"])
def test_next_leads_nowhere_else(client: Client, target: str) -> None:
    user = member()
    assert client.post(f"{LOGIN}?next={target}", {"login": user.email, "password": "utveksling"}).headers["Location"] == "/me/"
    client.logout()
    response = client.post(LOGIN, {"login": user.email, "password": "utveksling", "next": target})
    assert response.headers["Location"] == "/me/"
    assert client.post("/accounts/logout/", {"next": target}).headers["Location"] == "/"


def test_next_on_our_own_pages_is_followed(client: Client) -> None:
    user = member()
    assert sign_in(client, user.email, next="/me/blocked/").headers["Location"] == "/me/blocked/"


def test_sign_in_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, member().email).status_code == 403


def test_guessing_is_limited_and_says_so() -> None:
    user, client = member(), Client()
    for _ in range(5):
        sign_in(client, user.email, "wrong")
    html = sign_in(client, user.email).content.decode()
    assert "wrong too many times" in html
    assert not is_signed_in(client)


def test_too_many_sign_ups_from_one_place_get_a_page_that_says_so(client: Client) -> None:
    for number in range(20):
        client.post(SIGNUP, {"name": str(number)})
    response = client.post(SIGNUP, NEW)
    assert response.status_code == 429
    assert "Wait a little" in response.content.decode()


def test_remembered_session_lasts_and_the_other_ends_with_the_browser() -> None:
    for remember, expires_with_browser in (({}, True), ({"remember": "on"}, False)):
        client = Client()
        sign_in(client, member().email, **remember)
        assert client.session.get_expire_at_browser_close() is expires_with_browser


def test_sign_out_is_a_press(client: Client) -> None:
    client.force_login(member())
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/").headers["Location"] == "/"
    assert not is_signed_in(client)


def test_session_that_was_deleted_is_over(client: Client) -> None:
    client.force_login(member())
    client.session.delete()
    assert not is_signed_in(client)


def test_suspended_member_is_told_so_only_with_the_right_password(client: Client) -> None:
    user = member()
    User.objects.filter(pk=user.pk).update(status="suspended")
    assert "do not belong together" in sign_in(client, user.email, "wrong").content.decode()
    response = sign_in(client, user.email)
    assert response.headers["Location"] == "/accounts/inactive/"
    assert "Norec has suspended it" in client.get("/accounts/inactive/").content.decode()
    assert not is_signed_in(client)


def test_suspended_member_is_out_at_the_next_request(client: Client) -> None:
    user = member()
    client.force_login(user)
    assert is_signed_in(client)
    User.objects.filter(pk=user.pk).update(status="suspended")
    assert not is_signed_in(client)


# --- Password and address ---------------------------------------------------------------------------------------------


def test_password_reset_ends_every_session_and_works_once() -> None:
    user, elsewhere, client = member(), Client(), Client()
    sign_in(elsewhere, user.email)
    client.post("/accounts/password/reset/", {"email": user.email.upper()})
    link = link_in(mail.outbox[0])
    form = client.get(link).headers["Location"]
    assert "signed out on every device" in client.get(form).content.decode()
    response = client.post(form, {"password1": PASSWORD}, follow=True)
    assert "Your new password is in use" in response.content.decode()
    assert mail.outbox[-1].subject == "You have a new password"
    assert not is_signed_in(elsewhere)
    assert "This link cannot be used" in Client().get(link).content.decode()
    assert sign_in(client, user.email, PASSWORD).status_code == 302


def test_password_reset_form_says_what_to_put_right() -> None:
    user, client = member(), Client()
    client.post("/accounts/password/reset/", {"email": user.email})
    form = client.get(link_in(mail.outbox[0])).headers["Location"]
    assert 'href="#id_password1"' in client.post(form, {"password1": "123"}).content.decode()


def test_password_change_keeps_this_session_and_ends_the_others() -> None:
    user, here, elsewhere = member(), Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, user.email)
    page = here.get("/accounts/password/change/").content.decode()
    assert "On every other device you are signed out" in page
    wrong = here.post("/accounts/password/change/", {"oldpassword": "nope", "password1": PASSWORD})
    assert "not your present password" in wrong.content.decode()
    response = here.post("/accounts/password/change/", {"oldpassword": "utveksling", "password1": PASSWORD})
    assert response.headers["Location"] == reverse("settings")
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert mail.outbox[-1].subject == "You have a new password"
    assert "IP" not in mail.outbox[-1].body


def test_account_without_a_password_chooses_one() -> None:
    user = member()
    user.set_unusable_password()
    user.save()
    client = signed_in(user)
    assert client.get("/accounts/password/change/").headers["Location"] == "/accounts/password/set/"
    assert 'id="id_password1"' in client.get("/accounts/password/set/").content.decode()
    client.post("/accounts/password/set/", {"password1": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert mail.outbox[-1].subject == "You have a password now"


@pytest.fixture
def confirmed() -> tuple[User, Client]:
    """Somebody who has just written their password once more."""
    user, client = member(user__email="old@example.org"), Client()
    sign_in(client, user.email)
    return user, client


def change_address(client: Client, email: str) -> Any:
    return client.post("/accounts/email/", {"email": email, "action_add": "1"})


def test_address_change_asks_for_the_password_first(confirmed: tuple[User, Client]) -> None:
    user, client = confirmed
    response = change_address(client, "new@example.org")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="new@example.org").exists()
    assert "not your password" in client.post(response.headers["Location"], {"password": "nope"}).content.decode()
    client.post(response.headers["Location"], {"password": "utveksling"})
    assert EmailAddress.objects.filter(user=user, email="new@example.org", verified=False).exists()
    user.refresh_from_db()
    assert user.email == "old@example.org"
    page = client.get("/accounts/email/").content.decode()
    assert "new@example.org" in page
    client.post(link_in(mail.outbox[-1]))
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert [(message.to, message.subject) for message in mail.outbox][-1] == (
        ["old@example.org"],
        "You sign in with another address now",
    )
    assert sign_in(Client(), "new@example.org").status_code == 302
    assert sign_in(Client(), "old@example.org").status_code == 200


def with_password(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": "utveksling"})
    return client


def test_pending_address_can_be_sent_again_or_dropped(confirmed: tuple[User, Client]) -> None:
    user, client = confirmed
    change_address(with_password(client), "new@example.org")
    client.post("/accounts/email/", {"email": "new@example.org", "action_remove": "1"})
    assert list(user.emailaddress_set.values_list("email", flat=True)) == ["old@example.org"]
    client.post("/accounts/email/", {"email": "old@example.org", "action_remove": "1"})
    assert list(user.emailaddress_set.values_list("email", flat=True)) == ["old@example.org"]


def test_address_of_another_is_answered_alike_and_never_taken(confirmed: tuple[User, Client]) -> None:
    user, client = confirmed
    other = member()
    for email in (other.email, "nobody@example.org"):
        assert change_address(with_password(client), email).headers["Location"] == "/accounts/email/"
    change_address(client, other.email)
    page = client.post(link_in(next(message for message in mail.outbox if message.to == [other.email])))
    assert page.status_code in {302, 404}
    user.refresh_from_db()
    assert (user.email, User.objects.get(pk=other.pk).email) == ("old@example.org", other.email)


def test_applicant_who_changes_to_the_address_on_file_is_in() -> None:
    record = ProfileFactory(unclaimed=True, email_on_file="file@example.org", participant_id="P-1")
    application, client = applicant(), Client()
    sign_in(client, application.user.email)
    change_address(with_password(client), "file@example.org")
    record.refresh_from_db()
    assert record.user is None
    assert client.post(link_in(mail.outbox[-1])).headers["Location"] == "/me/visibility/"
    record.refresh_from_db()
    assert record.user == application.user


@pytest.mark.parametrize("has_record", [True, False])
def test_member_who_changes_to_an_address_on_file_keeps_one_profile(confirmed: tuple[User, Client], has_record: bool) -> None:
    user, client = confirmed
    uuid = user.profile.uuid
    Profile.objects.filter(user=user).update(participant_id="P-2" if has_record else None)
    record = ProfileFactory(unclaimed=True, email_on_file="file@example.org", participant_id="P-1")
    change_address(with_password(client), "file@example.org")
    client.post(link_in(mail.outbox[-1]))
    profile = Profile.objects.get(user=user)
    assert (profile.uuid, profile.participant_id) == (uuid, "P-2" if has_record else "P-1")
    assert Profile.objects.filter(pk=record.pk, user=None).exists() is has_record
    # Who has used the network all the time does not see by itself that it knows more now.
    assert Notification.objects.filter(recipient=user, kind="profiles.record_joined").exists() is not has_record


def test_squatter_gives_way_to_the_owner_of_the_address(confirmed: tuple[User, Client]) -> None:
    user, client = confirmed
    sign_up(Client(), email="new@example.org")
    cache.clear()
    change_address(with_password(client), "new@example.org")
    link = link_in([message for message in mail.outbox if message.subject == "Is this your new e-mail address?"][-1])
    client.post(link)
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert User.objects.count() == 1


def test_editors_admin_has_no_list_of_accounts() -> None:
    root, other = User.objects.create_superuser("root@example.org", "utveksling"), member(user__email="secret@example.org")
    client = signed_in(root)
    home = client.get("/cms/").content.decode()
    assert "/cms/users/" not in home
    for address in ("", "new/", f"edit/{other.pk}/", f"delete/{other.pk}/"):
        assert client.get(f"/cms/users/{address}").status_code == 404
    assert client.get(f"/cms/bulk/profiles/user/delete/?id={other.pk}").status_code == 404


# --- The editors' admin -----------------------------------------------------------------------------------------------


def test_editors_admin_has_no_sign_in_of_its_own() -> None:
    user = member()
    anonymous = Client().get("/cms/", follow=True)
    assert anonymous.redirect_chain[-1][0] == "/accounts/login/?next=/cms/"
    assert Client().post("/cms/login/", {"username": user.email, "password": "utveksling"}).status_code == 302
    assert signed_in(user).get("/cms/", follow=True).status_code == 404
    assert signed_in(adviser()).get("/cms/", follow=True).status_code == 404
