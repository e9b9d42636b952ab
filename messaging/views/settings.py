"""What one chooses for all conversations, and the norms."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alumni_site.core.redirects import safe_next
from messaging.forms import NormsForm, SettingsForm
from messaging.models import MessagingSettings
from messaging.services.choices import agree_to_norms, save_settings
from messaging.views.common import do
from profiles.accounts.decorators import AccountRequest, active_member_page
from profiles.policies import acts_as_member


@require_http_methods(["GET", "POST"])
@active_member_page
def messages_settings(request: AccountRequest) -> HttpResponse:
    """Who may write to one, and whether others see how far one has read."""
    chosen = _chosen(request)
    initial = {"who_may_write": chosen.who_may_write, "shows_read_state": chosen.shows_read_state}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and do(request, save_settings, **form.cleaned_data):
        messages.success(request, _("Saved."))
        return redirect("messages_settings")
    return render(request, "messaging/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def messaging_norms(request: AccountRequest) -> HttpResponse:
    """How people talk here: for everybody to read, and for members to agree to before they write."""
    if not acts_as_member(request.viewer):
        return render(request, "messaging/norms.html", {"is_public": True})
    form = NormsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and do(request, agree_to_norms):
        return redirect(safe_next(request, "messages"))
    context = {
        "form": form,
        "has_agreed": _chosen(request).norms_agreed_at is not None,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "messaging/norms.html", context, status=422 if form.is_bound else 200)


def _chosen(request: AccountRequest) -> MessagingSettings:
    return MessagingSettings.objects.filter(user=request.user).first() or MessagingSettings(user=request.user)
