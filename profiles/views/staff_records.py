"""Advisers put right what Norec knows about anybody, asked or not: the person, and each exchange."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alumni_site.core.errors import Conflict, Invalid
from profiles.accounts.decorators import AccountRequest, adviser_page
from profiles.disclosure import DisclosedProfile, disclose
from profiles.forms.corrections import ExchangeForm, organisation_names
from profiles.forms.records import NewExchangeForm, RecordForm
from profiles.models import Exchange, Profile
from profiles.own_values import exchange_in_words
from profiles.services.facts import (
    add_exchange,
    correct_exchange,
    correct_person,
    exchange_token,
    record_token,
    remove_exchange,
)


@require_GET
@adviser_page
def find(request: AccountRequest) -> HttpResponse:
    """The record with a participant number; who has none like it is looked for among the members."""
    number = request.GET.get("number", "").strip()[:64]
    profile = Profile.objects.filter(participant_id=number).first() if number else None
    if profile is None:
        return redirect(f"{reverse('staff_members')}?{urlencode({'q': number})}")
    return redirect("staff_record", uuid=profile.uuid)


@require_http_methods(["GET", "POST"])
@adviser_page
def record(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """All that Norec knows about a person; the form changes what is no exchange."""
    profile = _profile(uuid)
    if request.method == "GET":
        return _record_page(request, profile, RecordForm(initial=RecordForm.initial_for(profile)))
    form = RecordForm(request.POST, initial=RecordForm.initial_for(profile))
    if not form.is_valid():
        return _record_page(request, profile, form, status=422)
    token = request.POST.get("token", "")
    try:
        changed = correct_person(actor=request.viewer, profile=profile, facts=form.facts(), token=token)
    except (Invalid, Conflict) as problem:
        return _record_page(request, profile, form, status=_refused(form, problem))
    had_account = profile.user_id is not None
    # A new address may have joined the record to a member, whose profile keeps its own address.
    profile.refresh_from_db()
    _say(request, changed, _("Saved."))
    if profile.user_id is not None and not had_account:
        messages.success(request, _("The address is somebody's who has an account here. They have got the record, and are told."))
    return redirect("staff_record", uuid=profile.uuid)


@require_http_methods(["GET", "POST"])
@adviser_page
def new_exchange(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Add an exchange to a person."""
    profile = _profile(uuid)
    form = NewExchangeForm(request.POST if request.method == "POST" else None)
    status = 200 if request.method == "GET" else 422
    if form.is_valid():
        number = form.cleaned_data["exchange_id"]
        try:
            add_exchange(actor=request.viewer, profile=profile, exchange_id=number, facts=form.facts())
        except (Invalid, Conflict) as problem:
            status = _refused(form, problem)
        else:
            messages.success(request, _("The exchange is added."))
            return redirect("staff_record", uuid=uuid)
    return _exchange_page(request, profile, form, status=status)


@require_http_methods(["GET", "POST"])
@adviser_page
def exchange(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Change what Norec knows about one exchange."""
    stay = _exchange(uuid)
    form = ExchangeForm(request.POST if request.method == "POST" else None, initial=ExchangeForm.initial_for(stay))
    status = 200 if request.method == "GET" else 422
    if form.is_valid():
        token = request.POST.get("token", "")
        try:
            changed = correct_exchange(actor=request.viewer, exchange=stay, facts=form.facts(), token=token)
        except (Invalid, Conflict) as problem:
            status = _refused(form, problem)
        else:
            _say(request, changed, _("The exchange is changed."))
            return redirect("staff_record", uuid=stay.profile.uuid)
    return _exchange_page(request, stay.profile, form, exchange=stay, status=status)


@require_http_methods(["GET", "POST"])
@adviser_page
def remove(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """What removing an exchange means, and the button that does it."""
    stay = _exchange(uuid)
    person_uuid, conflict = stay.profile.uuid, ""
    if request.method == "POST":
        try:
            remove_exchange(actor=request.viewer, exchange=stay, token=request.POST.get("token", ""))
        except Conflict as problem:
            conflict = problem.message
        else:
            messages.success(request, _("The exchange is removed."))
            return redirect("staff_record", uuid=person_uuid)
    context = {
        "person": _person(request, stay.profile),
        "uuid": stay.uuid,
        "words": exchange_in_words(stay),
        "number": stay.exchange_id,
        "token": exchange_token(stay),
        "conflict": conflict,
    }
    return render(request, "staff/records/remove.html", context, status=409 if conflict else 200)


def _profile(uuid: UUID) -> Profile:
    return get_object_or_404(Profile.objects.with_disclosable(), uuid=uuid)


def _exchange(uuid: UUID) -> Exchange:
    related = ("profile__user", "sending_organisation", "host_organisation")
    return get_object_or_404(Exchange.objects.select_related(*related), uuid=uuid)


def _person(request: AccountRequest, profile: Profile) -> DisclosedProfile:
    person = disclose(profile, request.viewer)
    if person is None:
        raise Http404
    return person


def _refused(form: forms.Form, problem: Invalid | Conflict) -> int:
    """Say what hinders it beside the field it is about, and with which status the page is answered."""
    form.add_error(problem.code if problem.code in form.fields else None, problem.message)
    return 409 if isinstance(problem, Conflict) else 422


def _say(request: AccountRequest, changed: list[str], words: str) -> None:
    if changed:
        messages.success(request, words)
    else:
        messages.info(request, _("Nothing was changed."))


def _record_page(request: AccountRequest, profile: Profile, form: RecordForm, *, status: int = 200) -> HttpResponse:
    person = _person(request, profile)
    numbers = {stay.uuid: stay.exchange_id for stay in profile.exchanges.all()}
    words = {stay.uuid: exchange_in_words(stay) for stay in profile.exchanges.all()}
    context: dict[str, Any] = {
        "person": person,
        "account": profile.user.uuid if profile.user is not None else None,
        "form": form,
        "token": record_token(profile),
        "exchanges": [{"facts": stay, "number": numbers[stay.uuid], "words": words[stay.uuid]} for stay in person.exchanges],
    }
    return render(request, "staff/records/record.html", context, status=status)


def _exchange_page(
    request: AccountRequest, profile: Profile, form: ExchangeForm, *, exchange: Exchange | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "person": _person(request, profile),
        "form": form,
        "organisations": organisation_names(),
        "uuid": exchange.uuid if exchange else None,
        "words": exchange_in_words(exchange) if exchange else "",
        "number": exchange.exchange_id if exchange else "",
        "token": exchange_token(exchange) if exchange else "",
    }
    return render(request, "staff/records/exchange.html", context, status=status)
