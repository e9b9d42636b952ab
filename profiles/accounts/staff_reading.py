"""What advisers see of applicants and members. Names come through the disclosure gate, for the adviser's own viewer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from profiles.accounts.policies import (
    can_manage_members,
    can_revoke_role,
    can_see_sign_in_address,
    can_suspend,
    is_own_adviser_role,
)
from profiles.disclosure import DisclosedExchange, disclose
from profiles.models import Application, Profile, RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.querysets import ProfileQuerySet
from profiles.roles import Role
from profiles.viewers import Viewer

MOST_RECORDS = 8
MOST_FOUND = 20


@dataclass(frozen=True)
class RoleLine:
    uuid: UUID
    name: str
    organisation: str
    since: datetime
    can_revoke: bool
    is_own_adviser_role: bool


@dataclass(frozen=True)
class MemberLine:
    """One account as an adviser sees it. `profile` is the address of the profile, where there is one."""

    account: UUID
    name: str
    address: str
    status: str
    status_name: str
    roles: tuple[RoleLine, ...]
    joined: datetime
    last_seen: datetime | None
    profile: UUID | None = None
    participant_id: str = ""
    exchanges: tuple[DisclosedExchange, ...] = ()
    standing_note: str = ""
    can_suspend: bool = False


@dataclass(frozen=True)
class ApplicantLine:
    uuid: UUID
    name: str
    address: str
    role: str
    role_name: str
    text: str
    written: datetime
    accepted: bool | None
    answer: str
    decided_at: datetime | None
    decided_by: str
    account: UUID
    is_for_role_only: bool


@dataclass(frozen=True)
class RecordLine:
    """A record that nobody has claimed, to choose from. `is_same_address`: it has the address that the applicant verified."""

    uuid: UUID
    name: str
    participant_id: str
    exchanges: tuple[DisclosedExchange, ...]
    is_same_address: bool = False


def member_accounts(*, text: str = "", status: str = "", role: str = "") -> QuerySet[User]:
    """Accounts that have verified their address or have been decided on, newest first, narrowed down."""
    accounts = User.objects.with_verified_address() | User.objects.exclude(status=AccountStatus.APPLICANT)
    accounts = accounts.matching(text)
    if status in AccountStatus.values:
        accounts = accounts.filter(status=status)
    if role in Role.values:
        accounts = accounts.filter(pk__in=RoleGrant.objects.filter(role=role).values("user"))
    return accounts.order_by("-date_joined", "-pk")


def with_all_shown(accounts: QuerySet[User]) -> QuerySet[User]:
    """Fetch with each account all that `member_line` reads, in a fixed number of queries."""
    profiles = Prefetch("profile", queryset=Profile.objects.with_disclosable())
    grants = Prefetch("role_grants", queryset=RoleGrant.objects.select_related("organisation"))
    return accounts.select_related("application").prefetch_related(profiles, grants)


def member_line(user: User, viewer: Viewer) -> MemberLine:
    profile = getattr(user, "profile", None)
    shown = disclose(profile, viewer) if profile is not None else None
    application = getattr(user, "application", None)
    return MemberLine(
        account=user.uuid,
        name=shown.name if shown else application.name if application else "",
        address=user.email if can_see_sign_in_address(viewer) else "",
        status=user.status,
        status_name=user.get_status_display(),
        roles=tuple(_role_line(grant, viewer) for grant in user.role_grants.all()),
        joined=user.date_joined,
        last_seen=user.last_login,
        profile=shown.uuid if shown else None,
        participant_id=(profile.participant_id or "") if profile is not None and shown else "",
        exchanges=shown.exchanges if shown else (),
        standing_note=user.standing_note,
        can_suspend=can_suspend(viewer, user),
    )


def member_lines(users: Iterable[User], viewer: Viewer) -> list[MemberLine]:
    return [member_line(user, viewer) for user in users]


def applicant_line(application: Application, viewer: Viewer) -> ApplicantLine:
    """Fetch `select_related("user", "decided_by__profile")`."""
    decider = application.decided_by
    return ApplicantLine(
        uuid=application.uuid,
        name=application.name,
        address=application.user.email if can_see_sign_in_address(viewer) else "",
        role=application.role,
        role_name=application.get_role_display(),
        text=application.text,
        written=application.created_at,
        accepted=application.accepted,
        answer=application.answer,
        decided_at=application.decided_at,
        decided_by=_colleague(decider, viewer) if decider else "",
        account=application.user.uuid,
        is_for_role_only=application.is_for_role_only,
    )


def records_for(application: Application, text: str, viewer: Viewer) -> list[RecordLine]:
    """Records an applicant may be: those with the very address they verified first, then those that fit `text`."""
    same = _record_lines(Profile.objects.unclaimed().filter(email_on_file__iexact=application.user.email), viewer)
    known = {record.uuid for record in same}
    others = [record for record in unclaimed_records(text, viewer) if record.uuid not in known]
    return [replace(record, is_same_address=True) for record in same] + others


def unclaimed_records(text: str, viewer: Viewer) -> list[RecordLine]:
    """Records nobody has claimed that fit a name, a participant id or an address on file: all words, else any of them."""
    words = text.split()
    if not words:
        return []
    every = Profile.objects.unclaimed().matching(text)
    found = every if every.exists() else Profile.objects.unclaimed().matching(text, any_word=True)
    return _record_lines(found, viewer)


def found_records(text: str, viewer: Viewer) -> tuple[list[RecordLine], int]:
    """The first records nobody has claimed that have every word of a search, and how many there are."""
    if not text.split():
        return [], 0
    found = Profile.objects.unclaimed().matching(text)
    return _record_lines(found, viewer, MOST_FOUND), found.count()


def _record_lines(found: ProfileQuerySet, viewer: Viewer, most: int = MOST_RECORDS) -> list[RecordLine]:
    lines = []
    for profile in found.with_disclosable().order_by("last_name", "first_name", "pk")[:most]:
        shown = disclose(profile, viewer)
        if shown is not None:
            lines.append(RecordLine(shown.uuid, shown.name, profile.participant_id or "", shown.exchanges))
    return lines


def _role_line(grant: RoleGrant, viewer: Viewer) -> RoleLine:
    return RoleLine(
        uuid=grant.uuid,
        name=grant.get_role_display(),
        organisation=grant.organisation.name if grant.organisation else "",
        since=grant.created_at,
        can_revoke=can_revoke_role(viewer, grant),
        is_own_adviser_role=is_own_adviser_role(viewer, grant),
    )


def _colleague(user: User, viewer: Viewer) -> str:
    profile = getattr(user, "profile", None)
    shown = disclose(profile, viewer) if profile is not None else None
    return shown.name if shown else user.email


@dataclass(frozen=True)
class StaffPerson:
    """An account in a line of somebody else's page: what to call it, and where to go from there."""

    account: UUID
    name: str
    profile: UUID | None


def people_for_staff(user_ids: Iterable[int | None], viewer: Viewer) -> dict[int, StaffPerson]:
    """These accounts by their keys, as they are disclosed to an adviser, in a fixed number of queries. Accounts that are gone
    are not in it."""
    if not can_manage_members(viewer):
        return {}
    wanted = {user_id for user_id in user_ids if user_id is not None}
    users = User.objects.filter(pk__in=wanted).prefetch_related(Prefetch("profile", queryset=Profile.objects.with_disclosable()))
    return {user.pk: StaffPerson(user.uuid, _colleague(user, viewer), _shown_profile(user, viewer)) for user in users}


def _shown_profile(user: User, viewer: Viewer) -> UUID | None:
    profile = getattr(user, "profile", None)
    shown = disclose(profile, viewer) if profile is not None else None
    return shown.uuid if shown else None
