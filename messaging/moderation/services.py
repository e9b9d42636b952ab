"""Reporting, deciding, and taking a decision back."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging.attachments.services import delete_files_of
from messaging.models import (
    Conversation,
    ConversationKind,
    Decision,
    Message,
    Participation,
    Report,
    ReportReason,
    SpamFlag,
    WritingLimit,
)
from messaging.moderation import notices
from messaging.moderation.policies import (
    TOLD_TO_REPORTED,
    advisers_for,
    can_decide,
    can_moderate,
    can_report_conversation,
    can_report_message,
    can_undo,
)
from messaging.moderation.removal import remove_message
from messaging.moderation.snapshot import Entry, of_others, snapshot_of_conversation, snapshot_of_message
from messaging.standing import other_account
from notifications.services import notify, notify_many
from privacy.services import record
from profiles.accounts.services.standing import suspend_account
from profiles.models import User
from profiles.viewers import Viewer

LONGEST_WORDS = 2000
LONGEST_ANSWER = 2000
LONGEST_LIMIT_DAYS = 365
_OF_A_DECISION = ["decision", "answer", "decided_by", "decided_at", "decided_person", "decided_message", "updated_at"]


class _Target(NamedTuple):
    person: User | None
    message: Message | None


def report_message(*, actor: Viewer, message: Message, reason: ReportReason, words: str = "") -> Report:
    """Tell Norec about a message. What Norec sees of the conversation is copied now, and is all it ever sees.

    Raises `NotAllowed`, `Conflict` (code reported_already: once per person and message) and `Invalid` (too_long).
    """
    if not can_report_message(actor, message):
        raise NotAllowed(_("You cannot report this message."))
    with transaction.atomic():
        _one_at_a_time(actor, message.conversation)
        _once(Report.objects.filter(reporter=actor.user, message=message))
        return _report(
            actor, message.conversation, reason, words, snapshot_of_message(actor, message), message, message.sender_id
        )


def report_conversation(*, actor: Viewer, conversation: Conversation, reason: ReportReason, words: str = "") -> Report:
    """Tell Norec about a whole conversation. As `report_message`; somebody may do so again once Norec has decided."""
    if actor.user is None or not can_report_conversation(actor, conversation):
        raise NotAllowed(_("You cannot report this conversation."))
    with transaction.atomic():
        _one_at_a_time(actor, conversation)
        _once(Report.objects.undecided().filter(reporter=actor.user, conversation=conversation, message=None))
        reported = other_account(conversation, actor.user.pk) if conversation.kind == ConversationKind.DIRECT else None
        snapshot = snapshot_of_conversation(actor, conversation)
        known = User.objects.filter(pk=reported).values_list("pk", flat=True).first()
        return _report(actor, conversation, reason, words, snapshot, None, known)


def decide(
    *, actor: Viewer, report: Report, decision: Decision, answer: str = "", days: int = 30, entry: UUID | None = None
) -> Report:
    """Decide about a report, carry it out and tell both sides. `days` is how long a limit holds. `entry` is the message of the
    copy that it is about; without one it is about what was reported.

    Raises `NotAllowed`, `Conflict` when somebody has decided already or the account has changed, and `Invalid` with a code:
    words (an answer is missing), too_long, days, entry (it is not in the copy), nobody (there is no account to warn), no_message
    (there is none to remove).
    """
    if not can_decide(actor, report):
        raise NotAllowed(_("You cannot decide about this report."))
    text = answer.strip()
    _check_decision(decision, text, days)
    with transaction.atomic():
        locked = _locked(report)
        if locked.decision:
            raise Conflict(_("Somebody has decided about this report already."), code="decided_already")
        target = _target(locked, decision, entry)
        locked.decision, locked.answer, locked.decided_by, locked.decided_at = decision, text, actor.user, timezone.now()
        locked.decided_person, locked.decided_message = target
        locked.save(update_fields=_OF_A_DECISION)
        _carry_out(actor, locked, text, days)
        record(actor=actor.user, action="messaging.report_decided", thing=locked, details={"decision": decision.value})
        _tell_both(locked, decision)
    return locked


def undo_decision(*, actor: Viewer, report: Report) -> Report:
    """Open a report again that came to nothing or to a limit; the limit is lifted. Raises `NotAllowed` and `Conflict`."""
    if not can_undo(actor, report):
        raise NotAllowed(_("This decision cannot be undone."))
    with transaction.atomic():
        locked = _locked(report)
        if locked.decision != report.decision:
            raise Conflict(_("The report has changed meanwhile. Look at it again."))
        undone = Decision(locked.decision)
        _lift_limit(locked)
        locked.decision, locked.answer, locked.decided_by, locked.decided_at = "", "", None, None
        locked.decided_person, locked.decided_message = None, None
        locked.save(update_fields=_OF_A_DECISION)
        record(actor=actor.user, action="messaging.report_decision_undone", thing=locked, details={"decision": undone.value})
        if locked.reporter:
            notify(recipient=locked.reporter, kind=notices.REPORT_DECIDED, data={"report": str(locked.uuid), "decision": ""})
    return locked


@transaction.atomic
def mark_flag_seen(*, actor: Viewer, flag: SpamFlag) -> None:
    """Note that an adviser has seen that somebody was stopped. The next time makes a new flag. Raises `NotAllowed`."""
    if not can_moderate(actor):
        raise NotAllowed(_("Only Norec’s advisers can do this."))
    if SpamFlag.objects.filter(pk=flag.pk, seen_at=None).update(seen_at=timezone.now()):
        record(actor=actor.user, action="messaging.spam_flag_seen", thing=flag, details={"kind": flag.kind, "count": flag.count})


def _one_at_a_time(actor: Viewer, conversation: Conversation) -> None:
    """Of one person in one conversation: two presses of the button at once are one report."""
    list(Participation.objects.select_for_update().filter(conversation=conversation, user=actor.user))


def _once(earlier: QuerySet[Report]) -> None:
    if earlier.exists():
        raise Conflict(_("You have reported this already. Norec will tell you what comes of it."), code="reported_already")


def _report(
    actor: Viewer,
    conversation: Conversation,
    reason: ReportReason,
    words: str,
    snapshot: list[Entry],
    message: Message | None,
    reported_id: int | None,
) -> Report:
    text = words.strip()
    if len(text) > LONGEST_WORDS:
        raise Invalid(_("Write at most 2 000 characters."), code="too_long")
    report = Report.objects.create(
        reporter=actor.user,
        reported_id=reported_id,
        conversation=conversation,
        message=message,
        reason=ReportReason(reason),
        words=text,
        snapshot=snapshot,
    )
    notify_many(
        recipients=advisers_for(report),
        kind=notices.REPORT_WAITS,
        data={"report": str(report.uuid)},
        key=str(report.uuid),
        group=notices.ALL_THAT_WAIT,
    )
    return report


def _locked(report: Report) -> Report:
    held = Report.objects.select_for_update(of=("self",))
    return held.select_related("reported", "reporter", "message", "decided_person").get(pk=report.pk)


def _check_decision(decision: Decision, answer: str, days: int) -> None:
    if decision in TOLD_TO_REPORTED and not answer:
        raise Invalid(_("Write why, in words for both sides."), code="words")
    if len(answer) > LONGEST_ANSWER:
        raise Invalid(_("Write at most 2 000 characters."), code="too_long")
    if decision == Decision.LIMIT and not 1 <= days <= LONGEST_LIMIT_DAYS:
        raise Invalid(_("Choose how long it holds."), code="days")


def _target(report: Report, decision: Decision, entry: UUID | None) -> _Target:
    """Whom and what a decision is about. Raises `Invalid` where there is nothing it could be carried out on."""
    if decision == Decision.DISMISS:
        return _Target(None, None)
    target = _Target(report.reported, report.message) if entry is None else _chosen(report, entry)
    if decision == Decision.REMOVE:
        if target.message is None:
            raise Invalid(_("Choose the message to remove."), code="no_message")
    elif target.person is None:
        raise Invalid(_("Choose a message of somebody who has an account to warn, limit or suspend."), code="nobody")
    return target


def _chosen(report: Report, entry: UUID) -> _Target:
    """A message of the copy, and whose it is. Nothing outside it is ever decided about."""
    known = str(entry) in [each["message"] for each in of_others(report)]
    here = Message.objects.filter(conversation=report.conversation_id).select_related("sender")
    message = here.filter(uuid=entry).first() if known else None
    if message is None:
        raise Invalid(_("Choose one of the messages that are shown."), code="entry")
    return _Target(message.sender, message)


def _carry_out(actor: Viewer, report: Report, answer: str, days: int) -> None:
    person, message = report.decided_person, report.decided_message
    if report.decision == Decision.REMOVE and message is not None:
        remove_message(actor=actor, message=message)
    if report.decision == Decision.LIMIT and person is not None:
        until = timezone.now() + timedelta(days=days)
        WritingLimit.objects.create(user=person, until=until, report=report)
    if report.decision == Decision.SUSPEND and person is not None:
        suspend_account(actor=actor, user=person, words=answer)
    # Files of what was reported were kept for this decision.
    for each in Message.objects.filter(pk__in=[report.message_id, report.decided_message_id]):
        if each.deleted_at is not None or each.is_removed:
            delete_files_of(each)


def _lift_limit(report: Report) -> None:
    """Lift the limit of this report, and tell whose it was. Another may hold still: the page says so."""
    standing = WritingLimit.objects.filter(report=report, lifted_at=None)
    if standing.update(lifted_at=timezone.now()) and report.decided_person is not None:
        data = {"report": str(report.uuid), "decision": "lifted"}
        notify(recipient=report.decided_person, kind=notices.WARNING, data=data)


def _tell_both(report: Report, decision: Decision) -> None:
    data = {"report": str(report.uuid), "decision": decision.value}
    if report.reporter is not None:
        notify(recipient=report.reporter, kind=notices.REPORT_DECIDED, data=data)
    if report.decided_person is not None and decision in TOLD_TO_REPORTED:
        until = WritingLimit.objects.end_for(report.decided_person) if decision == Decision.LIMIT else None
        told = {**data, "until": until.isoformat()} if until is not None else data
        notify(recipient=report.decided_person, kind=notices.WARNING, data=told)
