"""`manage.py search_people`: what a viewer would find, for operators who are asked "why can't they see me?"."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alumni_site.core.errors import Conflict, NetworkError
from alumni_site.core.models import IndexChange
from profiles.audiences import Audience
from profiles.documents import PEOPLE
from profiles.models import User
from profiles.roles import Role
from profiles.viewers import Viewer, viewer_for
from search.as_data import person_as_data
from search.drainer import drain_once
from search.facets import known_part, load_labels, with_successors
from search.forms import PeopleAddress, clean_value
from search.people import PeopleResults, search_people
from search.queries import FACETS, MAX_PAGE_SIZE, MAX_VALUES_IN_FACET, PeopleQuery, Sort

_WRONG_ARGUMENTS = 2
_SECONDS_TO_CATCH_UP = 2.0
_SECONDS_BETWEEN_LOOKS = 0.05
_FACET_VALUES_LISTED = 5


class Command(BaseCommand):
    help = "Print what a person would find, as far as they may see it. Without --as: what a visitor finds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="what they type; nothing finds everybody")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="the account that searches")
        parser.add_argument("--capacity", help=f"a role or an audience of theirs: {', '.join([*Role.values, *Audience.values])}")
        parser.add_argument(
            "--filter", action="append", default=[], dest="filters", metavar="FACET=VALUE", help=f"one of {', '.join(FACETS)}"
        )
        parser.add_argument("--sort", choices=[sort.value for sort in Sort], default=Sort.RELEVANCE.value)
        parser.add_argument("--page", type=int, default=1)
        parser.add_argument("--page-size", type=int, default=24)
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, **options: Any) -> None:
        viewer = _viewer(options["email"], options["capacity"])
        query = _query(options)
        try:
            _catch_up()
            results = search_people(viewer, query)
        except NetworkError as error:
            raise CommandError(error.message) from error
        if options["as_json"]:
            self.stdout.write(json.dumps(_as_data(results), ensure_ascii=False, indent=2))
        else:
            self._print(results, viewer)

    def _print(self, results: PeopleResults, viewer: Viewer) -> None:
        query = results.query
        self.stdout.write(f"{results.total} found for {viewer.audience.value}, page {query.page} of {results.pages}")
        if results.forgiven:
            self.stdout.write("Nobody has it as typed; these come close.")
        for number, hit in enumerate(results.hits, start=(query.page - 1) * query.page_size + 1):
            why = ", ".join(hit.highlights)
            self.stdout.write(f"{number:4}  {hit.profile.name}  {hit.profile.uuid}" + (f"  (in {why})" if why else ""))
        for facet, counts in results.facets.items():
            listed = ", ".join(f"{item.value} {item.count}" for item in counts[:_FACET_VALUES_LISTED])
            if listed:
                self.stdout.write(f"      {facet}: {listed}" + (", ..." if len(counts) > _FACET_VALUES_LISTED else ""))


def _viewer(email: str | None, capacity: str | None) -> Viewer:
    if email is None:
        if capacity:
            raise CommandError("--capacity needs --as: a visitor has none.", returncode=_WRONG_ARGUMENTS)
        return Viewer()
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise CommandError(f"There is no account with the e-mail address {email}.", returncode=_WRONG_ARGUMENTS)
    viewer = viewer_for(user, capacity=capacity)
    if capacity and not _acts_as(viewer, capacity):
        raise CommandError(f"{email} does not have the capacity {capacity}.", returncode=_WRONG_ARGUMENTS)
    return viewer


def _acts_as(viewer: Viewer, capacity: str) -> bool:
    grant = viewer.capacity
    return capacity == viewer.audience.value or (grant is not None and capacity in (str(grant.uuid), grant.role))


def _query(options: dict[str, Any]) -> PeopleQuery:
    chosen: dict[str, list[str]] = {}
    for item in options["filters"]:
        facet, equals, value = item.partition("=")
        if facet not in FACETS or not equals or not value:
            raise CommandError(
                f"--filter {item} is not FACET=VALUE with one of these: {', '.join(FACETS)}", returncode=_WRONG_ARGUMENTS
            )
        if not clean_value(facet, value.strip()):
            raise CommandError(f"--filter {item}: there is no such value.", returncode=_WRONG_ARGUMENTS)
        chosen.setdefault(facet, []).append(value)
    if any(len(values) > MAX_VALUES_IN_FACET for values in chosen.values()):
        raise CommandError(f"A filter takes {MAX_VALUES_IN_FACET} values at most.", returncode=_WRONG_ARGUMENTS)
    if options["page"] < 1 or not 1 <= options["page_size"] <= MAX_PAGE_SIZE:
        raise CommandError(f"Pages begin at 1 and have 1 to {MAX_PAGE_SIZE} people.", returncode=_WRONG_ARGUMENTS)
    parameters = {"q": options["text"], "sort": options["sort"], "page": str(options["page"]), **chosen}
    return _as_the_page_has_it(PeopleAddress.from_params(parameters, page_size=options["page_size"]).query)


def _as_the_page_has_it(query: PeopleQuery) -> PeopleQuery:
    """With merged terms and organisations as what they became. What the page would leave out with a word is refused here."""
    labels = load_labels(query.filters)
    followed = with_successors(query, labels)
    known = known_part(followed, labels)
    for facet, values in followed.filters.items():
        for value in values:
            if value not in known.filters.get(facet, ()):
                raise CommandError(f"--filter {facet}={value}: there is no such value.", returncode=_WRONG_ARGUMENTS)
    return followed


def _catch_up() -> None:
    """What was saved a moment ago is to be found: where no drainer runs, do its work, else give it a moment."""
    deadline = time.monotonic() + _SECONDS_TO_CATCH_UP
    while time.monotonic() < deadline:
        try:
            drain_once(wait=0)
        except Conflict:
            if not IndexChange.objects.filter(kind=PEOPLE).exists():
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        else:
            return


def _as_data(results: PeopleResults) -> dict[str, Any]:
    return {
        "total": results.total,
        "hits": [person_as_data(hit.profile) for hit in results.hits],
        "facets": {
            facet: [{"value": item.value, "count": item.count} for item in counts] for facet, counts in results.facets.items()
        },
    }
