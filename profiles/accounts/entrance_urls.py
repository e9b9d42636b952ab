"""Addresses that stand before others' of the same name: one step of allauth's, and what Wagtail's admin has for accounts.

There is one way in, with its rate limits and its verified address, and one place to keep accounts, with its policies and log.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from profiles.accounts.views.entrance import confirm_address, editors_sign_in, not_there

urlpatterns = [
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", confirm_address, name="account_confirm_email"),
    path("cms/login/", editors_sign_in),
    # Accounts in bulk, with their addresses, past every policy and the log.
    re_path(r"^cms/(?:users|bulk/profiles/user)/", not_there),
    path("cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    # Wagtail's sign-in for pages that only some may read.
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
]
