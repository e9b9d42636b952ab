"""Pages of reports: for who reports, for both sides of a decision, and for Norec's advisers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from alumni_site.core.errors import Conflict, Invalid, NetworkError, NotAllowed
from messaging.attachments.serving import file_response
from messaging.models import Conversation, Decision, Message, Report, ReportReason, SpamFlag
from messaging.moderation import services
from messaging.moderation.forms import DecisionForm, ReportForm
from messaging.moderation.notices import ALL_THAT_WAIT, REPORT_WAITS
from messaging.moderation.policies import can_report_conversation, can_report_message
from messaging.moderation.reading import (
    flag_lines,
    lost_conversations,
    own_report,
    own_warning,
    report_detail,
    report_lines,
    reported_file,
    reports,
)
from notifications.services import mark_group_read
from privacy.services import record
from profiles.accounts.decorators import active_member_page, adviser_page

REPORTS_A_PAGE = 25
_DECIDED = "decided"
# Where on the form to say what is wrong, by the code of the error.
_FIELD_OF = {"words": "answer", "entry": "entry", "nobody": "entry", "no_message": "entry"}


@require_http_methods(["GET", "POST"])
@active_member_page
def report_message(request: Any, uuid: UUID) -> HttpResponse:
    """Report one message."""
    found = Message.objects.reportable_by(request.viewer).select_related("conversation", "sender")
    message = get_object_or_404(found, uuid=uuid)
    if not can_report_message(request.viewer, message):
        raise Http404
    return _report_page(request, message.conversation, message)


@require_http_methods(["GET", "POST"])
@active_member_page
def report_conversation(request: Any, uuid: UUID) -> HttpResponse:
    """Report a whole conversation."""
    conversation = get_object_or_404(Conversation.objects.reportable_by(request.viewer), uuid=uuid)
    if not can_report_conversation(request.viewer, conversation):
        raise Http404
    return _report_page(request, conversation, None)


@require_safe
@active_member_page
def report_lost(request: Any) -> HttpResponse:
    """Conversations that are gone from one's list, to report one of them."""
    return render(request, "messaging/report_lost.html", {"conversations": lost_conversations(request.viewer)})


def _report_page(request: Any, conversation: Conversation, message: Message | None) -> HttpResponse:
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, words = ReportReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
        try:
            if message is not None:
                report = services.report_message(actor=request.viewer, message=message, reason=reason, words=words)
            else:
                report = services.report_conversation(actor=request.viewer, conversation=conversation, reason=reason, words=words)
        except (Conflict, Invalid) as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Norec has got your report. Thank you. We tell you what comes of it."))
            return redirect("my_report", uuid=report.uuid)
    is_there = Conversation.objects.visible_to(request.viewer).filter(pk=conversation.pk).exists()
    back_url = reverse("conversation", args=[conversation.uuid]) if is_there else reverse("messages")
    context = {"form": form, "back_url": back_url, "message": message}
    return render(request, "messaging/report.html", context, status=422 if form.is_bound else 200)


@require_safe
@active_member_page
def my_report(request: Any, uuid: UUID) -> HttpResponse:
    """What came of what one has reported."""
    report = own_report(request.viewer, uuid)
    if report is None:
        raise Http404
    return render(request, "messaging/report_sent.html", {"report": report})


@require_safe
@active_member_page
def my_warning(request: Any, uuid: UUID) -> HttpResponse:
    """What Norec has decided about how one writes."""
    warning = own_warning(request.viewer, uuid)
    if warning is None:
        raise Http404
    return render(request, "messaging/report_warning.html", {"warning": warning})


@require_GET
@adviser_page
def staff_reports(request: Any) -> HttpResponse:
    """Reports that wait, or that are decided, and whom the network has stopped by itself."""
    decided = request.GET.get("show") == _DECIDED
    mark_group_read(user=request.user, kind=REPORT_WAITS, group=ALL_THAT_WAIT)
    page = Paginator(reports(request.viewer, decided=decided), REPORTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "reports": report_lines(page, request.viewer),
        "decided": decided,
        "flags": [] if decided else flag_lines(request.viewer),
    }
    return render(request, "staff/reports/list.html", context)


@require_GET
@adviser_page
def staff_report(request: Any, uuid: UUID) -> HttpResponse:
    """One report. That it was opened stands in the audit log."""
    report = _visible(request, uuid)
    record(actor=request.user, action="messaging.report_opened", thing=report)
    return _staff_page(request, report)


@require_POST
@adviser_page
def decide(request: Any, uuid: UUID) -> HttpResponse:
    report = _visible(request, uuid)
    form = DecisionForm(request.POST, report=report_detail(report, request.viewer))
    if not form.is_valid():
        return _staff_page(request, report, form, status=422)
    values = form.cleaned_data
    try:
        services.decide(
            actor=request.viewer,
            report=report,
            decision=Decision(values["decision"]),
            answer=values["answer"],
            days=values["days"],
            entry=UUID(values["entry"]) if values.get("entry") else None,
        )
    except NetworkError as problem:
        field = _FIELD_OF.get(problem.code)
        form.add_error(field if field in form.fields else None, problem.message)
        report.refresh_from_db()
        return _staff_page(request, report, form, status=409 if isinstance(problem, (Conflict, NotAllowed)) else 422)
    messages.success(request, _("The decision is made, and those it concerns are told."))
    return redirect("staff_reports")


@require_POST
@adviser_page
def undo(request: Any, uuid: UUID) -> HttpResponse:
    report = _visible(request, uuid)
    try:
        services.undo_decision(actor=request.viewer, report=report)
    except (Conflict, NotAllowed) as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The report is open again."))
    return redirect("staff_report", uuid=uuid)


@require_GET
@adviser_page
def staff_file(request: Any, uuid: UUID) -> HttpResponseBase:
    """A file of the reported message, while its report waits. That it was opened stands in the audit log."""
    found = reported_file(request.viewer, uuid)
    if found is None:
        raise Http404
    report, attachment = found
    record(actor=request.user, action="messaging.reported_file_opened", thing=report)
    return file_response(request, attachment)


@require_POST
@adviser_page
def flag_seen(request: Any) -> HttpResponse:
    key = request.POST.get("flag", "")
    flag = get_object_or_404(SpamFlag, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 18 else 0)
    services.mark_flag_seen(actor=request.viewer, flag=flag)
    return redirect("staff_reports")


def _visible(request: Any, uuid: UUID) -> Report:
    report: Report = get_object_or_404(Report.objects.visible_to(request.viewer), uuid=uuid)
    return report


def _staff_page(request: Any, report: Report, form: DecisionForm | None = None, status: int = 200) -> HttpResponse:
    detail = report_detail(report, request.viewer)
    context = {"report": detail, "form": form or DecisionForm(report=detail)}
    return render(request, "staff/reports/detail.html", context, status=status)
