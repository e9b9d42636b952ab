"""Whom a person has blocked, as they themselves may see it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from profiles.disclosure import DisclosedProfile, disclose_to
from profiles.models import Block, Profile
from profiles.viewers import Viewer


@dataclass(frozen=True)
class BlockedPerson:
    """`account` names the block in addresses. `person` is None when they are not shown to the viewer's audience now.
    `report_url` is where to tell Norec about them, "" where there is nothing to tell about."""

    account: UUID
    since: datetime
    person: DisclosedProfile | None
    report_url: str = ""


# Takes the viewer and the keys of accounts, and returns addresses for those of them that can be reported.
ReportAddresses = Callable[[Viewer, Collection[int]], Mapping[int, str]]

_report_addresses: list[ReportAddresses] = []


def register_report_addresses(addresses: ReportAddresses) -> None:
    """Have the page offer to report those somebody has blocked. Called when the app that knows about what is ready."""
    _report_addresses.append(addresses)


def blocked_people(viewer: Viewer) -> list[BlockedPerson]:
    """The newest first, in a fixed number of queries. A block does not open anything: a name is told only as far as the
    viewer's audience sees it at all."""
    profiles = Prefetch("blocked__profile", queryset=Profile.objects.with_disclosable())
    blocks = Block.objects.filter(blocker=viewer.user).select_related("blocked").prefetch_related(profiles)
    made = list(blocks.order_by("-created_at", "-pk"))
    report_urls: dict[int, str] = {}
    for addresses in _report_addresses:
        report_urls |= addresses(viewer, [block.blocked_id for block in made])
    people = []
    for block in made:
        profile = getattr(block.blocked, "profile", None)
        shown = disclose_to(profile, viewer.audience) if profile is not None else None
        report_url = report_urls.get(block.blocked_id, "")
        people.append(BlockedPerson(block.blocked.uuid, since=block.created_at, person=shown, report_url=report_url))
    return people
