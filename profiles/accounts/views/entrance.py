"""The link in the mail that verifies an address. Everything else of sign-in and sign-up is allauth's own."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from profiles.accounts.forms import ConfirmAddressForm


class ConfirmAddressView(allauth_views.ConfirmEmailView):
    """Verify an address at a press. Another browser than the one that signed up asks for the password as well.

    Otherwise a stranger could sign up with somebody's address and let its owner open the door:
    docs/decisions/proof-of-address.md.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        address: EmailAddress = self.object.email_address
        if self._is_known_browser(address):
            return super().post(*args, **kwargs)
        form = ConfirmAddressForm(self.request.POST)
        if not form.is_valid() or not self._is_right_password(form, address):
            return self.render_to_response(self.get_context_data(form=form), status=422)
        # Whoever else is signed in here is not the one who knows this password.
        self.logout_other_user(self.object)
        response = super().post(*args, **kwargs)
        address.refresh_from_db()
        if not address.verified or self.request.user.is_authenticated:
            return response
        return perform_login(self.request, address.user, email=address.email)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.object is not None and not self._is_known_browser(self.object.email_address):
            kwargs.setdefault("form", ConfirmAddressForm())
        return super().get_context_data(**kwargs)

    def _is_known_browser(self, address: EmailAddress) -> bool:
        """Whether this browser is signed in to the account, or has just given its password."""
        if self.request.user.is_authenticated:
            return self.request.user.pk == address.user_id
        login = unstash_login(self.request, peek=True)
        return login is not None and login.user is not None and login.user.pk == address.user_id

    def _is_right_password(self, form: ConfirmAddressForm, address: EmailAddress) -> bool:
        adapter = get_adapter(self.request)
        try:
            right = adapter.is_password_of(self.request, address, form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
            return False
        if not right:
            form.add_error("password", adapter.validation_error("incorrect_password"))
        return right


confirm_address = ConfirmAddressView.as_view()


def not_there(request: HttpRequest) -> HttpResponse:
    """The 404 of a page that does not exist."""
    raise Http404


@never_cache
def editors_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the editors' admin sends who may not come in: to the one sign-in, or nowhere when they are signed in already."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.GET.get("next", reverse("wagtailadmin_home")))
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    return redirect("wagtailadmin_home")
