"""Reports as staff and both sides see them. Staff read the copy, and never the conversation."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from messaging.models import Attachment, Conversation, Message, Report, RequestStatus, SpamFlag, WritingLimit
from messaging.moderation.policies import CAN_BE_UNDONE, TOLD_TO_REPORTED, can_moderate
from messaging.moderation.snapshot import Entry, of_others
from messaging.reading.people import name_of, people_of
from messaging.standing import direct_key, other_account
from profiles.accounts.staff_reading import StaffPerson, people_for_staff
from profiles.models import User
from profiles.viewers import Viewer


@dataclass(frozen=True, slots=True)
class ReportLine:
    """`reported` is whom the decision is about, once there is one about somebody."""

    uuid: UUID
    reason: str
    words: str
    reporter: StaffPerson | None
    reported: StaffPerson | None
    is_message: bool
    decision: str
    decision_name: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """`can_open` while the report is undecided and the file is there."""

    uuid: str
    name: str
    size: int
    can_open: bool


@dataclass(frozen=True, slots=True)
class ShownVersion:
    body: str
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """`can_be_chosen` says whether a decision can be about it, and `is_decided` whether the one that was made is."""

    uuid: str
    sender: str
    body: str
    sent_at: datetime | None
    is_reported: bool
    is_deleted: bool
    is_edited: bool
    has_account: bool
    can_be_chosen: bool
    is_decided: bool
    versions: tuple[ShownVersion, ...] = ()
    files: tuple[ShownFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDetail:
    line: ReportLine
    entries: tuple[ShownEntry, ...]
    answer: str
    decided_by: StaffPerson | None
    can_undo: bool


@dataclass(frozen=True, slots=True)
class FlagLine:
    id: int
    kind: str
    count: int
    person: StaffPerson | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class OwnReport:
    """What one of the two sides reads of a decision."""

    reason: str
    decision: str
    decision_name: str
    answer: str
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnWarning:
    """`told.decision` is "lifted" when a limit was taken back. `until` is when the last limit ends or ended; `is_limited` whether
    one holds now."""

    told: OwnReport
    until: datetime | None
    is_limited: bool


@dataclass(frozen=True, slots=True)
class LostConversation:
    """One that the viewer took part in and no longer finds. `words` is the newest of others that they could read there; "" where
    it is deleted, or was in a request that is taken back."""

    uuid: UUID
    name: str
    words: str
    written_at: datetime


MOST_LOST = 100


def lost_conversations(viewer: Viewer) -> list[LostConversation]:
    """What can be reported and is not in the viewer's list: blocked, left, or a request that came to nothing; the newest first.
    A fixed number of queries."""
    others = Message.objects.reportable_by(viewer).filter(event="", is_removed=False).exclude(sender=viewer.user)
    newest = others.filter(conversation=OuterRef("pk")).order_by("-seq")
    found = Conversation.objects.reportable_by(viewer).exclude(pk__in=Conversation.objects.visible_to(viewer).values("pk"))
    found = found.annotate(words=Subquery(newest.values("body")[:1]), written_at=Subquery(newest.values("sent_at")[:1]))
    rows = list(found.exclude(written_at=None).select_related("request").order_by("-written_at", "-pk")[:MOST_LOST])
    me = viewer.user.pk if viewer.user is not None else 0
    people = people_of(viewer, [other_account(row, me) for row in rows])
    return [
        LostConversation(
            uuid=row.uuid,
            # Not what a group is called: it may have got that name since.
            name=name_of(people.get(other_account(row, me))) if row.direct_key else _("A group you have left"),
            words="" if _is_taken_back(row) else row.words,
            written_at=row.written_at,
        )
        for row in rows
    ]


def report_addresses(viewer: Viewer, accounts: Collection[int]) -> dict[int, str]:
    """Where to report these accounts: those of them that the viewer has or had a conversation with. One query."""
    me = viewer.user.pk if viewer.user is not None else 0
    of_keys = {direct_key(me, account): account for account in accounts}
    found = Conversation.objects.reportable_by(viewer).filter(direct_key__in=of_keys)
    return {of_keys[key]: reverse("report_conversation", args=[uuid]) for key, uuid in found.values_list("direct_key", "uuid")}


def _is_taken_back(conversation: Conversation) -> bool:
    request = getattr(conversation, "request", None)
    return request is not None and request.status == RequestStatus.WITHDRAWN


def reports(viewer: Viewer, *, decided: bool) -> QuerySet[Report]:
    """Reports for this adviser, the oldest that waits first, of decided ones the newest."""
    shown = Report.objects.visible_to(viewer)
    return (
        shown.exclude(decision="").order_by("-decided_at", "-pk") if decided else shown.undecided().order_by("created_at", "pk")
    )


def report_lines(page: Iterable[Report], viewer: Viewer) -> list[ReportLine]:
    """Lines of a list, with the names of all in a fixed number of queries."""
    shown = list(page)
    keys = [key for each in shown for key in (each.reporter_id, each.reported_id, each.decided_person_id)]
    people = people_for_staff(keys, viewer)
    return [_line(each, people) for each in shown]


def report_detail(report: Report, viewer: Viewer) -> ReportDetail:
    senders = {entry["sender"] for entry in report.snapshot if entry["sender"]}
    accounts = {str(user.uuid): user.pk for user in User.objects.filter(uuid__in=senders)}
    keys = [report.reporter_id, report.reported_id, report.decided_person_id, report.decided_by_id, *accounts.values()]
    people = people_for_staff(keys, viewer)
    names = {uuid: person.name for uuid, key in accounts.items() if (person := people.get(key)) is not None}
    there = set(_files_there(report))
    choosable = [entry["message"] for entry in of_others(report)]
    decided = str(report.decided_message.uuid) if report.decided_message else ""
    return ReportDetail(
        line=_line(report, people),
        entries=tuple(_entry(entry, names, there, choosable, decided) for entry in report.snapshot),
        answer=report.answer,
        decided_by=people.get(report.decided_by_id or 0),
        can_undo=report.decision in CAN_BE_UNDONE,
    )


def reported_file(viewer: Viewer, uuid: UUID) -> tuple[Report, Attachment] | None:
    """A file of a message about which this adviser has a report to decide, and that report. No other file is there for staff."""
    attachment = Attachment.objects.filter(uuid=uuid).exclude(message=None).first()
    if attachment is None or not can_moderate(viewer):
        return None
    waiting = Report.objects.visible_to(viewer).undecided().filter(message=attachment.message_id)
    report = next((each for each in waiting if str(uuid) in _files_in(each.snapshot)), None)
    return (report, attachment) if report is not None else None


def flag_lines(viewer: Viewer) -> list[FlagLine]:
    """Who was stopped and has not been looked at: that it was so and how often, never what they wrote."""
    flags = list(SpamFlag.objects.filter(seen_at=None)[:100])
    people = people_for_staff([flag.user_id for flag in flags], viewer)
    return [
        FlagLine(flag.pk, flag.get_kind_display(), flag.count, people.get(flag.user_id), flag.first_at, flag.last_at)
        for flag in flags
    ]


def own_report(viewer: Viewer, uuid: UUID) -> OwnReport | None:
    """What the viewer has reported."""
    report = Report.objects.filter(uuid=uuid, reporter=viewer.user).first() if viewer.user else None
    return _own(report) if report is not None else None


def own_warning(viewer: Viewer, uuid: UUID) -> OwnWarning | None:
    """What Norec has decided about the viewer, or that a limit it had set is lifted; without who reported, why they did, and what
    they wrote."""
    if viewer.user is None:
        return None
    until = WritingLimit.objects.end_for(viewer.user)
    report = Report.objects.filter(uuid=uuid, decided_person=viewer.user, decision__in=TOLD_TO_REPORTED).first()
    if report is not None:
        limit = WritingLimit.objects.filter(report=report, lifted_at=None).first()
        return OwnWarning(_own(report), until=until or (limit.until if limit is not None else None), is_limited=until is not None)
    lifted = WritingLimit.objects.filter(user=viewer.user, report__uuid=uuid, lifted_at__isnull=False)
    last = lifted.select_related("report").order_by("-lifted_at").first()
    if last is None or last.report is None:
        return None
    # What is decided now may be about somebody else.
    told = replace(_own(last.report), decision="lifted", decision_name="", answer="", decided_at=last.lifted_at)
    return OwnWarning(told, until=until, is_limited=until is not None)


def waiting_count(viewer: Viewer) -> int:
    """How many reports and flags wait for an adviser."""
    return Report.objects.visible_to(viewer).undecided().count() + SpamFlag.objects.filter(seen_at=None).count()


def _own(report: Report) -> OwnReport:
    return OwnReport(
        reason=report.get_reason_display(),
        decision=report.decision,
        decision_name=report.get_decision_display(),
        answer=report.answer,
        created_at=report.created_at,
        decided_at=report.decided_at,
    )


def _line(report: Report, people: dict[int, StaffPerson]) -> ReportLine:
    return ReportLine(
        uuid=report.uuid,
        reason=report.get_reason_display(),
        words=report.words,
        reporter=people.get(report.reporter_id or 0),
        reported=people.get(report.decided_person_id or report.reported_id or 0),
        is_message=any(entry["is_reported"] for entry in report.snapshot),
        decision=report.decision,
        decision_name=report.get_decision_display(),
        created_at=report.created_at,
        decided_at=report.decided_at,
    )


def _entry(entry: Entry, names: dict[str, str], there: set[str], choosable: Collection[str], decided: str) -> ShownEntry:
    files: Sequence[dict[str, Any]] = entry.get("files", ())
    return ShownEntry(
        uuid=entry["message"],
        sender=names.get(entry["sender"] or "") or _("Former member"),
        body=entry["body"],
        sent_at=parse_datetime(entry["sent_at"]),
        is_reported=entry["is_reported"],
        is_deleted=entry["is_deleted"],
        is_edited=entry["is_edited"],
        has_account=entry["sender"] in names,
        can_be_chosen=entry["message"] in choosable,
        is_decided=entry["message"] == decided,
        versions=tuple(ShownVersion(each["body"], parse_datetime(each["replaced_at"])) for each in entry.get("versions", ())),
        files=tuple(ShownFile(each["uuid"], each["name"], each["size"], each["uuid"] in there) for each in files),
    )


def _files_in(snapshot: Iterable[dict[str, Any]]) -> list[str]:
    return [each["uuid"] for entry in snapshot for each in entry.get("files", ())]


def _files_there(report: Report) -> list[str]:
    """Those of the copy that an adviser can open now."""
    named = _files_in(report.snapshot)
    if report.decision or not named:
        return []
    found = Attachment.objects.filter(uuid__in=named, message=report.message_id)
    return [str(uuid) for uuid in found.values_list("uuid", flat=True)]
