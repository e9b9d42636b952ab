"""A result as a file, for Norec's advisers. For everybody else there is no such page."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from alumni_site.core.errors import NetworkError
from search.engines.base import SearchUnavailable
from search.exports import CONTENT_TYPES, MAX_PEOPLE, export_people, file_name
from search.facets import filters_in_use, load_labels
from search.forms import ExportForm, FileFormat, PeopleAddress, saved_query_string
from search.people import search_people
from search.policies import can_export_people
from search.views.people import kept_private, no_search_now, viewer_of


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what the file is for; then hand it out, and write in the log that it was. Whoever has said what for need not say it
    again when the engine does not answer."""
    viewer = viewer_of(request)
    if not can_export_people(viewer):
        raise Http404
    is_asked = request.method == "POST"
    address = PeopleAddress.from_params(QueryDict(request.POST.get("query", "")) if is_asked else request.GET)
    form = ExportForm(request.POST if is_asked else None)
    context: dict[str, Any] = {"viewer": viewer, "form": form, "address": address, "query": saved_query_string(address.query)}
    status = 400 if is_asked else 200
    try:
        if is_asked and form.is_valid():
            return _file(request, address, form)
        context["total"] = search_people(viewer, replace(address.query, page=1, page_size=1)).total
    except SearchUnavailable:
        if not is_asked:
            return kept_private(render(request, "search/unavailable.html", context, status=503))
        form.add_error(None, no_search_now())
        context["total"], status = None, 503
    except NetworkError as error:
        form.add_error(None, error.message)
        context["total"] = None
    context["picked"] = filters_in_use(address, load_labels(address.query.filters), reverse("people"))
    context["max_people"] = MAX_PEOPLE
    return kept_private(render(request, "search/export.html", context, status=status))


def _file(request: HttpRequest, address: PeopleAddress, form: ExportForm) -> StreamingHttpResponse:
    file_format = FileFormat(form.cleaned_data["file_format"])
    made, pieces = export_people(
        actor=viewer_of(request), query=address.query, purpose=form.cleaned_data["purpose"], file_format=file_format
    )
    response = StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="{file_name(made)}"'
    response["Cache-Control"] = "private, no-store"
    return response
