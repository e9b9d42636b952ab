"""A member sends a file in pieces, takes it back, and puts it into a message.

The bytes of a row that is deleted are deleted with the commit, however it goes: `signals` sees to that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from messaging.attachments import scanning
from messaging.attachments.making import Made, make
from messaging.attachments.names import clean_name
from messaging.attachments.parts import delete_parts, joined, save_part
from messaging.attachments.policies import can_attach
from messaging.attachments.problems import Refused, problem_in_words
from messaging.models import Attachment, AttachmentState, Conversation, Message, Report
from messaging.models.attachments import LARGEST_FILE, MOST_FILES
from profiles.models import User
from profiles.storage import private_storage
from profiles.viewers import Viewer

logger = structlog.get_logger(__name__)

KEPT_UNSENT = timedelta(days=1)
# Two full messages, and some that were refused.
MOST_UNSENT_BYTES = 2 * MOST_FILES * LARGEST_FILE
MOST_UNSENT = 20
FOLDER = "attachments"
_LARGE, _SMALL = "whole", "small"


@transaction.atomic
def begin_upload(*, actor: Viewer, conversation: Conversation, name: str, size: int) -> Attachment:
    """Announce a file of `size` bytes. Raises `NotAllowed`, and `Invalid` with a code: empty, too_large, too_many."""
    user = _who_attaches(actor, conversation)
    if size <= 0:
        raise Invalid(problem_in_words("empty"), code="empty")
    if size > LARGEST_FILE:
        raise Invalid(problem_in_words("too_large"), code="too_large")
    # One at a time for a person, so that ten uploads begun at once do not each find room.
    User.objects.select_for_update().get(pk=user.pk)
    waiting = Attachment.objects.filter(uploader=user, message=None).aggregate(files=Count("pk"), size=Sum("size"))
    if waiting["files"] >= MOST_UNSENT or (waiting["size"] or 0) + size > MOST_UNSENT_BYTES:
        raise Invalid(_("You have many files that are not sent. Send or remove some of them first."), code="too_many")
    return Attachment.objects.create(conversation=conversation, uploader=user, name=clean_name(name), size=size)


def append(*, actor: Viewer, attachment: Attachment, offset: int, content: bytes) -> Attachment:
    """Take the piece that begins at `offset`. With the last one the file is looked at; see its state for what came of it.

    Raises `NotAllowed`, `Conflict` (code wrong_offset) when that is not where the file has got to, and `Invalid` (code
    too_large) for more than was announced.
    """
    _check_owner(actor, attachment)
    with transaction.atomic():
        locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if locked.state != AttachmentState.UPLOADING or locked.received != offset:
            raise Conflict(_("The file is not at this place."), code="wrong_offset")
        if offset + len(content) > locked.size:
            raise Invalid(_("This is more than the file has."), code="too_large")
        if content:
            # Written while the row is held: two who send the same piece at once do not mix.
            save_part(locked.uuid, offset, content)
            locked.received = offset + len(content)
        if locked.received == locked.size:
            locked.state = AttachmentState.CHECKING
        locked.save(update_fields=["received", "state"])
    return _looked_at(locked) if locked.state == AttachmentState.CHECKING else locked


def upload_whole(*, actor: Viewer, conversation: Conversation, name: str, content: bytes) -> Attachment:
    """Take a file that came in one piece, from a plain form."""
    attachment = begin_upload(actor=actor, conversation=conversation, name=name, size=len(content))
    return append(actor=actor, attachment=attachment, offset=0, content=content)


@transaction.atomic
def cancel_upload(*, actor: Viewer, attachment: Attachment) -> None:
    """Remove a file that is not sent, complete or not. Raises `NotAllowed`, and `Conflict` when it has been sent meanwhile."""
    _check_owner(actor, attachment)
    locked = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if locked is None:
        return
    if locked.message_id is not None:
        raise Conflict(_("The file is sent already."), code="already_sent")
    locked.delete()


def attach(*, actor: Viewer, message: Message, uuids: Sequence[UUID]) -> list[Attachment]:
    """Put files into a message that is being sent, within its transaction.

    Raises `NotAllowed`, and `Invalid` with a code: too_many_files, attachment_not_ready (also for files that are not the
    actor's, of another conversation, or in another message already: nobody learns which).
    """
    wanted = list(dict.fromkeys(uuids))
    if not wanted:
        return []
    if len(wanted) > MOST_FILES:
        raise Invalid(_("A message can have %(most)s files. Remove some.") % {"most": MOST_FILES}, code="too_many_files")
    user = _who_attaches(actor, message.conversation)
    if message.sender_id != user.pk:
        raise NotAllowed(_("You can only add files to your own message."))
    own = Attachment.objects.select_for_update().filter(uploader=user, conversation=message.conversation_id)
    found = {each.uuid: each for each in own.filter(message=None, state=AttachmentState.READY, uuid__in=wanted)}
    if len(found) != len(wanted):
        raise Invalid(_("A file is not ready yet, or was not taken. Wait a moment, or remove it."), code="attachment_not_ready")
    Attachment.objects.filter(pk__in=[each.pk for each in found.values()]).update(message=message)
    return [found[uuid] for uuid in wanted]


def delete_files_of(message: Message) -> None:
    """Delete the files of a message that is gone for all, in that transaction. While a report about it is undecided they are
    kept for those who decide, and nobody else; `moderation` deletes them then (docs/decisions/reports.md)."""
    if Report.objects.undecided().filter(message=message).exists():
        return
    for attachment in Attachment.objects.select_for_update().filter(message=message):
        attachment.delete()


def finish_check(attachment_id: int) -> bool:
    """Look at a complete file: what it is, whether a virus is in it. Safe to run twice.

    False when the scanner does not answer: the file waits, and nobody gets it before.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, state=AttachmentState.CHECKING).first()
    if attachment is None:
        return True
    try:
        content = joined(attachment.uuid, attachment.size)
        scanning.scan(content)
        made = make(content, attachment.name)
    except scanning.ScannerUnreachable:
        logger.warning("scanner_unreachable", attachment=str(attachment.uuid))
        return False
    except Refused as refused:
        _refuse(attachment, refused.code)
    except FileNotFoundError:
        # Removed meanwhile, or a piece is lost: either way there is no file.
        _refuse(attachment, "damaged")
    else:
        _keep(attachment, made)
    return True


def check_waiting_files() -> int:
    """Look again at files whose check was cut off, or waits for the scanner. Returns how many still wait. Run by the schedule."""
    waiting = Attachment.objects.filter(state=AttachmentState.CHECKING)
    for key in list(waiting.order_by("pk").values_list("pk", flat=True)):
        if not finish_check(key):
            # The scanner does not answer: the others would not fare better now.
            break
    return waiting.count()


def remove_unsent_files(now: datetime | None = None) -> int:
    """Remove files that nobody has sent within a day. Returns how many. Run by the schedule; safe to run twice."""
    old = Attachment.objects.filter(message=None, created_at__lt=(now or timezone.now()) - KEPT_UNSENT)
    removed = 0
    for key in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            attachment = Attachment.objects.select_for_update().filter(pk=key, message=None).first()
            if attachment is not None:
                attachment.delete()
                removed += 1
    return removed


def expires_at(attachment: Attachment) -> datetime:
    return attachment.created_at + KEPT_UNSENT


def small_file(name: str) -> str:
    """The name in storage of the little picture, from the name of the whole one."""
    return name.rpartition("/")[0] + f"/{_SMALL}"


def _who_attaches(actor: Viewer, conversation: Conversation) -> User:
    if actor.user is None or not can_attach(actor, conversation):
        raise NotAllowed(_("You cannot send files here."))
    return actor.user


def _check_owner(actor: Viewer, attachment: Attachment) -> None:
    if actor.user is None or attachment.uploader_id != actor.user.pk:
        raise NotAllowed(_("This is not your file."))


def _looked_at(attachment: Attachment) -> Attachment:
    """With a scanner the check is background work; without one the answer is there at once."""
    if settings.CLAMAV_URL:
        from messaging.attachments.tasks import check_file

        check_file.enqueue(attachment_id=attachment.pk)
    else:
        finish_check(attachment.pk)
    attachment.refresh_from_db()
    return attachment


def _refuse(attachment: Attachment, code: str) -> None:
    waiting = Attachment.objects.filter(pk=attachment.pk, state=AttachmentState.CHECKING)
    waiting.update(state=AttachmentState.REFUSED, problem=code)
    delete_parts(attachment.uuid)


def _keep(attachment: Attachment, made: Made) -> None:
    """Store what was made. Where two check the same file at once, the second finds it done and removes its own copy."""
    # Random, so that a copy another has made is not written over.
    folder = f"{FOLDER}/{attachment.uuid.hex}-{timezone.now():%H%M%S%f}"
    storage = private_storage()
    name = storage.save(f"{folder}/{_LARGE}", ContentFile(made.content))
    if made.small:
        storage.save(small_file(name), ContentFile(made.small))
    kept = Attachment.objects.filter(pk=attachment.pk, state=AttachmentState.CHECKING).update(
        state=AttachmentState.READY,
        kind=made.kind,
        content_type=made.content_type,
        name=made.name,
        size=len(made.content),
        received=len(made.content),
        width=made.width,
        height=made.height,
        seconds=made.seconds,
        file=name,
    )
    if kept:
        delete_parts(attachment.uuid)
    else:
        _delete_files(name)


def delete_bytes(*, name: str, upload: UUID) -> None:
    """Delete what is stored of a file whose row is gone."""
    delete_parts(upload)
    if name:
        _delete_files(name)


def _delete_files(name: str) -> None:
    storage = private_storage()
    storage.delete(name)
    storage.delete(small_file(name))
    # A folder on disk; in object storage there is none.
    storage.delete(name.rpartition("/")[0])
