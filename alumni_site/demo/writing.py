"""Puts drafts of people into the database, a thousand at a time."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import models

from alumni_site.core.indexing import mark_changed
from alumni_site.demo import DEMO_PASSWORD, demo_accounts
from alumni_site.demo.drafts import ExchangeDraft, PersonDraft
from alumni_site.demo.world import DemoOrganisation, read_data, rng_for, uuid_from
from profiles.accounts.services.roles import sync_staff_access
from profiles.documents import PEOPLE
from profiles.models import (
    Exchange,
    Organisation,
    OrganisationName,
    Profile,
    ProfileLanguage,
    ProfileLink,
    ProfileSkill,
    RoleGrant,
    Term,
    User,
)
from profiles.models.accounts import AccountStatus
from profiles.models.organisations import OrganisationKind, organisation_key
from profiles.models.vocabulary import TermKind
from profiles.roles import Role

_ROWS_AT_ONCE = 5000


class DemoWriter:
    """Keeps what all batches share: organisations and the ids of terms. `written` counts people."""

    def __init__(self, seed: int) -> None:
        self.written = 0
        self._terms = {(kind, code): pk for pk, kind, code in Term.objects.values_list("pk", "kind", "code")}
        self._organisations: dict[str, Organisation] = {}
        self._role_organisation = {
            entry["email"]: entry["organisation"] for entry in read_data("cast")["people"] if "organisation" in entry
        }
        self._superusers = {entry["email"] for entry in read_data("cast")["people"] if entry.get("is_superuser")}
        self._write_fixed_organisations(seed)

    def write(self, drafts: list[PersonDraft]) -> None:
        """Write these people. Runs in the caller's transaction, and tells the search index in it."""
        self._write_organisations_of(drafts)
        users = self._write_accounts(drafts)
        profiles = Profile.objects.bulk_create(_profile(draft, users.get(draft.uuid)) for draft in drafts)
        pairs = list(zip(profiles, drafts, strict=True))
        _create(Exchange, (self._exchange(profile, each) for profile, draft in pairs for each in draft.exchanges))
        _create(
            ProfileSkill,
            (
                ProfileSkill(profile=profile, term_id=self._terms[TermKind.SKILL, skill.code], years=skill.years, note=skill.note)
                for profile, draft in pairs
                for skill in draft.skills
            ),
        )
        _create(
            ProfileLanguage,
            (ProfileLanguage(profile=p, code=code, level=level) for p, draft in pairs for code, level in draft.languages),
        )
        _create(ProfileLink, (ProfileLink(profile=p, url=url, label=label) for p, draft in pairs for url, label in draft.links))
        self._write_topics(Profile.sectors.through, TermKind.SECTOR, ((p, draft.sectors) for p, draft in pairs))
        self._write_topics(Profile.sdgs.through, TermKind.SDG, ((p, draft.sdgs) for p, draft in pairs))
        mark_changed(PEOPLE, [profile.pk for profile in profiles])
        self.written += len(drafts)

    def open_demo_accounts(self) -> None:
        """Give those who can sign in to the demo its password, and Norec's staff among them their rights."""
        opened = User.objects.filter(email__in=[email for email, _who in demo_accounts()])
        # Hashed once: it is meant to be slow.
        opened.update(password=make_password(DEMO_PASSWORD))
        opened.filter(email__in=self._superusers).update(is_superuser=True)
        for user in opened:
            sync_staff_access(user)

    def _write_fixed_organisations(self, seed: int) -> None:
        """Missions, and the organisations of the cast with the other names they go by."""
        missions = read_data("organisations")["missions"]
        fixed = [
            *(Organisation(name=name, country=country, kind=OrganisationKind.MISSION) for name, country in missions),
            *(
                Organisation(name=entry["name"], country=entry["country"], kind=entry["kind"])
                for entry in read_data("cast")["organisations"]
            ),
        ]
        for organisation in fixed:
            organisation.uuid = uuid_from(rng_for(seed, "organisation", organisation.name))
        self._keep(fixed)
        for entry in read_data("cast")["organisations"]:
            for name in entry["other_names"]:
                OrganisationName.objects.create(organisation=self._organisations[entry["name"]], name=name)

    def _write_organisations_of(self, drafts: Iterable[PersonDraft]) -> None:
        wanted: dict[str, DemoOrganisation] = {}
        for draft in drafts:
            for exchange in draft.exchanges:
                for each in (exchange.sending_organisation, exchange.host_organisation):
                    if each is not None and each.name not in self._organisations:
                        wanted[each.name] = each
        self._keep([Organisation(uuid=o.uuid, name=o.name, country=o.country, kind=o.kind) for o in wanted.values()])

    def _keep(self, organisations: list[Organisation]) -> None:
        for organisation in Organisation.objects.bulk_create(organisations):
            self._organisations[organisation.name] = organisation
        OrganisationName.objects.bulk_create(
            OrganisationName(organisation=each, name=each.name, key=organisation_key(each.name)) for each in organisations
        )

    def _write_accounts(self, drafts: list[PersonDraft]) -> dict[UUID, User]:
        """Accounts with a verified address and roles, by the UUID of the person."""
        claimed = [draft for draft in drafts if draft.account]
        users = dict(zip((draft.uuid for draft in claimed), User.objects.bulk_create(map(_account, claimed)), strict=True))
        _create(EmailAddress, (EmailAddress(user=u, email=u.email, verified=True, primary=True) for u in users.values()))
        grants: list[RoleGrant] = []
        for draft in claimed:
            for uuid, role in draft.account.roles if draft.account else []:
                grant = RoleGrant(uuid=uuid, user=users[draft.uuid], role=role)
                if role in (Role.OFFICER, Role.COORDINATOR):
                    grant.organisation = self._organisations[self._role_organisation[grant.user.email]]
                grants.append(grant)
        _create(RoleGrant, grants)
        return users

    def _exchange(self, profile: Profile, draft: ExchangeDraft) -> Exchange:
        sending, host = draft.sending_organisation, draft.host_organisation
        return Exchange(
            uuid=draft.uuid,
            profile=profile,
            exchange_id=draft.exchange_id,
            programme=draft.programme,
            sending_organisation=self._organisations[sending.name] if sending else None,
            host_organisation=self._organisations[host.name] if host else None,
            from_country=draft.from_country,
            to_country=draft.to_country,
            start=draft.start,
            end=draft.end,
            role=draft.role,
            homecoming_date=draft.homecoming_date,
        )

    def _write_topics(self, through: type[models.Model], kind: TermKind, chosen: Iterable[tuple[Profile, list[str]]]) -> None:
        _create(
            through,
            (through(profile_id=p.pk, term_id=self._terms[kind, code]) for p, codes in chosen for code in codes),
        )


def _account(draft: PersonDraft) -> User:
    account = draft.account
    if account is None:
        raise ValueError("Nobody has claimed this person.")
    return User(
        uuid=account.uuid,
        email=account.email,
        password=make_password(None),
        status=AccountStatus.SUSPENDED if account.is_suspended else AccountStatus.ACTIVE,
        language=account.language,
        time_zone=account.time_zone,
        date_joined=account.joined,
    )


def _profile(draft: PersonDraft, user: User | None) -> Profile:
    return Profile(
        uuid=draft.uuid,
        user=user,
        participant_id=draft.participant_id,
        first_name=draft.first_name,
        last_name=draft.last_name,
        birth_year=draft.birth_year,
        email_on_file=draft.email_on_file,
        visibility_chosen_at=draft.visibility_chosen_at,
        is_paused=draft.is_paused,
        **draft.words,
        **{f"open_to_{item.value}": True for item in draft.open_to},
        **{f"audiences_{key}": audiences for key, audiences in draft.audiences.items()},
    )


def _create(model: type[models.Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=_ROWS_AT_ONCE)
