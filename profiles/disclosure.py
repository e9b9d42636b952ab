"""The one gate for personal data: a `Profile` and a `Viewer` go in, a `DisclosedProfile` with only what may be seen comes out.

Templates, search documents, exports, maps, mails and commands are made from a `DisclosedProfile`, never from a `Profile`.
A field that is not shown is simply empty: nothing tells whether it is hidden or was never filled in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, pgettext

from profiles.audiences import Audience, is_shown_to
from profiles.fields import DISCLOSABLE_FIELDS, FIELDS_BY_KEY, DisclosableField
from profiles.models import Exchange, Organisation, Profile, Term, User
from profiles.viewers import Viewer


@dataclass(frozen=True, slots=True)
class DisclosedTerm:
    """A skill, sector or SDG. `code` stands in addresses; `names` has the three languages."""

    code: str
    names: dict[str, str]
    years: int | None = None
    note: str = ""

    def name_in(self, language: str) -> str:
        return self.names.get(language, self.names["en"])

    @property
    def name(self) -> str:
        from django.utils.translation import get_language

        return self.name_in(get_language() or "en")


@dataclass(frozen=True, slots=True)
class DisclosedOrganisation:
    uuid: UUID
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class DisclosedExchange:
    uuid: UUID
    programme: str
    sending_organisation: DisclosedOrganisation | None
    host_organisation: DisclosedOrganisation | None
    from_country: str
    to_country: str
    direction: str
    start: date | None
    end: date | None
    role: str
    homecoming_date: date | None

    @property
    def is_completed(self) -> bool:
        """Whether homecoming is done: until then the way home is drawn dotted."""
        return self.homecoming_date is not None

    @property
    def years(self) -> tuple[int, ...]:
        """Every calendar year of the stay that is known."""
        first, last = self.start or self.end, self.end or self.start
        return tuple(range(first.year, last.year + 1)) if first and last else ()


@dataclass(frozen=True, slots=True)
class DisclosedLanguage:
    code: str
    level: str


@dataclass(frozen=True, slots=True)
class DisclosedLink:
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class DisclosedProfile:
    """What one audience may see of one person. `id` is for joining within the process only, `uuid` for addresses."""

    id: int
    uuid: UUID
    audience: Audience
    name: str
    name_then: str = ""
    photo: str = ""
    headline: str = ""
    about: str = ""
    about_language: str = ""
    country: str = ""
    place: str = ""
    work_title: str = ""
    workplace: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    skills: tuple[DisclosedTerm, ...] = ()
    sectors: tuple[DisclosedTerm, ...] = ()
    sdgs: tuple[DisclosedTerm, ...] = ()
    languages: tuple[DisclosedLanguage, ...] = ()
    links: tuple[DisclosedLink, ...] = ()
    open_to: tuple[str, ...] = ()
    exchanges: tuple[DisclosedExchange, ...] = field(default=())

    @property
    def short_name(self) -> str:
        """What to call the person in the middle of a sentence: the first word of the name."""
        return self.name.split(" ")[0]

    @property
    def is_confirmed(self) -> bool:
        """Whether Norec confirms an exchange that this viewer may see."""
        return bool(self.exchanges)

    @property
    def latest_exchange(self) -> DisclosedExchange | None:
        return self.exchanges[-1] if self.exchanges else None


@dataclass(frozen=True, slots=True)
class PersonInConversation:
    """Somebody as those see them whom they talk with. Whoever writes shows their name; the rest goes as far as their profile
    shows it to this viewer. `uuid` is the profile's, or the account's when the viewer does not see the profile."""

    account: UUID
    name: str
    uuid: UUID
    has_profile: bool = False
    photo: str = ""
    headline: str = ""


def can_see_person(profile: Profile, viewer: Viewer) -> bool:
    """Whether this viewer may know of the person at all. The same rule as `ProfileQuerySet.visible_to`, in Python."""
    return profile.pk not in viewer.hidden_profile_ids and _is_listed_for(profile, viewer.audience)


def disclose(profile: Profile, viewer: Viewer) -> DisclosedProfile | None:
    """What this viewer may see of this person, or None when they may not know of them."""
    return disclose_to(profile, viewer.audience) if can_see_person(profile, viewer) else None


def disclose_many(profiles: Iterable[Profile], viewer: Viewer) -> list[DisclosedProfile]:
    """`disclose` for each, without those the viewer may not know of, in the order given. Fetch `with_disclosable()`."""
    return [disclosed for profile in profiles if (disclosed := disclose(profile, viewer)) is not None]


def disclose_to(profile: Profile, audience: Audience) -> DisclosedProfile | None:
    """What an audience as a whole may see of this person: search documents and "see my profile as" are made from it."""
    if not _is_listed_for(profile, audience):
        return None
    values: dict[str, Any] = {}
    for disclosable in DISCLOSABLE_FIELDS:
        if is_field_shown_to(profile, disclosable, audience):
            values.update(_READERS[disclosable.key](profile))
    return DisclosedProfile(id=profile.pk, uuid=profile.uuid, audience=audience, **values)


def disclose_photo(profile: Profile, viewer: Viewer) -> str:
    """The name in storage of the picture this viewer may see, or "". A page asks it once for each face, so it reads little."""
    if not can_see_person(profile, viewer) or not is_field_shown_to(profile, FIELDS_BY_KEY["photo"], viewer.audience):
        return ""
    return profile.photo.name or ""


def name_in_conversation(user: User | None) -> str:
    """What somebody is called by those they talk with, whatever their profile shows. Fetch `with_name_in_conversation()`."""
    if user is None:
        return gettext("Former member")
    profile, application = getattr(user, "profile", None), getattr(user, "application", None)
    name = profile.name if profile is not None else application.name if application is not None else ""
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


def _term(term: Term, years: int | None = None, note: str = "") -> DisclosedTerm:
    return DisclosedTerm(term.code, {"nn": term.name_nn, "nb": term.name_nb, "en": term.name_en}, years, note)


def _organisation(organisation: Organisation | None) -> DisclosedOrganisation | None:
    return DisclosedOrganisation(organisation.uuid, organisation.name, organisation.country) if organisation else None


def _exchange(exchange: Exchange) -> DisclosedExchange:
    return DisclosedExchange(
        uuid=exchange.uuid,
        programme=exchange.programme,
        sending_organisation=_organisation(exchange.sending_organisation),
        host_organisation=_organisation(exchange.host_organisation),
        from_country=exchange.from_country,
        to_country=exchange.to_country,
        direction=exchange.direction,
        start=exchange.start,
        end=exchange.end,
        role=exchange.role,
        homecoming_date=exchange.homecoming_date,
    )


# One reader for each entry of DISCLOSABLE_FIELDS: the values of `DisclosedProfile` that the field stands for.
_READERS: dict[str, Callable[[Profile], dict[str, Any]]] = {
    "name": lambda p: {"name": p.name},
    "name_then": lambda p: {"name_then": p.name_then},
    "photo": lambda p: {"photo": p.photo.name if p.photo else ""},
    "headline": lambda p: {"headline": p.headline},
    "about": lambda p: {"about": p.about, "about_language": p.about_language},
    "country": lambda p: {"country": p.country},
    "place": lambda p: {"place": p.place},
    "work": lambda p: {"work_title": p.work_title, "workplace": p.workplace},
    "skills": lambda p: {
        "skills": tuple(_term(skill.term, skill.years, skill.note) for skill in p.profile_skills.all() if _in_use(skill.term))
    },
    "sectors": lambda p: {"sectors": tuple(_term(term) for term in p.sectors.all() if _in_use(term))},
    "sdgs": lambda p: {"sdgs": tuple(_term(term) for term in p.sdgs.all() if _in_use(term))},
    "languages": lambda p: {"languages": tuple(DisclosedLanguage(item.code, item.level) for item in p.languages.all())},
    "links": lambda p: {"links": tuple(DisclosedLink(link.url, link.label) for link in p.links.all())},
    "open_to": lambda p: {"open_to": tuple(item.value for item in p.open_to)},
    "contact_email": lambda p: {"contact_email": p.contact_email},
    "contact_phone": lambda p: {"contact_phone": p.contact_phone},
    "exchanges": lambda p: {"exchanges": tuple(_exchange(exchange) for exchange in p.exchanges.all())},
}


def _in_use(term: Term) -> bool:
    """A proposed word waits for staff before others see it."""
    return term.status == "in_use"
