"""A member chooses who sees what, looks at themselves through others' eyes, and hides for a while."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles import undo
from profiles.audiences import Audience
from profiles.presets import PRESETS, preset_of
from profiles.sentences import live_sentences
from profiles.services.visibility import (
    Choice,
    choice_of,
    choice_token,
    choose_audiences,
    set_paused,
    undo_choice,
    use_preset,
)
from profiles.views.own import MemberRequest, member_page
from profiles.visibility import AUDIENCE_EYES, field_choices, peek, standing, ticked

_UNDO = "visibility"
_FROM = {"my_page": "my_page", "visibility": "visibility"}


@require_http_methods(["GET", "POST"])
@member_page
def visibility(request: MemberRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, choice_of(request.profile))
    asked: dict[str, Any] = {"actor": request.viewer, "profile": request.profile, "token": request.POST.get("token", "")}
    wants_preset = request.POST.get("do") == "preset"
    chosen = choice_of(request.profile) if wants_preset else ticked(request.POST)
    try:
        change = (
            use_preset(preset=request.POST.get("preset", ""), **asked)
            if wants_preset
            else choose_audiences(choice=chosen, **asked)
        )
    except Conflict as conflict:
        return _page(request, chosen, problem=conflict.message, status=409)
    except Invalid as problem:
        return _page(request, chosen, problem=problem.message, status=422)
    if change.changed:
        undo.remember(request.session, what=_UNDO, before=change.before, token=change.token)
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("visibility")


@require_POST
@member_page
def undo_visibility(request: MemberRequest) -> HttpResponse:
    """Put back who saw what before the last save."""
    saved = undo.offered(request.session)
    if saved is None or saved.what != _UNDO:
        messages.warning(request, _("There is nothing to undo any more."))
        return redirect("visibility")
    undo.forget(request.session)
    try:
        undo_choice(actor=request.viewer, profile=request.profile, before=saved.before, token=saved.token)
    except (Conflict, Invalid):
        messages.warning(request, _("This has been changed since, so it cannot be undone. Choose again below."))
    else:
        messages.success(request, _("Who sees what is as it was before."))
    return redirect("visibility")


@require_POST
@member_page
def pause_profile(request: MemberRequest) -> HttpResponse:
    set_paused(actor=request.viewer, profile=request.profile, paused=True)
    messages.success(request, _("You are hidden. Nobody but Norec finds you until you show yourself again."))
    return redirect(_FROM.get(request.POST.get("from", ""), "visibility"))


@require_POST
@member_page
def resume_profile(request: MemberRequest) -> HttpResponse:
    set_paused(actor=request.viewer, profile=request.profile, paused=False)
    messages.success(request, standing(request.profile))
    return redirect(_FROM.get(request.POST.get("from", ""), "visibility"))


def _page(request: MemberRequest, choice: Choice, *, problem: str = "", status: int = 200) -> HttpResponse:
    """The page with these boxes ticked. The card beside them shows what is saved, not what is ticked."""
    profile = request.profile
    seen_by = request.GET.get("see", "")
    audience = Audience(seen_by) if seen_by in Audience.values else _first_eyes(request)
    saved = undo.offered(request.session)
    preset = preset_of(choice) if profile.visibility_chosen_at else None
    context = {
        "profile": profile,
        "fields": field_choices(profile, choice),
        "presets": PRESETS,
        "preset": preset.key if preset else "",
        "token": choice_token(profile),
        "problem": problem,
        "is_first_time": profile.visibility_chosen_at is None,
        "standing": standing(profile),
        "saved": saved is not None and saved.what == _UNDO,
        "peek": peek(profile, audience, timezone.localdate()),
        "live": live_sentences(),
        "eyes": [(each, AUDIENCE_EYES[each]) for each in AUDIENCE_EYES],
    }
    return render(request, "profiles/visibility.html", context, status=status)


def _first_eyes(request: MemberRequest) -> Audience:
    """Through whose eyes to look when nobody was chosen: members, unless the member shows themselves to missions alone."""
    shown = choice_of(request.profile)["name"]
    return Audience.MISSIONS if Audience.MISSIONS in shown and Audience.MEMBERS not in shown else Audience.MEMBERS
