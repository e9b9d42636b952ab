"""A member asks Norec to correct what it knows about them, and reads the answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles.forms.corrections import AskForm
from profiles.own_values import exchange_in_words
from profiles.services.corrections import ask_for_correction, withdraw_correction
from profiles.views.own import MemberRequest, member_page


@require_GET
@member_page
def my_corrections(request: MemberRequest) -> HttpResponse:
    """What the member has asked for, newest first, with Norec's answers."""
    asked = request.profile.correction_requests.select_related("exchange").order_by("-created_at", "-pk")
    rows = [{"asked": each, "about": exchange_in_words(each.exchange) if each.exchange else ""} for each in asked]
    return render(request, "profiles/corrections/mine.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@member_page
def ask_correction(request: MemberRequest) -> HttpResponse:
    data: Any = request.POST if request.method == "POST" else None
    form = AskForm(data, profile=request.profile, initial={"about": request.GET.get("about", "")})
    if form.is_valid():
        try:
            ask_for_correction(
                actor=request.viewer, profile=request.profile, exchange=form.exchange, text=form.cleaned_data["text"]
            )
        except (Invalid, Conflict) as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Norec has got your message. You are told here and by e-mail when it is answered."))
            return redirect("my_corrections")
    return render(request, "profiles/corrections/ask.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@member_page
def withdraw(request: MemberRequest, uuid: UUID) -> HttpResponse:
    correction = get_object_or_404(request.profile.correction_requests.select_related("profile"), uuid=uuid)
    try:
        withdraw_correction(actor=request.viewer, correction=correction)
    except Conflict as problem:
        messages.warning(request, problem.message)
    else:
        messages.success(request, _("You have taken it back."))
    return redirect("my_corrections")
