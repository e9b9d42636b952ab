"""What comes out of the gate: values without a way back to the rows they were read from.

`profiles.disclosure` makes them, and is where everybody else gets them from.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from profiles.audiences import Audience


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
    def last_day(self) -> date | None:
        """The last day of the stay that is known."""
        return self.end or self.start

    @property
    def years(self) -> tuple[int, ...]:
        """Every calendar year of the stay that is known."""
        first, last = self.start or self.end, self.last_day
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
    # The latest last: see `profiles.models.exchanges.LATEST_LAST`.
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
