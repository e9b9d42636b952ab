"""What happens when somebody has shown that an e-mail address is theirs."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from notifications.services import notify
from privacy.models import AuditEvent
from privacy.services import record
from profiles.models import Application, Profile, RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.notices import RECORD_JOINED
from profiles.roles import ROLES_BY_EXCHANGES, Role
from profiles.services.joining import pour_into_record
from profiles.signals import mark_people_changed

UNVERIFIED_ACCOUNTS_ARE_KEPT = timedelta(days=30)


def admit_verified_account(*, user: User, address: str) -> Profile | None:
    """Give an account the record that Norec has under an address which the account has just verified.

    Returns the record, or None when there is none to give; a new account is then an applicant. Somebody who was accepted
    without a record keeps what they wrote and the roles they have: their profile becomes part of the record. Nothing of the
    record is shown to anybody by this: who sees what is the member's choice. Safe to run twice, and for two accounts at once:
    a record goes to one of them, and an account gets one.
    """
    return _admit(user=user, address=address, actor=user, is_here=True)


def admit_by_verified_addresses(*, user: User) -> Profile | None:
    """Give an account the record that has come on file under an address which it verified before. Each sign-in asks."""
    if Profile.objects.filter(user=user, participant_id__gt="").exists():
        return None
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    owners = _owners_of(addresses)
    own = (address for address, owner in owners.items() if owner == user.pk)
    given = (_admit(user=user, address=address, actor=user, is_here=False) for address in own)
    return next((profile for profile in given if profile is not None), None)


@transaction.atomic
def admit_owners(profile_ids: Iterable[int], *, actor: User | None = None) -> int:
    """Give records that have just got an address on file to those who verified it before. Returns how many were given.

    Imports and corrections call it; `actor` is the adviser who corrects, nobody for an import. An account that somebody is
    changing at this moment is passed over, so that nobody waits for one another: it gets the record at its next sign-in.
    """
    unclaimed = Profile.objects.filter(pk__in=list(profile_ids), user=None).exclude(email_on_file="")
    owners = _owners_of(unclaimed.values_list("email_on_file", flat=True))
    if not owners:
        return 0
    users = User.objects.select_for_update(skip_locked=True).in_bulk(owners.values())
    given = (
        _admit(user=users[owner], address=address, actor=actor, is_here=False)
        for address, owner in owners.items()
        if owner in users
    )
    return sum(profile is not None for profile in given)


@transaction.atomic
def _admit(*, user: User, address: str, actor: User | None, is_here: bool) -> Profile | None:
    """What `admit_verified_account` says. `actor` is whose doing it is; a newcomer who sees it (`is_here`) need not be told."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    own = Profile.objects.filter(user=locked).first()
    if not _may_get_record(locked, own):
        return None
    profile = _unclaimed_record(address)
    if profile is None:
        return None
    details = {} if actor == locked else {"account": str(locked.uuid)}
    if own is not None:
        # The address of the member's profile stays theirs, so that of the record is kept in the log alone.
        details["former"] = str(profile.uuid)
        pour_into_record(profile=own, record=profile)
    take_record(profile=profile, user=locked)
    profile.user = locked
    if locked.status != AccountStatus.ACTIVE:
        locked.status = AccountStatus.ACTIVE
        locked.save(update_fields=["status"])
    user.status = locked.status
    _give_role_by_exchanges(locked, profile)
    role_waits = _settle_application(locked)
    record(actor=actor, action="profiles.record_claimed", thing=profile, details=details)
    if role_waits or own is not None or not is_here:
        notify(recipient=locked, kind=RECORD_JOINED, data={"role_waits": role_waits}, key=str(profile.pk))
    return profile


def _may_get_record(user: User, profile: Profile | None) -> bool:
    """Not a suspended account, nor one that has a record already."""
    if user.status == AccountStatus.SUSPENDED or not user.is_active:
        return False
    return profile is None or not profile.participant_id


def take_record(*, profile: Profile, user: User) -> bool:
    """Join a record that nobody has to an account. False when somebody has got it meanwhile. Runs in a transaction."""
    taken = Profile.objects.filter(pk=profile.pk, user=None).update(user=user, updated_at=timezone.now())
    if taken:
        mark_people_changed([profile.pk])
    return bool(taken)


def role_by_exchanges(profile: Profile) -> Role:
    """Member when homecoming is done for one exchange at least, else participant."""
    came_home = profile.exchanges.filter(homecoming_date__lte=timezone.localdate()).exists()
    return Role.MEMBER if came_home else Role.PARTICIPANT


def _give_role_by_exchanges(user: User, profile: Profile) -> None:
    """Participant or member; whoever is one of the two already stays it, until homecoming is done."""
    if not RoleGrant.objects.filter(user=user, role__in=ROLES_BY_EXCHANGES).exists():
        RoleGrant.objects.create(user=user, role=role_by_exchanges(profile))
    settle_roles_after_homecoming([profile.pk])


def _settle_application(user: User) -> bool:
    """The record answers an application, unless it asks for a role that exchanges do not give. Returns whether that waits."""
    role_waits = Q(decided_at=None) & ~Q(role__in=ROLES_BY_EXCHANGES)
    application = Application.objects.filter(user=user)
    application.exclude(role_waits | Q(accepted=True)).delete()
    application.update(is_for_role_only=True)
    return application.filter(role_waits).exists()


def settle_roles_after_homecoming(profile_ids: Iterable[int]) -> int:
    """Make members of the participants among these people whose homecoming is done. Returns how many there were.

    Imports and corrections of exchanges call it, and so does each sign-in. The grant stays the same one, so that a
    capacity somebody has chosen stays chosen.
    """
    came_home = RoleGrant.objects.filter(
        role=Role.PARTICIPANT,
        user__profile__in=list(profile_ids),
        user__profile__exchanges__homecoming_date__lte=timezone.localdate(),
    ).exclude(user__role_grants__role=Role.MEMBER)
    return RoleGrant.objects.filter(pk__in=came_home.values("pk")).update(role=Role.MEMBER, updated_at=timezone.now())


@transaction.atomic
def settle_roles_after_undo(profile_ids: Iterable[int], *, actor: User | None) -> int:
    """Make participants again of the members among these people who have no homecoming behind them. Returns how many there were.

    The undoing of an import calls it. Who was made a member by an adviser, or at the console, stays one. The grant stays the
    same one, as it does in the other direction.
    """
    came_home = Profile.objects.filter(exchanges__homecoming_date__lte=timezone.localdate())
    grants = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(role=Role.MEMBER, granted_by=None, user__profile__in=list(profile_ids))
        .exclude(user__profile__in=came_home)
        .exclude(user__role_grants__role=Role.PARTICIPANT)
    )
    accounts = {str(grant.user.uuid): grant for grant in grants}
    by_hand = AuditEvent.objects.filter(
        action="profiles.role_granted", object_type=User._meta.label, object_id__in=accounts, details__role=Role.MEMBER
    )
    for account in by_hand.values_list("object_id", flat=True):
        accounts.pop(account, None)
    for grant in accounts.values():
        RoleGrant.objects.filter(pk=grant.pk).update(role=Role.PARTICIPANT, updated_at=timezone.now())
        record(actor=actor, action="profiles.homecoming_undone", thing=grant.user, details={"role": Role.PARTICIPANT.value})
    return len(accounts)


@transaction.atomic
def vouch_for_address(*, user: User) -> None:
    """Count an account's address as verified without a mail: for operators at the console, and for the demo."""
    address = user.email.lower()
    EmailAddress.objects.filter(email=address, verified=True).exclude(user=user).delete()
    EmailAddress.objects.filter(user=user).exclude(email=address).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=address, defaults={"verified": True, "primary": True})


def clear_squatters(*, user: User, address: str) -> int:
    """Delete accounts that somebody once made with this address and never verified. Returns how many.

    Called when the owner of the mailbox verifies it: an address belongs to one account, and nobody can have used those.
    """
    squatters = (
        User.objects.filter(email__iexact=address, status=AccountStatus.APPLICANT, profile=None)
        .exclude(pk=user.pk)
        .exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user"))
    )
    return squatters.delete()[1].get(User._meta.label, 0)


def forget_unverified_accounts() -> int:
    """Delete accounts whose address nobody has verified for a month, with what was written at sign-up. Returns how many.

    The address may be a stranger's, and its owner never asked to be kept. Safe to run twice.
    """
    never_verified = User.objects.filter(
        status=AccountStatus.APPLICANT,
        profile=None,
        last_login=None,
        date_joined__lt=timezone.now() - UNVERIFIED_ACCOUNTS_ARE_KEPT,
    ).exclude(pk__in=EmailAddress.objects.filter(verified=True).values("user"))
    return never_verified.delete()[1].get(User._meta.label, 0)


def _unclaimed_record(address: str) -> Profile | None:
    """The one record nobody has claimed under this address, held until the transaction ends, so that of two who come at once
    one gets nothing. Letters that only look alike are not the same."""
    address = _plain(address)
    if not address:
        return None
    found = Profile.objects.select_for_update().filter(user=None, email_on_file__iexact=address).order_by("pk")
    same = [profile for profile in found if _plain(profile.email_on_file) == address]
    return same[0] if len(same) == 1 else None


def _owners_of(addresses: Iterable[str]) -> dict[str, int]:
    """By address in lower case: the account that has verified it. Nobody, where two have."""
    wanted = {_plain(address) for address in addresses} - {""}
    if not wanted:
        return {}
    verified = EmailAddress.objects.filter(verified=True).annotate(_lower=Lower("email")).filter(_lower__in=wanted)
    accounts: dict[str, set[int]] = {}
    for address, owner in verified.values_list("email", "user_id"):
        accounts.setdefault(_plain(address), set()).add(owner)
    return {address: owners.pop() for address, owners in accounts.items() if address in wanted and len(owners) == 1}


def _plain(address: str) -> str:
    return address.strip().lower()
