"""Who may sign in, and stay signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from profiles.models.accounts import AccountStatus, User


class AccountBackend(AuthenticationBackend):
    """As allauth's, but a suspended account is nobody: Django asks this at sign-in and at each request of a session."""

    def get_user(self, user_id: Any) -> Any:
        """With their profile: every page shows one's own name and picture in its bar."""
        try:
            user = User.objects.select_related("profile").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.status != AccountStatus.SUSPENDED
