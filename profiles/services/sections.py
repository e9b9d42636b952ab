"""A member changes one section of their profile, and takes it back."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import Conflict, Invalid, NotAllowed
from profiles.fingerprints import fingerprint
from profiles.models import Profile
from profiles.policies import can_edit_profile
from profiles.sections import Section, Values
from profiles.viewers import Viewer


@dataclass(frozen=True)
class SectionChange:
    """What a save did. `before` and `token` are what `save_section` needs to take it back."""

    changed: bool
    before: Values
    token: str


def section_token(profile: Profile, section: Section) -> str:
    """What a form carries, so that saving it later does not undo what was saved meanwhile."""
    return fingerprint(section.read(profile))


def save_section(*, actor: Viewer, profile: Profile, section: Section, values: Values, token: str) -> SectionChange:
    """Write a section of a member's own profile.

    `token` is `section_token` of the moment the member began. Raises `NotAllowed`; `Conflict` when the section has been
    changed since; `Invalid` with words when a value cannot be used. Saving what is there already is no change and no conflict.
    """
    if not can_edit_profile(actor, profile):
        raise NotAllowed(_("You can only change your own profile."))
    with transaction.atomic():
        locked = Profile.objects.select_for_update().get(pk=profile.pk)
        before = section.read(locked)
        now = fingerprint(before)
        if values == before:
            return SectionChange(changed=False, before=before, token=now)
        if now != token:
            raise Conflict(_("This was changed in another window after you opened it. What you wrote is still here."))
        try:
            section.write(locked, values)
        except ValidationError as error:
            raise Invalid(" ".join(error.messages)) from error
        return SectionChange(changed=True, before=before, token=section_token(locked, section))
