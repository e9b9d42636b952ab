"""Who may decide about accounts. As in `profiles.policies` the actor is a `Viewer`: the capacity they act in counts."""

from profiles.models import Application, Profile, RoleGrant, User
from profiles.models.accounts import AccountStatus
from profiles.policies import acts_as_adviser, acts_as_member
from profiles.roles import Role
from profiles.viewers import Viewer

# What somebody who signs up may ask to be, and what staff may make of an applicant.
ROLES_TO_ASK_FOR = (Role.PARTICIPANT, Role.MEMBER, Role.ENTREPRENEUR, Role.OFFICER, Role.COORDINATOR)


def can_manage_members(actor: Viewer) -> bool:
    """Applicants, roles, suspension: network advisers, while they act as one. An editor may not."""
    return acts_as_adviser(actor)


def can_mend_deliveries(actor: Viewer) -> bool:
    """What of mails and pushes was given up, and what becomes of it: network advisers, while they act as one."""
    return acts_as_adviser(actor)


def can_see_sign_in_address(actor: Viewer) -> bool:
    """The address a person signs in with is shown to advisers only, who need it to tell two people apart."""
    return can_manage_members(actor)


def can_write_application(actor: Viewer, user: User) -> bool:
    """A person writes or changes their own application while nobody has answered it."""
    return actor.user is not None and actor.user.pk == user.pk and user.status == AccountStatus.APPLICANT


def can_withdraw_application(actor: Viewer, application: Application) -> bool:
    """As long as the person is no member. Somebody who has become one leaves in another way."""
    user = application.user
    return (
        actor.user is not None and actor.user.pk == user.pk and user.status in {AccountStatus.APPLICANT, AccountStatus.DECLINED}
    )


def can_revoke_role(actor: Viewer, grant: RoleGrant) -> bool:
    """Not one's own role as adviser: whoever takes it away locks themselves out, and perhaps everybody."""
    return can_manage_members(actor) and not is_own_adviser_role(actor, grant)


def is_own_adviser_role(actor: Viewer, grant: RoleGrant) -> bool:
    return actor.user is not None and grant.user_id == actor.user.pk and grant.role == Role.ADVISER


def can_suspend(actor: Viewer, user: User) -> bool:
    """Not oneself; and those who run the site are suspended by one another only."""
    if not can_manage_members(actor) or actor.user is None or actor.user.pk == user.pk:
        return False
    return actor.user.is_superuser or not user.is_superuser


def can_block(actor: Viewer, profile: Profile) -> bool:
    """A member may block any other who has an account. Acting for Norec one cannot: Norec must be able to see everybody."""
    return profile.user_id is not None and can_block_account(actor, profile.user_id)


def can_block_account(actor: Viewer, account_id: int) -> bool:
    """`can_block`, for an account that may have no profile."""
    if not acts_as_member(actor) or actor.user is None or actor.user.pk == account_id:
        return False
    return actor.capacity is not None and not actor.is_norec
