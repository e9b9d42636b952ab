"""A file whose row goes, goes too: also when the row goes because its message or its conversation does."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from messaging.attachments.services import delete_bytes
from messaging.models import Attachment


@receiver(post_delete, sender=Attachment)
def delete_bytes_with_row(sender: Any, instance: Attachment, **kwargs: Any) -> None:
    name, upload = instance.file.name or "", instance.uuid
    transaction.on_commit(lambda: delete_bytes(name=name, upload=upload))
