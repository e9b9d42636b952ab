"""Pages of what a member keeps: saved searches and saved people."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alumni_site.core.errors import NetworkError
from alumni_site.core.redirects import safe_next
from profiles.disclosure import disclose
from profiles.models import Profile
from profiles.viewers import Viewer
from search.cards import plain_cards
from search.engines.base import SearchUnavailable
from search.forms import PEOPLE_PER_PAGE, SaveSearchForm
from search.models import SavedPerson, SavedSearch
from search.policies import can_keep
from search.reading import saved_search_rows
from search.saved import (
    change_search,
    delete_search,
    new_people,
    restore_search,
    save_person,
    save_search,
    saved_people,
    unsave_person,
)
from search.views.people import kept_private, no_search_now, viewer_of


@login_required
@require_GET
def saved_searches(request: HttpRequest) -> HttpResponseBase:
    """The reader's saved searches; after one is deleted, with a way to have it back."""
    viewer = _keeper(request)
    deleted = _deleted(viewer, request.GET.get("deleted", ""))
    context = {"viewer": viewer, "rows": saved_search_rows(viewer), "deleted": deleted}
    return kept_private(render(request, "search/saved_searches.html", context))


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponseBase:
    """Keep the search whose parameters are in `query`."""
    viewer = _keeper(request)
    form = SaveSearchForm(request.POST)
    query = request.POST.get("query", "")
    if not form.is_valid():
        return kept_private(render(request, "search/save_search.html", {"form": form, "query": query}, status=400))
    try:
        search = save_search(
            actor=viewer,
            name=form.cleaned_data["name"],
            query_string=query,
            tells_of_new=form.cleaned_data["tells_of_new"],
        )
    except SearchUnavailable:
        form.add_error(None, no_search_now())
        return kept_private(render(request, "search/save_search.html", {"form": form, "query": query}, status=503))
    except NetworkError as error:
        messages.error(request, error.message)
        return redirect("saved_searches")
    messages.success(request, _("Saved as “%(name)s”.") % {"name": search.name})
    return redirect(f"{reverse('people')}?{search.query}")


@login_required
@require_GET
def saved_search(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Who is new in one saved search."""
    viewer = _keeper(request)
    search = get_object_or_404(SavedSearch.objects.of(viewer), uuid=uuid)
    status = 200
    try:
        people = new_people(viewer, search)
    except SearchUnavailable:
        people, status = [], 503
    saved_ids = SavedPerson.objects.profile_ids_among(viewer.user, [person.id for person in people])
    context = {
        "viewer": viewer,
        "search": search,
        "is_other_capacity": search.audience != viewer.audience,
        "is_unavailable": status == 503,
        "cards": plain_cards(people, saved_ids),
        "may_keep": True,
        "next": request.path,
    }
    return kept_private(render(request, "search/saved_search.html", context, status=status))


@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Rename a search, or change whether it tells of new people."""
    viewer = _keeper(request)
    search = get_object_or_404(SavedSearch.objects.of(viewer), uuid=uuid)
    form = SaveSearchForm(request.POST or None, instance=search)
    status = 200
    if request.method == "POST" and form.is_valid():
        # The form has changed the object; the service begins from what is in the database.
        search.refresh_from_db()
        try:
            change_search(actor=viewer, search=search, **form.cleaned_data)
        except SearchUnavailable:
            form.add_error(None, no_search_now())
            status = 503
        else:
            messages.success(request, _("Changed."))
            return redirect("saved_searches")
    elif form.errors:
        status = 400
    return kept_private(render(request, "search/change_search.html", {"form": form, "search": search}, status=status))


@login_required
@require_POST
def delete(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Take a search away."""
    viewer = _keeper(request)
    search = get_object_or_404(SavedSearch.objects.of(viewer), uuid=uuid)
    delete_search(actor=viewer, search=search)
    return redirect(f"{reverse('saved_searches')}?deleted={search.uuid}")


@login_required
@require_POST
def restore(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Have a deleted search back."""
    viewer = _keeper(request)
    search = _deleted(viewer, str(uuid))
    if search is None:
        raise Http404
    try:
        restore_search(actor=viewer, search=search)
    except NetworkError as error:
        messages.error(request, error.message)
    return redirect("saved_searches")


@login_required
@require_GET
def people_saved(request: HttpRequest) -> HttpResponseBase:
    """The people the reader keeps, as far as they may be seen now."""
    viewer = _keeper(request)
    page = Paginator(saved_people(viewer), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    cards = plain_cards(page.object_list, {person.id for person in page.object_list})
    context = {"viewer": viewer, "page": page, "cards": cards, "may_keep": True, "next": request.get_full_path()}
    return kept_private(render(request, "search/saved_people.html", context))


@login_required
@require_POST
def keep_person(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Put a person on the reader's list. A person they may not see is not found."""
    viewer = _keeper(request)
    profile = get_object_or_404(Profile.objects.visible_to(viewer), uuid=uuid)
    try:
        save_person(actor=viewer, profile=profile)
    except NetworkError as error:
        messages.error(request, error.message)
    return _button_or_back(request, viewer, profile)


@login_required
@require_POST
def let_person_go(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Take a person off the reader's list."""
    viewer = _keeper(request)
    unsave_person(actor=viewer, profile_uuid=uuid)
    return _button_or_back(request, viewer, Profile.objects.visible_to(viewer).filter(uuid=uuid).first())


def _keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not can_keep(viewer):
        raise Http404
    return viewer


def _deleted(viewer: Viewer, uuid: str) -> SavedSearch | None:
    try:
        return SavedSearch.objects.filter(owner=viewer.user, deleted_at__isnull=False, uuid=UUID(uuid)).first()
    except ValueError:
        return None


def _button_or_back(request: HttpRequest, viewer: Viewer, profile: Profile | None) -> HttpResponse:
    """For a script the button alone; else back to where it was pressed."""
    person = disclose(profile.__class__.objects.filter(pk=profile.pk).with_disclosable().get(), viewer) if profile else None
    if request.htmx and person:  # type: ignore[attr-defined]
        saved_ids = SavedPerson.objects.profile_ids_among(viewer.user, [person.id])
        card = plain_cards([person], saved_ids)[0]
        return kept_private(render(request, "search/_keep.html", {"card": card}))
    return redirect(safe_next(request, reverse("saved_people")))
