"""How people in conversations are shown to each other: by name, with picture and link as far as their profile shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from alumni_site.core.prepared import Keys, prepared
from profiles.disclosure import disclose_in_conversation, name_in_conversation
from profiles.models import User
from profiles.roles import Role
from profiles.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Correspondent:
    """`id` is the account's, and None for somebody the viewer does not see. `uuid` is what an avatar takes its colour from,
    and the profile's in addresses when `has_profile`. `photo` is only there when this viewer may see it."""

    id: UUID | None
    name: str
    uuid: UUID | None = None
    photo: str = ""
    headline: str = ""
    has_profile: bool = False

    @property
    def profile_url(self) -> str:
        return reverse("profile", args=[self.uuid]) if self.has_profile else ""

    @property
    def photo_url(self) -> str:
        return reverse("profile_photo", kwargs={"uuid": self.uuid, "size": "small"}) if self.photo else ""

    @property
    def short_name(self) -> str:
        return self.name.split(" ")[0] if self.id is not None else self.name


def name_of(person: Correspondent | None) -> str:
    """What to call somebody; an account that is gone too."""
    return person.name if person is not None else name_in_conversation(None)


def capacity_words(role: str, on_behalf_of: str) -> str:
    """In which capacity somebody writes, when it is another than a member's: "Mission officer, Embassy in Kampala"."""
    words = str(Role(role).label) if role in Role.values and role not in (Role.MEMBER, Role.PARTICIPANT) else ""
    return ", ".join(filter(None, [words, on_behalf_of]))


def somebody_hidden() -> Correspondent:
    """Stands for everybody with a block between them and the viewer; the words do not tell whose it is."""
    return Correspondent(id=None, name=gettext("Somebody you do not see"))


def correspondent(user: User, viewer: Viewer) -> Correspondent:
    """An account fetched `with_name_in_conversation()`. Blocks are for the caller to mind: `People` does."""
    shown = disclose_in_conversation(user, viewer)
    return Correspondent(shown.account, shown.name, shown.uuid, shown.photo, shown.headline, shown.has_profile)


@dataclass(frozen=True, slots=True)
class People:
    """Those a page speaks of, by the keys of their accounts, as this viewer sees them."""

    shown: Mapping[int, Correspondent]
    hidden: frozenset[int]
    stand_in: Correspondent

    def get(self, user_id: int | None) -> Correspondent | None:
        """None for an account that is gone."""
        if user_id is None:
            return None
        return self.stand_in if user_id in self.hidden else self.shown.get(user_id)

    def is_hidden(self, user_id: int | None) -> bool:
        return user_id in self.hidden


def people_of(
    viewer: Viewer, user_ids: Iterable[int | None], hidden: frozenset[int] | None = None, known: People | None = None
) -> People:
    """Everybody among these accounts, in one query; in none where they are all `known` already. `hidden` says whom not to show,
    when it is not for this viewer."""
    if hidden is None:
        hidden = viewer.hidden_account_ids
    shown: dict[int, Correspondent] = dict(known.shown) if known is not None else {}
    wanted: set[Any] = {user_id for user_id in user_ids if user_id is not None and user_id not in hidden} - shown.keys()
    if wanted or known is None:
        shown |= {user.pk: correspondent(user, viewer) for user in _accounts(wanted)}
    return People(shown, hidden, somebody_hidden())


@prepared
def _accounts(keys: Keys) -> QuerySet[User]:
    return User.objects.filter(pk__in=keys).with_name_in_conversation()
