"""What people set for themselves: language, time zone, and the capacity they act in."""

from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Invalid, NotAllowed
from alumni_site.core.languages import supported_language
from notifications.preferences import move_digests
from profiles.accounts.time_zones import is_time_zone
from profiles.models import RoleGrant, User
from profiles.viewers import Viewer


def change_settings(*, actor: Viewer, language: str, time_zone: str) -> None:
    """Set one's own language ("nn", "nb" or "en") and time zone (an IANA name, or empty). Raises `NotAllowed` and `Invalid`."""
    user = _own_account(actor)
    if supported_language(language) != language:
        raise Invalid(_("Choose one of the languages in the list."), code="language")
    if time_zone and not is_time_zone(time_zone):
        raise Invalid(_("Choose one of the time zones in the list."), code="time_zone")
    user.language, user.time_zone = language, time_zone
    with transaction.atomic():
        user.save(update_fields=["language", "time_zone"])
        # The digest keeps its hour, by the new clock.
        move_digests(user=user)


def choose_capacity(*, actor: Viewer, capacity: str) -> RoleGrant:
    """Remember the capacity, the UUID of one of one's own roles, for this and the next sign-in.

    Raises `NotAllowed` for anything else: another's role and one that does not exist are answered alike.
    """
    user = _own_account(actor)
    grant = next((grant for grant in actor.capacities if str(grant.uuid) == capacity), None)
    if grant is None:
        raise NotAllowed(_("You do not have this role."))
    user.last_capacity = grant
    user.save(update_fields=["last_capacity"])
    return grant


def _own_account(actor: Viewer) -> User:
    if actor.user is None:
        raise NotAllowed(_("Sign in first."))
    return actor.user
