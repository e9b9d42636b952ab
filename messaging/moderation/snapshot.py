"""What Norec sees of a conversation: a copy, made once, when a member reports something. It never grows."""

from typing import Any

from django.db.models import QuerySet

from messaging.models import Attachment, Conversation, Message, Report
from profiles.viewers import Viewer

MOST_AROUND = 5

Entry = dict[str, Any]


def snapshot_of_message(reporter: Viewer, message: Message) -> list[Entry]:
    """The message with what it said before, and at most five around it, as they are now."""
    others = _shown_to(reporter, message.conversation).exclude(pk=message.pk)
    before = list(others.filter(seq__lt=message.seq).order_by("-seq")[:MOST_AROUND])
    after = list(others.filter(seq__gt=message.seq).order_by("seq")[:MOST_AROUND])
    # As even as it gets: three before and two after, or more of one where there is little of the other.
    how_many_after = min(len(after), max(MOST_AROUND // 2, MOST_AROUND - len(before)))
    around = before[: MOST_AROUND - how_many_after] + after[:how_many_after]
    return [_entry(each, is_reported=each.pk == message.pk) for each in sorted([*around, message], key=lambda each: each.seq)]


def snapshot_of_conversation(reporter: Viewer, conversation: Conversation) -> list[Entry]:
    """The five newest messages that the reporter could read, as they are now."""
    newest = _shown_to(reporter, conversation).order_by("-seq")[:MOST_AROUND]
    return [_entry(each, is_reported=False) for each in reversed(newest)]


def of_others(report: Report) -> list[Entry]:
    """Entries of the copy that a decision can be about: nobody is judged by what they report themselves."""
    reporter = str(report.reporter.uuid) if report.reporter else None
    return [entry for entry in report.snapshot if entry["sender"] is None or entry["sender"] != reporter]


def _shown_to(reporter: Viewer, conversation: Conversation) -> QuerySet[Message]:
    """What the reporter could read there of people's words. What is deleted since is among it: deleting is no way out."""
    read = Message.objects.reportable_by(reporter).filter(conversation=conversation, event="", is_removed=False)
    return read.select_related("sender").prefetch_related("versions")


def _entry(message: Message, *, is_reported: bool) -> Entry:
    entry: Entry = {
        "message": str(message.uuid),
        # The account, not the name: that is looked up when it is shown, and gone when the account is.
        "sender": str(message.sender.uuid) if message.sender else None,
        "body": message.body,
        "sent_at": message.sent_at.isoformat(),
        "is_reported": is_reported,
        "is_deleted": message.deleted_at is not None,
        "is_edited": message.edited_at is not None,
    }
    if is_reported or message.deleted_at is not None:
        entry["versions"] = [{"body": each.body, "replaced_at": each.replaced_at.isoformat()} for each in message.versions.all()]
    if is_reported:
        files = Attachment.objects.filter(message=message)
        entry["files"] = [{"uuid": str(f.uuid), "name": f.name, "kind": f.kind, "size": f.size} for f in files]
    return entry
