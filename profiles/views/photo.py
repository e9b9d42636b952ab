"""A member chooses or removes their picture."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alumni_site.core.errors import Invalid
from profiles.forms.photo import PhotoForm
from profiles.services.photos import remove_photo, set_photo
from profiles.views.own import MemberRequest, member_page


@require_http_methods(["GET", "POST"])
@member_page
def edit_photo(request: MemberRequest) -> HttpResponse:
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if form.is_valid():
        file = form.cleaned_data["photo"]
        try:
            set_photo(actor=request.viewer, profile=request.profile, file=file, name=file.name, size=file.size)
        except Invalid as problem:
            form.add_error("photo", problem.message)
        else:
            messages.success(request, _("Your new picture is in use."))
            return redirect("edit_profile")
    context = {"form": form, "profile": request.profile}
    return render(request, "profiles/edit/photo.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_page
def delete_photo(request: MemberRequest) -> HttpResponse:
    remove_photo(actor=request.viewer, profile=request.profile)
    messages.success(request, _("Your picture is deleted."))
    return redirect("edit_profile")
