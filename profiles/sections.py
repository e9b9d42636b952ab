"""The sections in which a member edits their profile: what each holds, read and written as plain values.

Plain values (what JSON takes) can be compared with what a form was filled with, and kept for "Undo".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.models import Profile, ProfileLanguage, ProfileLink, ProfileSkill, Term, User
from profiles.models.people import OpenTo
from profiles.models.vocabulary import TermKind, TermStatus
from profiles.proposals import skill_for_words

Values = dict[str, Any]

MOST_SKILLS = 30
MOST_LANGUAGES = 15
MOST_LINKS = 8


@dataclass(frozen=True)
class Section:
    """`disclosed` are the keys of `profiles.fields.DISCLOSABLE_FIELDS` that show what is written here."""

    key: str
    title: str | Promise
    disclosed: tuple[str, ...]
    read: Callable[[Profile], Values]
    write: Callable[[Profile, Values], None]


def _columns(*names: str) -> tuple[Callable[[Profile], Values], Callable[[Profile, Values], None]]:
    """Reader and writer of columns of the profile itself."""

    def read(profile: Profile) -> Values:
        return {name: getattr(profile, name) for name in names}

    def write(profile: Profile, values: Values) -> None:
        for name in names:
            setattr(profile, name, values[name])
        others = [field.name for field in Profile._meta.fields if field.name not in names]
        profile.clean_fields(exclude=others)
        profile.save(update_fields=[*names, "updated_at"])

    return read, write


def _read_skills(profile: Profile) -> Values:
    rows = profile.profile_skills.select_related("term")
    return {"rows": [{"code": row.term.code, "years": row.years, "note": row.note} for row in rows]}


def _write_skills(profile: Profile, values: Values) -> None:
    """A row has the `code` of a skill or, for a word that is missing in the vocabulary, a `proposal`."""
    rows = values["rows"]
    terms = _choosable_skills(profile, [row["code"] for row in rows])
    wanted: dict[int, ProfileSkill] = {}
    for row in rows:
        term = terms[row["code"]] if row["code"] else skill_for_words(_owner(profile), row["proposal"])
        wanted.setdefault(term.pk, ProfileSkill(profile=profile, term=term, years=row["years"], note=row["note"]))
    _replace(profile.profile_skills.all(), list(wanted.values()))
    profile.save(update_fields=["updated_at"])


def _choosable_skills(profile: Profile, codes: Iterable[str]) -> dict[str, Term]:
    """These skills by code: those in use, and those that wait for Norec and are the member's own."""
    own = Q(proposed_by=profile.user_id) | Q(pk__in=profile.profile_skills.values("term"))
    wanted = set(codes) - {""}
    terms = Term.objects.filter(Q(status=TermStatus.IN_USE) | own, kind=TermKind.SKILL, code__in=wanted)
    found = {term.code: term for term in terms.exclude(status=TermStatus.MERGED)}
    _refuse_missing(wanted - set(found))
    return found


def _owner(profile: Profile) -> User:
    if profile.user is None:
        raise ValidationError(_("Nobody has this profile yet."))
    return profile.user


def _read_topics(profile: Profile) -> Values:
    return {
        name: sorted(getattr(profile, name).filter(status=TermStatus.IN_USE).values_list("code", flat=True))
        for name in ("sectors", "sdgs")
    }


def _write_topics(profile: Profile, values: Values) -> None:
    profile.sectors.set(_topics(TermKind.SECTOR, values["sectors"]))
    profile.sdgs.set(_topics(TermKind.SDG, values["sdgs"]))
    profile.save(update_fields=["updated_at"])


def _read_languages(profile: Profile) -> Values:
    return {"rows": [{"code": row.code, "level": row.level} for row in profile.languages.all()]}


def _write_languages(profile: Profile, values: Values) -> None:
    _replace(
        profile.languages.all(),
        [ProfileLanguage(profile=profile, code=row["code"], level=row["level"]) for row in values["rows"]],
    )
    profile.save(update_fields=["updated_at"])


def _read_links(profile: Profile) -> Values:
    return {"rows": [{"url": row.url, "label": row.label} for row in profile.links.all()]}


def _write_links(profile: Profile, values: Values) -> None:
    _replace(profile.links.all(), [ProfileLink(profile=profile, url=row["url"], label=row["label"]) for row in values["rows"]])
    profile.save(update_fields=["updated_at"])


def _topics(kind: TermKind, codes: Iterable[str]) -> list[Term]:
    wanted = set(codes)
    terms = list(Term.objects.filter(kind=kind, code__in=wanted, status=TermStatus.IN_USE))
    _refuse_missing(wanted - {term.code for term in terms})
    return terms


def _refuse_missing(codes: set[str]) -> None:
    if codes:
        raise ValidationError(_("“%(code)s” is not in the list any more. Choose another.") % {"code": min(codes)})


def _replace(rows: models.QuerySet[Any], wanted: list[Any]) -> None:
    """Put other rows in place of these. Nothing points at them, so they are made anew, in the order the member gave."""
    for row in wanted:
        row.clean_fields(exclude=["profile", "term"])
    rows.delete()
    rows.model._default_manager.bulk_create(wanted)


_OPEN_TO_COLUMNS = tuple(f"open_to_{item.value}" for item in OpenTo)

SECTIONS: tuple[Section, ...] = (
    Section(
        "basics", _("Name and headline"), ("name", "name_then", "headline"), *_columns("chosen_name", "name_then", "headline")
    ),
    Section("about", _("About me"), ("about",), *_columns("about", "about_language")),
    Section("home", _("Where I live"), ("country", "place"), *_columns("country", "place")),
    Section("work", _("Work"), ("work",), *_columns("work_title", "workplace")),
    Section("skills", _("What I know"), ("skills",), _read_skills, _write_skills),
    Section("topics", _("Sectors and global goals"), ("sectors", "sdgs"), _read_topics, _write_topics),
    Section("languages", _("Languages"), ("languages",), _read_languages, _write_languages),
    Section("open-to", _("What I am open to"), ("open_to",), *_columns(*_OPEN_TO_COLUMNS)),
    Section("links", _("Links"), ("links",), _read_links, _write_links),
    Section(
        "contact",
        _("E-mail and phone for contact"),
        ("contact_email", "contact_phone"),
        *_columns("contact_email", "contact_phone"),
    ),
)
SECTIONS_BY_KEY: dict[str, Section] = {section.key: section for section in SECTIONS}
