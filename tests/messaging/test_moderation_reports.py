"""Reports: what Norec sees, what it decides, who is told, and that staff see nothing else."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging.models import Attachment, Conversation, Decision, Message, Participation, Report, ReportReason, WritingLimit
from messaging.moderation.reading import lost_conversations
from messaging.moderation.services import decide, report_conversation, report_message, undo_decision
from messaging.moderation.snapshot import snapshot_of_conversation
from messaging.policies import why_not_begin
from messaging.services.groups import leave
from messaging.services.sending import delete_for_all, edit_message, send_message
from notifications.kinds import kinds
from notifications.models import Channel, Delivery, Notification
from notifications.reading import in_words
from privacy.models import AuditEvent
from profiles.models import Block, Profile, User
from profiles.roles import Role
from tests.factories import ConversationFactory, MessageFactory, MessageRequestFactory, TalkerFactory, UserFactory, viewer_of
from tests.messaging.test_attachments_uploads import send, talk, uploaded
from tests.profiles.accounts_helpers import at_once, signed_in

pytestmark = pytest.mark.django_db


def adviser() -> Profile:
    person = TalkerFactory(shown_to=["members", "norec"])
    person.user.role_grants.all().delete()
    person.user.role_grants.create(role=Role.ADVISER)
    return person


def long_talk(count: int = 20) -> tuple[Profile, Profile, list[Message]]:
    amina, bjorn, conversation = talk()
    senders = [amina.user, bjorn.user]
    return (
        amina,
        bjorn,
        [MessageFactory(conversation=conversation, sender=senders[n % 2], body=f"number-{n}.") for n in range(count)],
    )


def reported(**fields: Any) -> tuple[Profile, Profile, Report]:
    """Amina reports what Bjorn has written."""
    amina, bjorn, messages = long_talk()
    report = report_message(
        actor=viewer_of(amina), message=messages[9], reason=ReportReason.HARASSMENT, words="He goes on.", **fields
    )
    return amina, bjorn, report


def bodies(report: Report) -> list[str]:
    return [entry["body"] for entry in report.snapshot]


@pytest.mark.parametrize(
    ("which", "around"),
    [(9, [6, 7, 8, 9, 10, 11]), (1, [0, 1, 2, 3, 4, 5]), (19, [14, 15, 16, 17, 18, 19]), (17, [14, 15, 16, 17, 18, 19])],
)
def test_snapshot_is_the_message_and_five_around_it(which: int, around: list[int]) -> None:
    amina, _bjorn, messages = long_talk()
    report = report_message(actor=viewer_of(amina), message=messages[which], reason=ReportReason.SPAM)
    assert bodies(report) == [f"number-{n}." for n in around]
    assert [entry["body"] for entry in report.snapshot if entry["is_reported"]] == [f"number-{which}."]


@pytest.mark.parametrize("count", range(1, 9))
def test_snapshot_is_never_more_than_there_is_or_than_six(count: int) -> None:
    amina, bjorn, conversation = talk()
    messages = [MessageFactory(conversation=conversation, sender=bjorn.user) for _ in range(count)]
    for message in messages:
        report = report_message(actor=viewer_of(amina), message=message, reason=ReportReason.OTHER)
        assert len(report.snapshot) == min(count, 6)


def test_snapshot_has_what_the_message_said_before_and_not_what_others_did() -> None:
    amina, bjorn, conversation = talk()
    before = send_message(actor=viewer_of(bjorn), conversation=conversation, body="around one", client_id=uuid4()).message
    edit_message(actor=viewer_of(bjorn), message=before, body="around two")
    message = send_message(actor=viewer_of(bjorn), conversation=conversation, body="first words", client_id=uuid4()).message
    edit_message(actor=viewer_of(bjorn), message=message, body="second words")
    delete_for_all(actor=viewer_of(bjorn), message=message)
    report = report_message(actor=viewer_of(amina), message=message, reason=ReportReason.HARASSMENT)
    text = json.dumps(report.snapshot)
    assert all(words in text for words in ("first words", "second words", "around two"))
    assert "around one" not in text


def test_snapshot_holds_no_more_than_the_reporter_could_read() -> None:
    amina, bjorn, conversation = talk()
    early = MessageFactory(conversation=conversation, sender=bjorn.user, body="before she came")
    Participation.objects.filter(user=amina.user).update(joined_seq=early.seq)
    hidden = MessageFactory(conversation=conversation, sender=bjorn.user, body="hidden for her")
    hidden.hidden.create(user=amina.user)
    removed = MessageFactory(conversation=conversation, sender=bjorn.user, body="")
    Message.objects.filter(pk=removed.pk).update(is_removed=True)
    message = MessageFactory(conversation=conversation, sender=bjorn.user, body="the one")
    report = report_message(actor=viewer_of(amina), message=message, reason=ReportReason.HARASSMENT)
    assert bodies(report) == ["the one"]


def test_snapshot_does_not_grow() -> None:
    _amina, bjorn, report = reported()
    MessageFactory(conversation=report.conversation, sender=bjorn.user, body="later words")
    Message.objects.filter(pk=report.message_id).update(body="changed words")
    page = signed_in(adviser().user).get(reverse("staff_report", args=[report.uuid])).content.decode()
    assert "number-9." in page
    assert "later words" not in page
    assert "changed words" not in page


def test_conversation_is_reported_with_its_five_newest() -> None:
    amina, bjorn, messages = long_talk()
    report = report_conversation(actor=viewer_of(amina), conversation=messages[0].conversation, reason=ReportReason.SPAM)
    assert bodies(report) == [f"number-{n}." for n in range(15, 20)]
    assert report.reported == bjorn.user
    with pytest.raises(Conflict):
        report_conversation(actor=viewer_of(amina), conversation=messages[0].conversation, reason=ReportReason.SPAM)


def test_request_is_reported_by_who_got_it() -> None:
    request = MessageRequestFactory(text="Send me money")
    recipient = Profile.objects.get(user=request.recipient)
    message = request.conversation.messages.get()
    report = report_message(actor=viewer_of(recipient), message=message, reason=ReportReason.CORRUPTION)
    assert (report.reported, bodies(report)) == (request.sender, ["Send me money"])


def test_a_message_is_reported_once_by_each() -> None:
    amina, bjorn, carla = (TalkerFactory() for _ in range(3))
    group = ConversationFactory(people=[amina.user, bjorn.user, carla.user])
    message = MessageFactory(conversation=group, sender=bjorn.user)
    for person in (amina, carla):
        report_message(actor=viewer_of(person), message=message, reason=ReportReason.OTHER)
        with pytest.raises(Conflict) as again:
            report_message(actor=viewer_of(person), message=message, reason=ReportReason.OTHER)
        assert again.value.code == "reported_already"
    assert Report.objects.count() == 2


def test_two_presses_at_once_are_one_report(transactional_db: None) -> None:
    amina, _bjorn, messages = long_talk(2)
    actor = viewer_of(amina)
    answers = at_once([lambda: report_message(actor=actor, message=messages[1], reason=ReportReason.OTHER)] * 4)
    assert sum(isinstance(answer, Report) for answer in answers) == 1
    assert Report.objects.count() == 1


def test_nobody_else_reports() -> None:
    _amina, bjorn, messages = long_talk()
    message, conversation = messages[9], messages[9].conversation
    people = {"stranger": TalkerFactory(), "adviser": adviser(), "the sender": bjorn}
    for who, person in people.items():
        with pytest.raises(NotAllowed):
            report_message(actor=viewer_of(person), message=message, reason=ReportReason.OTHER)
        url = reverse("report_message", args=[message.uuid])
        assert signed_in(person.user).post(url, {"reason": "other"}).status_code == 404, who
        if who != "the sender":
            with pytest.raises(NotAllowed):
                report_conversation(actor=viewer_of(person), conversation=conversation, reason=ReportReason.OTHER)
            assert signed_in(person.user).get(reverse("report_conversation", args=[conversation.uuid])).status_code == 404
        assert not lost_conversations(viewer_of(person))
    for url in (
        reverse("report_message", args=[message.uuid]),
        reverse("report_conversation", args=[conversation.uuid]),
        reverse("report_lost"),
    ):
        assert Client().get(url).status_code == 302
    assert not Report.objects.exists()


def can_report(person: Profile, message: Message) -> bool:
    """Whether both addresses are there for this person, and the message is in what Norec would see of the conversation."""
    client = signed_in(person.user)
    urls = reverse("report_message", args=[message.uuid]), reverse("report_conversation", args=[message.conversation.uuid])
    answers = {client.get(url).status_code for url in urls}
    assert answers in ({200}, {404}), answers
    if answers == {404}:
        return False
    snapshot = snapshot_of_conversation(viewer_of(person), message.conversation)
    return str(message.uuid) in [entry["message"] for entry in snapshot]


def lost(person: Profile) -> list[tuple[str, str]]:
    return [(each.name, each.words) for each in lost_conversations(viewer_of(person))]


@pytest.mark.parametrize("who_blocks", ["attacker", "victim"])
def test_block_keeps_nobody_from_reporting(who_blocks: str) -> None:
    amina, bjorn, messages = long_talk(2)
    blocker, blocked = (bjorn, amina) if who_blocks == "attacker" else (amina, bjorn)
    Block.objects.create(blocker=blocker.user, blocked=blocked.user)
    assert can_report(amina, messages[1])
    assert lost(amina) == [("Somebody you do not see", "number-1.")]
    report = report_message(actor=viewer_of(amina), message=messages[1], reason=ReportReason.HARASSMENT)
    assert report.reported == bjorn.user
    page = signed_in(amina.user).get(reverse("report_lost")).content.decode()
    assert reverse("report_conversation", args=[messages[1].conversation.uuid]) in page
    assert bjorn.first_name not in page
    for url in (reverse("conversation", args=[messages[1].conversation.uuid]), reverse("messages")):
        assert "number-1." not in signed_in(amina.user).get(url).content.decode()
    report_url = reverse("report_conversation", args=[messages[1].conversation.uuid])
    assert (report_url in signed_in(amina.user).get(reverse("blocked_people")).content.decode()) == (who_blocks == "victim")


def test_blocked_people_without_a_conversation_cannot_be_reported() -> None:
    amina, bjorn, _messages = long_talk(2)
    ConversationFactory(people=[bjorn.user, TalkerFactory().user])
    Block.objects.create(blocker=amina.user, blocked=TalkerFactory().user)
    page = signed_in(amina.user).get(reverse("blocked_people")).content.decode()
    assert f"/{bjorn.user.uuid}/" not in page
    assert not [url for url in re.findall(r'href="([^"]*)"', page) if url.endswith("/report/") and url != reverse("report_lost")]


def test_what_was_written_in_a_group_after_a_block_cannot_be_read_by_reporting() -> None:
    amina, bjorn, carla = (TalkerFactory() for _ in range(3))
    group = ConversationFactory(people=[amina.user, bjorn.user, carla.user])
    before = MessageFactory(conversation=group, sender=bjorn.user, body="before the block")
    Block.objects.create(blocker=bjorn.user, blocked=amina.user)
    after = MessageFactory(conversation=group, sender=bjorn.user, body="after the block")
    assert can_report(amina, before)
    assert signed_in(amina.user).get(reverse("report_message", args=[after.uuid])).status_code == 404
    report = report_conversation(actor=viewer_of(amina), conversation=group, reason=ReportReason.HARASSMENT)
    assert bodies(report) == ["before the block"]


def test_who_has_left_reports_what_they_saw_and_nothing_later() -> None:
    amina, bjorn, carla = (TalkerFactory() for _ in range(3))
    group = ConversationFactory(people=[bjorn.user, amina.user, carla.user])
    early = MessageFactory(conversation=group, sender=bjorn.user, body="before she came")
    Participation.objects.filter(user=amina.user).update(joined_seq=early.seq)
    seen = MessageFactory(conversation=group, sender=bjorn.user, body="what she saw")
    leave(actor=viewer_of(amina), conversation=group)
    later = MessageFactory(conversation=group, sender=bjorn.user, body="after she left")
    assert can_report(amina, seen)
    assert lost(amina) == [("A group you have left", "what she saw")]
    for other in (early, later):
        assert signed_in(amina.user).get(reverse("report_message", args=[other.uuid])).status_code == 404
    report = report_conversation(actor=viewer_of(amina), conversation=group, reason=ReportReason.HARASSMENT)
    assert bodies(report) == ["what she saw"]


@pytest.mark.parametrize("status", ["withdrawn", "declined", "ignored"])
def test_request_is_reported_whatever_became_of_it(status: str) -> None:
    request = MessageRequestFactory(text="Send me money", status=status)
    recipient = Profile.objects.get(user=request.recipient)
    message = request.conversation.messages.get()
    assert can_report(recipient, message)
    [(name, words)] = lost(recipient)
    assert name == Profile.objects.get(user=request.sender).name
    assert words == ("" if status == "withdrawn" else "Send me money")
    report = report_conversation(actor=viewer_of(recipient), conversation=request.conversation, reason=ReportReason.SPAM)
    assert (report.reported, bodies(report)) == (request.sender, ["Send me money"])
    assert not can_report(TalkerFactory(), message)


def test_deleting_keeps_nobody_from_reporting() -> None:
    amina, bjorn, conversation = talk()
    message = send_message(actor=viewer_of(bjorn), conversation=conversation, body="the threat", client_id=uuid4()).message
    delete_for_all(actor=viewer_of(bjorn), message=message)
    url = reverse("report_message", args=[message.uuid])
    assert url in signed_in(amina.user).get(reverse("conversation", args=[conversation.uuid])).content.decode()
    assert url not in signed_in(bjorn.user).get(reverse("conversation", args=[conversation.uuid])).content.decode()
    assert "the threat" not in signed_in(amina.user).get(url).content.decode()
    report = report_conversation(actor=viewer_of(amina), conversation=conversation, reason=ReportReason.HARASSMENT)
    assert report.snapshot[0]["is_deleted"]
    assert [version["body"] for version in report.snapshot[0]["versions"]] == ["the threat"]
    assert "the threat" in signed_in(adviser().user).get(reverse("staff_report", args=[report.uuid])).content.decode()


def test_lost_conversations_take_the_same_queries_for_one_and_for_many() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    amina = TalkerFactory()
    client, counts = signed_in(amina.user), []
    for more in (1, 4):
        for _ in range(more):
            request = MessageRequestFactory(recipient=amina.user, status="declined")
            Block.objects.create(blocker=amina.user, blocked=request.sender)
            MessageRequestFactory(recipient=amina.user, status="ignored")
        for url in (reverse("report_lost"), reverse("blocked_people")):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_form_makes_a_report_and_says_what_is_wrong() -> None:
    amina, _bjorn, messages = long_talk()
    client, url = signed_in(amina.user), reverse("report_message", args=[messages[9].uuid])
    assert "number-9." in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"reason": "other", "words": "x" * 2001}).status_code == 422
    answer = client.post(url, {"reason": "other", "words": "He goes on."})
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("my_report", args=[report.uuid]))
    assert "Norec is looking at it" in client.get(answer["Location"]).content.decode()
    again = client.post(url, {"reason": "other"})
    assert again.status_code == 422
    assert "You have reported this already." in again.content.decode()


# --- deciding -----------------------------------------------------------------------------------------------------------


def told(user: User) -> list[str]:
    return [each.text for each in in_words(user, list(Notification.objects.of(user)))]


@pytest.mark.parametrize(
    ("decision", "to_reporter", "to_reported"),
    [
        (Decision.DISMISS, "found no breach", ""),
        (Decision.WARN, "has acted", "given you a warning"),
        (Decision.REMOVE, "has acted", "removed a message"),
        (Decision.LIMIT, "has acted", "limited whom"),
        (Decision.SUSPEND, "has acted", "suspended your account"),
    ],
)
def test_both_sides_are_told_and_the_log_says_who_decided(decision: Decision, to_reporter: str, to_reported: str) -> None:
    amina, bjorn, report = reported()
    staff = adviser()
    decide(actor=viewer_of(staff), report=report, decision=decision, answer="We do not write like that here.")
    assert len(told(amina.user)) == 1
    assert to_reporter in told(amina.user)[0]
    assert (to_reported in told(bjorn.user)[0]) if to_reported else told(bjorn.user) == []
    event = AuditEvent.objects.get(action="messaging.report_decided")
    assert (event.actor, event.details) == (staff.user, {"decision": decision.value})
    page = signed_in(amina.user).get(reverse("my_report", args=[report.uuid]))
    assert "We do not write like that here." in page.content.decode()


def test_reported_person_never_learns_who_it_was() -> None:
    amina, bjorn, report = reported()
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.WARN, answer="Keep to the norms.")
    client = signed_in(bjorn.user)
    name = Profile.objects.get(pk=amina.pk).name
    for url in (reverse("my_warning", args=[report.uuid]), reverse("notices")):
        text = client.get(url).content.decode()
        assert "Keep to the norms." in text or url == reverse("notices")
        for secret in (name, amina.first_name, str(amina.user.uuid), str(amina.uuid), "He goes on.", "number-9."):
            assert secret not in text, url
    assert client.get(reverse("my_report", args=[report.uuid])).status_code == 404
    for notice in Notification.objects.of(bjorn.user):
        assert set(notice.data) == {"report", "decision"}


def test_nobody_else_reads_a_decision() -> None:
    amina, bjorn, report = reported()
    assert signed_in(bjorn.user).get(reverse("my_warning", args=[report.uuid])).status_code == 404
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.WARN, answer="Keep to the norms.")
    urls = [reverse("my_warning", args=[report.uuid]), reverse("my_report", args=[report.uuid])]
    for person in (TalkerFactory(), adviser()):
        assert {signed_in(person.user).get(url).status_code for url in urls} == {404}
    assert signed_in(amina.user).get(urls[0]).status_code == 404


def test_removed_message_is_gone_for_all_with_a_mark() -> None:
    amina, bjorn, report = reported()
    edit = report.message
    assert edit is not None
    edit.versions.create(body="earlier words")
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.REMOVE, answer="Keep to the norms.")
    message = Message.objects.get(pk=report.message_id)
    assert (message.body, message.folded, message.is_removed, message.versions.count()) == ("", "", True, 0)
    assert message.change == message.conversation.last_change > 0
    from messaging.reading import thread, window

    for person in (amina, bjorn):
        found = thread(viewer_of(person), message.conversation.uuid)
        assert found is not None
        shown = {each.seq: each for each in window(viewer_of(person), found).messages}[message.seq]
        assert (shown.body, shown.is_removed) == ("", True)
    with pytest.raises(NotAllowed):
        edit_message(actor=viewer_of(bjorn), message=message, body="again")


def test_limit_holds_until_its_day_and_can_be_undone() -> None:
    amina, bjorn, report = reported()
    staff = viewer_of(adviser())
    decide(actor=staff, report=report, decision=Decision.LIMIT, answer="Too much.", days=7)
    limit = WritingLimit.objects.get(user=bjorn.user)
    assert timedelta(days=6, hours=23) < limit.until - timezone.now() < timedelta(days=7, seconds=1)
    report.refresh_from_db()
    undo_decision(actor=staff, report=report)
    report.refresh_from_db()
    assert (report.decision, report.decided_at, WritingLimit.objects.end_for(bjorn.user)) == ("", None, None)
    assert "lifted" in told(bjorn.user)[0]
    assert "looking once more" in told(amina.user)[0]
    assert AuditEvent.objects.filter(action="messaging.report_decision_undone").count() == 1
    decide(actor=staff, report=report, decision=Decision.DISMISS)


def limited_twice() -> tuple[Profile, Report, Report]:
    """Bjorn is limited for 90 days, and for something else for 7."""
    _amina, bjorn, first = reported()
    carla = TalkerFactory()
    conversation = ConversationFactory(people=[bjorn.user, carla.user])
    second = report_conversation(actor=viewer_of(carla), conversation=conversation, reason=ReportReason.SPAM)
    first = decide(actor=viewer_of(adviser()), report=first, decision=Decision.LIMIT, answer="Too much.", days=90)
    return bjorn, first, decide(actor=viewer_of(adviser()), report=second, decision=Decision.LIMIT, answer="Again.", days=7)


def days_left(person: Profile) -> int:
    until = WritingLimit.objects.end_for(person.user)
    return round((until - timezone.now()) / timedelta(days=1)) if until is not None else 0


def test_of_two_limits_the_longer_holds_and_each_is_lifted_by_itself() -> None:
    bjorn, first, second = limited_twice()
    assert days_left(bjorn) == 90
    undo_decision(actor=viewer_of(adviser()), report=second)
    assert days_left(bjorn) == 90
    assert why_not_begin(viewer_of(bjorn)) is not None
    client = signed_in(bjorn.user)
    page = client.get(reverse("my_warning", args=[second.uuid])).content.decode()
    assert "does not hold any more" in page
    assert "Another one holds until" in page
    undo_decision(actor=viewer_of(adviser()), report=first)
    assert (days_left(bjorn), why_not_begin(viewer_of(bjorn))) == (0, None)
    assert "Another one" not in client.get(reverse("my_warning", args=[second.uuid])).content.decode()


def test_shorter_limit_holds_when_the_longer_is_lifted() -> None:
    bjorn, first, _second = limited_twice()
    undo_decision(actor=viewer_of(adviser()), report=first)
    assert days_left(bjorn) == 7


@pytest.mark.parametrize("language", ["nn", "nb", "en"])
def test_who_is_limited_is_told_until_when_in_their_language(language: str) -> None:
    _amina, bjorn, report = reported()
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.LIMIT, answer="Too much.", days=90)
    with override(language):
        day = date_format(timezone.localtime(WritingLimit.objects.get().until), "DATE_FORMAT")
        refusal = why_not_begin(viewer_of(bjorn))
        assert refusal is not None
        assert day in str(refusal.words)
        assert day in told(bjorn.user)[0]
    page = signed_in(bjorn.user).get(reverse("my_warning", args=[report.uuid]), headers={"Accept-Language": language})
    assert day in page.content.decode()


def test_notice_of_a_limit_from_before_the_day_was_told_is_still_said() -> None:
    notice = kinds()["messaging.warning"].in_words({"report": str(uuid4()), "decision": "limit"})
    assert "for a time" in notice.text


def test_limit_that_is_over_is_told_as_over() -> None:
    _amina, bjorn, report = reported()
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.LIMIT, answer="Too much.", days=7)
    WritingLimit.objects.update(until=timezone.now() - timedelta(days=1))
    assert "It held until" in signed_in(bjorn.user).get(reverse("my_warning", args=[report.uuid])).content.decode()


def test_earlier_notice_of_a_limit_leads_to_that_it_was_lifted() -> None:
    amina, bjorn, report = reported()
    report = decide(actor=viewer_of(adviser()), report=report, decision=Decision.LIMIT, answer="Too much.")
    url = reverse("my_warning", args=[report.uuid])
    report = undo_decision(actor=viewer_of(adviser()), report=report)
    client = signed_in(bjorn.user)
    assert [each.url for each in in_words(bjorn.user, list(Notification.objects.of(bjorn.user)))] == [url, url]
    page = client.get(url).content.decode()
    assert "Norec has lifted its decision" in page
    assert "Too much." not in page
    for person in (amina, TalkerFactory(), adviser()):
        assert signed_in(person.user).get(url).status_code == 404
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.DISMISS, answer="Between us.")
    page = client.get(url).content.decode()
    assert "Norec has lifted its decision" in page
    assert "Between us." not in page


def test_limit_again_after_an_undo_is_a_limit() -> None:
    _amina, bjorn, report = reported()
    report = decide(actor=viewer_of(adviser()), report=report, decision=Decision.LIMIT, answer="Too much.", days=7)
    report = undo_decision(actor=viewer_of(adviser()), report=report)
    report = decide(actor=viewer_of(adviser()), report=report, decision=Decision.LIMIT, answer="Thought again.", days=30)
    assert days_left(bjorn) == 30
    assert "Thought again." in signed_in(bjorn.user).get(reverse("my_warning", args=[report.uuid])).content.decode()


def test_dismissal_can_be_undone_and_a_warning_cannot() -> None:
    _amina, _bjorn, report = reported()
    staff = viewer_of(adviser())
    report = decide(actor=staff, report=report, decision=Decision.DISMISS)
    report = undo_decision(actor=staff, report=report)
    report = decide(actor=staff, report=report, decision=Decision.WARN, answer="Now.")
    with pytest.raises(NotAllowed):
        undo_decision(actor=staff, report=report)


def test_suspension_goes_through_the_accounts() -> None:
    _amina, bjorn, report = reported()
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.SUSPEND, answer="Enough.")
    user = User.objects.get(pk=bjorn.user.pk)
    assert (user.status, user.standing_note) == ("suspended", "Enough.")
    assert AuditEvent.objects.filter(action="profiles.account_suspended").count() == 1


def test_suspension_that_fails_leaves_the_report_open() -> None:
    _amina, bjorn, report = reported()
    User.objects.filter(pk=bjorn.user.pk).update(status="suspended")
    with pytest.raises(Conflict):
        decide(actor=viewer_of(adviser()), report=report, decision=Decision.SUSPEND, answer="Enough.")
    report.refresh_from_db()
    assert report.decision == ""
    assert not Notification.objects.exists()


def test_two_decisions_at_once_are_one(transactional_db: None) -> None:
    _amina, bjorn, report = reported()
    staff = [viewer_of(adviser()) for _ in range(4)]
    acts = [lambda who=who: decide(actor=who, report=report, decision=Decision.WARN, answer="Once.") for who in staff]
    answers = at_once(acts)
    assert sum(isinstance(answer, Report) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Conflict)} == {"decided_already"}
    assert len(told(bjorn.user)) == 1


@pytest.mark.parametrize(
    ("decision", "answer", "days", "code"),
    [
        (Decision.WARN, "  ", 30, "words"),
        (Decision.REMOVE, "", 30, "words"),
        (Decision.WARN, "x" * 2001, 30, "too_long"),
        (Decision.LIMIT, "Why", 0, "days"),
        (Decision.LIMIT, "Why", 10_000, "days"),
    ],
)
def test_decision_needs_what_belongs_to_it(decision: Decision, answer: str, days: int, code: str) -> None:
    _amina, _bjorn, report = reported()
    with pytest.raises(Invalid) as refused:
        decide(actor=viewer_of(adviser()), report=report, decision=decision, answer=answer, days=days)
    assert refused.value.code == code
    report.refresh_from_db()
    assert report.decision == ""


def reported_group() -> tuple[list[Profile], list[Message], Report]:
    """Amina reports a group in which she, Bjorn and Carla have written, without saying about whom."""
    people = [TalkerFactory() for _ in range(3)]
    group = ConversationFactory(people=[person.user for person in people])
    messages = [MessageFactory(conversation=group, sender=people[n % 3].user, body=f"group-{n}.") for n in range(12)]
    return people, messages, report_conversation(actor=viewer_of(people[0]), conversation=group, reason=ReportReason.HARASSMENT)


@pytest.mark.parametrize("decision", [Decision.WARN, Decision.REMOVE, Decision.LIMIT, Decision.SUSPEND])
def test_decision_about_a_group_is_about_the_message_that_was_chosen(decision: Decision) -> None:
    (amina, bjorn, carla), messages, report = reported_group()
    with pytest.raises(Invalid) as refused:
        decide(actor=viewer_of(adviser()), report=report, decision=decision, answer="Why")
    assert refused.value.code == ("no_message" if decision == Decision.REMOVE else "nobody")
    decide(actor=viewer_of(adviser()), report=report, decision=decision, answer="Not here.", entry=messages[10].uuid)
    report.refresh_from_db()
    assert (report.decided_person, report.decided_message) == (bjorn.user, messages[10])
    assert len(told(bjorn.user)) == 1
    assert told(carla.user) == []
    assert "has acted" in told(amina.user)[0]
    removed = Message.objects.filter(conversation=report.conversation, is_removed=True)
    assert list(removed) == ([messages[10]] if decision == Decision.REMOVE else [])
    assert list(WritingLimit.objects.values_list("user", flat=True)) == ([bjorn.user.pk] if decision == Decision.LIMIT else [])
    suspended = User.objects.filter(status="suspended")
    assert list(suspended) == ([bjorn.user] if decision == Decision.SUSPEND else [])
    if decision != Decision.SUSPEND:
        assert "Not here." in signed_in(bjorn.user).get(reverse("my_warning", args=[report.uuid])).content.decode()
    assert signed_in(carla.user).get(reverse("my_warning", args=[report.uuid])).status_code == 404


def test_nothing_outside_the_copy_is_decided_about() -> None:
    (amina, bjorn, _carla), messages, report = reported_group()
    other_talk = ConversationFactory(people=[bjorn.user, TalkerFactory().user])
    elsewhere = MessageFactory(conversation=other_talk, sender=bjorn.user)
    own = next(message for message in messages[7:] if message.sender == amina.user)
    client = signed_in(adviser().user)
    for message in (messages[1], elsewhere, own):
        for decision in (Decision.WARN, Decision.REMOVE):
            with pytest.raises(Invalid) as refused:
                decide(actor=viewer_of(adviser()), report=report, decision=decision, answer="Why", entry=message.uuid)
            assert refused.value.code == "entry"
        values = {"decision": "remove", "days": "30", "answer": "Why", "entry": str(message.uuid)}
        assert client.post(reverse("decide_report", args=[report.uuid]), values).status_code == 422
    assert not Message.objects.filter(is_removed=True).exists()
    assert not Notification.objects.of(bjorn.user).exists()


def test_message_of_a_reported_conversation_between_two_is_removed() -> None:
    amina, bjorn, messages = long_talk()
    report = report_conversation(actor=viewer_of(amina), conversation=messages[0].conversation, reason=ReportReason.SPAM)
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.REMOVE, answer="No.", entry=messages[17].uuid)
    assert list(Message.objects.filter(is_removed=True)) == [messages[17]]
    assert "removed a message" in told(bjorn.user)[0]


def test_form_offers_what_can_be_decided_and_keeps_what_was_typed() -> None:
    (_amina, bjorn, _carla), messages, report = reported_group()
    client, url = signed_in(adviser().user), reverse("decide_report", args=[report.uuid])
    form = client.get(reverse("staff_report", args=[report.uuid])).context["form"]
    own = {str(message.uuid) for message in messages[7:] if message.sender_id == report.reporter_id}
    assert {value for value, _label in form.fields["entry"].choices} == {str(each.uuid) for each in messages[7:]} - own
    answer = client.post(url, {"decision": "limit", "days": "90", "answer": "What I have written."})
    assert answer.status_code == 422
    assert answer.context["form"].errors["entry"]
    page = answer.content.decode()
    assert "What I have written." in page
    assert re.search(r'value="limit"[^>]*checked', page)
    assert re.search(r'value="90"[^>]*selected', page)
    values = {"decision": "limit", "days": "90", "answer": "What I have written.", "entry": str(messages[10].uuid)}
    assert client.post(url, values).status_code == 302
    assert WritingLimit.objects.get().user == bjorn.user
    page = client.get(reverse("staff_report", args=[report.uuid])).content.decode()
    assert page.count("Decided about") == 1
    assert bjorn.name in client.get(reverse("staff_reports"), {"show": "decided"}).content.decode()


def test_report_of_an_empty_group_offers_nothing_but_no_breach() -> None:
    group = ConversationFactory(people=[TalkerFactory().user for _ in range(3)])
    person = Profile.objects.get(user=group.participations.first().user)
    report = report_conversation(actor=viewer_of(person), conversation=group, reason=ReportReason.OTHER)
    client = signed_in(adviser().user)
    form = client.get(reverse("staff_report", args=[report.uuid])).context["form"]
    assert "entry" not in form.fields
    assert [value for value, _label in form.fields["decision"].choices] == ["dismiss"]
    url = reverse("decide_report", args=[report.uuid])
    assert client.post(url, {"decision": "warn", "days": "30", "answer": "Why"}).status_code == 422
    assert client.post(url, {"decision": "dismiss", "days": "30", "answer": ""}).status_code == 302


def test_message_of_a_former_member_is_removed_and_nobody_warned() -> None:
    (_amina, bjorn, _carla), messages, report = reported_group()
    bjorn.user.delete()
    with pytest.raises(Invalid) as refused:
        decide(actor=viewer_of(adviser()), report=report, decision=Decision.WARN, answer="Why", entry=messages[10].uuid)
    assert refused.value.code == "nobody"
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.REMOVE, answer="Why", entry=messages[10].uuid)
    assert Message.objects.get(is_removed=True) == messages[10]


def test_earlier_decisions_are_about_what_was_reported() -> None:
    from importlib import import_module

    from django.apps import apps

    _amina, bjorn, report = reported()
    dismissed = reported()[2]
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.WARN, answer="Keep to the norms.")
    decide(actor=viewer_of(adviser()), report=dismissed, decision=Decision.DISMISS)
    Report.objects.update(decided_person=None, decided_message=None)
    import_module("messaging.migrations.0004_fill_what_was_decided_about").fill(apps, None)
    report.refresh_from_db()
    dismissed.refresh_from_db()
    assert (report.decided_person, report.decided_message) == (bjorn.user, report.message)
    assert (dismissed.decided_person, dismissed.decided_message) == (None, None)


def test_only_advisers_decide_and_nobody_about_their_own() -> None:
    amina, bjorn, report = reported()
    editor = TalkerFactory()
    editor.user.role_grants.all().delete()
    editor.user.role_grants.create(role=Role.EDITOR)
    own = [amina, bjorn]
    for person in own:
        person.user.role_grants.create(role=Role.ADVISER)
    for person in (TalkerFactory(), editor, *own):
        actor = viewer_of(person, "adviser")
        with pytest.raises(NotAllowed):
            decide(actor=actor, report=report, decision=Decision.DISMISS)
    for person in own:
        client = signed_in(person.user, person.user.role_grants.get(role=Role.ADVISER))
        assert client.get(reverse("staff_report", args=[report.uuid])).status_code == 404
        assert report.get_reason_display() not in client.get(reverse("staff_reports")).content.decode()


# --- what staff see -------------------------------------------------------------------------------------------------------


def test_pages_for_advisers_and_404_for_others() -> None:
    amina, _bjorn, report = reported()
    urls = [reverse("staff_reports"), reverse("staff_report", args=[report.uuid])]
    posts = [reverse("decide_report", args=[report.uuid]), reverse("undo_report", args=[report.uuid]), reverse("staff_flag_seen")]
    editor = TalkerFactory()
    editor.user.role_grants.all().delete()
    editor.user.role_grants.create(role=Role.EDITOR)
    for person in (TalkerFactory(), amina, editor):
        client = signed_in(person.user)
        assert {client.get(url).status_code for url in urls} == {404}
        assert {client.post(url, {"decision": "dismiss", "days": "30"}).status_code for url in posts} == {404}
    assert {Client().get(url).status_code for url in urls} == {302}
    assert {signed_in(adviser().user).get(url).status_code for url in urls} == {200}
    report.refresh_from_db()
    assert report.decision == ""


def test_adviser_decides_on_the_page() -> None:
    _amina, _bjorn, report = reported()
    client = signed_in(adviser().user)
    url = reverse("decide_report", args=[report.uuid])
    assert client.post(url, {"decision": "warn", "days": "30", "answer": ""}).status_code == 422
    assert client.post(url, {"decision": "everything", "days": "30"}).status_code == 422
    assert client.post(url, {"decision": "dismiss", "days": "30", "answer": ""}).status_code == 302
    assert client.post(url, {"decision": "warn", "days": "30", "answer": "Late"}).status_code == 409
    assert "No breach of the norms" in client.get(reverse("staff_reports"), {"show": "decided"}).content.decode()
    assert client.post(reverse("undo_report", args=[report.uuid])).status_code == 302
    report.refresh_from_db()
    assert report.decision == ""
    assert AuditEvent.objects.filter(action="messaging.report_opened").exists() is False
    client.get(reverse("staff_report", args=[report.uuid]))
    assert AuditEvent.objects.filter(action="messaging.report_opened").count() == 1


def test_list_and_report_take_the_same_queries_for_one_and_for_many() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(adviser().user)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    first = reported()[2]
    client.get(reverse("staff_reports"))
    one = queries(reverse("staff_reports")), queries(reverse("staff_report", args=[first.uuid]))
    for _ in range(4):
        reported()
    client.get(reverse("staff_reports"))
    assert (queries(reverse("staff_reports")), queries(reverse("staff_report", args=[first.uuid]))) == one


def test_advisers_are_told_that_a_report_has_come_and_nothing_of_it() -> None:
    staff, busy, former = adviser(), adviser(), adviser()
    former.user.role_grants.all().delete()
    runs_the_site = UserFactory(is_superuser=True)
    editor = TalkerFactory()
    editor.user.role_grants.all().delete()
    editor.user.role_grants.create(role=Role.EDITOR)
    amina, bjorn, report = reported()
    own = ConversationFactory(people=[bjorn.user, amina.user, busy.user])
    for person in (staff, busy):
        assert told(person.user) == ["A member has sent Norec a report."]
    assert told(runs_the_site) == ["A member has sent Norec a report."]
    report_conversation(actor=viewer_of(amina), conversation=own, reason=ReportReason.OTHER, words="Somebody at Norec.")
    assert told(staff.user) == ["Members have sent Norec 2 reports."]
    assert told(busy.user) == ["A member has sent Norec a report."]
    for person in (amina, bjorn, former, editor):
        assert told(person.user) == []
    notice = Notification.objects.of(staff.user).get()
    assert set(notice.data) == {"report"}
    assert Delivery.objects.get(notification=notice).channel == Channel.MAIL
    assert in_words(staff.user, [notice])[0].url == reverse("staff_reports")
    assert kinds()["messaging.report_waits"].shown_to(viewer_of(staff))
    assert not kinds()["messaging.report_waits"].shown_to(viewer_of(amina))
    assert report.words == "He goes on."


def test_notice_of_reports_is_read_with_the_list_and_not_mailed_when_all_is_decided() -> None:
    staff, other = adviser(), adviser()
    _amina, _bjorn, report = reported()
    kind = kinds()["messaging.report_waits"]
    notice = Notification.objects.of(staff.user).get()
    assert kind.is_still_wanted is not None
    assert kind.is_still_wanted(staff.user.pk, notice.data)
    assert not kind.is_still_wanted(TalkerFactory().user.pk, notice.data)
    signed_in(staff.user).get(reverse("staff_reports"))
    assert Notification.objects.of(staff.user).unread().count() == 0
    assert Notification.objects.of(other.user).unread().count() == 1
    decide(actor=viewer_of(staff), report=report, decision=Decision.DISMISS)
    assert not kind.is_still_wanted(other.user.pk, notice.data)


def test_telling_advisers_takes_the_same_queries_for_one_and_for_many() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 4):
        for _ in range(more):
            adviser()
        amina, _bjorn, messages = long_talk()
        actor = viewer_of(amina)
        with CaptureQueriesContext(connection) as asked:
            report_message(actor=actor, message=messages[9], reason=ReportReason.OTHER)
        counts.append(len(asked))
        Notification.objects.all().delete()
    assert counts[0] == counts[1]


def test_count_in_the_menu_is_of_what_waits() -> None:
    from messaging.moderation.reading import waiting_count

    staff = adviser()
    _amina, _bjorn, report = reported()
    reported()
    assert waiting_count(viewer_of(staff)) == 2
    decide(actor=viewer_of(staff), report=report, decision=Decision.DISMISS)
    assert waiting_count(viewer_of(staff)) == 1


def _staff() -> dict[str, User]:
    plain = TalkerFactory().user
    User.objects.filter(pk=plain.pk).update(is_superuser=True, is_staff=True)
    editor = TalkerFactory()
    editor.user.role_grants.all().delete()
    editor.user.role_grants.create(role=Role.EDITOR)
    return {"adviser": adviser().user, "superuser": User.objects.get(pk=plain.pk), "editor": editor.user}


def _messaging_addresses(conversation: Conversation, message: Message, attachment: Attachment) -> list[str]:
    """Every address below /messages/, filled in with what belongs to this conversation."""
    found = []
    for name, patterns in get_resolver().reverse_dict.lists():
        if not isinstance(name, str):
            continue
        for possibility, *_rest in (entry[0] + [entry] for entry in patterns):
            path, parameters = possibility
            if not path.startswith("messages/") or not parameters:
                continue
            for uuid in (conversation.uuid, message.uuid, attachment.uuid):
                values = {
                    key: uuid if "uuid" in key or key in ("message", "conversation") else attachment.name for key in parameters
                }
                try:
                    found.append(reverse(name, kwargs=values))
                except NoReverseMatch:
                    continue
    return found


def test_staff_cannot_read_a_conversation_by_any_address() -> None:
    amina, bjorn, conversation = talk()
    attachment = uploaded(amina, conversation)
    message = send(amina, conversation, [attachment], "words-nobody-else-reads")
    conversation.name = "name-nobody-else-reads"
    conversation.save()
    urls = _messaging_addresses(conversation, message, attachment)
    assert any(str(attachment.uuid) in url for url in urls)
    assert len(urls) > 10
    for who, user in _staff().items():
        client = signed_in(user)
        for url in urls:
            for answer in (client.get(url), client.post(url, {"body": "hello", "reason": "other"})):
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert answer.status_code in (404, 405, 412), (who, url, answer.status_code)
                assert b"nobody-else-reads" not in text
        pages = [reverse("staff_reports"), reverse("staff_members"), "/messages/", "/me/", reverse("wagtailadmin_home")]
        pages += ["/cms/snippets/", "/cms/reports/", "/cms/reports/site-history/", "/messages/?q=words-nobody"]
        for url in pages:
            answer = client.get(url)
            main = answer.content.decode().split("<main", 1)[-1].split("</main>", 1)[0]
            assert "name-nobody-else-reads" not in main, (who, url)
            assert "words-nobody-else-reads" not in main, (who, url)
    assert signed_in(bjorn.user).get(reverse("message_file", args=[attachment.uuid, attachment.name])).status_code == 200


def test_no_model_of_messages_is_in_the_editors_pages() -> None:
    from django.apps import apps
    from modelsearch.index import get_indexed_models
    from wagtail.snippets.models import get_snippet_models

    ours = set(apps.get_app_config("messaging").get_models())
    assert not ours & set(get_snippet_models())
    assert not ours & set(get_indexed_models())


# --- files of what is reported -----------------------------------------------------------------------------------------------


def with_file() -> tuple[Profile, Profile, Report, Attachment, Attachment]:
    """Amina reports a message of Bjorn's with a picture; the message before it has a file, too."""
    amina, bjorn, conversation = talk()
    other = uploaded(bjorn, conversation)
    send(bjorn, conversation, [other], "before")
    picture = uploaded(bjorn, conversation, "png.png")
    message = send(bjorn, conversation, [picture], "look")
    report = report_message(actor=viewer_of(amina), message=message, reason=ReportReason.HARASSMENT)
    return amina, bjorn, report, picture, other


def test_adviser_opens_the_file_of_the_reported_message_and_no_other() -> None:
    _amina, _bjorn, report, picture, other = with_file()
    client = signed_in(adviser().user)
    assert client.get(reverse("staff_report_file", args=[picture.uuid])).status_code == 200
    assert AuditEvent.objects.filter(action="messaging.reported_file_opened").count() == 1
    assert client.get(reverse("staff_report_file", args=[other.uuid])).status_code == 404
    assert client.get(reverse("message_file", args=[picture.uuid, "png.webp"])).status_code == 404
    assert signed_in(TalkerFactory().user).get(reverse("staff_report_file", args=[picture.uuid])).status_code == 404
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.DISMISS)
    assert client.get(reverse("staff_report_file", args=[picture.uuid])).status_code == 404


def test_file_of_a_deleted_message_is_kept_for_the_decision_and_no_longer(django_capture_on_commit_callbacks: Any) -> None:
    amina, bjorn, report, picture, _other = with_file()
    assert report.message is not None
    with django_capture_on_commit_callbacks(execute=True):
        delete_for_all(actor=viewer_of(bjorn), message=report.message)
    staff = adviser()
    assert signed_in(staff.user).get(reverse("staff_report_file", args=[picture.uuid])).status_code == 200
    for person in (amina, bjorn):
        assert signed_in(person.user).get(reverse("message_file", args=[picture.uuid, "png.webp"])).status_code == 404
    from profiles.storage import private_storage

    with django_capture_on_commit_callbacks(execute=True):
        decide(actor=viewer_of(staff), report=report, decision=Decision.WARN, answer="No.")
    assert not Attachment.objects.filter(pk=picture.pk).exists()
    assert not private_storage().exists(picture.file.name)


def test_removing_a_message_deletes_its_files() -> None:
    _amina, _bjorn, report, _picture, other = with_file()
    decide(actor=viewer_of(adviser()), report=report, decision=Decision.REMOVE, answer="No.")
    assert set(Attachment.objects.values_list("pk", flat=True)) == {other.pk}


def test_norms_say_what_is_not_accepted() -> None:
    client = signed_in(TalkerFactory().user)
    text = client.get(reverse("messaging_norms"), headers={"Accept-Language": "en"}).content.decode()
    assert all(word in text for word in ("respect", "harassment", "discrimination", "corruption"))
