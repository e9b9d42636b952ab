"""Every name of a channel group. Who may listen to one is decided where it is joined: `messaging.consumers`."""

from uuid import UUID


def conversation_group(conversation: UUID) -> str:
    """What all who take part in a conversation are told."""
    return f"messaging.conversation.{conversation.hex}"


def person_group(user_id: int) -> str:
    """What one person is told, on all their devices."""
    return f"messaging.person.{user_id}"
