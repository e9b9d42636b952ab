"""Advisers keep the vocabulary: find, change, add, take up what members propose, merge."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.forms.vocabulary import DecisionForm, FindTermForm, MergeTermForm, TermForm
from profiles.models import Term
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.services.merging import merge_terms, preview_term_merge
from profiles.services.vocabulary import add_term, decline_proposal, edit_term, people_with, take_up_proposal, term_token
from profiles.vocabulary_lists import counted_terms, find_terms, waiting_proposals

_ON_A_PAGE = 50


@require_GET
@adviser_page
def vocabulary(request: AccountRequest) -> HttpResponse:
    form = FindTermForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    terms = find_terms(text=chosen.get("q", "").strip(), kind=chosen.get("kind", ""), status=chosen.get("status", ""))
    page = Paginator(terms, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": counted_terms(list(page.object_list)),
        "proposals": waiting_proposals().count(),
        "kinds": TermKind.choices,
    }
    return render(request, "staff/vocabulary.html", context)


@require_http_methods(["GET", "POST"])
@adviser_page
def new_term(request: AccountRequest, kind: str) -> HttpResponse:
    if kind not in TermKind.values:
        raise Http404
    form = TermForm(request.POST if request.method == "POST" else None, kind=kind)
    if form.is_valid():
        try:
            term = add_term(actor=request.viewer, kind=TermKind(kind), words=form.words())
        except Invalid as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("“%(name)s” is in the list.") % {"name": term.name})
            return redirect("staff_vocabulary")
    context = {"form": form, "kind": TermKind(kind)}
    return render(request, "staff/vocabulary_new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@adviser_page
def term(request: AccountRequest, kind: str, code: str) -> HttpResponse:
    """A word with its names; saving a proposal takes it up."""
    found = _term(kind, code)
    form = TermForm(request.POST if request.method == "POST" else None, kind=kind, initial=TermForm.initial_for(found))
    words_to_member = DecisionForm(request.POST if request.method == "POST" else None)
    if not (form.is_valid() and words_to_member.is_valid()):
        return _term_page(request, found, form, words_to_member, status=422 if form.is_bound else 200)
    asked: dict[str, Any] = {"actor": request.viewer, "term": found, "token": request.POST.get("token", "")}
    try:
        if found.status == TermStatus.IN_USE:
            edit_term(words=form.words(), **asked)
        else:
            take_up_proposal(words=form.words(), answer=words_to_member.cleaned_data["answer"], **asked)
    except (Invalid, Conflict) as problem:
        form.add_error(None, problem.message)
        return _term_page(request, found, form, words_to_member, status=409 if isinstance(problem, Conflict) else 422)
    messages.success(
        request, _("“%(name)s” is saved. People are found by its new words from now on.") % {"name": _term(kind, code).name}
    )
    return redirect("staff_vocabulary")


@require_POST
@adviser_page
def decline_term(request: AccountRequest, kind: str, code: str) -> HttpResponse:
    found, form = _term(kind, code), DecisionForm(request.POST)
    if form.is_valid():
        try:
            decline_proposal(actor=request.viewer, term=found, answer=form.cleaned_data["answer"])
        except Invalid as problem:
            form.add_error("answer", problem.message)
        except Conflict as problem:
            messages.warning(request, problem.message)
            return redirect("staff_term", kind=kind, code=code)
        else:
            messages.success(request, _("The member is told. Only they see the word."))
            return redirect("staff_vocabulary")
    return _term_page(request, found, TermForm(kind=kind, initial=TermForm.initial_for(found)), form, status=422)


@require_http_methods(["GET", "POST"])
@adviser_page
def merge_term(request: AccountRequest, kind: str, code: str) -> HttpResponse:
    """Choose the word that stays (GET), see whom it concerns, and do it (POST)."""
    found = _term(kind, code)
    if found.status == TermStatus.MERGED or found.kind == TermKind.SDG:
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    form = MergeTermForm(asked if "into" in asked else None, term=found)
    into: Term | None = form.cleaned_data["into"] if form.is_valid() else None
    if request.method == "POST" and into is not None:
        try:
            people = merge_terms(actor=request.viewer, term=found, into=into)
        except (Invalid, Conflict) as problem:
            messages.warning(request, problem.message)
        else:
            text = ngettext("%(count)s person now has “%(name)s”.", "%(count)s people now have “%(name)s”.", people)
            messages.success(request, text % {"count": people, "name": into.name})
        return redirect("staff_vocabulary")
    context = {
        "term": found,
        "form": form,
        "into": into,
        "preview": preview_term_merge(found, into) if into else None,
    }
    return render(request, "staff/vocabulary_merge.html", context)


def _term(kind: str, code: str) -> Term:
    return get_object_or_404(
        Term.objects.select_related("sector", "merged_into").prefetch_related("aliases"), kind=kind, code=code
    )


def _term_page(request: AccountRequest, found: Term, form: forms.Form, answer: forms.Form, *, status: int = 200) -> HttpResponse:
    context = {
        "term": found,
        "form": form,
        "answer": answer,
        "token": term_token(found),
        "people": len(people_with(found)),
        "is_proposal": found.status in (TermStatus.PROPOSED, TermStatus.DECLINED),
        "can_decline": found.status == TermStatus.PROPOSED,
        "can_merge": found.status != TermStatus.MERGED and found.kind != TermKind.SDG,
    }
    return render(request, "staff/vocabulary_term.html", context, status=status)
