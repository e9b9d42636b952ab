"""Who writes too much has to wait, and Norec is told that, not what."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from messaging.models import Message, SpamFlag
from messaging.moderation import floods
from messaging.moderation.floods import TooFast
from messaging.services.requests import write_to
from messaging.services.sending import send_message
from tests.factories import ConversationFactory, TalkerFactory, viewer_of
from tests.messaging.test_moderation_reports import adviser
from tests.profiles.accounts_helpers import signed_in

pytestmark = pytest.mark.django_db

SALE = "Dear {name}, I sell solar lamps of the best quality, for a very good price, to all friends of the network. Call {number}."


def conversations(user: Any, count: int) -> list[Any]:
    return [ConversationFactory(people=[user, TalkerFactory().user]) for _ in range(count)]


def say(person: Any, conversation: Any, body: str) -> Any:
    return send_message(actor=viewer_of(person), conversation=conversation, body=body, client_id=uuid4())


def test_more_than_thirty_in_a_minute_wait(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MESSAGES_PER_MINUTE = 30
    now = 1_800_000_000.0
    monkeypatch.setattr(floods.time, "time", lambda: now)
    amina = TalkerFactory()
    conversation = conversations(amina.user, 1)[0]
    for number in range(30):
        say(amina, conversation, f"{number}")
    with pytest.raises(TooFast) as refused:
        say(amina, conversation, "one more")
    assert (refused.value.code, 1 <= refused.value.retry_after <= 60) == ("too_fast", True)
    assert "Try again in" in refused.value.message
    assert Message.objects.count() == 30
    flag = SpamFlag.objects.get()
    assert (flag.user, flag.kind, flag.count) == (amina.user, "flood", 1)
    now += 61
    assert say(amina, conversation, "later").is_new


def test_what_was_sent_already_is_answered_however_fast(settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 1
    amina = TalkerFactory()
    conversation = conversations(amina.user, 1)[0]
    client_id = uuid4()
    first = send_message(actor=viewer_of(amina), conversation=conversation, body="Hei", client_id=client_id)
    again = send_message(actor=viewer_of(amina), conversation=conversation, body="Hei", client_id=client_id)
    assert (again.message, again.is_new) == (first.message, False)


def test_same_text_to_many_waits_at_the_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(floods.time, "time", lambda: now)
    amina = TalkerFactory()
    where = conversations(amina.user, 6)
    for number, conversation in enumerate(where[:4]):
        say(amina, conversation, SALE.format(name=f"Friend{number}", number=number * 7919))
    for conversation in where[4:]:
        with pytest.raises(TooFast) as refused:
            say(amina, conversation, SALE.format(name="Grace", number=99))
        assert 3590 <= refused.value.retry_after <= 3600
    flag = SpamFlag.objects.get()
    assert (flag.kind, flag.user) == ("copies", amina.user)
    # To those who have it, and something else to others, goes on.
    say(amina, where[0], SALE.format(name="Grace", number=99))
    say(amina, where[5], "Thank you for the talk yesterday. Shall we meet on Thursday at the office in Nairobi?")
    now += 3601
    say(amina, where[5], SALE.format(name="Grace", number=99))


def test_short_and_different_texts_to_many_are_fine() -> None:
    amina = TalkerFactory()
    texts = [
        "Congratulations on the new job in Kathmandu! How is the office there?",
        "Could you send me the plan for the training in Nairobi before Friday?",
        "I read your story on hosting. We had the very same trouble with visas.",
        "The committee in Uganda meets on Monday evening. Do you want to join us?",
        "My mother asks how the garden is after the rain. Send a picture please.",
        "Here is the address of the school that I told you of: ask for the head.",
    ]
    for conversation, text in zip(conversations(amina.user, 6), texts, strict=True):
        say(amina, conversation, "Takk for sist!")
        say(amina, conversation, text)
    assert not SpamFlag.objects.exists()


def test_requests_to_strangers_count_too() -> None:
    amina = TalkerFactory()
    for _ in range(4):
        write_to(actor=viewer_of(amina), profile=TalkerFactory(), body=SALE.format(name="x", number=1), client_id=uuid4())
    with pytest.raises(TooFast):
        write_to(actor=viewer_of(amina), profile=TalkerFactory(), body=SALE.format(name="y", number=2), client_id=uuid4())
    assert SpamFlag.objects.get().kind == "copies"


def test_check_costs_no_query(django_assert_num_queries: Any) -> None:
    amina = TalkerFactory()
    conversation = conversations(amina.user, 1)[0]
    actor = viewer_of(amina)
    with django_assert_num_queries(0):
        for _ in range(10):
            floods.check(actor=actor, conversation=conversation, folded_text=SALE)


def test_flag_counts_up_and_begins_anew_after_it_was_seen(settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 0
    amina, staff = TalkerFactory(first_name="Amina", shown_to=["norec"]), adviser()
    conversation = conversations(amina.user, 1)[0]
    for _ in range(3):
        with pytest.raises(TooFast):
            say(amina, conversation, "the secret words")
        cache.delete(f"flagged:flood:{amina.user.pk}")
    assert SpamFlag.objects.get().count == 3
    client = signed_in(staff.user)
    page = client.get(reverse("staff_reports")).content.decode()
    assert "3 times" in page
    assert "Amina" in page
    assert "the secret words" not in page
    assert client.post(reverse("staff_flag_seen"), {"flag": SpamFlag.objects.get().pk}).status_code == 302
    assert "3 times" not in client.get(reverse("staff_reports")).content.decode()
    with pytest.raises(TooFast):
        say(amina, conversation, "again")
    assert sorted(SpamFlag.objects.values_list("count", flat=True)) == [1, 3]


@pytest.mark.parametrize("flag", ["", "x", "-1", "9" * 30, "0"])
def test_flag_that_is_none_is_a_404(flag: str) -> None:
    assert signed_in(adviser().user).post(reverse("staff_flag_seen"), {"flag": flag}).status_code == 404
