"""What members of the demo have written about themselves, in keeping with their exchanges, and whom they show it to."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from alumni_site.demo.drafts import AccountDraft, PersonDraft, SkillDraft
from alumni_site.demo.visibility import choose_audiences
from alumni_site.demo.world import NORWAY, Texts, World, uuid_from
from profiles.countries import country_name
from profiles.models.people import LanguageLevel, OpenTo
from profiles.roles import Role
from profiles.vocabulary.loader import shipped_terms

if TYPE_CHECKING:
    from alumni_site.demo.people import Life

# Skills that an exchange gives on top of one's trade.
_ANYBODYS_SKILLS = (
    *("project-management", "intercultural-work", "training-facilitation", "mentoring", "public-speaking", "report-writing"),
    *("leadership", "networking", "volunteer-management", "proposal-writing", "plain-language", "monitoring-evaluation"),
)
_OPEN_TO_SHARE = {
    OpenTo.MENTORING: 0.45,
    OpenTo.MISSIONS: 0.55,
    OpenTo.SPEAKING: 0.25,
    OpenTo.HOSTING: 0.2,
    OpenTo.COLLABORATION: 0.4,
}
_LATEST_JOIN = datetime(2026, 10, 20, 12, tzinfo=UTC)


def fill_in_profile(rng: random.Random, world: World, person: PersonDraft, life: "Life", *, today: date) -> None:
    """Make the person a member: an account, a profile in one language, and a choice of who sees what."""
    language = _written_language(rng, life.home.code)
    person.account = _account(rng, person, life, language)
    person.skills = _skills(rng, life, today)
    person.words = _words(rng, world, person, life, language)
    person.sectors = _some(rng, [life.theme.sector], 0.85)
    person.sdgs = [goal for goal in life.theme.sdgs if rng.random() < 0.7]
    person.languages = _languages(rng, world, life)
    person.links = [(f"https://example.org/people/{life.number}", "")] if rng.random() < 0.12 else []
    person.open_to = [item for item, share in _OPEN_TO_SHARE.items() if rng.random() < share]
    person.audiences = choose_audiences(rng)
    if person.audiences:
        person.visibility_chosen_at = person.account.joined + timedelta(minutes=rng.randint(4, 40))
    person.is_paused = bool(person.audiences) and rng.random() < 0.03


def _account(rng: random.Random, person: PersonDraft, life: "Life", language: str) -> AccountDraft:
    came_home = any(exchange.homecoming_date for exchange in life.exchanges)
    roles = [Role.MEMBER if came_home else Role.PARTICIPANT]
    if came_home and rng.random() < 0.05:
        roles.append(Role.ENTREPRENEUR)
    return AccountDraft(
        uuid=uuid_from(rng),
        email=person.email_on_file,
        language=language,
        time_zone=life.home.time_zone,
        joined=_LATEST_JOIN - timedelta(hours=rng.randint(0, 24 * 700)),
        roles=[(uuid_from(rng), role) for role in roles],
        is_suspended=rng.random() < 0.004,
    )


def _written_language(rng: random.Random, home: str) -> str:
    return rng.choices(("nn", "nb", "en"), (45, 42, 13))[0] if home == NORWAY else "en"


def _words(rng: random.Random, world: World, person: PersonDraft, life: "Life", language: str) -> dict[str, str]:
    country, place = _residence(rng, world, life)
    abroad = life.exchanges[0].to_country if not life.is_away else life.exchanges[-1].to_country
    facts = {
        "host": country_name(abroad, language),
        "place": place,
        # Not the first: that is what the title says already.
        "skill": _in_a_sentence(_skill_name(person.skills[-1].code, language)),
    }
    title = life.story.title[language]
    extra = rng.choice(world.phrases["extras"])[language].format(**facts) if rng.random() < 0.5 else ""
    words = {
        "country": country,
        "place": place if rng.random() < 0.85 else "",
        "headline": f"{title}{extra}" if rng.random() < 0.9 else "",
        "about": _about(rng, world, life, language, facts),
        "work_title": title if rng.random() < 0.75 else "",
        "workplace": _workplace(rng, life),
        **_other_names(rng, person, life),
    }
    words["about_language"] = language if words["about"] else ""
    if rng.random() < 0.3:
        words["contact_email"] = person.email_on_file
    if rng.random() < 0.2:
        # Nobody's number: no operator has one that begins with zeros.
        words["contact_phone"] = f"{life.home.phone} 000 {life.number // 1000:03} {life.number % 1000:03}"
    return words


def _about(rng: random.Random, world: World, life: "Life", language: str, facts: dict[str, str]) -> str:
    if rng.random() < 0.15:
        return ""
    learned = rng.choice(world.phrases["now"] if life.is_away else life.theme.learned)
    sentences: list[Texts] = [life.story.does, learned]
    if rng.random() < 0.7:
        sentences.append(rng.choice(world.phrases["offers"]))
    return " ".join(sentence[language].format(**facts) for sentence in sentences)


def _residence(rng: random.Random, world: World, life: "Life") -> tuple[str, str]:
    """Most live at home; some stay where they went, and who is away now is there."""
    latest = life.exchanges[-1].to_country
    moved = rng.random()
    code = latest if (life.is_away and moved < 0.7) or moved < 0.06 else life.home.code
    if not life.is_away and moved > 0.95:
        code = rng.choice(list(world.countries))
    return code, rng.choice(world.countries[code].places)


def _workplace(rng: random.Random, life: "Life") -> str:
    sending = life.exchanges[-1].sending_organisation
    return sending.name if sending and rng.random() < 0.5 else ""


def _other_names(rng: random.Random, person: PersonDraft, life: "Life") -> dict[str, str]:
    chance = rng.random()
    if chance < 0.05:
        return {"name_then": f"{person.first_name} {rng.choice(life.home.last)}"}
    if chance < 0.09:
        return {"chosen_name": person.first_name}
    return {}


def _skills(rng: random.Random, life: "Life", today: date) -> list[SkillDraft]:
    own = rng.sample(life.story.skills, rng.randint(2, len(life.story.skills)))
    # The first is what the headline is about.
    codes = [life.story.skills[0], *(code for code in own if code != life.story.skills[0])]
    codes += [code for code in rng.sample(_ANYBODYS_SKILLS, rng.choice([0, 1, 1, 2])) if code not in codes]
    most = min(max(today.year - life.exchanges[0].start.year, 1), 40)
    return [SkillDraft(code, rng.randint(1, most) if rng.random() < 0.6 else None) for code in codes]


def _languages(rng: random.Random, world: World, life: "Life") -> list[tuple[str, LanguageLevel]]:
    levels = {rng.choice(life.home.first_languages): LanguageLevel.NATIVE}
    for code in (*life.home.common_languages, "en"):
        levels.setdefault(code, rng.choice([LanguageLevel.FLUENT, LanguageLevel.FLUENT, LanguageLevel.GOOD]))
    for exchange in life.exchanges:
        host = world.countries[exchange.to_country].common_languages[0]
        if rng.random() < 0.55:
            levels.setdefault(host, rng.choice([LanguageLevel.SOME, LanguageLevel.SOME, LanguageLevel.GOOD]))
    return list(levels.items())


def _some(rng: random.Random, values: list[str], share: float) -> list[str]:
    return values if rng.random() < share else []


@cache
def _skill_names() -> dict[str, Texts]:
    return {term.code: term.names for term in shipped_terms() if term.kind == "skill"}


def _skill_name(code: str, language: str) -> str:
    return _skill_names()[code][language]


def _in_a_sentence(name: str) -> str:
    """A name as it stands inside a sentence: "solar energy", but "IT support"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
