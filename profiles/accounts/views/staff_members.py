"""Norec's pages about members: the list, one account, its roles and its standing."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.accounts.services.roles import grant_role, revoke_role
from profiles.accounts.services.standing import reinstate_account, suspend_account
from profiles.accounts.staff_forms import ReinstateForm, RoleForm, SuspendForm
from profiles.accounts.staff_reading import found_records, member_accounts, member_line, member_lines, with_all_shown
from profiles.models import RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role

MEMBERS_A_PAGE = 50
# The forms stand on one page.
_ROLE_ID, _SUSPEND_ID, _REINSTATE_ID = "id_role-%s", "id_suspend-%s", "id_reinstate-%s"


@require_GET
@adviser_page
def members(request: AccountRequest) -> HttpResponse:
    """Every account, newest first; found by name, participant id or address, narrowed by role and status. Who searches for
    somebody finds records that nobody has claimed, too."""
    chosen = {key: request.GET.get(key, "").strip()[:200] for key in ("q", "status", "role")}
    accounts = member_accounts(text=chosen["q"], status=chosen["status"], role=chosen["role"])
    page = Paginator(with_all_shown(accounts), MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    only_accounts = bool(chosen["status"] or chosen["role"])
    records, record_count = found_records("" if only_accounts else chosen["q"], request.viewer)
    context = {
        "page": page,
        "records": records,
        "record_count": record_count,
        "members": member_lines(page, request.viewer),
        "chosen": chosen,
        "statuses": AccountStatus.choices,
        "roles": Role.choices,
    }
    return render(request, "staff/members/list.html", context)


@require_GET
@adviser_page
def member(request: AccountRequest, uuid: str) -> HttpResponse:
    return _page(request, uuid)


@require_POST
@adviser_page
def give(request: AccountRequest, uuid: str) -> HttpResponse:
    """Give a role."""
    user, form = get_object_or_404(User, uuid=uuid), RoleForm(request.POST, auto_id=_ROLE_ID)
    if not form.is_valid():
        return _page(request, uuid, role_form=form, status=422)
    values = form.cleaned_data
    try:
        grant = grant_role(
            actor=request.viewer,
            user=user,
            role=Role(values["role"]),
            organisation=values["organisation"],
            new_organisation=values["new_organisation"],
        )
    except (Invalid, Conflict) as problem:
        form.add_error(problem.code if problem.code in form.fields else "role", problem.message)
        return _page(request, uuid, role_form=form, status=409 if isinstance(problem, Conflict) else 422)
    messages.success(request, _("The role is given: %(role)s.") % {"role": grant.get_role_display()})
    return redirect("staff_member", uuid=uuid)


@require_POST
@adviser_page
def take(request: AccountRequest, uuid: str, grant: str) -> HttpResponse:
    """Take a role away."""
    given = get_object_or_404(RoleGrant.objects.select_related("user", "organisation"), uuid=grant, user__uuid=uuid)
    try:
        revoke_role(actor=request.viewer, grant=given)
    except Conflict as conflict:
        return _page(request, uuid, conflict=conflict.message, status=409)
    messages.success(request, _("The role is taken away: %(role)s.") % {"role": given.get_role_display()})
    return redirect("staff_member", uuid=uuid)


@require_POST
@adviser_page
def suspend(request: AccountRequest, uuid: str) -> HttpResponse:
    user, form = get_object_or_404(User, uuid=uuid), SuspendForm(request.POST, auto_id=_SUSPEND_ID)
    if not form.is_valid():
        return _page(request, uuid, suspend_form=form, status=422)
    try:
        suspend_account(actor=request.viewer, user=user, words=form.cleaned_data["words"])
    except (NotAllowed, Conflict) as problem:
        return _page(request, uuid, suspend_form=form, conflict=problem.message, status=409)
    messages.success(request, _("The account is suspended, and every session of it has ended."))
    return redirect("staff_member", uuid=uuid)


@require_POST
@adviser_page
def reinstate(request: AccountRequest, uuid: str) -> HttpResponse:
    user, form = get_object_or_404(User, uuid=uuid), ReinstateForm(request.POST, auto_id=_REINSTATE_ID)
    if not form.is_valid():
        return _page(request, uuid, reinstate_form=form, status=422)
    try:
        reinstate_account(actor=request.viewer, user=user, words=form.cleaned_data["words"])
    except (NotAllowed, Conflict) as problem:
        return _page(request, uuid, reinstate_form=form, conflict=problem.message, status=409)
    messages.success(request, _("The account is open again."))
    return redirect("staff_member", uuid=uuid)


def _page(
    request: AccountRequest,
    uuid: str,
    *,
    role_form: RoleForm | None = None,
    suspend_form: SuspendForm | None = None,
    reinstate_form: ReinstateForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    user = get_object_or_404(with_all_shown(member_accounts()), uuid=uuid)
    context: dict[str, Any] = {
        "member": member_line(user, request.viewer),
        "conflict": conflict,
        "role_form": role_form or RoleForm(auto_id=_ROLE_ID),
        "suspend_form": suspend_form or SuspendForm(auto_id=_SUSPEND_ID),
        "reinstate_form": reinstate_form or ReinstateForm(auto_id=_REINSTATE_ID),
    }
    return render(request, "staff/members/detail.html", context, status=status)
