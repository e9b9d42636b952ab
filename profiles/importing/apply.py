"""Writes what a plan says: a chunk of whole people in one transaction, so that nothing is ever half a person.

Rows are written in bulk, which sends no signals: the outbox of the search index is written here, in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from alumni_site.core.indexing import mark_changed
from profiles.accounts.services.claiming import admit_owners, settle_roles_after_homecoming
from profiles.documents import PEOPLE
from profiles.importing.plan import (
    EXCHANGE_FIELDS,
    ORGANISATION_COLUMNS,
    PERSON_FIELDS,
    Changes,
    ExchangePlan,
    PersonPlan,
)
from profiles.models import Exchange, Organisation, OrganisationName, Profile
from profiles.models.organisations import organisation_key

# SQLite keeps its last 128 statements, each as large as the rows it writes: with few rows a statement, few different ones
# are needed, and all of them stay small.
ROWS_AT_ONCE = 20


@dataclass
class Written:
    """What a chunk did: the profile of each participant, and the organisations that were new."""

    profile_ids: dict[str, int] = field(default_factory=dict)
    organisation_ids: list[int] = field(default_factory=list)


def write_people(plans: Sequence[PersonPlan], organisations: dict[str, tuple[int, str]], countries: Mapping[str, str]) -> Written:
    """Write these plans. `organisations` are those known, by key; new ones are added to it, in the country that `countries`
    has for their key.

    Raises `TransactionManagementError` outside a transaction: the people of a chunk stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("write_people must run in a transaction")
    written = Written(organisation_ids=_create_organisations(plans, organisations, countries))
    written.profile_ids = {plan.participant_id: plan.known.pk for plan in plans if plan.known}
    _give_up_addresses(plans)
    _update_profiles([plan for plan in plans if plan.known and plan.changes])
    written.profile_ids |= _create_profiles([plan for plan in plans if plan.is_new])
    _create_exchanges(plans, written.profile_ids, organisations)
    _update_exchanges(
        [exchange for plan in plans for exchange in plan.exchanges if exchange.known and exchange.changes], organisations
    )
    mark_changed(PEOPLE, written.profile_ids.values())
    came_home = [plan for plan in plans if plan.known and any("homecoming_date" in one.changes for one in plan.exchanges)]
    if came_home:
        settle_roles_after_homecoming(written.profile_ids[plan.participant_id] for plan in came_home)
    admit_owners(written.profile_ids[plan.participant_id] for plan in plans if "email" in plan.changes)
    return written


def _create_organisations(
    plans: Iterable[PersonPlan], known: dict[str, tuple[int, str]], countries: Mapping[str, str]
) -> list[int]:
    """Organisations that nobody knew."""
    named = (
        exchange.changes[column][1]
        for plan in plans
        for exchange in plan.exchanges
        for column in ORGANISATION_COLUMNS
        if column in exchange.changes
    )
    names = {key: name for name in named if (key := organisation_key(name)) not in known}
    made = Organisation.objects.bulk_create(
        Organisation(name=name, country=countries.get(key, "")) for key, name in names.items()
    )
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation=one, name=one.name, key=key) for key, one in zip(names, made, strict=True)
    )
    known.update({key: (one.pk, one.name) for key, one in zip(names, made, strict=True)})
    return [one.pk for one in made]


def _give_up_addresses(plans: Iterable[PersonPlan]) -> None:
    """Take away the old address of everybody who gets another, so that two people can change addresses with each other."""
    ids = [plan.known.pk for plan in plans if plan.known and plan.changes.get("email", (None, None))[0]]
    if ids:
        Profile.objects.filter(pk__in=ids).update(email_on_file="")


def _create_profiles(plans: Sequence[PersonPlan]) -> dict[str, int]:
    profiles = [Profile(participant_id=plan.participant_id, **_person_values(plan.changes)) for plan in plans]
    made = Profile.objects.bulk_create(profiles, batch_size=ROWS_AT_ONCE)
    return {str(profile.participant_id): profile.pk for profile in made}


def _update_profiles(plans: Sequence[PersonPlan]) -> None:
    if not plans:
        return
    profiles = Profile.objects.only(*PERSON_FIELDS.values()).in_bulk([plan.known.pk for plan in plans if plan.known])
    for plan in plans:
        profile = profiles[plan.known.pk] if plan.known else None
        for name, value in _person_values(plan.changes).items():
            setattr(profile, name, value)
    # The addresses have been taken away above, so this writes them also where only another field has changed.
    _bulk_update(Profile, list(profiles.values()), list(PERSON_FIELDS.values()))


def _create_exchanges(
    plans: Iterable[PersonPlan], profile_ids: dict[str, int], organisations: dict[str, tuple[int, str]]
) -> None:
    exchanges = (
        Exchange(
            profile_id=profile_ids[plan.participant_id],
            exchange_id=exchange.exchange_id,
            **_exchange_values(exchange.changes, organisations),
        )
        for plan in plans
        for exchange in plan.exchanges
        if exchange.is_new
    )
    Exchange.objects.bulk_create(exchanges, batch_size=ROWS_AT_ONCE)


def _update_exchanges(plans: Sequence[ExchangePlan], organisations: dict[str, tuple[int, str]]) -> None:
    if not plans:
        return
    exchanges = Exchange.objects.in_bulk([plan.known.pk for plan in plans if plan.known])
    names: set[str] = set()
    for plan in plans:
        for name, value in _exchange_values(plan.changes, organisations).items():
            setattr(exchanges[plan.known.pk], name, value)  # type: ignore[union-attr]
            names.add(name)
    _bulk_update(Exchange, list(exchanges.values()), sorted(names))


def _bulk_update(
    model: type[Profile] | type[Exchange], objects: Sequence[Profile] | Sequence[Exchange], names: list[str]
) -> None:
    now = timezone.now()
    for one in objects:
        one.updated_at = now
    model.objects.bulk_update(objects, [*names, "updated_at"], batch_size=ROWS_AT_ONCE)  # type: ignore[arg-type]


def _person_values(changes: Changes) -> dict[str, object]:
    return {PERSON_FIELDS[column]: new for column, (_old, new) in changes.items()}


def _exchange_values(changes: Changes, organisations: dict[str, tuple[int, str]]) -> dict[str, object]:
    return {
        EXCHANGE_FIELDS[column]: organisations[organisation_key(new)][0] if column in ORGANISATION_COLUMNS else new
        for column, (_old, new) in changes.items()
    }
