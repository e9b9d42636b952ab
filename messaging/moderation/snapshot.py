"""What Norec sees of a conversation: a copy, made once, when a member reports something. It never grows."""

from typing import Any

from django.db.models import QuerySet

from messaging.models import Attachment, Conversation, Message
from profiles.models import Block
from profiles.viewers import Viewer

MOST_AROUND = 5

Entry = dict[str, Any]


def snapshot_of_message(reporter: Viewer, message: Message) -> list[Entry]:
    """The message with what it said before, and at most five around it, as the reporter sees them now."""
    others = _shown_to(reporter, message.conversation).exclude(pk=message.pk)
    before = list(others.filter(seq__lt=message.seq).order_by("-seq")[:MOST_AROUND])
    after = list(others.filter(seq__gt=message.seq).order_by("seq")[:MOST_AROUND])
    # As even as it gets: three before and two after, or more of one where there is little of the other.
    how_many_after = min(len(after), max(MOST_AROUND // 2, MOST_AROUND - len(before)))
    around = before[: MOST_AROUND - how_many_after] + after[:how_many_after]
    return [_entry(each, is_reported=each.pk == message.pk) for each in sorted([*around, message], key=lambda each: each.seq)]


def snapshot_of_conversation(reporter: Viewer, conversation: Conversation) -> list[Entry]:
    """The five newest messages, as the reporter sees them now."""
    newest = _shown_to(reporter, conversation).order_by("-seq")[:MOST_AROUND]
    return [_entry(each, is_reported=False) for each in reversed(newest)]


def _shown_to(reporter: Viewer, conversation: Conversation) -> QuerySet[Message]:
    """What the reporter reads there: people's words, nothing that is deleted, nobody hidden from them."""
    shown = Message.objects.visible_to(reporter).filter(event="", deleted_at=None, is_removed=False)
    hidden = Block.objects.accounts_hidden_from(reporter.user)
    return shown.filter(conversation=conversation).exclude(sender__in=hidden).select_related("sender")


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
    if is_reported:
        versions = message.versions.values_list("body", "replaced_at")
        entry["versions"] = [{"body": body, "replaced_at": at.isoformat()} for body, at in versions]
        files = Attachment.objects.filter(message=message)
        entry["files"] = [{"uuid": str(f.uuid), "name": f.name, "kind": f.kind, "size": f.size} for f in files]
    return entry
