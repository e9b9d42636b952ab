"""A message that Norec removes: its words are gone for all, and a mark stays."""

from messaging.models import Message
from messaging.services.numbering import take_change_number
from messaging.telling import tell_changed
from profiles.viewers import Viewer


def remove_message(*, actor: Viewer, message: Message) -> Message:
    """Take the words, what they were before, and the signs under them away, in the transaction of the decision, and tell open
    pages after commit. The report keeps its copy. Doing it twice is doing it once."""
    take_change_number(message.conversation_id)
    locked = Message.objects.select_related("conversation", "reply_to").get(pk=message.pk)
    if locked.is_removed:
        return locked
    locked.body, locked.folded, locked.is_removed = "", "", True
    locked.change = locked.conversation.last_change
    locked.save(update_fields=["body", "folded", "is_removed", "change"])
    locked.versions.all().delete()
    locked.reactions.all().delete()
    tell_changed(actor, locked)
    return locked
