"""The one gate for personal data: a `Profile` and a `Viewer` go in, a `DisclosedProfile` with only what may be seen comes out.

Templates, search documents, exports, maps, mails and commands are made from a `DisclosedProfile`, never from a `Profile`.
A field that is not shown is simply empty: nothing tells whether it is hidden or was never filled in.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext, pgettext

from profiles.audiences import Audience, is_shown_to
from profiles.disclosed import (
    DisclosedExchange,
    DisclosedLanguage,
    DisclosedLink,
    DisclosedOrganisation,
    DisclosedProfile,
    DisclosedTerm,
    PersonInConversation,
)
from profiles.fields import DISCLOSABLE_FIELDS, FIELDS_BY_KEY, DisclosableField
from profiles.models import Profile, User
from profiles.related import Related, RelatedRows, related_values
from profiles.viewers import Viewer

__all__ = [
    "DisclosedExchange",
    "DisclosedLanguage",
    "DisclosedLink",
    "DisclosedOrganisation",
    "DisclosedProfile",
    "DisclosedTerm",
    "PersonInConversation",
    "can_see_person",
    "disclose",
    "disclose_in_conversation",
    "disclose_many",
    "disclose_photo",
    "disclose_to",
    "disclose_to_each",
    "is_field_shown_to",
    "name_in_conversation",
]


def can_see_person(profile: Profile, viewer: Viewer) -> bool:
    """Whether this viewer may know of the person at all. The same rule as `ProfileQuerySet.visible_to`, in Python."""
    return profile.pk not in viewer.hidden_profile_ids and _is_listed_for(profile, viewer.audience)


def disclose(profile: Profile, viewer: Viewer) -> DisclosedProfile | None:
    """What this viewer may see of this person, or None when they may not know of them."""
    return disclose_to(profile, viewer.audience) if can_see_person(profile, viewer) else None


def disclose_many(profiles: Iterable[Profile], viewer: Viewer) -> list[DisclosedProfile]:
    """`disclose` for each, without those the viewer may not know of, in the order given. Fetch `with_account()`: what
    belongs to them in other tables is read here, for all of them in a fixed number of queries."""
    visible = [profile for profile in profiles if can_see_person(profile, viewer)]
    related = related_values([profile.pk for profile in visible])
    return [_disclosed(profile, related[profile.pk], viewer.audience) for profile in visible]


def disclose_to(profile: Profile, audience: Audience) -> DisclosedProfile | None:
    """What an audience as a whole may see of this person: "see my profile as" is made from it."""
    return _disclosed(profile, RelatedRows(profile), audience) if _is_listed_for(profile, audience) else None


def disclose_to_each(profiles: Iterable[Profile]) -> dict[int, list[DisclosedProfile]]:
    """By id: what every audience may see of these people; search documents are made from it. Fetch `with_account()`."""
    profiles = list(profiles)
    related = related_values([profile.pk for profile in profiles])
    return {
        profile.pk: [
            _disclosed(profile, related[profile.pk], audience) for audience in Audience if _is_listed_for(profile, audience)
        ]
        for profile in profiles
    }


def disclose_photo(profile: Profile, viewer: Viewer) -> str:
    """The name in storage of the picture this viewer may see, or "". A page asks it once for each face, so it reads little."""
    if not can_see_person(profile, viewer) or not is_field_shown_to(profile, FIELDS_BY_KEY["photo"], viewer.audience):
        return ""
    return profile.photo.name or ""


def name_in_conversation(user: User | None) -> str:
    """What somebody is called by those they talk with, whatever their profile shows. Fetch `with_name_in_conversation()`."""
    if user is None:
        return gettext("Former member")
    profile = getattr(user, "profile", None)
    # Asked for only where there is no profile: on an account that is at hand it costs a query.
    name = profile.name if profile is not None else getattr(getattr(user, "application", None), "name", "")
    return name or pgettext("somebody without a name", "Member")


def disclose_in_conversation(user: User, viewer: Viewer) -> PersonInConversation:
    """Somebody the viewer talks with. Fetch `with_name_in_conversation()`."""
    profile = getattr(user, "profile", None)
    if profile is None or not can_see_person(profile, viewer):
        return PersonInConversation(user.uuid, name_in_conversation(user), user.uuid)
    headline = profile.headline if is_field_shown_to(profile, FIELDS_BY_KEY["headline"], viewer.audience) else ""
    return PersonInConversation(
        user.uuid, name_in_conversation(user), profile.uuid, True, disclose_photo(profile, viewer), headline
    )


def is_field_shown_to(profile: Profile, disclosable: DisclosableField, audience: Audience) -> bool:
    """Whether this one field of a listed person is shown to this audience."""
    return audience in disclosable.always_shown_to or is_shown_to(getattr(profile, disclosable.column), audience)


def _is_listed_for(profile: Profile, audience: Audience) -> bool:
    if audience == Audience.NOREC:
        return True
    user = profile.user
    return (
        user is not None
        and user.is_member
        and not profile.is_paused
        and profile.visibility_chosen_at is not None
        and is_field_shown_to(profile, FIELDS_BY_KEY["name"], audience)
    )


def _disclosed(profile: Profile, related: Related, audience: Audience) -> DisclosedProfile:
    values: dict[str, Any] = {}
    for disclosable in DISCLOSABLE_FIELDS:
        if is_field_shown_to(profile, disclosable, audience):
            values.update(_READERS[disclosable.key](profile, related))
    return DisclosedProfile(id=profile.pk, uuid=profile.uuid, audience=audience, **values)


# One reader for each entry of DISCLOSABLE_FIELDS: the values of `DisclosedProfile` that the field stands for.
_READERS: dict[str, Callable[[Profile, Related], dict[str, Any]]] = {
    "name": lambda p, r: {"name": p.name},
    "name_then": lambda p, r: {"name_then": p.name_then},
    "photo": lambda p, r: {"photo": p.photo.name if p.photo else ""},
    "headline": lambda p, r: {"headline": p.headline},
    "about": lambda p, r: {"about": p.about, "about_language": p.about_language},
    "country": lambda p, r: {"country": p.country},
    "place": lambda p, r: {"place": p.place},
    "work": lambda p, r: {"work_title": p.work_title, "workplace": p.workplace},
    "skills": lambda p, r: {"skills": r.skills},
    "sectors": lambda p, r: {"sectors": r.sectors},
    "sdgs": lambda p, r: {"sdgs": r.sdgs},
    "languages": lambda p, r: {"languages": r.languages},
    "links": lambda p, r: {"links": r.links},
    "open_to": lambda p, r: {"open_to": tuple(item.value for item in p.open_to)},
    "contact_email": lambda p, r: {"contact_email": p.contact_email},
    "contact_phone": lambda p, r: {"contact_phone": p.contact_phone},
    "exchanges": lambda p, r: {"exchanges": r.exchanges},
}
