"""Who looks: one of each kind of viewer, with a browser of their own."""

from dataclasses import dataclass

from django.test import Client

from profiles.audiences import Audience
from profiles.models import Block, User
from profiles.roles import Role
from profiles.viewers import Viewer, viewer_for
from tests.architecture.canaries import Canary
from tests.factories import RoleGrantFactory, UserFactory


@dataclass(frozen=True)
class Seat:
    """`audience` is whose part of a profile this kind of viewer may see; None when they may not know of the person."""

    kind: str
    audience: Audience | None
    user: User | None = None

    @property
    def client(self) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        if self.user is not None:
            client.force_login(self.user)
        return client

    @property
    def viewer(self) -> Viewer:
        return viewer_for(User.objects.get(pk=self.user.pk)) if self.user else Viewer()


# One for each audience, and those who are kept apart: enough where a surface knows no more of a viewer than that.
ONE_OF_EACH = frozenset({"visitor", "member", "mission officer", "partner coordinator", "adviser", "blocked", "blocker"})


def _with_role(role: Role) -> User:
    return RoleGrantFactory(role=role).user


def general_seats() -> list[Seat]:
    """Those who have nothing to do with the people looked at."""
    suspended = _with_role(Role.ADVISER)
    User.objects.filter(pk=suspended.pk).update(status="suspended")
    return [
        Seat("visitor", Audience.PUBLIC),
        Seat("member", Audience.MEMBERS, _with_role(Role.MEMBER)),
        Seat("participant", Audience.MEMBERS, _with_role(Role.PARTICIPANT)),
        Seat("mission officer", Audience.MISSIONS, _with_role(Role.OFFICER)),
        Seat("partner coordinator", Audience.PARTNERS, _with_role(Role.COORDINATOR)),
        Seat("adviser", Audience.NOREC, _with_role(Role.ADVISER)),
        Seat("editor", Audience.NOREC, _with_role(Role.EDITOR)),
        Seat("applicant", Audience.PUBLIC, UserFactory(status="applicant")),
        Seat("suspended adviser", Audience.PUBLIC, suspended),
    ]


def blocked_seat(canaries: list[Canary]) -> Seat:
    """A member whom all of these people have blocked."""
    user = _with_role(Role.MEMBER)
    Block.objects.bulk_create(Block(blocker=each.profile.user, blocked=user) for each in canaries)
    return Seat("blocked", None, user)


def blocker_seat(canaries: list[Canary]) -> Seat:
    """A member who has blocked all of these people."""
    user = _with_role(Role.MEMBER)
    Block.objects.bulk_create(Block(blocker=user, blocked=each.profile.user) for each in canaries)
    return Seat("blocker", None, user)


def owner_seat(canary: Canary) -> Seat:
    """The person themselves, acting as a member."""
    return Seat("owner", Audience.MEMBERS, canary.profile.user)
