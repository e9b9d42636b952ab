"""Ready-made choices of who sees what. None of them ever opens an e-mail address or a phone number."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.audiences import Audience, AudienceSet
from profiles.fields import DISCLOSABLE_FIELDS

# Shown only where the member ticks it for the very field.
FIELD_BY_FIELD = frozenset({"contact_email", "contact_phone"})


@dataclass(frozen=True)
class Preset:
    key: str
    label: str | Promise
    description: str | Promise
    audiences: AudienceSet


_NOREC = frozenset({Audience.NOREC})

PRESETS: tuple[Preset, ...] = (
    Preset("only_norec", _("Only Norec"), _("Norec sees your profile. Nobody else finds you."), _NOREC),
    Preset(
        "members",
        _("Members"),
        _("Other members find you. Missions and partners do not."),
        _NOREC | {Audience.MEMBERS},
    ),
    Preset(
        "members_and_missions",
        _("Members and missions"),
        _("Members and Norwegian embassies find you for what you know. Partners do not."),
        _NOREC | {Audience.MEMBERS, Audience.MISSIONS},
    ),
    Preset(
        "everyone",
        _("Everyone"),
        _("Anyone on the web finds you, search engines too."),
        frozenset(Audience),
    ),
)
PRESETS_BY_KEY: dict[str, Preset] = {preset.key: preset for preset in PRESETS}


def preset_choice(preset: Preset, present: Mapping[str, AudienceSet]) -> dict[str, AudienceSet]:
    """The audiences of every field when a preset is used on top of what is chosen now."""
    return {field.key: present[field.key] if field.key in FIELD_BY_FIELD else preset.audiences for field in DISCLOSABLE_FIELDS}


def preset_of(choice: Mapping[str, AudienceSet]) -> Preset | None:
    """The preset that this choice amounts to, if any; e-mail and phone for contact do not count."""
    return next((preset for preset in PRESETS if preset_choice(preset, choice) == dict(choice)), None)
