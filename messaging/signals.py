"""What open sockets must learn at once: signed out, suspended, blocked, changed one's mind about read marks."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver

from messaging.models import MessagingSettings
from messaging.services.groups import pass_on_groups_of
from messaging.telling import end_session, look_again
from profiles.accounts.events import sessions_ended
from profiles.models import Block, User


@receiver(user_logged_out)
def signed_out(request: Any, user: User | None, **_: Any) -> None:
    session = getattr(request, "session", None)
    if user is not None and session is not None and session.session_key:
        end_session(user.pk, session.session_key)


@receiver(sessions_ended)
def all_sessions_ended(user: User, **_: Any) -> None:
    look_again([user.pk])


@receiver(post_save, sender=User)
def account_changed(instance: User, created: bool, **_: Any) -> None:
    """A new password, another status, another language."""
    if created:
        return
    look_again([instance.pk])
    if not instance.is_member:
        pass_on_groups_of(instance)


@receiver(pre_delete, sender=User)
def account_goes(instance: User, **_: Any) -> None:
    pass_on_groups_of(instance)


@receiver([post_save, post_delete], sender=Block)
def block_changed(instance: Block, **_: Any) -> None:
    look_again([instance.blocker_id, instance.blocked_id])


@receiver(post_save, sender=MessagingSettings)
def settings_changed(instance: MessagingSettings, **_: Any) -> None:
    look_again([instance.user_id])
