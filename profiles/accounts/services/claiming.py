"""What happens when somebody has shown that an e-mail address is theirs."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from privacy.models import AuditEvent
from privacy.services import record
from profiles.models import Application, Profile, RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.roles import Role
from profiles.signals import mark_people_changed

UNVERIFIED_ACCOUNTS_ARE_KEPT = timedelta(days=30)


@transaction.atomic
def admit_verified_account(*, user: User, address: str) -> Profile | None:
    """Give an account the record that Norec has under an address which the account has just verified.

    Returns the record, or None when there is none to give; a new account is then an applicant. Nothing of the record is
    shown to anybody by this: who sees what is the member's choice. Safe to run twice, and for two accounts at once: a
    record goes to one of them, and an account gets one.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.status == AccountStatus.SUSPENDED or Profile.objects.filter(user=locked).exists():
        return None
    profile = _unclaimed_record(address)
    # Asked and taken in one statement, so that of two who come at once one gets nothing.
    if profile is None or not take_record(profile=profile, user=locked):
        return None
    profile.user = locked
    if locked.status != AccountStatus.ACTIVE:
        locked.status = AccountStatus.ACTIVE
        locked.save(update_fields=["status"])
    user.status = locked.status
    Application.objects.filter(user=locked).delete()
    RoleGrant.objects.get_or_create(user=locked, role=role_by_exchanges(profile), organisation=None)
    record(actor=locked, action="profiles.record_claimed", thing=profile)
    return profile


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
    """The one record nobody has claimed under this address. Letters that only look alike are not the same."""
    address = address.strip().lower()
    if not address:
        return None
    found = Profile.objects.filter(user=None, email_on_file__iexact=address).order_by("pk")
    same = [profile for profile in found if profile.email_on_file.strip().lower() == address]
    return same[0] if len(same) == 1 else None
