"""A member's own profile at a glance: what is in each field, who sees it, and what would make them easier to find."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.audiences import Audience, AudienceSet
from profiles.fields import FIELDS_BY_KEY, DisclosableField
from profiles.models import Profile
from profiles.own_values import own_value
from profiles.sections import Section
from profiles.sentences import who_sees


@dataclass(frozen=True)
class FieldLine:
    """One field: what the member has in it, and who sees that."""

    key: str
    label: str | Promise
    value: str
    audiences: AudienceSet

    @property
    def who_sees(self) -> str:
        return who_sees(self.audiences)

    @property
    def is_public(self) -> bool:
        return Audience.PUBLIC in self.audiences

    @property
    def is_hidden(self) -> bool:
        return not self.audiences


def section_lines(profile: Profile, section: Section) -> list[FieldLine]:
    """The fields of a section. Fetch `with_disclosable()`."""
    return [field_line(profile, FIELDS_BY_KEY[key]) for key in section.disclosed]


def field_line(profile: Profile, field: DisclosableField) -> FieldLine:
    chosen: AudienceSet = getattr(profile, field.column)
    return FieldLine(field.key, field.label, own_value(profile, field.key), chosen | field.always_shown_to)


@dataclass(frozen=True)
class Stop:
    """One thing that makes a person easier to find."""

    words: str | Promise
    url: str
    done: bool


def stops(profile: Profile) -> list[Stop]:
    """What makes a person easier to find, in the order it is worth doing. Fetch `with_disclosable()`."""

    def section(key: str) -> str:
        return reverse("edit_section", args=[key])

    return [
        Stop(_("Choose who sees what"), reverse("visibility"), profile.visibility_chosen_at is not None),
        Stop(_("Say what you know"), section("skills"), bool(profile.profile_skills.all())),
        Stop(_("Write a headline"), section("basics"), bool(profile.headline)),
        Stop(_("Say where you live"), section("home"), bool(profile.country)),
        Stop(_("Say which languages you speak"), section("languages"), bool(profile.languages.all())),
        Stop(_("Say what you are open to"), section("open-to"), bool(profile.open_to)),
        Stop(_("Tell a little about yourself"), section("about"), bool(profile.about)),
    ]
