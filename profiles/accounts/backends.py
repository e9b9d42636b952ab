"""Who may sign in, and stay signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from profiles.models.accounts import AccountStatus


class AccountBackend(AuthenticationBackend):
    """As allauth's, but a suspended account is nobody: Django asks this at sign-in and at each request of a session."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.status != AccountStatus.SUSPENDED
