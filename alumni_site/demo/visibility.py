"""Whom the members of the demo show what: ready-made choices, choices field by field, and none yet."""

import random

from profiles.audiences import NOBODY, Audience, AudienceSet
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.presets import FIELD_BY_FIELD, PRESETS_BY_KEY, preset_choice

_NOTHING_CHOSEN, _FIELD_BY_FIELD = "nothing chosen", "field by field"
_CHOICES = {
    _NOTHING_CHOSEN: 5,
    "only_norec": 6,
    "members": 20,
    "members_and_missions": 32,
    "everyone": 7,
    _FIELD_BY_FIELD: 30,
}
# Without these nobody finds anybody, so who chooses field by field shows them to somebody.
_FACE = ("name", "headline", "skills", "exchanges", "country")


def choose_audiences(rng: random.Random) -> dict[str, AudienceSet]:
    """Audiences by the key of each field; empty for a member who has not chosen yet."""
    choice = rng.choices(list(_CHOICES), list(_CHOICES.values()))[0]
    if choice == _NOTHING_CHOSEN:
        return {}
    if choice == _FIELD_BY_FIELD:
        return _field_by_field(rng)
    present = {field.key: NOBODY for field in DISCLOSABLE_FIELDS}
    for key in FIELD_BY_FIELD:
        if rng.random() < 0.15:
            present[key] = frozenset({Audience.NOREC, Audience.MEMBERS})
    return preset_choice(PRESETS_BY_KEY[choice], present)


def _field_by_field(rng: random.Random) -> dict[str, AudienceSet]:
    groups = [Audience.MEMBERS, Audience.MISSIONS, Audience.PARTNERS]
    wide = {Audience.NOREC, *rng.sample(groups, rng.choice([1, 2, 2, 3, 3]))}
    chosen: dict[str, AudienceSet] = {}
    for field in DISCLOSABLE_FIELDS:
        if field.key in _FACE:
            chosen[field.key] = frozenset(wide)
        elif field.key in FIELD_BY_FIELD and rng.random() < 0.8:
            chosen[field.key] = NOBODY
        else:
            chosen[field.key] = frozenset(group for group in [Audience.NOREC, *groups] if rng.random() < 0.6)
    return chosen
