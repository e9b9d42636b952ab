"""Norec's pages about applicants: the queue, one application, and the answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alumni_site.core.countries import country_name
from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.accounts.services.applications import (
    Admission,
    accept_application,
    decline_application,
    reopen_application,
)
from profiles.accounts.staff_forms import AdmissionForm, DeclineForm, RoleAnswerForm
from profiles.accounts.staff_reading import RecordLine, applicant_line, records_for, unclaimed_records
from profiles.models import Application, Profile
from profiles.roles import Role

APPLICANTS_A_PAGE = 25
# Both forms stand on one page.
_ACCEPT_ID, _DECLINE_ID = "id_accept-%s", "id_decline-%s"


@require_GET
@adviser_page
def applicants(request: AccountRequest) -> HttpResponse:
    """Who waits, the longest first; or who has been answered, the latest first."""
    answered = request.GET.get("show") == "answered"
    text = request.GET.get("q", "").strip()[:200]
    all_of_kind = Application.objects.answered().order_by("-decided_at") if answered else Application.objects.waiting()
    found = all_of_kind.matching(text).select_related("user", "decided_by__profile")
    page = Paginator(found, APPLICANTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "applicants": [applicant_line(application, request.viewer) for application in page],
        "text": text,
        "answered": answered,
        "views": [
            {"label": _("Waiting"), "url": reverse("staff_applicants"), "current": not answered},
            {"label": _("Answered"), "url": f"{reverse('staff_applicants')}?show=answered", "current": answered},
        ],
    }
    return render(request, "staff/applicants/list.html", context)


@require_GET
@adviser_page
def applicant(request: AccountRequest, uuid: str) -> HttpResponse:
    return _page(request, _application(uuid))


@require_POST
@adviser_page
def accept(request: AccountRequest, uuid: str) -> HttpResponse:
    application = _application(uuid)
    form = _accepting(application, _records(request, application), request.POST)
    if not form.is_valid():
        return _page(request, application, accepting=form, status=422)
    try:
        accept_application(actor=request.viewer, application=application, admission=_admission(form))
    except Invalid as problem:
        form.add_error(problem.code if problem.code in form.fields else None, problem.message)
        return _page(request, application, accepting=form, status=422)
    except Conflict as conflict:
        return _page(request, _application(uuid), accepting=form, conflict=conflict.message, status=409)
    done = (
        _("%(name)s has the role now. The e-mail is on its way.")
        if application.is_for_role_only
        else _("%(name)s is a member now. The e-mail is on its way.")
    )
    messages.success(request, done % {"name": application.name})
    return redirect("staff_applicants")


@require_POST
@adviser_page
def decline(request: AccountRequest, uuid: str) -> HttpResponse:
    application = _application(uuid)
    form = DeclineForm(request.POST, auto_id=_DECLINE_ID)
    if not form.is_valid():
        return _page(request, application, declining=form, status=422)
    try:
        decline_application(actor=request.viewer, application=application, answer=form.cleaned_data["answer"])
    except Conflict as conflict:
        return _page(request, _application(uuid), declining=form, conflict=conflict.message, status=409)
    messages.success(request, _("%(name)s gets your answer by e-mail.") % {"name": application.name})
    return redirect("staff_applicants")


@require_POST
@adviser_page
def reopen(request: AccountRequest, uuid: str) -> HttpResponse:
    application = _application(uuid)
    try:
        reopen_application(actor=request.viewer, application=application)
    except Conflict as conflict:
        return _page(request, _application(uuid), conflict=conflict.message, status=409)
    messages.success(request, _("The answer is taken back. The application waits again."))
    return redirect("staff_applicant", uuid=application.uuid)


def _application(uuid: str) -> Application:
    """One that has been answered, or waits. Whoever has not verified their address has not applied yet."""
    seen = Application.objects.waiting() | Application.objects.answered()
    application = seen.filter(uuid=uuid).select_related("user", "decided_by__profile").first()
    if application is None:
        raise Http404
    return application


def _records(request: AccountRequest, application: Application) -> list[RecordLine]:
    """Records to choose from: those with the applicant's address, those that fit what was searched for, or else the
    applicant's name; and the chosen one. None for somebody who has theirs."""
    if application.is_for_role_only:
        return []
    text = request.GET.get("record", "").strip()[:200] or application.name
    records = records_for(application, text, request.viewer)
    chosen = request.POST.get("record", "")
    if chosen and chosen not in {str(record.uuid) for record in records}:
        profile = Profile.objects.unclaimed().filter(uuid=chosen).first() if _is_uuid(chosen) else None
        records += unclaimed_records(profile.participant_id or "", request.viewer) if profile else []
    return records


def _accepting(application: Application, records: list[RecordLine], data: Any = None) -> RoleAnswerForm:
    """The form that says yes, filled with what the person wrote."""
    if application.is_for_role_only:
        return RoleAnswerForm(data, initial={"role": application.role}, auto_id=_ACCEPT_ID)
    first, _space, last = application.name.rpartition(" ")
    initial = {"role": application.role, "first_name": (first or last)[:100], "last_name": last[:100] if first else ""}
    return AdmissionForm(data, records=_choices(records), initial=initial, auto_id=_ACCEPT_ID)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _choices(records: list[RecordLine]) -> list[tuple[str, str]]:
    return [(str(record.uuid), _record_words(record)) for record in records]


def _record_words(record: RecordLine) -> str:
    stays = [
        f"{country_name(stay.from_country)} – {country_name(stay.to_country)}" + (f" {stay.start.year}" if stay.start else "")
        for stay in record.exchanges
    ]
    same = _("the same e-mail address") if record.is_same_address else ""
    return " · ".join(filter(None, [record.name, record.participant_id, same, *stays]))


def _admission(form: RoleAnswerForm) -> Admission:
    values = form.cleaned_data
    record = values.get("record", "")
    profile = Profile.objects.unclaimed().filter(uuid=record).first() if record else None
    if record and profile is None:
        raise Conflict(_("Somebody has claimed this record meanwhile. Choose another, or none."))
    return Admission(
        role=Role(values["role"]),
        first_name=values.get("first_name", ""),
        last_name=values.get("last_name", ""),
        organisation=values["organisation"],
        new_organisation=values["new_organisation"],
        profile=profile,
        answer=values["answer"],
    )


def _page(
    request: AccountRequest,
    application: Application,
    *,
    accepting: RoleAnswerForm | None = None,
    declining: DeclineForm | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "applicant": applicant_line(application, request.viewer),
        "conflict": conflict,
        "declining": declining or DeclineForm(auto_id=_DECLINE_ID),
        "record_text": request.GET.get("record", ""),
    }
    if application.decided_at is None:
        records = _records(request, application)
        context["accepting"] = accepting or _accepting(application, records)
        context["records_found"] = len(records)
    return render(request, "staff/applicants/detail.html", context, status=status)
