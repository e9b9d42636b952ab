"""Who may do what to a profile, to Norec's facts and to the vocabulary. Views, services and templates ask the same ones.

The actor is a `Viewer`: an adviser who acts as a member has a member's rights, no more.
"""

from profiles.models import Exchange, Profile
from profiles.roles import Role
from profiles.viewers import Viewer


def acts_as_member(actor: Viewer) -> bool:
    """Whether this is an active account, in whatever capacity: not an applicant, not suspended, not signed out."""
    return actor.user is not None and actor.user.is_member


def acts_as_adviser(actor: Viewer) -> bool:
    """Whether this is a network adviser at Norec, now. Somebody who runs the site and has no role counts as one."""
    if not acts_as_member(actor) or not actor.is_norec:
        return False
    return actor.capacity is None or actor.capacity.role == Role.ADVISER


def can_edit_profile(actor: Viewer, profile: Profile) -> bool:
    """The member's own words, and who sees them, are the member's alone: not even staff write them."""
    return acts_as_member(actor) and actor.profile_id == profile.pk


def can_ask_for_correction(actor: Viewer, profile: Profile, exchange: Exchange | None = None) -> bool:
    """A member may ask Norec to correct what it knows about them, an exchange of theirs or a fact about the person."""
    return can_edit_profile(actor, profile) and (exchange is None or exchange.profile_id == profile.pk)


def can_correct_facts(actor: Viewer) -> bool:
    """Exchanges and what is on file about a person are Norec's: advisers change them and answer those who ask."""
    return acts_as_adviser(actor)


def can_edit_vocabulary(actor: Viewer) -> bool:
    return acts_as_adviser(actor)


def can_edit_organisations(actor: Viewer) -> bool:
    return acts_as_adviser(actor)
