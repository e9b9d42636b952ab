"""Whom a person has blocked, as they themselves may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from profiles.disclosure import DisclosedProfile, disclose_to
from profiles.models import Block, Profile
from profiles.viewers import Viewer


@dataclass(frozen=True)
class BlockedPerson:
    """`account` names the block in addresses. `person` is None when they are not shown to the viewer's audience now."""

    account: UUID
    since: datetime
    person: DisclosedProfile | None


def blocked_people(viewer: Viewer) -> list[BlockedPerson]:
    """The newest first, in a fixed number of queries. A block does not open anything: a name is told only as far as the
    viewer's audience sees it at all."""
    profiles = Prefetch("blocked__profile", queryset=Profile.objects.with_disclosable())
    blocks = Block.objects.filter(blocker=viewer.user).select_related("blocked").prefetch_related(profiles)
    people = []
    for block in blocks.order_by("-created_at", "-pk"):
        profile = getattr(block.blocked, "profile", None)
        shown = disclose_to(profile, viewer.audience) if profile is not None else None
        people.append(BlockedPerson(account=block.blocked.uuid, since=block.created_at, person=shown))
    return people
