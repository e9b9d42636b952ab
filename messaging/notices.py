"""What this app tells members outside its pages: who has written and where, never what."""

from messaging.models import Conversation, MessageRequest
from profiles.models import User


def tell_of_request(request: MessageRequest) -> None:
    """Tell the recipient of a request at once."""


def forget_request(request: MessageRequest) -> None:
    """It is answered, or taken back: nothing more is told of it."""


def forget_messages(user: User, conversation: Conversation) -> None:
    """They have read the conversation: nothing more is told of it."""
