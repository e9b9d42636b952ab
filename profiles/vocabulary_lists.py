"""Reads of the vocabulary and of organisations for the pages of staff: found by any name, with how many people each has."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from profiles.models import Exchange, Organisation, Profile, ProfileSkill, Term
from profiles.models.organisations import organisation_key
from profiles.models.vocabulary import TermStatus


@dataclass(frozen=True)
class CountedTerm:
    term: Term
    people: int


@dataclass(frozen=True)
class CountedOrganisation:
    organisation: Organisation
    people: int

    @property
    def other_names(self) -> list[str]:
        return [row.name for row in self.organisation.names.all() if row.name != self.organisation.name]


def find_terms(*, text: str = "", kind: str = "", status: str = "") -> QuerySet[Term]:
    """Terms by any of their names or other words, in the order of their English name.

    Proposals that nobody has any more are left out.
    """
    found = Term.objects.select_related("sector", "merged_into").order_by(Lower("name_en"), "pk")
    if text:
        names = Q(name_nn__icontains=text) | Q(name_nb__icontains=text) | Q(name_en__icontains=text)
        found = found.filter(names | Q(pk__in=Term.objects.filter(aliases__name__icontains=text).values("pk")))
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    return found.exclude(pk__in=_forgotten_proposals())


def waiting_proposals() -> QuerySet[Term]:
    """Words that members propose and still have, oldest first."""
    return Term.objects.filter(status=TermStatus.PROPOSED).exclude(pk__in=_forgotten_proposals()).order_by("created_at", "pk")


def _forgotten_proposals() -> QuerySet[Term]:
    return Term.objects.filter(status=TermStatus.PROPOSED, profile_skills=None).values("pk")  # type: ignore[return-value]


def counted_terms(terms: Sequence[Term]) -> list[CountedTerm]:
    """Each with how many people have it, in three queries whatever the number."""
    ids = [term.pk for term in terms]
    counts: dict[int, int] = {}
    for rows in (
        ProfileSkill.objects.filter(term__in=ids).values_list("term").annotate(people=Count("pk")),
        Profile.sectors.through.objects.filter(term__in=ids).values_list("term").annotate(people=Count("pk")),
        Profile.sdgs.through.objects.filter(term__in=ids).values_list("term").annotate(people=Count("pk")),
    ):
        counts.update(rows.order_by())
    return [CountedTerm(term, counts.get(term.pk, 0)) for term in terms]


def find_organisations(*, text: str = "", country: str = "", kind: str = "") -> QuerySet[Organisation]:
    """Organisations by any name they go by, in the order of the alphabet."""
    found = Organisation.objects.prefetch_related("names").order_by(Lower("name"), "pk")
    if text:
        found = found.filter(pk__in=Organisation.objects.filter(names__key__contains=organisation_key(text)).values("pk"))
    if country:
        found = found.filter(country=country)
    return found.filter(kind=kind) if kind else found


def counted_organisations(organisations: Sequence[Organisation]) -> list[CountedOrganisation]:
    """Each with how many people it has sent or hosted, in one query whatever the number."""
    ids = {organisation.pk for organisation in organisations}
    people: dict[int, set[int]] = {}
    rows = Exchange.objects.filter(Q(sending_organisation__in=ids) | Q(host_organisation__in=ids))
    for profile, sending, host in rows.values_list("profile", "sending_organisation", "host_organisation").order_by():
        for organisation in {sending, host} & ids:
            people.setdefault(organisation, set()).add(profile)
    return [CountedOrganisation(each, len(people.get(each.pk, ()))) for each in organisations]
