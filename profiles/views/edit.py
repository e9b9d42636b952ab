"""A member edits their own profile, section by section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import Conflict, Invalid
from profiles import undo
from profiles.fields import FIELDS_BY_KEY
from profiles.forms.editors import SAVE, Editor
from profiles.forms.sections import EDITORS
from profiles.overview import field_line, section_lines
from profiles.sections import SECTIONS, SECTIONS_BY_KEY, Section
from profiles.services.sections import save_section, section_token
from profiles.views.own import MemberRequest, member_page

_UNDO = "section:"


@require_GET
@member_page
def edit_profile(request: MemberRequest) -> HttpResponse:
    """All sections, with what is in each and who sees it."""
    saved = undo.offered(request.session)
    section = SECTIONS_BY_KEY.get(saved.what.removeprefix(_UNDO)) if saved and saved.what.startswith(_UNDO) else None
    sections = [
        {"section": each, "lines": section_lines(request.profile, each), "is_single": len(each.disclosed) == 1}
        for each in SECTIONS
    ]
    context = {
        "sections": sections,
        "photo_line": field_line(request.profile, FIELDS_BY_KEY["photo"]),
        "profile": request.profile,
        "saved": section,
    }
    return render(request, "profiles/edit/overview.html", context)


@require_http_methods(["GET", "POST"])
@member_page
def edit_section(request: MemberRequest, key: str) -> HttpResponse:
    section = _section(key)
    stored = section.read(request.profile)
    if request.method == "GET":
        editor = EDITORS[key](request.profile, values=stored)
        return _page(request, section, editor, token=section_token(request.profile, section))
    editor, token = EDITORS[key](request.profile, values=stored, data=request.POST), request.POST.get("token", "")
    if editor.press(request.POST.get("do", SAVE)):
        return _page(request, section, editor, token=token)
    if not editor.is_valid():
        return _page(request, section, editor, token=token, status=422)
    try:
        change = save_section(actor=request.viewer, profile=request.profile, section=section, values=editor.values(), token=token)
    except Conflict as conflict:
        editor.add_error(_("%(reason)s Look at what is saved now, then save again to replace it.") % {"reason": conflict})
        now = section_token(request.profile, section)
        return _page(request, section, editor, token=now, saved_now=True, status=409)
    except Invalid as problem:
        editor.add_error(problem.message)
        return _page(request, section, editor, token=token, status=422)
    if change.changed:
        undo.remember(request.session, what=f"{_UNDO}{key}", before=change.before, token=change.token)
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("edit_profile")


@require_POST
@member_page
def undo_section(request: MemberRequest, key: str) -> HttpResponse:
    """Put a section back as it was before the last save."""
    section, saved = _section(key), undo.offered(request.session)
    if saved is None or saved.what != f"{_UNDO}{key}":
        messages.warning(request, _("There is nothing to undo any more."))
        return redirect("edit_profile")
    undo.forget(request.session)
    try:
        save_section(actor=request.viewer, profile=request.profile, section=section, values=saved.before, token=saved.token)
    except (Conflict, Invalid):
        messages.warning(request, _("This has been changed since, so it cannot be undone. Open the section and change it."))
    else:
        messages.success(request, _("%(section)s is as it was before.") % {"section": section.title})
    return redirect("edit_profile")


def _section(key: str) -> Section:
    if key not in SECTIONS_BY_KEY:
        raise Http404
    return SECTIONS_BY_KEY[key]


def _page(
    request: MemberRequest, section: Section, editor: Editor, *, token: str, saved_now: bool = False, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": section,
        "editor": editor,
        "token": token,
        "lines": section_lines(request.profile, section),
        "saved_now": saved_now,
    }
    return render(request, "profiles/edit/section.html", context, status=status)
