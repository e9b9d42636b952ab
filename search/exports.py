"""A result as a file: rows of what the viewer's audience may see, and a line in the log that says who, what for and how many."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alumni_site.core.countries import country_name, language_name
from alumni_site.core.errors import Conflict, NotAllowed
from alumni_site.core.spreadsheets import CellValue, write_csv, write_xlsx
from privacy.services import record
from profiles.disclosure import DisclosedExchange, DisclosedProfile, DisclosedTerm, disclose_many
from profiles.models import Profile
from profiles.models.exchanges import Direction
from profiles.models.people import OpenTo
from profiles.viewers import Viewer
from search.cards import address_maker
from search.forms import FileFormat
from search.models import PeopleExport
from search.people import matching_ids
from search.policies import can_export_people
from search.queries import PeopleQuery

MAX_PEOPLE = 20_000
_AT_A_TIME = 500

CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_people(
    *, actor: Viewer, query: PeopleQuery, purpose: str, file_format: FileFormat
) -> tuple[PeopleExport, Iterator[bytes]]:
    """Write down that a result is taken out, and give the file, piece by piece.

    The rows are what the actor's audience may see. The log has who, the filters, whether there were words, and how many
    people; the purpose is kept beside it, in the adviser's words.

    Raises `NotAllowed` for everybody but Norec's advisers, `Conflict` for more than `MAX_PEOPLE` people, and
    `SearchUnavailable` when the engine does not answer.
    """
    if not can_export_people(actor) or actor.user is None:
        raise NotAllowed(_("Only Norec’s advisers take results out as files."))
    ids = matching_ids(actor, query, limit=MAX_PEOPLE + 1)
    if len(ids) > MAX_PEOPLE:
        raise Conflict(_("More than %(count)s people fit. Narrow the search first.") % {"count": MAX_PEOPLE})
    filters = [f"{facet}={value}" for facet, values in query.filters.items() for value in values]
    with transaction.atomic():
        export = PeopleExport.objects.create(
            actor=actor.user, purpose=purpose, filters=filters, people=len(ids), file_format=file_format
        )
        record(
            actor=actor.user,
            action="search.people_exported",
            thing=export,
            details={"filters": filters, "with_words": bool(query.text), "people": len(ids), "format": file_format.value},
        )
    rows = map(_RowMaker().row, _people(actor, ids))
    write = write_csv(rows, _columns()) if file_format == FileFormat.CSV else write_xlsx(rows, _columns(), title=_("People"))
    return export, write


def file_name(export: PeopleExport) -> str:
    """A name for the file that tells nothing but when it was made."""
    return f"people-{timezone.localtime(export.created_at):%Y-%m-%d-%H%M}.{export.file_format}"


def _people(viewer: Viewer, ids: list[int]) -> Iterator[DisclosedProfile]:
    """The people of a result in its order, some hundreds in memory at a time."""
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        order = {pk: place for place, pk in enumerate(some)}
        profiles = Profile.objects.visible_to(viewer).filter(pk__in=some).with_account()
        yield from disclose_many(sorted(profiles, key=lambda profile: order[profile.pk]), viewer)


def _columns() -> list[str]:
    return [
        _("Name"),
        _("Headline"),
        _("Town"),
        _("Country"),
        _("Work"),
        _("Workplace"),
        _("Knows"),
        _("Sector"),
        _("Development goal"),
        _("Speaks"),
        _("Open to"),
        _("E-mail for contact"),
        _("Phone for contact"),
        _("Exchanges"),
        _("Exchange from"),
        _("Exchange to"),
        _("Direction"),
        _("Sent by"),
        _("Hosted by"),
        _("Programme"),
        _("Role on the exchange"),
        _("Start"),
        _("End"),
        _("Homecoming"),
        _("Address of the profile"),
    ]


_EXCHANGE_CELLS = 10


class _RowMaker:
    """Makes the rows of one file in the language of the moment it is asked for: they are written when that has passed."""

    def __init__(self) -> None:
        self.language = get_language() or "en"
        self.open_to = {choice.value: str(choice.label) for choice in OpenTo}
        self.direction = {choice.value: str(choice.label) for choice in Direction}
        self.profile_url = address_maker("profile")

    def row(self, person: DisclosedProfile) -> list[CellValue]:
        latest = person.latest_exchange
        return [
            person.name,
            person.headline,
            person.place,
            self._country(person.country),
            person.work_title,
            person.workplace,
            self._terms(person.skills),
            self._terms(person.sectors),
            self._terms(person.sdgs),
            "; ".join(language_name(item.code, self.language) for item in person.languages),
            "; ".join(self.open_to[value] for value in person.open_to),
            person.contact_email,
            person.contact_phone,
            len(person.exchanges),
            *(self._exchange_cells(latest) if latest else [""] * _EXCHANGE_CELLS),
            f"{settings.SITE_URL}{self.profile_url(str(person.uuid))}",
        ]

    def _exchange_cells(self, exchange: DisclosedExchange) -> list[CellValue]:
        """The latest exchange."""
        sending, host = exchange.sending_organisation, exchange.host_organisation
        return [
            self._country(exchange.from_country),
            self._country(exchange.to_country),
            self.direction.get(exchange.direction, ""),
            sending.name if sending else "",
            host.name if host else "",
            exchange.programme,
            exchange.role,
            exchange.start,
            exchange.end,
            exchange.homecoming_date,
        ]

    def _country(self, code: str) -> str:
        return country_name(code, self.language) if code else ""

    def _terms(self, terms: Iterable[DisclosedTerm]) -> str:
        return "; ".join(term.name_in(self.language) for term in terms)
