"""Advisers correct what Norec knows: an exchange, the name on file, the year of birth. Every change is in the audit log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.accounts.services.claiming import settle_roles_after_homecoming
from profiles.fingerprints import fingerprint
from profiles.models import Exchange, Organisation, Profile
from profiles.of_age import year_under_age
from profiles.policies import can_correct_facts
from profiles.viewers import Viewer


@dataclass(frozen=True)
class ExchangeFacts:
    """Everything about an exchange that may be corrected. Its number and whose it is may not."""

    programme: str
    sending_organisation: Organisation | None
    host_organisation: Organisation | None
    from_country: str
    to_country: str
    start: date | None
    end: date | None
    role: str
    homecoming_date: date | None


@dataclass(frozen=True)
class PersonFacts:
    """What Norec knows about a person besides exchanges. `birth_year` is a calendar year."""

    first_name: str
    last_name: str
    birth_year: int | None


def exchange_token(exchange: Exchange) -> str:
    return fingerprint(_values(exchange, ExchangeFacts))


def person_token(profile: Profile) -> str:
    return fingerprint(_values(profile, PersonFacts))


@transaction.atomic
def correct_exchange(*, actor: Viewer, exchange: Exchange, facts: ExchangeFacts, token: str) -> list[str]:
    """Change what Norec knows about an exchange. Returns the names of the fields that changed.

    `token` is `exchange_token` of when the adviser opened it. Raises `NotAllowed`, `Conflict` when somebody changed it
    since, `Invalid` when it would end before it starts, come home before it begins, or be of somebody under 18.
    """
    _check(actor)
    locked = Exchange.objects.select_for_update().get(pk=exchange.pk)
    if exchange_token(locked) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
    if facts.start and facts.end and facts.end < facts.start:
        raise Invalid(_("The exchange ends before it starts. Check both dates."), code="ends_before_it_starts")
    if facts.start and facts.homecoming_date and facts.homecoming_date < facts.start:
        raise Invalid(_("The homecoming is before the exchange starts. Check both dates."), code="home_before_it_starts")
    if (facts.start, facts.end) not in {(locked.start, locked.end), (None, None)}:
        _require_of_age(locked.profile.birth_year, [(facts.start, facts.end)])
    changed = _apply(locked, facts)
    if changed:
        record(actor=actor.user, action="profiles.exchange_corrected", thing=locked, details={"fields": changed})
        settle_roles_after_homecoming([locked.profile_id])
    return changed


@transaction.atomic
def correct_person(*, actor: Viewer, profile: Profile, facts: PersonFacts, token: str) -> list[str]:
    """Change the name on file or the year of birth. Returns the names of the fields that changed.

    The name that the member chose stays. Raises `NotAllowed`, `Conflict`, and `Invalid` without a first name, or when the year
    makes the person under 18 on an exchange.
    """
    _check(actor)
    locked = Profile.objects.select_for_update().get(pk=profile.pk)
    if person_token(locked) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
    if facts.birth_year != locked.birth_year:
        stays = locked.exchanges.values_list("start", "end")
        _require_of_age(facts.birth_year, [stay for stay in stays if any(stay)] or [(None, None)])
    changed = _apply(locked, facts)
    if changed:
        record(actor=actor.user, action="profiles.person_corrected", thing=locked, details={"fields": changed})
    return changed


def _check(actor: Viewer) -> None:
    if not can_correct_facts(actor):
        raise NotAllowed(_("Only network advisers change what Norec knows."))


def _require_of_age(birth_year: int | None, stays: Iterable[tuple[date | None, date | None]]) -> None:
    for start, end in stays:
        if year := year_under_age(birth_year, start, end):
            wrong = _("Born in %(birth_year)s, the person would be under 18 in %(year)s")
            advice = _("Check the year of birth and the dates.")
            raise Invalid(f"{wrong}. {advice}" % {"birth_year": birth_year, "year": year}, code="under_18")


def _apply(thing: Any, facts: ExchangeFacts | PersonFacts) -> list[str]:
    changed = [field.name for field in fields(facts) if getattr(thing, field.name) != getattr(facts, field.name)]
    if not changed:
        return []
    for name in changed:
        setattr(thing, name, getattr(facts, name))
    try:
        thing.clean_fields(exclude=[field.name for field in thing._meta.fields if field.name not in changed])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    thing.save(update_fields=[*changed, "updated_at"])
    return changed


def _values(thing: Any, kind: type[ExchangeFacts] | type[PersonFacts]) -> Mapping[str, Any]:
    """The facts as plain values: organisations by their key."""
    return {
        field.name: getattr(thing, f"{field.name}_id") if field.name.endswith("organisation") else getattr(thing, field.name)
        for field in fields(kind)
    }
