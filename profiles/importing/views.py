"""Advisers import participant lists: upload, check, import, and undo."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, View, adviser_page
from profiles.importing import pages, services
from profiles.importing.forms import CountryForm, UploadForm
from profiles.importing.policies import can_discard
from profiles.importing.report import rejects_csv_of
from profiles.importing.status import AT_WORK
from profiles.models import ImportRun
from profiles.models.imports import ImportStatus

_RUNS_ON_A_PAGE = 20
_TEMPLATES = {
    ImportStatus.CHECKING: "staff/imports/progress.html",
    ImportStatus.UNUSABLE: "staff/imports/unusable.html",
    ImportStatus.READY: "staff/imports/preview.html",
    ImportStatus.DISCARDED: "staff/imports/discarded.html",
    ImportStatus.IMPORTING: "staff/imports/progress.html",
    ImportStatus.STOPPED: "staff/imports/stopped.html",
    ImportStatus.DONE: "staff/imports/result.html",
    ImportStatus.UNDOING: "staff/imports/progress.html",
    ImportStatus.UNDONE: "staff/imports/result.html",
}

# Where the buttons go that keep the choices of a page on their way.
_LISTS = {"rejected": "staff_import_rejected", "changed": "staff_import_changed", "new": "staff_import_new"}


@require_http_methods(["GET", "POST"])
@adviser_page
def imports(request: AccountRequest) -> HttpResponse:
    """All imports, newest first, and the form to begin one."""
    form, status = UploadForm(), 200
    if request.method == "POST":
        form, status = UploadForm(request.POST, request.FILES), 422
        if run := _started(request, form):
            return redirect("staff_import", uuid=run.uuid)
    page = Paginator(ImportRun.objects.all(), _RUNS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": pages.shown_runs(page, request.viewer), "steps": pages.steps_of(None)}
    return render(request, "staff/imports/list.html", context, status=status)


def _started(request: AccountRequest, form: UploadForm) -> ImportRun | None:
    """The import of the uploaded file, or the one that has the very same in hand; None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return services.start_import(actor=request.viewer, file=form.cleaned_data["file"])
    except services.SameFile as same:
        messages.info(request, same.message)
        return same.run
    except Invalid as problem:
        form.add_error("file", problem.message)
        return None


@require_GET
@adviser_page
def import_page(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """One import as it stands: being checked, to be confirmed, being imported, done."""
    run = _run(uuid)
    context = pages.import_context(run, request.viewer)
    if run.status == ImportStatus.READY:
        context |= pages.preview_context(run)
    elif run.status in {ImportStatus.DONE, ImportStatus.UNDONE}:
        context |= pages.result_context(run)
    return render(request, _TEMPLATES[ImportStatus(run.status)], context)


@require_GET
@adviser_page
def progress(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """How far it is, for a page that asks each second. Once there is something new to show, the whole page is fetched again."""
    run = _run(uuid)
    context = pages.import_context(run, request.viewer)
    response = render(request, "staff/imports/_progress.html", context)
    if run.status not in AT_WORK or context["is_silent"]:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@adviser_page
def rejected(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """All rejected rows."""
    return _list(request, uuid, "rejected", lambda run: run.rejected_rows.all(), pages.shown_rejects)


@require_GET
@adviser_page
def changed(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """All people who will change, or have."""
    return _list(request, uuid, "changed", lambda run: run.people.filter(is_new=False), pages.shown_people)


@require_GET
@adviser_page
def new(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """All people who will be new, or were."""
    return _list(request, uuid, "new", lambda run: run.people.filter(is_new=True), pages.shown_people)


def _list(request: AccountRequest, uuid: UUID, kind: str, rows: Callable[[ImportRun], Any], shown: Any) -> HttpResponse:
    run = _run(uuid)
    if run.is_forgotten or run.status in {ImportStatus.CHECKING, ImportStatus.UNUSABLE}:
        raise Http404
    page = Paginator(rows(run), pages.ON_A_PAGE).get_page(request.GET.get("page"))
    context = pages.import_context(run, request.viewer) | {"page": page, "rows": shown(page)}
    if run.status == ImportStatus.READY:
        numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        context |= pages.decision_context(run) | {"numbers": numbers}
    return render(request, f"staff/imports/{kind}.html", context)


@require_GET
@adviser_page
def rejected_file(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """The rejected rows, to be mended and imported again."""
    run = _run(uuid)
    if not run.rejected_rows.exists():
        raise Http404
    response = HttpResponse(b"".join(rejects_csv_of(run)), content_type="text/csv; charset=utf-8")
    name = run.file_name.rpartition(".")[0] or run.file_name
    response["Content-Disposition"] = content_disposition_header(True, _("%(name)s – rejected.csv") % {"name": name}) or ""
    return response


def _acting(act: Callable[[AccountRequest, ImportRun], None]) -> View:
    """A view that lets a service do one thing with an import, says what hinders it, and shows how the import then stands."""

    @require_POST
    @adviser_page
    @wraps(act)
    def view(request: AccountRequest, uuid: UUID) -> HttpResponse:
        try:
            act(request, _run(uuid))
        except (Conflict, Invalid) as problem:
            messages.warning(request, problem.message)
        return redirect("staff_import", uuid=uuid)

    return view


@_acting
def confirm(request: AccountRequest, run: ImportRun) -> None:
    """Import, with the ticks of the page on which the button stands."""
    _choose(request, run)
    services.confirm_import(actor=request.viewer, run=run)


@_acting
def use_country(request: AccountRequest, run: ImportRun) -> None:
    """Say which country was meant, without losing the ticks."""
    form = CountryForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose a country from the list."), code="no_country")
    _choose(request, run)
    column, code, text = form.cleaned_data["meaning"]
    services.use_country(actor=request.viewer, run=run, column=column, text=text, code=code)


@_acting
def check_again(request: AccountRequest, run: ImportRun) -> None:
    services.check_again(actor=request.viewer, run=run, sheet=request.POST.get("sheet"))


@_acting
def carry_on(request: AccountRequest, run: ImportRun) -> None:
    services.carry_on(actor=request.viewer, run=run)


@require_POST
@adviser_page
def choose(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Keep the ticks of a page. htmx gets the foot of the page with the new numbers; else it goes on to what was asked for."""
    run = _run(uuid)
    try:
        _choose(request, run)
    except Conflict as problem:
        messages.warning(request, problem.message)
        return redirect("staff_import", uuid=uuid)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "staff/imports/_decision.html", {"run": run, **pages.decision_context(run)})
    to = request.GET.get("to", "")
    if not to or "save" in request.POST:
        messages.success(request, _("Your choices are saved."))
    address = reverse(_LISTS.get(to, "staff_import"), args=[uuid])
    page = request.GET.get("page", "")
    return redirect(f"{address}?page={page}" if page.isascii() and page.isdigit() else address)


@require_http_methods(["GET", "POST"])
@adviser_page
def discard(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Put the file aside, and choose another. Where choices would be lost with it, the page that asks comes first."""
    run = _run(uuid)
    if request.method == "GET":
        if not can_discard(request.viewer, run):
            raise Http404
        return render(request, "staff/imports/discard.html", pages.import_context(run, request.viewer) | pages.choices_of(run))
    try:
        if request.POST.get("sure") != "yes" and can_discard(request.viewer, run):
            _choose(request, run)
            if any(pages.choices_of(run).values()):
                return redirect("staff_import_discard", uuid=uuid)
        services.discard_import(actor=request.viewer, run=run)
    except Conflict as problem:
        messages.warning(request, problem.message)
        return redirect("staff_import", uuid=uuid)
    return redirect("staff_imports")


@require_http_methods(["GET", "POST"])
@adviser_page
def undo(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """What undoing does and does not, and the button that does it."""
    run = _run(uuid)
    context = pages.import_context(run, request.viewer)
    if request.method == "GET":
        if not context["can_undo"]:
            raise Http404
        return render(request, "staff/imports/undo.html", context)
    try:
        services.undo(actor=request.viewer, run=run)
    except Conflict as problem:
        messages.warning(request, problem.message)
    return redirect("staff_import", uuid=uuid)


def _run(uuid: UUID) -> ImportRun:
    return get_object_or_404(ImportRun, uuid=uuid)


def _choose(request: AccountRequest, run: ImportRun) -> None:
    shown, wanted = (_ids(request.POST.getlist(name)) for name in ("shown", "person"))
    if shown:
        services.choose_people(actor=request.viewer, run=run, shown=shown, wanted=wanted)


def _ids(values: list[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]
