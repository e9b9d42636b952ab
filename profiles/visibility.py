"""The page "Who sees what": its boxes, what a member ticked, and how the profile then looks to each audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext

from profiles.audiences import Audience, AudienceSet
from profiles.disclosure import disclose_to, is_field_shown_to
from profiles.fields import DISCLOSABLE_FIELDS, FIELDS_BY_KEY, DisclosableField
from profiles.models import Profile
from profiles.own_values import own_value
from profiles.presentation import ProfilePage, profile_page
from profiles.sentences import AUDIENCE_ORDER, AUDIENCE_WORDS, joined, who_sees

# Who each audience is, where a member chooses one to look through the eyes of.
AUDIENCE_EYES: dict[Audience, str | Promise] = {
    Audience.MEMBERS: gettext_lazy("A member"),
    Audience.MISSIONS: gettext_lazy("A mission officer"),
    Audience.PARTNERS: gettext_lazy("A partner"),
    Audience.NOREC: gettext_lazy("Norec"),
    Audience.PUBLIC: gettext_lazy("Someone not signed in"),
}


@dataclass(frozen=True)
class Box:
    """One audience of one field. A locked box is not sent by the browser; `kept` says that it is chosen underneath.

    `word` is what the audience is called in the sentence below, `always` that it sees the field whatever is chosen.
    """

    audience: Audience
    label: str | Promise
    word: str
    ticked: bool
    always: bool
    locked: bool
    kept: bool


@dataclass(frozen=True)
class FieldChoice:
    """One field with its boxes and the sentence that says what they amount to."""

    key: str
    name: str
    label: str | Promise
    value: str
    boxes: list[Box]
    sentence: str
    reason: str
    is_public: bool
    is_hidden: bool


@dataclass(frozen=True)
class Peek:
    """How the profile looks to one audience, and which filled-in fields are not in it. `page` is None when it is not found."""

    audience: Audience
    words: str
    eyes: str
    page: ProfilePage | None
    not_shown: list[str]


def box_name(field: DisclosableField) -> str:
    return f"audiences_{field.key}"


def field_choices(profile: Profile, choice: Mapping[str, AudienceSet]) -> list[FieldChoice]:
    """Every field with the boxes of this choice. Fetch `with_disclosable()`."""
    return [_field_choice(profile, field, choice[field.key] | field.always_shown_to) for field in DISCLOSABLE_FIELDS]


def ticked(data: QueryDict) -> dict[str, AudienceSet]:
    """What somebody ticked. Names of audiences that there are not count for nothing."""
    known = set(Audience.values)
    return {
        field.key: frozenset(Audience(value) for value in data.getlist(box_name(field)) if value in known)
        for field in DISCLOSABLE_FIELDS
    }


def peek(profile: Profile, audience: Audience, today: date) -> Peek:
    """The profile through the eyes of an audience, as it is saved now. Fetch `with_disclosable()`."""
    person = disclose_to(profile, audience)
    hidden = [
        str(field.label)
        for field in DISCLOSABLE_FIELDS
        if own_value(profile, field.key) and not is_field_shown_to(profile, field, audience)
    ]
    page = profile_page(person, today) if person else None
    return Peek(audience, str(AUDIENCE_WORDS[audience]), str(AUDIENCE_EYES[audience]), page, hidden)


def standing(profile: Profile) -> str:
    """One sentence on who can find this member now."""
    if profile.visibility_chosen_at is None:
        return gettext("Nobody but Norec finds you yet.")
    if profile.is_paused:
        return gettext("You are hidden. Nobody but Norec finds you until you show yourself again.")
    shown: AudienceSet = getattr(profile, FIELDS_BY_KEY["name"].column) - {Audience.NOREC}
    if Audience.PUBLIC in shown:
        return gettext("Everyone on the web can find you.")
    if not shown:
        return gettext("Nobody but Norec finds you.")
    groups = joined(str(AUDIENCE_WORDS[audience]) for audience in AUDIENCE_ORDER if audience in shown)
    return capfirst(pgettext("who finds you", "%(groups)s can find you.") % {"groups": groups})


def _field_choice(profile: Profile, field: DisclosableField, chosen: AudienceSet) -> FieldChoice:
    is_public = Audience.PUBLIC in chosen
    boxes = []
    for audience in AUDIENCE_ORDER:
        always = audience in field.always_shown_to
        locked = always or (is_public and audience != Audience.PUBLIC)
        shown = is_public or audience in chosen
        kept = locked and not always and audience in chosen
        boxes.append(Box(audience, audience.label, str(AUDIENCE_WORDS[audience]), shown, always, locked, kept))
    reason = gettext("Norec needs it to confirm your exchange.") if field.always_shown_to else ""
    return FieldChoice(
        key=field.key,
        name=box_name(field),
        label=field.label,
        value=own_value(profile, field.key),
        boxes=boxes,
        sentence=who_sees(chosen),
        reason=reason,
        is_public=is_public,
        is_hidden=not chosen,
    )
