"""Reads of people. `objects` is never filtered; `visible_to` is what pages use."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q

from alumni_site.core.prepared import Key, prepared
from profiles.accounts.querysets import contains_in_any_case
from profiles.audiences import AUDIENCE_BITS, Audience

if TYPE_CHECKING:
    from profiles.models import User
    from profiles.viewers import Viewer


class ProfileQuerySet(models.QuerySet[Any]):
    def listed_for(self, audience: Audience) -> Self:
        """Profiles that this audience may know of at all: those who show it their name. Norec knows everybody."""
        if audience == Audience.NOREC:
            return self
        mask = AUDIENCE_BITS[audience] | AUDIENCE_BITS[Audience.PUBLIC]
        return self.annotate(_shown=F("audiences_name").bitand(mask)).filter(
            _shown__gt=0,
            is_paused=False,
            user__is_active=True,
            user__status="active",
            visibility_chosen_at__isnull=False,
        )

    def visible_to(self, viewer: "Viewer") -> Self:
        """Profiles this viewer may see: those listed for their audience, less those on either side of a block."""
        listed = self.listed_for(viewer.audience)
        return listed.exclude(pk__in=viewer.hidden_profile_ids) if viewer.hidden_profile_ids else listed

    def unclaimed(self) -> Self:
        """Imported records that nobody has claimed: for advisers, who may look for them and change them."""
        return self.filter(user=None)

    def matching(self, text: str, *, any_word: bool = False) -> Self:
        """Records whose name on file, participant number or address on file is this; every word must be found, or any."""
        fits = [
            contains_in_any_case("first_name", word)
            | contains_in_any_case("last_name", word)
            | Q(participant_id__iexact=word)
            | Q(email_on_file__iexact=word)
            for word in text.split()
        ]
        return self.filter(Q(*fits, _connector=Q.OR if any_word else Q.AND))

    def with_account(self) -> Self:
        """Fetch what `disclose_many` does not read itself: whether somebody is listed depends on their account."""
        return self.select_related("user")

    def with_disclosable(self) -> Self:
        """Fetch with each profile the rows of everything `disclose` reads, in a fixed number of queries: for the page of one
        person, and for their own pages, which change those rows."""
        return self.with_account().prefetch_related(
            models.Prefetch("profile_skills", queryset=_skills()),
            "sectors",
            "sdgs",
            "languages",
            "links",
            models.Prefetch("exchanges", queryset=_exchanges()),
        )


def _skills() -> models.QuerySet[Any]:
    """One query with their terms, also where nobody has any: what a page costs does not depend on who is on it."""
    from profiles.models import ProfileSkill

    return ProfileSkill.objects.select_related("term").order_by("pk")


def _exchanges() -> models.QuerySet[Any]:
    from profiles.models import Exchange
    from profiles.models.exchanges import LATEST_LAST

    return Exchange.objects.select_related("sending_organisation", "host_organisation").order_by(*LATEST_LAST)


@prepared
def _pairs_with(account: Key) -> models.QuerySet[Any]:
    from profiles.models import Block

    pairs = Block.objects.filter(Q(blocker=account) | Q(blocked=account))
    return pairs.values_list("blocker_id", "blocked_id", "blocker__profile", "blocked__profile")


class BlockManager(models.Manager[Any]):
    def between(self, first: Any, second: Any) -> models.QuerySet[Any]:
        """Blocks between two accounts, whoever made them and in whatever capacity they act."""
        return self.filter(Q(blocker=first, blocked=second) | Q(blocker=second, blocked=first))

    def accounts_hidden_from(self, user: "User | None") -> frozenset[int]:
        """Accounts of everybody this person has blocked or is blocked by, as it is now."""
        return self.hidden_from(user)[0] if user is not None else frozenset()

    def hidden_from(self, user: "User") -> tuple[frozenset[int], frozenset[int]]:
        """Accounts, and profiles, of everybody this person has blocked or is blocked by: one query."""
        others = [
            (blocked, of_blocked) if blocker == user.pk else (blocker, of_blocker)
            for blocker, blocked, of_blocker, of_blocked in _pairs_with(user.pk)
        ]
        return frozenset(pk for pk, _ in others), frozenset(pk for _, pk in others if pk is not None)
