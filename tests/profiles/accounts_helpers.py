"""What the tests of accounts have in common."""

import threading
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client

from profiles.models import Application, RoleGrant, User
from profiles.roles import Role
from profiles.viewers import Viewer, viewer_for
from tests.factories import ProfileFactory, RoleGrantFactory, UserFactory


def verified(user: User, *, is_verified: bool = True) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=is_verified, primary=True)
    return user


def member(role: Role = Role.MEMBER, **profile: Any) -> User:
    """An active member with a profile and one role."""
    grant = RoleGrantFactory(user=ProfileFactory(**profile).user, role=role)
    return verified(grant.user)


def adviser(**profile: Any) -> User:
    return member(Role.ADVISER, **profile)


def acting(user: User) -> Viewer:
    """The account as it is in the database now, as the one who does something."""
    return viewer_for(User.objects.get(pk=user.pk))


def applicant(name: str = "Amina Otieno", *, is_verified: bool = True, **fields: Any) -> Application:
    user = verified(UserFactory(status="applicant"), is_verified=is_verified)
    return Application.objects.create(user=user, name=name, **{"role": Role.MEMBER, "text": "I was in Førde.", **fields})


def signed_in(user: User, capacity: RoleGrant | None = None) -> Client:
    client = Client()
    client.force_login(user)
    if capacity is not None:
        session = client.session
        session["capacity"] = str(capacity.uuid)
        session.save()
    return client


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Do these at the same moment, each on a connection of its own; what each returned or raised, in their order.

    SQLite in memory has one connection, so there they follow one another: the test needs `transaction=True` all the same.
    """
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            if connection.vendor != "sqlite":
                start.wait(20)
            answers[number] = acts[number]()
        except Exception as error:
            answers[number] = error
        finally:
            if connection.vendor != "sqlite":
                connection.close()

    if connection.vendor == "sqlite":
        for number in range(len(acts)):
            run(number)
        return answers
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
