"""Suspending an account and taking it back, and ending its sessions."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.accounts.events import sessions_ended
from profiles.accounts.policies import can_suspend
from profiles.accounts.tasks import mail_standing
from profiles.models import User
from profiles.models.accounts import AccountStatus
from profiles.viewers import Viewer

# From which status to which, and under what name in the audit log.
_MOVES = {
    AccountStatus.SUSPENDED: (AccountStatus.ACTIVE, "profiles.account_suspended"),
    AccountStatus.ACTIVE: (AccountStatus.SUSPENDED, "profiles.account_reinstated"),
}


def suspend_account(*, actor: Viewer, user: User, words: str) -> None:
    """Shut a member out from their next request on, hide them from everybody but Norec, and mail them the words.

    Raises `NotAllowed`, `Invalid` without words, and `Conflict` when the account is not active.
    """
    if not words.strip():
        raise Invalid(_("Write why, in words for the person. They get it by e-mail."), code="words")
    _move(actor=actor, user=user, to=AccountStatus.SUSPENDED, words=words)


def reinstate_account(*, actor: Viewer, user: User, words: str = "") -> None:
    """Let a suspended member in again, with the roles and the visibility they had, and mail them so.

    Sessions from before stay ended: they sign in anew. Raises `NotAllowed`, and `Conflict` when it is not suspended.
    """
    _move(actor=actor, user=user, to=AccountStatus.ACTIVE, words=words)


@transaction.atomic
def _move(*, actor: Viewer, user: User, to: AccountStatus, words: str) -> None:
    if not can_suspend(actor, user):
        raise NotAllowed(_("You cannot suspend this account."))
    allowed_from, action = _MOVES[to]
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.status != allowed_from:
        raise Conflict(_("The account has changed meanwhile. Look at it again before you decide."))
    locked.status = to
    locked.standing_note = words.strip()
    locked.save(update_fields=["status", "standing_note"])
    end_sessions(user=locked)
    record(actor=actor.user, action=action, thing=locked)
    mail_standing.enqueue(user_id=locked.pk, status=to.value)


def end_sessions(*, user: User) -> None:
    """End every session of an account, on all devices, from the next request on. Whose own it is must renew it at once."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    sessions_ended.send(sender=User, user=user)
