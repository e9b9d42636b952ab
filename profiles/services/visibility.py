"""A member chooses who sees what, takes a choice back, and hides for a while. Each holds from the next request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from profiles.audiences import Audience, AudienceSet
from profiles.fields import DISCLOSABLE_FIELDS
from profiles.fingerprints import fingerprint
from profiles.models import Profile
from profiles.policies import can_edit_profile
from profiles.presets import PRESETS_BY_KEY, preset_choice
from profiles.viewers import Viewer

Choice = dict[str, AudienceSet]


@dataclass(frozen=True)
class ChoiceChange:
    """What a choice did. `before` is what `undo_choice` takes, as plain values; `token` stands for the choice as it is now."""

    changed: bool
    before: dict[str, Any]
    token: str


def choice_of(profile: Profile) -> Choice:
    """Who may see each field, by the key of the field."""
    return {field.key: getattr(profile, field.column) for field in DISCLOSABLE_FIELDS}


def choice_token(profile: Profile) -> str:
    """What the form carries, so that a page opened earlier does not open what was closed meanwhile."""
    return fingerprint(_plain(profile))


def choose_audiences(
    *, actor: Viewer, profile: Profile, choice: Mapping[str, Iterable[Audience | str]], token: str
) -> ChoiceChange:
    """Set who sees each field. From the first time on, the member may be found.

    `choice` has every field of `DISCLOSABLE_FIELDS`; Norec is added where the fact is Norec's own. Raises `NotAllowed`,
    `Invalid` for an unknown field or audience or a missing field, `Conflict` when the choice was changed since `token`.
    """
    return _choose(actor, profile, lambda _present: _checked(choice), token)


def use_preset(*, actor: Viewer, profile: Profile, preset: str, token: str) -> ChoiceChange:
    """Set every field by a ready-made choice, but for e-mail and phone, which stay as they are.

    Raises `NotAllowed`, `Invalid` for an unknown preset, `Conflict` when the choice was changed since `token`.
    """
    if preset not in PRESETS_BY_KEY:
        raise Invalid(_("Choose one of the ready-made choices first."), code="preset_unknown")
    return _choose(actor, profile, lambda present: _checked(preset_choice(PRESETS_BY_KEY[preset], present)), token)


def undo_choice(*, actor: Viewer, profile: Profile, before: Mapping[str, Any], token: str) -> None:
    """Put back who saw what before a change; when that was nothing chosen yet, nobody finds the member again.

    Raises `NotAllowed`, `Invalid`, and `Conflict` when the choice was changed again since.
    """
    if not can_edit_profile(actor, profile):
        raise NotAllowed(_("You can only choose for your own profile."))
    with transaction.atomic():
        locked = Profile.objects.select_for_update().get(pk=profile.pk)
        _refuse_stale(locked, token)
        chosen_at = before["chosen_at"]
        _write(locked, _checked(before["choice"]), chosen_at and datetime.fromisoformat(chosen_at))


def set_paused(*, actor: Viewer, profile: Profile, paused: bool) -> None:
    """Hide a member from everybody but Norec, or show them again as they chose. Raises `NotAllowed`."""
    if not can_edit_profile(actor, profile):
        raise NotAllowed(_("You can only hide your own profile."))
    with transaction.atomic():
        locked = Profile.objects.select_for_update().get(pk=profile.pk)
        if locked.is_paused != paused:
            locked.is_paused = paused
            locked.save(update_fields=["is_paused", "updated_at"])
    profile.is_paused = paused


def _choose(actor: Viewer, profile: Profile, make: Callable[[Choice], Choice], token: str) -> ChoiceChange:
    if not can_edit_profile(actor, profile):
        raise NotAllowed(_("You can only choose for your own profile."))
    with transaction.atomic():
        locked = Profile.objects.select_for_update().get(pk=profile.pk)
        before, present = _plain(locked), choice_of(locked)
        wanted = make(present)
        if wanted == _checked(present) and locked.visibility_chosen_at is not None:
            return ChoiceChange(False, before, choice_token(locked))
        _refuse_stale(locked, token)
        _write(locked, wanted, locked.visibility_chosen_at or timezone.now())
        return ChoiceChange(True, before, choice_token(locked))


def _refuse_stale(profile: Profile, token: str) -> None:
    if choice_token(profile) != token:
        raise Conflict(_("This was changed in another window after you opened it. Look at it again, then save."))


def _checked(choice: Mapping[str, Iterable[Audience | str]]) -> Choice:
    """The choice with audiences in place of their names, and Norec where it must see the field."""
    if set(choice) != {field.key for field in DISCLOSABLE_FIELDS}:
        raise Invalid(_("Something is missing. Open the page again and choose once more."), code="choice_incomplete")
    try:
        return {
            field.key: frozenset(Audience(audience) for audience in choice[field.key]) | field.always_shown_to
            for field in DISCLOSABLE_FIELDS
        }
    except ValueError as error:
        raise Invalid(_("Something is missing. Open the page again and choose once more."), code="choice_unknown") from error


def _write(profile: Profile, choice: Choice, chosen_at: datetime | None) -> None:
    for field in DISCLOSABLE_FIELDS:
        setattr(profile, field.column, choice[field.key])
    profile.visibility_chosen_at = chosen_at
    columns = [field.column for field in DISCLOSABLE_FIELDS]
    profile.save(update_fields=[*columns, "visibility_chosen_at", "updated_at"])


def _plain(profile: Profile) -> dict[str, Any]:
    chosen_at = profile.visibility_chosen_at
    return {
        "choice": {key: sorted(audiences) for key, audiences in choice_of(profile).items()},
        "chosen_at": chosen_at.isoformat() if chosen_at else None,
    }
