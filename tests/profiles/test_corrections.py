"""A member says that a fact is wrong; an adviser changes it or says why it stays."""

import re
from datetime import date
from functools import partial

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from alumni_site.core.models import IndexChange
from notifications.models import Notification
from privacy.models import AuditEvent
from profiles.models import CorrectionRequest, Exchange, Profile, RoleGrant, User
from profiles.models.exchanges import CorrectionStatus
from profiles.roles import Role
from profiles.services.corrections import MOVES, answer_correction, ask_for_correction, withdraw_correction
from profiles.services.facts import ExchangeFacts, PersonFacts, correct_exchange, correct_person, exchange_token, person_token
from profiles.tasks import mail_correction_answer
from tests.factories import ExchangeFactory, OrganisationFactory
from tests.profiles.accounts_helpers import acting, adviser, member, signed_in

pytestmark = pytest.mark.django_db
OPEN, DONE, DECLINED = CorrectionStatus.OPEN, CorrectionStatus.DONE, CorrectionStatus.DECLINED


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def asked(
    user: User | None = None, exchange: Exchange | None = None, text: str = "I came home on 12 October."
) -> CorrectionRequest:
    user = user or member(first_name="Grace")
    return ask_for_correction(actor=acting(user), profile=user.profile, exchange=exchange, text=text)


def facts(exchange: Exchange, **changes: object) -> ExchangeFacts:
    names = ExchangeFacts.__dataclass_fields__
    return ExchangeFacts(**({name: getattr(exchange, name) for name in names} | changes))


# --- asking ---------------------------------------------------------------------------------------------------------


def test_member_asks_about_an_exchange_of_their_own_only() -> None:
    user, other = member(), member()
    own, others = ExchangeFactory(profile=user.profile), ExchangeFactory(profile=other.profile)
    assert asked(user, own).exchange == own
    with pytest.raises(NotAllowed):
        asked(user, others)
    with pytest.raises(NotAllowed):
        ask_for_correction(actor=acting(other), profile=user.profile, exchange=None, text="x")
    page = signed_in(user).post(reverse("ask_correction"), {"about": str(others.uuid), "text": "x"})
    assert page.status_code == 422
    assert CorrectionRequest.objects.count() == 1


def test_asking_needs_words_and_has_an_end() -> None:
    user = member()
    for text in ("", "   ", "x" * 2001):
        with pytest.raises(Invalid):
            asked(user, text=text)
    asked(user, text="the same")
    with pytest.raises(Conflict):
        asked(user, text=" the same ")
    for number in range(9):
        asked(user, text=f"number {number}")
    with pytest.raises(Conflict):
        asked(user, text="one too many")


def test_asking_on_the_page_and_taking_it_back() -> None:
    user = member()
    exchange = ExchangeFactory(profile=user.profile, from_country="UG", to_country="MW")
    client = signed_in(user)
    form = client.get(reverse("ask_correction"), {"about": str(exchange.uuid)}).content.decode()
    assert f'<option value="{exchange.uuid}" selected>Uganda – Malawi 2018</option>' in form
    page = client.post(reverse("ask_correction"), {"about": str(exchange.uuid), "text": "Wrong date."}, follow=True)
    assert "Norec has got your message." in words_of(page)
    assert "Waiting for Norec" in words_of(page)
    request = CorrectionRequest.objects.get()
    stranger = signed_in(member())
    assert stranger.post(reverse("withdraw_correction", args=[request.uuid])).status_code == 404
    client.post(reverse("withdraw_correction", args=[request.uuid]))
    assert not CorrectionRequest.objects.exists()


def test_answered_request_is_not_taken_back() -> None:
    request = asked()
    answer_correction(actor=acting(adviser()), correction=request, status=DONE, answer="")
    with pytest.raises(Conflict):
        withdraw_correction(actor=acting(request.profile.user), correction=request)


# --- facts ----------------------------------------------------------------------------------------------------------


def test_adviser_changes_an_exchange_and_the_log_says_which_fields() -> None:
    exchange, who = ExchangeFactory(profile=member().profile), adviser()
    IndexChange.objects.all().delete()
    changed = correct_exchange(
        actor=acting(who),
        exchange=exchange,
        facts=facts(exchange, end=date(2019, 6, 12), host_organisation=OrganisationFactory(name="Zomba")),
        token=exchange_token(exchange),
    )
    assert sorted(changed) == ["end", "host_organisation"]
    exchange.refresh_from_db()
    assert (exchange.end, exchange.host_organisation.name) == (date(2019, 6, 12), "Zomba")
    event = AuditEvent.objects.get(action="profiles.exchange_corrected")
    assert (event.actor, event.object_id) == (who, str(exchange.uuid))
    assert sorted(event.details["fields"]) == ["end", "host_organisation"]
    assert IndexChange.objects.filter(object_id=exchange.profile_id).exists()


def test_nothing_changed_is_not_logged() -> None:
    exchange = ExchangeFactory()
    assert (
        correct_exchange(actor=acting(adviser()), exchange=exchange, facts=facts(exchange), token=exchange_token(exchange)) == []
    )
    assert not AuditEvent.objects.exists()


def test_homecoming_makes_a_participant_a_member() -> None:
    user = member(Role.PARTICIPANT)
    exchange = ExchangeFactory(profile=user.profile)
    correct_exchange(
        actor=acting(adviser()),
        exchange=exchange,
        facts=facts(exchange, homecoming_date=date(2019, 7, 1)),
        token=exchange_token(exchange),
    )
    assert RoleGrant.objects.get(user=user).role == Role.MEMBER


@pytest.mark.parametrize(
    "changes",
    [
        {"end": date(2018, 7, 31)},
        {"homecoming_date": date(2018, 1, 1)},
        {"role": "x" * 161},
        {"from_country": "XYZ"},
    ],
)
def test_facts_that_cannot_be_are_refused(changes: dict) -> None:
    exchange = ExchangeFactory()
    with pytest.raises(Invalid):
        correct_exchange(
            actor=acting(adviser()), exchange=exchange, facts=facts(exchange, **changes), token=exchange_token(exchange)
        )
    assert not AuditEvent.objects.exists()


def a_stay(**dates: date | None) -> Exchange:
    return ExchangeFactory(**{"start": date(2018, 8, 1), "end": date(2019, 6, 30), "homecoming_date": None, **dates})


@pytest.mark.parametrize(
    ("stay", "birth_year", "is_right"),
    [
        ({}, 2000, True),
        ({}, 2001, False),
        ({}, 2015, False),
        ({}, None, True),
        ({"start": None}, 2001, True),
        ({"start": None}, 2002, False),
        ({"start": None, "end": None}, 2000, True),
        ({"start": None, "end": None}, timezone.localdate().year - 17, False),
    ],
)
def test_nobody_was_under_18_on_an_exchange(stay: dict, birth_year: int | None, is_right: bool) -> None:
    profile = a_stay(**stay).profile
    Profile.objects.filter(pk=profile.pk).update(birth_year=1990)
    profile.refresh_from_db()
    put_right = partial(
        correct_person,
        actor=acting(adviser()),
        profile=profile,
        facts=PersonFacts("A", "B", birth_year),
        token=person_token(profile),
    )
    if is_right:
        assert "birth_year" in put_right()
    else:
        with pytest.raises(Invalid) as caught:
            put_right()
        assert f"Born in {birth_year}, the person would be under 18 in " in str(caught.value)


def test_each_exchange_counts_and_a_year_that_stays_is_not_asked_about() -> None:
    profile = a_stay().profile
    ExchangeFactory(profile=profile, start=date(2008, 8, 1), end=None)
    Profile.objects.filter(pk=profile.pk).update(birth_year=1999)
    profile.refresh_from_db()
    assert correct_person(
        actor=acting(adviser()), profile=profile, facts=PersonFacts("New", "Name", 1999), token=person_token(profile)
    )
    profile.refresh_from_db()
    with pytest.raises(Invalid):
        correct_person(actor=acting(adviser()), profile=profile, facts=PersonFacts("A", "B", 1998), token=person_token(profile))


def test_new_dates_go_with_the_year_of_birth_and_old_ones_are_not_asked_about() -> None:
    exchange = a_stay()
    Profile.objects.filter(pk=exchange.profile_id).update(birth_year=2000)
    exchange.refresh_from_db()
    save = partial(correct_exchange, actor=acting(adviser()), exchange=exchange, token=exchange_token(exchange))
    with pytest.raises(Invalid):
        save(facts=facts(exchange, start=date(2017, 8, 1)))
    Profile.objects.filter(pk=exchange.profile_id).update(birth_year=2001)
    assert save(facts=facts(exchange, role="Nurse")) == ["role"]


def test_a_year_of_birth_to_come_or_under_age_is_told_in_the_form() -> None:
    user = member(first_name="Grace")
    ExchangeFactory(profile=user.profile, start=date(2018, 8, 1))
    request = asked(user)
    url, client = reverse("staff_correct_fact", args=[request.uuid]), signed_in(adviser())
    for year in (2015, timezone.localdate().year + 1):
        data = {"fact-first_name": "Grace", "fact-birth_year": year, "token": person_token(user.profile)}
        answer = client.post(url, data)
        assert answer.status_code == 422
    user.profile.refresh_from_db()
    assert user.profile.birth_year not in {2015, timezone.localdate().year + 1}


def test_two_advisers_do_not_overwrite_each_other() -> None:
    exchange = ExchangeFactory()
    old = exchange_token(exchange)
    Exchange.objects.update(role="Trainee")
    with pytest.raises(Conflict):
        correct_exchange(actor=acting(adviser()), exchange=exchange, facts=facts(exchange, role="Adviser"), token=old)
    profile = exchange.profile
    old = person_token(profile)
    Profile.objects.update(birth_year=1990)
    with pytest.raises(Conflict):
        correct_person(actor=acting(adviser()), profile=profile, facts=PersonFacts("A", "B", 1991), token=old)


def test_correcting_the_name_on_file_leaves_the_members_own() -> None:
    profile = member(first_name="Grac", chosen_name="Acen").profile
    correct_person(
        actor=acting(adviser()), profile=profile, facts=PersonFacts("Grace", "Nakato", 1992), token=person_token(profile)
    )
    profile.refresh_from_db()
    assert (profile.first_name, profile.birth_year, profile.name) == ("Grace", 1992, "Acen")
    with pytest.raises(Invalid):
        correct_person(actor=acting(adviser()), profile=profile, facts=PersonFacts("", "", None), token=person_token(profile))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER, Role.COORDINATOR, Role.EDITOR])
def test_nobody_but_an_adviser_changes_facts_or_answers(role: Role) -> None:
    who, request = acting(member(role)), asked()
    exchange = ExchangeFactory()
    with pytest.raises(NotAllowed):
        correct_exchange(actor=who, exchange=exchange, facts=facts(exchange), token="")
    with pytest.raises(NotAllowed):
        correct_person(actor=who, profile=exchange.profile, facts=PersonFacts("A", "B", None), token="")
    with pytest.raises(NotAllowed):
        answer_correction(actor=who, correction=request, status=DONE, answer="")
    client = signed_in(who.user)
    assert client.get(reverse("staff_corrections")).status_code == 404
    for name in ("staff_correction", "staff_correct_fact", "staff_answer_correction"):
        method = client.get if name == "staff_correction" else client.post
        assert method(reverse(name, args=[request.uuid])).status_code == 404


# --- answering ------------------------------------------------------------------------------------------------------


def test_moves_are_these_and_no_others() -> None:
    assert {OPEN: {DONE, DECLINED}, DONE: frozenset(), DECLINED: {DONE}} == MOVES


@pytest.mark.parametrize("before", list(CorrectionStatus))
@pytest.mark.parametrize("after", list(CorrectionStatus))
def test_only_allowed_moves_are_made(before: CorrectionStatus, after: CorrectionStatus) -> None:
    request = asked()
    CorrectionRequest.objects.update(status=before)
    act = lambda: answer_correction(actor=acting(adviser()), correction=request, status=after, answer="Words")  # noqa: E731
    if after in MOVES[before]:
        act()
        request.refresh_from_db()
        assert request.status == after
    else:
        with pytest.raises(Conflict):
            act()


def test_saying_no_needs_words() -> None:
    request = asked()
    with pytest.raises(Invalid):
        answer_correction(actor=acting(adviser()), correction=request, status=DECLINED, answer="  ")
    request.refresh_from_db()
    assert request.status == OPEN


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nn", "Norec har retta det du bad om"),
        ("nb", "Norec har rettet det du ba om"),
        ("en", "Norec has corrected what you asked for"),
        ("", "Norec has corrected what you asked for"),
    ],
)
def test_member_is_told_on_the_page_and_by_mail_in_their_own_language(language: str, subject: str) -> None:
    user = member()
    User.objects.filter(pk=user.pk).update(language=language)
    request = asked(user)
    answer_correction(actor=acting(adviser()), correction=request, status=DONE, answer="It is 12 October now.")
    assert Notification.objects.get(recipient=user).kind == "profiles.correction_answered"
    mail_correction_answer.call(request.pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([user.email], subject)
    assert "It is 12 October now." in sent.body
    assert "I came home on 12 October." in sent.body


def test_mail_about_nothing_is_not_sent() -> None:
    request = asked()
    mail_correction_answer.call(request.pk)
    mail_correction_answer.call(0)
    assert mail.outbox == []


def test_the_whole_way_on_the_pages() -> None:
    user = member(first_name="Grace", last_name="Nakato")
    exchange = ExchangeFactory(profile=user.profile, host_organisation=OrganisationFactory(name="Zomba Rural Power"))
    request = asked(user, exchange)
    client = signed_in(adviser())
    assert "Grace Nakato" in words_of(client.get(reverse("staff_corrections")))
    page = client.get(reverse("staff_correction", args=[request.uuid]))
    sent = dict(re.findall(r'name="(fact-\w+|token)"[^>]* value="([^"]*)"', page.content.decode()))
    sent["token"] = re.search(r'name="token" value="(\w+)"', page.content.decode()).group(1)
    sent |= {"fact-from_country": "UG", "fact-to_country": "MW", "fact-end": "12.10.2022", "fact-start": "2022-02-01"}
    answer = client.post(reverse("staff_correct_fact", args=[request.uuid]), sent, follow=True)
    assert "The facts are changed. Now tell the member." in words_of(answer)
    exchange.refresh_from_db()
    assert (exchange.end, exchange.host_organisation.name) == (date(2022, 10, 12), "Zomba Rural Power")
    done = client.post(
        reverse("staff_answer_correction", args=[request.uuid]), {"answer": "Thank you!", "answer_as": "done"}, follow=True
    )
    assert "Nobody waits for a correction" in words_of(done)
    assert "Grace Nakato" in words_of(client.get(reverse("staff_corrections"), {"show": "answered"}))
    mine = words_of(signed_in(user).get(reverse("my_corrections")))
    assert "Corrected" in mine
    assert "Thank you!" in mine


def test_unknown_organisation_is_refused_with_the_one_it_may_be() -> None:
    OrganisationFactory(name="Sunnfjord Kraftlag")
    exchange = ExchangeFactory(profile=member().profile)
    request = asked(exchange.profile.user, exchange)
    url = reverse("staff_correct_fact", args=[request.uuid])
    answer = signed_in(adviser()).post(url, {"fact-host_organisation": "Sunfjord Kraftlag", "token": "x"})
    assert answer.status_code == 422
    assert "Did you mean Sunnfjord Kraftlag?" in words_of(answer)


def test_correction_of_the_person_shows_the_person_and_no_exchange() -> None:
    request = asked()
    page = signed_in(adviser()).get(reverse("staff_correction", args=[request.uuid])).content.decode()
    assert 'name="fact-first_name"' in page
    assert 'name="fact-role"' not in page


def test_queue_costs_the_same_for_one_and_for_many() -> None:
    client = signed_in(adviser())
    client.get(reverse("staff_corrections"))
    counts = []
    for many in (1, 5):
        for number in range(many):
            user = member()
            asked(user, ExchangeFactory(profile=user.profile), text=f"{many} {number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("staff_corrections"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
