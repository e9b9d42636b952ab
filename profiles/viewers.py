"""Who is looking: the account, the capacity it acts in, hence its one audience, and whom it must not meet."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from alumni_site.core.prepared import Key, prepared
from profiles.audiences import Audience

if TYPE_CHECKING:
    from profiles.models import RoleGrant, User


@dataclass(frozen=True)
class Viewer:
    """Computed once per request (`request.viewer`). Every read of a person's data is made for one.

    `capacity` is the role grant the person acts in; `capacities` are all they may choose. `hidden_profile_ids` are the
    profiles of people on either side of a block; none for who acts for Norec (docs/decisions/blocks-and-norec.md).
    `hidden_account_ids` are the accounts of all of them, in whatever capacity the person acts: a conversation belongs to
    the account.
    """

    audience: Audience = Audience.PUBLIC
    user: "User | None" = None
    profile_id: int | None = None
    capacity: "RoleGrant | None" = None
    capacities: tuple["RoleGrant", ...] = field(default=())
    hidden_profile_ids: frozenset[int] = frozenset()
    hidden_account_ids: frozenset[int] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @property
    def is_norec(self) -> bool:
        return self.audience == Audience.NOREC


@prepared
def _grants_of(account: Key) -> "QuerySet[RoleGrant]":
    from profiles.models import RoleGrant

    return RoleGrant.objects.filter(user=account).select_related("organisation")


def viewer_for(user: "User | None", *, capacity: str | None = None) -> Viewer:
    """The viewer that an account is when it acts in `capacity`.

    `capacity` is the UUID of a role grant, a role or an audience name; the first grant that fits is taken, and without
    one (or with one the person does not have) the first they have. An account that is not an active member, and nobody
    at all, is the public.
    """
    from profiles.models import Block

    if user is None or not user.is_authenticated or not user.is_active:
        return Viewer()
    profile_id = getattr(getattr(user, "profile", None), "pk", None)
    if not user.is_member:
        return Viewer(user=user, profile_id=profile_id)
    grants = tuple(_grants_of(user.pk))
    chosen = next((grant for grant in grants if capacity in (str(grant.uuid), grant.role, grant.audience.value)), None)
    chosen = chosen or (grants[0] if grants else None)
    audience = chosen.audience if chosen else Audience.NOREC if user.is_superuser else Audience.PUBLIC
    accounts, profiles = Block.objects.hidden_from(user)
    # A block is between two people, not between a person and Norec: whoever acts for Norec sees everybody.
    return Viewer(audience, user, profile_id, chosen, grants, frozenset() if audience == Audience.NOREC else profiles, accounts)
