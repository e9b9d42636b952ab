"""Advisers keep the organisations: what each is called, where it is, what kind it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.fingerprints import fingerprint
from profiles.models import Organisation, OrganisationName
from profiles.models.organisations import organisation_key
from profiles.policies import can_edit_organisations
from profiles.proposals import tidy_name
from profiles.viewers import Viewer


@dataclass(frozen=True)
class OrganisationFacts:
    """`country` is an ISO 3166-1 alpha-2 code or "", `kind` a value of `OrganisationKind`."""

    name: str
    other_names: tuple[str, ...]
    country: str
    kind: str


def organisation_token(organisation: Organisation) -> str:
    """What a form carries, so that two advisers do not overwrite each other."""
    names = sorted(organisation.names.values_list("name", flat=True))
    return fingerprint([organisation.name, organisation.country, organisation.kind, names])


@transaction.atomic
def add_organisation(*, actor: Viewer, facts: OrganisationFacts) -> Organisation:
    """Put an organisation on file. Raises `NotAllowed`, and `Invalid` when it has no name or one that another goes by."""
    _check(actor)
    organisation = Organisation()
    _write(organisation, facts, old_name="")
    record(actor=actor.user, action="profiles.organisation_added", thing=organisation)
    return organisation


@transaction.atomic
def edit_organisation(*, actor: Viewer, organisation: Organisation, facts: OrganisationFacts, token: str) -> None:
    """Change an organisation. A name that is replaced is kept among the others, so that files with it still find it.

    Raises `NotAllowed`, `Conflict` when somebody changed it since `token`, and `Invalid` as `add_organisation` does.
    """
    _check(actor)
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation_token(locked) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
    _write(locked, facts, old_name=locked.name)
    record(actor=actor.user, action="profiles.organisation_edited", thing=locked)


def _check(actor: Viewer) -> None:
    if not can_edit_organisations(actor):
        raise NotAllowed(_("Only network advisers change organisations."))


def _write(organisation: Organisation, facts: OrganisationFacts, *, old_name: str) -> None:
    name = tidy_name(facts.name)
    if not name:
        raise Invalid(_("Write the name of the organisation."), code="name_missing")
    wanted = _by_key([name, *facts.other_names, old_name])
    taken = OrganisationName.objects.filter(key__in=wanted).select_related("organisation")
    other = taken.exclude(organisation=organisation.pk).first()
    if other:
        raise Invalid(
            _("“%(name)s” is a name of %(organisation)s. Merge the two if they are one.")
            % {"name": other.name, "organisation": other.organisation.name},
            code="name_taken",
        )
    organisation.name, organisation.country, organisation.kind = name, facts.country, facts.kind
    organisation.save()
    # Only what differs is touched: each name that is written makes the index look at everybody who was there.
    for row in organisation.names.all():
        if wanted.get(row.key) == row.name:
            del wanted[row.key]
        else:
            row.delete()
    for each in wanted.values():
        OrganisationName.objects.create(organisation=organisation, name=each)


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Each name once, by what its spellings have in common."""
    found: dict[str, str] = {}
    for name in map(tidy_name, names):
        if name:
            found.setdefault(organisation_key(name), name)
    return found
