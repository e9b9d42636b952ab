"""Addresses that stand before others' of the same name: one step of allauth's that is ours, and Wagtail's own sign-in.

There is one way in, with its rate limits and its verified address; the editors' admin sends people there.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from profiles.accounts.views.entrance import confirm_address, editors_sign_in

urlpatterns = [
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", confirm_address, name="account_confirm_email"),
    path("cms/login/", editors_sign_in),
    path("cms/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
]
