"""Where a person comes first, and the links to the pages about accounts."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alumni_site.core.navigation import NavigationItem, Place, register_navigation, signed_in
from profiles.accounts.policies import can_manage_members, can_mend_deliveries
from profiles.roles import Role
from profiles.viewers import Viewer


def register() -> None:
    """Put the pages about accounts into the menus. Called from the app's `ready`."""
    register_navigation(NavigationItem(Place.ACCOUNT, _("Settings"), "settings", order=80, shown_to=signed_in))
    register_navigation(NavigationItem(Place.ACCOUNT, _("My application"), "application", order=5, shown_to=_is_no_member_yet))
    register_navigation(
        NavigationItem(
            Place.STAFF, _("Applicants"), "staff_applicants", order=20, shown_to=can_manage_members, count=_waiting_applicants
        )
    )
    register_navigation(NavigationItem(Place.STAFF, _("Members"), "staff_members", order=30, shown_to=can_manage_members))
    register_navigation(
        NavigationItem(
            Place.STAFF,
            _("Not delivered"),
            "staff_deliveries",
            order=90,
            shown_to=can_mend_deliveries,
            count=_dead_deliveries,
        )
    )


def first_page_for(user: Any) -> str:
    """The page after sign-in: the application of who is no member yet, who sees what until that is chosen, else my page."""
    from profiles.models import User

    # Asked anew: verifying an address may have changed the account since this request began.
    account = User.objects.select_related("profile").get(pk=user.pk)
    if not account.is_member:
        return reverse("application")
    profile = getattr(account, "profile", None)
    if profile is None:
        return _first_page_without_profile(account)
    return reverse("visibility") if profile.visibility_chosen_at is None else str(settings.LOGIN_REDIRECT_URL)


def _first_page_without_profile(account: Any) -> str:
    """Who runs the site, or was given a role at the console, has no page of their own."""
    if account.is_superuser or account.role_grants.filter(role=Role.ADVISER).exists():
        return reverse("staff_members")
    return reverse("wagtailadmin_home") if account.is_staff else "/"


def _is_no_member_yet(viewer: Viewer) -> bool:
    return viewer.user is not None and not viewer.user.is_member


def _dead_deliveries(viewer: Viewer) -> int:
    from notifications.models import Delivery

    return Delivery.objects.dead().count()


def _waiting_applicants(viewer: Viewer) -> int:
    from profiles.models import Application

    return Application.objects.waiting().count()
