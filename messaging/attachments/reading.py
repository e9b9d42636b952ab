"""Files as pages and frames show them, and the one question of who may read one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from alumni_site.core.prepared import Key, Keys, prepared
from messaging.attachments.problems import problem_in_words
from messaging.models import Attachment, AttachmentKind, AttachmentState, Conversation, Message
from profiles.viewers import Viewer


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """A file in a message. `small_url` is the little picture, empty for what is no picture."""

    uuid: UUID
    name: str
    kind: str
    content_type: str
    size: int
    url: str
    small_url: str = ""
    width: int | None = None
    height: int | None = None
    seconds: int | None = None

    @property
    def small_width(self) -> int:
        return _fitted(self.width or 1, self.height or 1)[0]

    @property
    def small_height(self) -> int:
        return _fitted(self.width or 1, self.height or 1)[1]


@dataclass(frozen=True, slots=True)
class UnsentFile:
    """A file of one's own that waits to be sent. `problem` is empty, or says why it is not taken."""

    uuid: UUID
    name: str
    size: int
    received: int
    state: str
    problem: str = ""

    @property
    def is_unfinished(self) -> bool:
        """Whether only a part of it has come: it is on its way from some page, or that was closed."""
        return self.state == AttachmentState.UPLOADING

    @property
    def is_ready(self) -> bool:
        return self.state == AttachmentState.READY

    @property
    def is_checking(self) -> bool:
        return self.state == AttachmentState.CHECKING

    def as_data(self) -> dict[str, Any]:
        return {
            "id": str(self.uuid),
            "name": self.name,
            "size": self.size,
            "received": self.received,
            "state": self.state,
            "problem": self.problem,
        }


def attachments_of(messages: Iterable[Message]) -> dict[int, tuple[ShownAttachment, ...]]:
    """The files of these messages by the message's key, in one query. For messages the reader may see; one that is deleted
    has none."""
    asked = list(messages)
    there = [message.pk for message in asked if message.deleted_at is None and not message.is_removed]
    found: dict[int, list[ShownAttachment]] = {}
    # Asked for also when all of them are deleted: what a page costs does not depend on what is in it.
    for attachment in _files_of(there) if asked else ():
        found.setdefault(attachment.message_id or 0, []).append(shown(attachment))
    return {key: tuple(files) for key, files in found.items()}


@prepared
def _files_of(messages: Keys) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=messages)


def shown(attachment: Attachment) -> ShownAttachment:
    is_picture = attachment.kind == AttachmentKind.IMAGE
    return ShownAttachment(
        uuid=attachment.uuid,
        name=attachment.name,
        kind=attachment.kind,
        content_type=attachment.content_type,
        size=attachment.size,
        url=reverse("message_file", args=[attachment.uuid, attachment.name]),
        small_url=reverse("message_file_small", args=[attachment.uuid]) if is_picture else "",
        width=attachment.width,
        height=attachment.height,
        seconds=attachment.seconds,
    )


def readable_file(viewer: Viewer, uuid: UUID) -> Attachment | None:
    """The file, when this viewer may read it now: it stands in a message they see, or they have it ready to send."""
    if viewer.user is None:
        return None
    messages = Message.objects.visible_to(viewer).filter(deleted_at=None, is_removed=False)
    in_a_message = Q(message__in=messages.values("pk"))
    own = Q(message=None, uploader=viewer.user, conversation__in=Conversation.objects.visible_to(viewer).values("pk"))
    return Attachment.objects.filter(in_a_message | own, uuid=uuid, state=AttachmentState.READY).first()


def own_upload(viewer: Viewer, uuid: UUID) -> Attachment | None:
    """A file of the viewer's own that is not sent yet, in whatever state, in a conversation they still see."""
    if viewer.user is None:
        return None
    return (
        Attachment.objects.select_related("conversation")
        .filter(uuid=uuid, uploader=viewer.user, message=None, conversation__in=Conversation.objects.visible_to(viewer))
        .first()
    )


def unsent_files(viewer: Viewer, conversation: Conversation) -> list[UnsentFile]:
    """What the viewer has sent up for the next message of this conversation: begun, being checked, ready or refused."""
    if viewer.user is None:
        return []
    return [unsent(attachment) for attachment in _waiting_files(viewer.user.pk, conversation.pk)]


@prepared
def _waiting_files(uploader: Key, conversation: Key) -> QuerySet[Attachment]:
    return Attachment.objects.filter(uploader=uploader, conversation=conversation, message=None)


def unsent(attachment: Attachment) -> UnsentFile:
    return UnsentFile(
        uuid=attachment.uuid,
        name=attachment.name,
        size=attachment.size,
        received=attachment.received,
        state=attachment.state,
        problem=problem_in_words(attachment.problem) if attachment.problem else "",
    )


def _fitted(width: int, height: int) -> tuple[int, int]:
    from messaging.attachments.making import SMALL_SIDE

    scale = min(1.0, SMALL_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
