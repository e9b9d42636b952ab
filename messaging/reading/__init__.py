"""What pages and frames show of conversations, each in a fixed number of queries."""

from messaging.attachments.reading import ShownAttachment
from messaging.reading.inboxes import (
    Inbox,
    ListedInvitation,
    ListedRequest,
    ListedThread,
    Preview,
    UnreadThread,
    Waiting,
    inbox,
    put_away_requests,
    unread_threads,
    unread_total,
    waiting,
    waiting_invitation,
)
from messaging.reading.people import Correspondent, name_of
from messaging.reading.searches import FoundMessage, SearchedMessages, search_messages
from messaging.reading.shown import ShownMessage, ShownReaction, ShownReply
from messaging.reading.threads import Missed, OwnChoices, ShownRequest, Thread, ThreadPerson, Window, missed, thread, window
from messaging.reading.unread import first_unread, how_many, unread_counts

__all__ = [
    "Correspondent",
    "FoundMessage",
    "Inbox",
    "ListedInvitation",
    "ListedRequest",
    "ListedThread",
    "Missed",
    "OwnChoices",
    "Preview",
    "SearchedMessages",
    "ShownAttachment",
    "ShownMessage",
    "ShownReaction",
    "ShownReply",
    "ShownRequest",
    "Thread",
    "ThreadPerson",
    "UnreadThread",
    "Waiting",
    "Window",
    "first_unread",
    "how_many",
    "inbox",
    "missed",
    "name_of",
    "put_away_requests",
    "search_messages",
    "thread",
    "unread_counts",
    "unread_threads",
    "unread_total",
    "waiting",
    "waiting_invitation",
    "window",
]
