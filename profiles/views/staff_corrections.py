"""Advisers answer members who ask for a correction, and change the facts on the same page."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.audiences import Audience
from profiles.disclosure import disclose_many, disclose_to
from profiles.forms.corrections import AnswerForm, ExchangeForm, PersonForm, organisation_names
from profiles.models import CorrectionRequest, Exchange, Profile
from profiles.models.exchanges import CorrectionStatus
from profiles.own_values import exchange_in_words
from profiles.services.corrections import MOVES, answer_correction
from profiles.services.facts import correct_exchange, correct_person, exchange_token, person_token

_ON_A_PAGE = 25
_ANSWERED = "answered"


@require_GET
@adviser_page
def corrections(request: AccountRequest) -> HttpResponse:
    """What waits, oldest first; or what has been answered, newest first."""
    answered = request.GET.get("show") == _ANSWERED
    queue = CorrectionRequest.objects.select_related("exchange")
    queue = (
        queue.exclude(status=CorrectionStatus.OPEN).order_by("-decided_at", "-pk")
        if answered
        else queue.filter(status=CorrectionStatus.OPEN).order_by("created_at", "pk")
    )
    page = Paginator(queue, _ON_A_PAGE).get_page(request.GET.get("page"))
    people = Profile.objects.filter(pk__in={each.profile_id for each in page}).with_account()
    names = {person.id: person.name for person in disclose_many(people, request.viewer)}
    rows = [
        {
            "asked": each,
            "name": names.get(each.profile_id, ""),
            "about": exchange_in_words(each.exchange) if each.exchange else "",
        }
        for each in page
    ]
    context = {"page": page, "rows": rows, "answered": answered}
    return render(request, "staff/corrections.html", context)


@require_GET
@adviser_page
def correction(request: AccountRequest, uuid: UUID) -> HttpResponse:
    asked = _asked(uuid)
    return _page(request, asked, facts=_facts_form(asked), answer=AnswerForm(initial={"answer": asked.answer}))


@require_POST
@adviser_page
def correct_fact(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Change the exchange, or the name and year of birth, that the member asked about."""
    asked = _asked(uuid)
    form = _facts_form(asked, request.POST)
    answer = AnswerForm(initial={"answer": asked.answer})
    if not form.is_valid():
        return _page(request, asked, facts=form, answer=answer, status=422)
    token = request.POST.get("token", "")
    try:
        if asked.exchange:
            changed = correct_exchange(actor=request.viewer, exchange=asked.exchange, facts=form.facts(), token=token)
        else:
            changed = correct_person(actor=request.viewer, profile=asked.profile, facts=form.facts(), token=token)
    except (Invalid, Conflict) as problem:
        form.add_error(None, problem.message)
        return _page(request, asked, facts=form, answer=answer, status=409 if isinstance(problem, Conflict) else 422)
    if changed:
        messages.success(request, _("The facts are changed. Now tell the member."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("staff_correction", uuid=uuid)


@require_POST
@adviser_page
def answer(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Tell the member that it is corrected, or why it stays."""
    asked, form = _asked(uuid), AnswerForm(request.POST)
    status = CorrectionStatus.DONE if request.POST.get("answer_as") == CorrectionStatus.DONE else CorrectionStatus.DECLINED
    if form.is_valid():
        try:
            answer_correction(actor=request.viewer, correction=asked, status=status, answer=form.cleaned_data["answer"])
        except Invalid as problem:
            form.add_error("answer", problem.message)
        except Conflict as problem:
            messages.warning(request, problem.message)
            return redirect("staff_correction", uuid=uuid)
        else:
            messages.success(request, _("The member is told on their page and by e-mail."))
            return redirect("staff_corrections")
    return _page(request, asked, facts=_facts_form(asked), answer=form, status=422)


def _asked(uuid: UUID) -> CorrectionRequest:
    related = ("profile__user", "exchange__sending_organisation", "exchange__host_organisation")
    return get_object_or_404(CorrectionRequest.objects.select_related(*related), uuid=uuid)


def _facts_form(asked: CorrectionRequest, data: Any = None) -> Any:
    """The exchange, or the person, with what is on file now."""
    kind: type[ExchangeForm] | type[PersonForm] = ExchangeForm if asked.exchange else PersonForm
    thing: Exchange | Profile = asked.exchange or asked.profile
    return kind(data, initial=kind.initial_for(thing), prefix="fact")  # type: ignore[arg-type]


def _page(
    request: AccountRequest, asked: CorrectionRequest, *, facts: forms.Form, answer: forms.Form, status: int = 200
) -> HttpResponse:
    exchange = asked.exchange
    moves = MOVES[CorrectionStatus(asked.status)]
    context = {
        "asked": asked,
        "person": disclose_to(Profile.objects.with_disclosable().get(pk=asked.profile_id), Audience.NOREC),
        "about": exchange_in_words(exchange) if exchange else "",
        "facts": facts,
        "answer": answer,
        "token": exchange_token(exchange) if exchange else person_token(asked.profile),
        "organisations": organisation_names() if exchange else [],
        "can_confirm": CorrectionStatus.DONE in moves,
        "can_keep": CorrectionStatus.DECLINED in moves,
    }
    return render(request, "staff/correction.html", context, status=status)
