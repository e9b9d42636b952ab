"""Regular work of messages."""

from datetime import timedelta

from alumni_site.core.schedule import register_job


def register() -> None:
    """Declare it. Called when the app is ready."""
    register_job("tell-unread-messages", every=timedelta(minutes=1), run=_tell_unread_messages)


def _tell_unread_messages() -> object:
    from messaging.notices import tell_unread_messages

    return tell_unread_messages()
