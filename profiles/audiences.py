"""Audiences: the groups a member may show a field to.

They are no ladder: a field may be shown to members and hidden from missions, or the reverse. Only `public` includes the
others, because what anyone on the web may read, everybody may.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    MEMBERS = "members", _("Members")
    MISSIONS = "missions", _("Missions")
    PARTNERS = "partners", _("Partners")
    NOREC = "norec", _("Norec")


# Bits in the database. Never change a number: rows hold them.
AUDIENCE_BITS: dict[Audience, int] = {
    Audience.PUBLIC: 1,
    Audience.MEMBERS: 2,
    Audience.MISSIONS: 4,
    Audience.PARTNERS: 8,
    Audience.NOREC: 16,
}
AudienceSet = frozenset[Audience]
NOBODY: AudienceSet = frozenset()


def audience_mask(audiences: Iterable[Audience | str]) -> int:
    """The number that stands for these audiences in the database."""
    return sum(AUDIENCE_BITS[Audience(audience)] for audience in set(audiences))


def audiences_of_mask(mask: int) -> AudienceSet:
    """The audiences that a number from the database stands for."""
    return _SETS[mask] if 0 <= mask < len(_SETS) else _set_of_mask(mask)


def _set_of_mask(mask: int) -> AudienceSet:
    return frozenset(audience for audience, bit in AUDIENCE_BITS.items() if mask & bit)


# A page of people has some hundreds of sets, of the few there are.
_SETS = tuple(_set_of_mask(mask) for mask in range(1 << len(AUDIENCE_BITS)))


def is_shown_to(audiences: AudienceSet, audience: Audience) -> bool:
    """Whether a field chosen for these audiences is shown to this one."""
    return audience in audiences or Audience.PUBLIC in audiences


class AudienceSetField(models.PositiveSmallIntegerField):
    """A set of audiences in one small number: `frozenset[Audience]` in Python, empty by default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", NOBODY)
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> AudienceSet | None:
        return None if value is None else audiences_of_mask(value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, int):
            return audiences_of_mask(value)
        return None if value is None else frozenset(Audience(item) for item in value)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, int) else audience_mask(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def run_validators(self, value: Any) -> None:
        """The set itself was checked in `to_python`; the number's own limits do not apply to it."""
