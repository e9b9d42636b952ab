"""Advisers keep the organisations: find, change, add, merge."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.forms.corrections import organisation_names
from profiles.forms.organisations import FindOrganisationForm, MergeOrganisationForm, OrganisationForm
from profiles.models import Organisation, OrganisationName
from profiles.models.organisations import organisation_key
from profiles.services.merging import merge_organisations, preview_organisation_merge
from profiles.services.organisations import add_organisation, edit_organisation, organisation_token
from profiles.vocabulary_lists import counted_organisations, find_organisations

_ON_A_PAGE = 50


@require_GET
@adviser_page
def organisations(request: AccountRequest) -> HttpResponse:
    form = FindOrganisationForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = find_organisations(text=chosen.get("q", "").strip(), country=chosen.get("country", ""), kind=chosen.get("kind", ""))
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": counted_organisations(list(page.object_list))}
    return render(request, "staff/organisations.html", context)


@require_http_methods(["GET", "POST"])
@adviser_page
def new_organisation(request: AccountRequest) -> HttpResponse:
    form = OrganisationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = add_organisation(actor=request.viewer, facts=form.facts())
        except Invalid as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("“%(name)s” is on file.") % {"name": made.name})
            return redirect("staff_organisations")
    return render(request, "staff/organisation.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@adviser_page
def organisation(request: AccountRequest, uuid: UUID) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.prefetch_related("names"), uuid=uuid)
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial=OrganisationForm.initial_for(found))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            edit_organisation(actor=request.viewer, organisation=found, facts=form.facts(), token=request.POST.get("token", ""))
        except (Invalid, Conflict) as problem:
            form.add_error(None, problem.message)
            status = 409 if isinstance(problem, Conflict) else 422
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
            return redirect("staff_organisations")
    context = {
        "form": form,
        "organisation": found,
        "token": organisation_token(found),
        "linked": preview_organisation_merge(found),
    }
    return render(request, "staff/organisation.html", context, status=status)


@require_http_methods(["GET", "POST"])
@adviser_page
def merge_organisation(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Choose the record that stays (GET), see whom it concerns, and do it (POST)."""
    found = get_object_or_404(Organisation, uuid=uuid)
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeOrganisationForm(asked if "into" in asked else None)
    into = _record_that_stays(form, found)
    if request.method == "POST" and into is not None:
        try:
            people = merge_organisations(actor=request.viewer, organisation=found, into=into)
        except (Invalid, Conflict) as problem:
            messages.warning(request, problem.message)
        else:
            text = ngettext(
                "Merged. %(count)s person’s exchanges now name “%(name)s”.",
                "Merged. %(count)s people’s exchanges now name “%(name)s”.",
                people,
            )
            messages.success(request, text % {"count": people, "name": into.name})
        return redirect("staff_organisations")
    context: dict[str, Any] = {
        "organisation": found,
        "form": form,
        "into": into,
        "preview": preview_organisation_merge(found),
        "organisations": organisation_names(),
    }
    return render(request, "staff/organisation_merge.html", context)


def _record_that_stays(form: forms.Form, found: Organisation) -> Organisation | None:
    if not form.is_valid():
        return None
    key = organisation_key(form.cleaned_data["into"])
    name = OrganisationName.objects.filter(key=key).select_related("organisation").first()
    if name is None:
        form.add_error("into", _("We have no organisation called “%(name)s”.") % {"name": form.cleaned_data["into"]})
        return None
    if name.organisation_id == found.pk:
        form.add_error("into", _("This is the same organisation. Write the name of the other."))
        return None
    return name.organisation
