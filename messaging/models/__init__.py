"""What the network keeps of conversations. Text stands in `Message`; everything a person has chosen about a conversation stands
in their `Participation`."""

from messaging.models.attachments import Attachment, AttachmentKind, AttachmentState
from messaging.models.conversations import Conversation, ConversationKind, GroupInvitation, InvitationStatus, Participation
from messaging.models.messages import HiddenMessage, Message, MessageVersion, Reaction
from messaging.models.moderation import Decision, Report, ReportReason, SpamFlag, WritingLimit
from messaging.models.requests import MessageRequest, RequestStatus
from messaging.models.settings import MessagingSettings, WhoMayWrite

__all__ = [
    "Attachment",
    "AttachmentKind",
    "AttachmentState",
    "Conversation",
    "ConversationKind",
    "Decision",
    "GroupInvitation",
    "HiddenMessage",
    "InvitationStatus",
    "Message",
    "MessageRequest",
    "MessageVersion",
    "MessagingSettings",
    "Participation",
    "Reaction",
    "Report",
    "ReportReason",
    "RequestStatus",
    "SpamFlag",
    "WhoMayWrite",
    "WritingLimit",
]
