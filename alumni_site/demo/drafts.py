"""What a person of the demo consists of, before it is in a database or a file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from alumni_site.demo.world import DemoOrganisation
from profiles.audiences import AudienceSet
from profiles.models.people import LanguageLevel, OpenTo
from profiles.roles import Role


@dataclass
class ExchangeDraft:
    uuid: UUID
    exchange_id: str
    programme: str
    sending_organisation: DemoOrganisation | None
    host_organisation: DemoOrganisation | None
    from_country: str
    to_country: str
    start: date
    end: date
    role: str
    homecoming_date: date | None


@dataclass
class SkillDraft:
    code: str
    years: int | None = None
    note: str = ""


@dataclass
class AccountDraft:
    """Somebody's login. Nobody but the accounts of `demo_accounts` has a password that works."""

    uuid: UUID
    email: str
    language: str
    time_zone: str
    joined: datetime
    roles: list[tuple[UUID, Role]]
    is_suspended: bool = False


@dataclass
class PersonDraft:
    """One person. `words` are columns of `Profile` that the member writes; `account` is None while nobody has claimed it."""

    uuid: UUID
    participant_id: str | None
    first_name: str
    last_name: str
    birth_year: int | None
    email_on_file: str
    exchanges: list[ExchangeDraft]
    account: AccountDraft | None = None
    words: dict[str, str] = field(default_factory=dict)
    skills: list[SkillDraft] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    sdgs: list[str] = field(default_factory=list)
    languages: list[tuple[str, LanguageLevel]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    open_to: list[OpenTo] = field(default_factory=list)
    audiences: dict[str, AudienceSet] = field(default_factory=dict)
    visibility_chosen_at: datetime | None = None
    is_paused: bool = False
