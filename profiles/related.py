"""What belongs to people in other tables, ready to be disclosed; only `profiles.disclosure` asks for it.

For many people at once it is read in six lean queries, straight into values: to make rows of all of it takes most of the
time of a search page. For one, it comes from the rows that their own page has fetched anyway.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from profiles.disclosed import DisclosedExchange, DisclosedLanguage, DisclosedLink, DisclosedOrganisation, DisclosedTerm
from profiles.models import Exchange, Organisation, Profile, ProfileLanguage, ProfileLink, ProfileSkill, Term
from profiles.models.exchanges import direction_between
from profiles.models.vocabulary import TermStatus

_TERM = ("term__code", "term__name_nn", "term__name_nb", "term__name_en")
_ORGANISATIONS = tuple(f"{which}_organisation__{field}" for which in ("sending", "host") for field in ("uuid", "name", "country"))
_EXCHANGE = ("uuid", "programme", "from_country", "to_country", "start", "end", "role", "homecoming_date")


class Related(Protocol):
    """Skills, sectors and goals that are in use: a proposed word waits for staff before others see it."""

    @property
    def skills(self) -> tuple[DisclosedTerm, ...]: ...
    @property
    def sectors(self) -> tuple[DisclosedTerm, ...]: ...
    @property
    def sdgs(self) -> tuple[DisclosedTerm, ...]: ...
    @property
    def languages(self) -> tuple[DisclosedLanguage, ...]: ...
    @property
    def links(self) -> tuple[DisclosedLink, ...]: ...
    @property
    def exchanges(self) -> tuple[DisclosedExchange, ...]: ...


@dataclass(slots=True)
class RelatedValues:
    """As `related_values` reads them."""

    skills: tuple[DisclosedTerm, ...] = ()
    sectors: tuple[DisclosedTerm, ...] = ()
    sdgs: tuple[DisclosedTerm, ...] = ()
    languages: tuple[DisclosedLanguage, ...] = ()
    links: tuple[DisclosedLink, ...] = ()
    exchanges: tuple[DisclosedExchange, ...] = ()


class RelatedRows:
    """From the rows of one profile, when they are asked for."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    @property
    def skills(self) -> tuple[DisclosedTerm, ...]:
        rows = self._profile.profile_skills.all()
        return tuple(_term(row.term, row.years, row.note) for row in rows if _is_in_use(row.term))

    @property
    def sectors(self) -> tuple[DisclosedTerm, ...]:
        return tuple(_term(term) for term in self._profile.sectors.all() if _is_in_use(term))

    @property
    def sdgs(self) -> tuple[DisclosedTerm, ...]:
        return tuple(_term(term) for term in self._profile.sdgs.all() if _is_in_use(term))

    @property
    def languages(self) -> tuple[DisclosedLanguage, ...]:
        return tuple(DisclosedLanguage(row.code, row.level) for row in self._profile.languages.all())

    @property
    def links(self) -> tuple[DisclosedLink, ...]:
        return tuple(DisclosedLink(row.url, row.label) for row in self._profile.links.all())

    @property
    def exchanges(self) -> tuple[DisclosedExchange, ...]:
        return tuple(_exchange_of(row) for row in self._profile.exchanges.all())


def related_values(profile_ids: Sequence[int]) -> dict[int, RelatedValues]:
    """By id of the profile, in six queries; without one where there are no ids."""
    found = {pk: RelatedValues() for pk in profile_ids}
    if not found:
        return found
    for pk, skills in _skills(profile_ids):
        found[pk].skills = skills
    for pk, terms in _terms(Profile.sectors.through.objects.all(), profile_ids):
        found[pk].sectors = terms
    for pk, terms in _terms(Profile.sdgs.through.objects.all(), profile_ids):
        found[pk].sdgs = terms
    for pk, languages in _by_profile(ProfileLanguage.objects.order_by("pk"), profile_ids, "code", "level"):
        found[pk].languages = tuple(DisclosedLanguage(*row) for row in languages)
    for pk, links in _by_profile(ProfileLink.objects.order_by("pk"), profile_ids, "url", "label"):
        found[pk].links = tuple(DisclosedLink(*row) for row in links)
    for pk, exchanges in _exchanges(profile_ids):
        found[pk].exchanges = exchanges
    return found


def _by_profile(rows: QuerySet[Any], profile_ids: Sequence[int], *fields: str) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """The rows of each profile that has any, in the order of the queryset."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for pk, *values in rows.filter(profile_id__in=profile_ids).values_list("profile_id", *fields):
        found.setdefault(pk, []).append(tuple(values))
    yield from found.items()


def _skills(profile_ids: Sequence[int]) -> Iterator[tuple[int, tuple[DisclosedTerm, ...]]]:
    rows = ProfileSkill.objects.filter(term__status=TermStatus.IN_USE).order_by("pk")
    names: dict[str, dict[str, str]] = {}
    for pk, found in _by_profile(rows, profile_ids, *_TERM, "years", "note"):
        yield (
            pk,
            tuple(
                DisclosedTerm(code, names.setdefault(code, {"nn": nn, "nb": nb, "en": en}), years, note)
                for code, nn, nb, en, years, note in found
            ),
        )


def _terms(rows: QuerySet[Any], profile_ids: Sequence[int]) -> Iterator[tuple[int, tuple[DisclosedTerm, ...]]]:
    in_use = rows.filter(term__status=TermStatus.IN_USE).order_by("term__kind", "term__code")
    known: dict[tuple[Any, ...], DisclosedTerm] = {}
    for pk, found in _by_profile(in_use, profile_ids, *_TERM):
        for row in found:
            if row not in known:
                code, nn, nb, en = row
                known[row] = DisclosedTerm(code, {"nn": nn, "nb": nb, "en": en})
        yield pk, tuple(known[row] for row in found)


def _exchanges(profile_ids: Sequence[int]) -> Iterator[tuple[int, tuple[DisclosedExchange, ...]]]:
    known: dict[UUID, DisclosedOrganisation] = {}

    def organisation(uuid: UUID | None, name: str, country: str) -> DisclosedOrganisation | None:
        return known.setdefault(uuid, DisclosedOrganisation(uuid, name, country)) if uuid else None

    def exchange(row: tuple[Any, ...]) -> DisclosedExchange:
        return _exchange(row[: len(_EXCHANGE)], organisation(*row[-6:-3]), organisation(*row[-3:]))

    rows = Exchange.objects.order_by("start", "exchange_id")
    for pk, found in _by_profile(rows, profile_ids, *_EXCHANGE, *_ORGANISATIONS):
        yield pk, tuple(map(exchange, found))


def _exchange_of(row: Exchange) -> DisclosedExchange:
    facts = [getattr(row, name) for name in _EXCHANGE]
    return _exchange(facts, _organisation(row.sending_organisation), _organisation(row.host_organisation))


def _exchange(
    facts: Sequence[Any], sender: DisclosedOrganisation | None, host: DisclosedOrganisation | None
) -> DisclosedExchange:
    """From what `_EXCHANGE` names, in its order."""
    uuid, programme, from_country, to_country, start, end, role, homecoming_date = facts
    return DisclosedExchange(
        uuid=uuid,
        programme=programme,
        sending_organisation=sender,
        host_organisation=host,
        from_country=from_country,
        to_country=to_country,
        direction=direction_between(from_country, to_country),
        start=start,
        end=end,
        role=role,
        homecoming_date=homecoming_date,
    )


def _term(term: Term, years: int | None = None, note: str = "") -> DisclosedTerm:
    return DisclosedTerm(term.code, {"nn": term.name_nn, "nb": term.name_nb, "en": term.name_en}, years, note)


def _organisation(organisation: Organisation | None) -> DisclosedOrganisation | None:
    return DisclosedOrganisation(organisation.uuid, organisation.name, organisation.country) if organisation else None


def _is_in_use(term: Term) -> bool:
    return term.status == TermStatus.IN_USE
