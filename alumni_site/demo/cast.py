"""The people of the demo who are always there: those who can sign in, and those the pictures of the design show."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from alumni_site.demo.drafts import AccountDraft, ExchangeDraft, PersonDraft, SkillDraft
from alumni_site.demo.world import DemoOrganisation, read_data, rng_for, uuid_from
from profiles.audiences import NOBODY, Audience
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.models.people import LanguageLevel, OpenTo
from profiles.presets import PRESETS_BY_KEY, preset_choice
from profiles.roles import Role

_JOINED = datetime(2024, 2, 5, 9, tzinfo=UTC)


def cast_people(seed: int) -> list[PersonDraft]:
    """The cast, first those of `demo_accounts`, in their order. Their numbers are 1, 2, 3 ..."""
    organisations = {entry["name"]: cast_organisation(seed, entry) for entry in read_data("cast")["organisations"]}
    return [_person(seed, number, entry, organisations) for number, entry in enumerate(read_data("cast")["people"], start=1)]


def cast_organisation(seed: int, entry: dict[str, Any]) -> DemoOrganisation:
    """One organisation of the cast's."""
    return DemoOrganisation(_uuid(seed, entry["name"]), entry["name"], entry["country"], entry["kind"])


def cast_size() -> int:
    return len(read_data("cast")["people"])


def _person(seed: int, number: int, entry: dict[str, Any], organisations: dict[str, DemoOrganisation]) -> PersonDraft:
    email = entry["email"]
    first_name, last_name = entry["name"]
    present = {field.key: NOBODY for field in DISCLOSABLE_FIELDS}
    audiences = preset_choice(PRESETS_BY_KEY[entry["shows"]], present)
    differently = {
        key: frozenset(Audience(audience) for audience in chosen) for key, chosen in entry.get("differently", {}).items()
    }
    return PersonDraft(
        uuid=_uuid(seed, email, "profile"),
        participant_id=f"{100_000 + number}" if entry["exchanges"] else None,
        first_name=first_name,
        last_name=last_name,
        birth_year=entry["born"],
        email_on_file=email,
        exchanges=[_exchange(seed, f"{row[2][:4]}-{number:05}", row, organisations) for row in entry["exchanges"]],
        account=AccountDraft(
            uuid=_uuid(seed, email, "account"),
            email=email,
            language=entry["language"],
            time_zone="",
            joined=_JOINED,
            roles=[(_uuid(seed, email, role), Role(role)) for role in entry["roles"]],
        ),
        words=entry["words"],
        skills=[SkillDraft(code, years, note) for code, years, note in entry["skills"]],
        sectors=entry["sectors"],
        sdgs=entry["sdgs"],
        languages=[(code, LanguageLevel(level)) for code, level in entry["languages"].items()],
        open_to=[OpenTo(item) for item in entry["open_to"]],
        audiences={**audiences, **differently},
        visibility_chosen_at=_JOINED,
    )


def _exchange(seed: int, exchange_id: str, row: list[Any], organisations: dict[str, DemoOrganisation]) -> ExchangeDraft:
    from_country, to_country, start, end, sending, host, role, homecoming = row
    return ExchangeDraft(
        uuid=_uuid(seed, exchange_id),
        exchange_id=exchange_id,
        programme="North–South exchange" if "NO" in (from_country, to_country) else "South–South exchange",
        sending_organisation=organisations[sending],
        host_organisation=organisations[host],
        from_country=from_country,
        to_country=to_country,
        start=date.fromisoformat(start),
        end=date.fromisoformat(end),
        role=role,
        homecoming_date=date.fromisoformat(homecoming) if homecoming else None,
    )


def _uuid(seed: int, *parts: str) -> UUID:
    return uuid_from(rng_for(seed, "cast", *parts))
