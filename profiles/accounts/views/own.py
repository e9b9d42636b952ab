"""One's own account: application, settings, capacity, blocked people."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Conflict, NotAllowed
from alumni_site.core.languages import supported_language
from alumni_site.core.redirects import own_address
from profiles.accounts.blocked import blocked_people
from profiles.accounts.decorators import AccountRequest, account_page, active_member_page
from profiles.accounts.member_forms import ApplicationForm, SettingsForm
from profiles.accounts.navigation import first_page_for
from profiles.accounts.policies import can_block
from profiles.accounts.services.applications import withdraw_application, write_application
from profiles.accounts.services.blocks import block_person, unblock_person
from profiles.accounts.services.settings import change_settings, choose_capacity
from profiles.accounts.services.standing import end_sessions
from profiles.disclosure import disclose
from profiles.middleware import CAPACITY_SESSION_KEY
from profiles.models import Application, Profile, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role


@require_http_methods(["GET", "POST"])
@account_page
def application(request: AccountRequest) -> HttpResponse:
    """What an applicant wrote, what happens next, or what the answer was. Members have no business here."""
    if request.user.is_member:
        return redirect(first_page_for(request.user))
    written = Application.objects.filter(user=request.user).first()
    waiting = request.user.status == AccountStatus.APPLICANT
    form = ApplicationForm(
        request.POST if request.method == "POST" and waiting else None,
        initial={"name": written.name, "role": written.role, "text": written.text} if written else None,
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            write_application(
                actor=request.viewer, user=request.user, name=values["name"], text=values["text"], role=Role(values["role"])
            )
        except NotAllowed as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("Your application is saved. Norec reads it as it is now."))
        return redirect("application")
    # A saved application shows its words; the form comes on demand, or when there is something to put right.
    writing = waiting and (written is None or form.is_bound or "change" in request.GET)
    context = {"application": written, "form": form, "writing": writing, "waiting": waiting, "address": request.user.email}
    return render(request, "profiles/accounts/application.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@account_page
def withdraw(request: AccountRequest) -> HttpResponse:
    """Take the application back: the account and all it wrote are deleted."""
    written = get_object_or_404(Application, user=request.user)
    if request.user.is_member:
        raise Http404
    if request.method == "GET":
        return render(request, "profiles/accounts/withdraw.html", {"address": request.user.email})
    try:
        withdraw_application(actor=request.viewer, application=written)
    except (NotAllowed, Conflict) as error:
        messages.warning(request, error.message)
        return redirect("application")
    request.session.flush()
    messages.success(request, _("Your account and what you wrote are deleted. You are welcome to sign up again."))
    return redirect("/")


@require_http_methods(["GET", "POST"])
@account_page
def settings(request: AccountRequest) -> HttpResponse:
    """Language and time zone, and the way to everything else that is one's own."""
    initial = {"language": request.user.language or request.LANGUAGE_CODE, "time_zone": request.user.time_zone}  # type: ignore[attr-defined]
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        change_settings(actor=request.viewer, language=language, time_zone=form.cleaned_data["time_zone"])
        with override(supported_language(language)):
            messages.success(request, _("Saved."))
        return redirect("settings")
    context = {"form": form, "address": request.user.email, "is_member": request.user.is_member}
    return render(request, "profiles/accounts/settings.html", context, status=422 if form.is_bound else 200)


@require_POST
@account_page
def end_other_sessions(request: AccountRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    end_sessions(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out on every other device."))
    return redirect("settings")


@require_POST
@account_page
def capacity(request: AccountRequest) -> HttpResponse:
    """Act in another of one's own roles from now on."""
    try:
        grant = choose_capacity(actor=request.viewer, capacity=request.POST.get("capacity", ""))
    except NotAllowed as error:
        raise Http404 from error
    request.session[CAPACITY_SESSION_KEY] = str(grant.uuid)
    name = f"{grant.get_role_display()}, {grant.organisation.name}" if grant.organisation else grant.get_role_display()
    messages.success(request, _("You are here as %(capacity)s now.") % {"capacity": name})
    return redirect(_way_back(request))


@require_GET
@active_member_page
def blocked(request: AccountRequest) -> HttpResponse:
    """Whom I have blocked, with a way to take it back."""
    return render(request, "profiles/accounts/blocked.html", {"people": blocked_people(request.viewer)})


@require_http_methods(["GET", "POST"])
@active_member_page
def block(request: AccountRequest, uuid: str) -> HttpResponse:
    """Block a person one can see: first what it means, then the press. Anybody else is a page that is not there."""
    profile = get_object_or_404(Profile.objects.visible_to(request.viewer).with_disclosable(), uuid=uuid)
    person = disclose(profile, request.viewer)
    if person is None or not can_block(request.viewer, profile):
        raise Http404
    if request.method == "GET":
        return render(request, "profiles/accounts/block.html", {"person": person})
    block_person(actor=request.viewer, profile=profile)
    messages.success(request, _("%(name)s is blocked. You do not see each other any more.") % {"name": person.name})
    return redirect("blocked_people")


@require_POST
@active_member_page
def unblock(request: AccountRequest, uuid: str) -> HttpResponse:
    other = get_object_or_404(User.objects.filter(blocks_received__blocker=request.user), uuid=uuid)
    unblock_person(actor=request.viewer, blocked=other)
    messages.success(request, _("The block is taken away."))
    return redirect("blocked_people")


def _way_back(request: AccountRequest) -> str:
    """The page the person came from, where it is ours. Norec's own pages may not be there in another capacity."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    home = str(django_settings.LOGIN_REDIRECT_URL)
    return home if "/staff/" in wanted else own_address(request, wanted, home)
