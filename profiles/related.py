"""What belongs to people in other tables, ready to be disclosed; only `profiles.disclosure` asks for it.

For many people at once it is read in six lean queries, put together once, straight into values: to make rows of all of it
takes most of the time of a search page. For one, it comes from the rows that their own page has fetched anyway.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from alumni_site.core.prepared import Keys, prepared
from profiles.disclosed import DisclosedExchange, DisclosedLanguage, DisclosedLink, DisclosedOrganisation, DisclosedTerm
from profiles.models import Exchange, Organisation, Profile, ProfileLanguage, ProfileLink, ProfileSkill, Term
from profiles.models.exchanges import LATEST_LAST, direction_between
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
    for pk, terms in _terms(_rows_of_sectors(profile_ids)):
        found[pk].sectors = terms
    for pk, terms in _terms(_rows_of_sdgs(profile_ids)):
        found[pk].sdgs = terms
    for pk, languages in _by_profile(_rows_of_languages(profile_ids)):
        found[pk].languages = tuple(DisclosedLanguage(*row) for row in languages)
    for pk, links in _by_profile(_rows_of_links(profile_ids)):
        found[pk].links = tuple(DisclosedLink(*row) for row in links)
    for pk, exchanges in _exchanges(profile_ids):
        found[pk].exchanges = exchanges
    return found


# The rows of what belongs to people, the key of the profile first, in the order they are shown in.


@prepared
def _rows_of_skills(profiles: Keys) -> QuerySet[Any]:
    rows = ProfileSkill.objects.filter(profile__in=profiles, term__status=TermStatus.IN_USE).order_by("pk")
    return rows.values_list("profile_id", *_TERM, "years", "note")


@prepared
def _rows_of_sectors(profiles: Keys) -> QuerySet[Any]:
    return _in_use(Profile.sectors.through.objects.filter(profile__in=profiles))


@prepared
def _rows_of_sdgs(profiles: Keys) -> QuerySet[Any]:
    return _in_use(Profile.sdgs.through.objects.filter(profile__in=profiles))


def _in_use(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(term__status=TermStatus.IN_USE).order_by("term__kind", "term__code").values_list("profile_id", *_TERM)


@prepared
def _rows_of_languages(profiles: Keys) -> QuerySet[Any]:
    return ProfileLanguage.objects.filter(profile__in=profiles).order_by("pk").values_list("profile_id", "code", "level")


@prepared
def _rows_of_links(profiles: Keys) -> QuerySet[Any]:
    return ProfileLink.objects.filter(profile__in=profiles).order_by("pk").values_list("profile_id", "url", "label")


@prepared
def _rows_of_exchanges(profiles: Keys) -> QuerySet[Any]:
    rows = Exchange.objects.filter(profile__in=profiles).order_by(*LATEST_LAST)
    return rows.values_list("profile_id", *_EXCHANGE, *_ORGANISATIONS)


def _by_profile(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
    """The rows of each profile that has any, in the order they came."""
    found: dict[int, list[tuple[Any, ...]]] = {}
    for pk, *values in rows:
        found.setdefault(pk, []).append(tuple(values))
    yield from found.items()


def _skills(profile_ids: Sequence[int]) -> Iterator[tuple[int, tuple[DisclosedTerm, ...]]]:
    names: dict[str, dict[str, str]] = {}
    for pk, found in _by_profile(_rows_of_skills(profile_ids)):
        yield (
            pk,
            tuple(
                DisclosedTerm(code, names.setdefault(code, {"nn": nn, "nb": nb, "en": en}), years, note)
                for code, nn, nb, en, years, note in found
            ),
        )


def _terms(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[DisclosedTerm, ...]]]:
    known: dict[tuple[Any, ...], DisclosedTerm] = {}
    for pk, found in _by_profile(rows):
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

    for pk, found in _by_profile(_rows_of_exchanges(profile_ids)):
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
