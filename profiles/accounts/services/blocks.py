"""Blocks: two people who do not see each other. Whoever is blocked is not told and cannot tell."""

from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import NotAllowed
from profiles.accounts.policies import can_block_account
from profiles.models import Block, Profile, User
from profiles.policies import acts_as_member
from profiles.viewers import Viewer


def block_person(*, actor: Viewer, profile: Profile) -> None:
    """Hide two people from each other, from the next request on. Blocking twice is blocking once. Raises `NotAllowed`."""
    if profile.user is None:
        raise NotAllowed(_("You cannot block this person."))
    block_account(actor=actor, account=profile.user)


@transaction.atomic
def block_account(*, actor: Viewer, account: User) -> None:
    """The same with whoever has this account, which need not have a profile. Raises `NotAllowed`."""
    if not can_block_account(actor, account.pk):
        raise NotAllowed(_("You cannot block this person."))
    Block.objects.get_or_create(blocker=actor.user, blocked=account)


@transaction.atomic
def unblock_person(*, actor: Viewer, blocked: User) -> bool:
    """Take back one's own block. False when there was none. What the other person may have blocked stays. Raises `NotAllowed`."""
    if not acts_as_member(actor):
        raise NotAllowed(_("You cannot do this until you are a member."))
    return bool(Block.objects.filter(blocker=actor.user, blocked=blocked).delete()[0])
