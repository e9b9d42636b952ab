"""Who may sign in, and stay signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from alumni_site.core.prepared import Key, prepared
from profiles.models.accounts import AccountStatus, User


@prepared
def _account(key: Key) -> QuerySet[User]:
    return User.objects.select_related("profile").filter(pk=key)


class AccountBackend(AuthenticationBackend):
    """As allauth's, but a suspended account is nobody: Django asks this at sign-in and at each request of a session."""

    def get_user(self, user_id: Any) -> Any:
        """With their profile: every page shows one's own name and picture in its bar."""
        user = _account.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.status != AccountStatus.SUSPENDED
