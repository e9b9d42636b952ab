"""Advisers correct what Norec knows: exchanges, and what is on file about the person. Every change is in the audit log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from privacy.services import record
from profiles.accounts.services.claiming import admit_owners, settle_roles_after_homecoming
from profiles.fingerprints import fingerprint
from profiles.models import Exchange, Organisation, Profile
from profiles.models.exchanges import CorrectionStatus
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


@dataclass(frozen=True)
class RecordFacts(PersonFacts):
    """And what the person is known by: their number with Norec, and the address that leads them to the record."""

    participant_id: str | None
    email_on_file: str


def exchange_token(exchange: Exchange) -> str:
    return fingerprint(_values(exchange, ExchangeFacts))


def person_token(profile: Profile) -> str:
    return fingerprint(_values(profile, PersonFacts))


def record_token(profile: Profile) -> str:
    return fingerprint(_values(profile, RecordFacts))


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
    _check_dates(facts)
    if (facts.start, facts.end) not in {(locked.start, locked.end), (None, None)}:
        _require_of_age(locked.profile.birth_year, [(facts.start, facts.end)])
    changed = _apply(locked, facts)
    if changed:
        record(actor=actor.user, action="profiles.exchange_corrected", thing=locked, details={"fields": changed})
        settle_roles_after_homecoming([locked.profile_id])
    return changed


@transaction.atomic
def add_exchange(*, actor: Viewer, profile: Profile, exchange_id: str, facts: ExchangeFacts) -> Exchange:
    """Add an exchange that the list did not have. `exchange_id` is Norec's own number, by which an import knows it again.

    Raises `NotAllowed`, and `Invalid` without a number, with one that is taken, or for the dates that `correct_exchange` refuses.
    """
    _check(actor)
    exchange_id = exchange_id.strip()
    if not exchange_id:
        raise Invalid(_("Write Norec's number of the exchange."), code="exchange_id")
    if Exchange.objects.filter(exchange_id=exchange_id).exists():
        raise Invalid(_("There is an exchange with this number already."), code="exchange_id")
    _check_dates(facts)
    if facts.start or facts.end:
        _require_of_age(profile.birth_year, [(facts.start, facts.end)])
    exchange = Exchange(profile=profile, exchange_id=exchange_id, **_plain(facts))
    _save(exchange, ["exchange_id", *_plain(facts)])
    record(actor=actor.user, action="profiles.exchange_added", thing=exchange, details={"profile": str(profile.uuid)})
    settle_roles_after_homecoming([profile.pk])
    return exchange


@transaction.atomic
def remove_exchange(*, actor: Viewer, exchange: Exchange, token: str) -> None:
    """Remove an exchange that never was, with what was asked and answered about it. Roles stay as they are.

    `token` is `exchange_token` of when the adviser opened it. Raises `NotAllowed`, and `Conflict` when somebody changed or
    removed it since, or the member waits for an answer about it.
    """
    _check(actor)
    locked = Exchange.objects.select_for_update().filter(pk=exchange.pk).first()
    if locked is None or exchange_token(locked) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you remove it."))
    if locked.correction_requests.filter(status=CorrectionStatus.OPEN).exists():
        raise Conflict(_("The member asks for a correction of this exchange. Answer them first."))
    details = {"profile": str(locked.profile.uuid)}
    record(actor=actor.user, action="profiles.exchange_removed", thing=locked, details=details)
    locked.delete()


@transaction.atomic
def correct_person(*, actor: Viewer, profile: Profile, facts: PersonFacts, token: str) -> list[str]:
    """Change what is on file about a person: with `PersonFacts` the name and the year of birth, with `RecordFacts` all of it.
    Returns the names of the fields that changed.

    `token` is `person_token` or `record_token` of when the adviser opened it. The name that the member chose stays. Whoever has
    verified a new address gets the record, when nobody has it. Raises `NotAllowed`, `Conflict`, and `Invalid` without a first
    name, for a number or an address that somebody else has, when the number is taken away, and when the year makes the person
    under 18 on an exchange.
    """
    _check(actor)
    locked = Profile.objects.select_for_update().get(pk=profile.pk)
    if fingerprint(_values(locked, type(facts))) != token:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save."))
    if facts.birth_year != locked.birth_year:
        stays = locked.exchanges.values_list("start", "end")
        _require_of_age(facts.birth_year, [stay for stay in stays if any(stay)] or [(None, None)])
    if isinstance(facts, RecordFacts):
        _check_number(locked, facts.participant_id)
        _check_address(locked, facts.email_on_file)
    changed = _apply(locked, facts)
    if changed:
        record(actor=actor.user, action="profiles.person_corrected", thing=locked, details={"fields": changed})
    if "email_on_file" in changed:
        admit_owners([locked.pk], actor=actor.user)
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


def _check_dates(facts: ExchangeFacts) -> None:
    if facts.start and facts.end and facts.end < facts.start:
        raise Invalid(_("The exchange ends before it starts. Check both dates."), code="ends_before_it_starts")
    if facts.start and facts.homecoming_date and facts.homecoming_date < facts.start:
        raise Invalid(_("The homecoming is before the exchange starts. Check both dates."), code="home_before_it_starts")


def _check_number(profile: Profile, participant_id: str | None) -> None:
    if participant_id == profile.participant_id:
        return
    if not participant_id:
        raise Invalid(
            _("Without a participant number the next import makes a second record. Write the right one."), code="participant_id"
        )
    if Profile.objects.filter(participant_id=participant_id).exists():
        raise Invalid(_("Another record has this participant number."), code="participant_id")


def _check_address(profile: Profile, address: str) -> None:
    """As an import does: an address is of one person, whether it is on file or somebody with a record signs in with it."""
    if not address or address == profile.email_on_file:
        return
    others = Profile.objects.exclude(pk=profile.pk)
    if others.filter(email_on_file__iexact=address).exists():
        raise Invalid(_("Another record has this address on file. Take it away there first."), code="email_on_file")
    if others.filter(user__email__iexact=address, participant_id__gt="").exists():
        raise Invalid(_("Somebody with another record signs in with this address."), code="email_on_file")


def _apply(thing: Any, facts: ExchangeFacts | PersonFacts) -> list[str]:
    changed = [name for name, value in _plain(facts).items() if getattr(thing, name) != value]
    if changed:
        for name in changed:
            setattr(thing, name, getattr(facts, name))
        _save(thing, changed)
    return changed


def _save(thing: Any, names: Iterable[str]) -> None:
    """Check these fields and write them; a new thing is written whole."""
    names = list(names)
    try:
        thing.clean_fields(exclude=[field.name for field in thing._meta.fields if field.name not in names])
        with transaction.atomic():
            thing.save(update_fields=[*names, "updated_at"] if thing.pk else None)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise Conflict(_("Somebody has changed this meanwhile. Look at it again before you save.")) from error


def _plain(facts: ExchangeFacts | PersonFacts) -> dict[str, Any]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def _values(thing: Any, kind: type[ExchangeFacts] | type[PersonFacts]) -> Mapping[str, Any]:
    """The facts as plain values: organisations by their key."""
    return {
        field.name: getattr(thing, f"{field.name}_id") if field.name.endswith("organisation") else getattr(thing, field.name)
        for field in fields(kind)
    }
