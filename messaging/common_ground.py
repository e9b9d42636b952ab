"""Registry of what two people can have shared. Apps add to it in `AppConfig.ready`: an event, a mentorship, a course."""

from collections.abc import Callable

from profiles.viewers import Viewer

# Whether somebody, in the capacity they act in, has shared something with an account.
Check = Callable[[Viewer, int], bool]

_checks: dict[str, Check] = {}


def register_common_ground(key: str, check: Check) -> None:
    """Add a way of having shared something. A key stands once: registering it again replaces the check."""
    _checks[key] = check


def have_common_ground(actor: Viewer, user_id: int) -> bool:
    return any(check(actor, user_id) for check in _checks.values())


def share_a_conversation(actor: Viewer, user_id: int) -> bool:
    """Both take part in a group, or in something the network has put them together in."""
    from messaging.models import Participation

    own = Participation.objects.present().filter(user=actor.user).exclude(conversation__kind="direct")
    return Participation.objects.present().filter(user=user_id, conversation__in=own.values("conversation")).exists()


def share_an_organisation(actor: Viewer, user_id: int) -> bool:
    """An exchange of each went from or to the same organisation; or the actor acts for one that the other was at."""
    from django.db.models import Q

    from profiles.models import Exchange

    own: set[int | None] = set()
    for pair in Exchange.objects.filter(profile__user=actor.user).values_list("sending_organisation", "host_organisation"):
        own |= set(pair)
    if actor.capacity is not None:
        own.add(actor.capacity.organisation_id)
    own.discard(None)
    theirs = Exchange.objects.filter(profile__user=user_id)
    return bool(own) and theirs.filter(Q(sending_organisation__in=own) | Q(host_organisation__in=own)).exists()


def register() -> None:
    """What conversations and exchanges tell. Called when the app is ready."""
    register_common_ground("conversation", share_a_conversation)
    register_common_ground("organisation", share_an_organisation)
