"""A member sets or removes their picture."""

import uuid
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from alumni_site.core.errors import NotAllowed
from profiles.models import Profile
from profiles.photos import LARGEST, PHOTO_SIZES, make_photo, photo_file
from profiles.policies import can_edit_profile
from profiles.storage import private_storage
from profiles.viewers import Viewer


def set_photo(*, actor: Viewer, profile: Profile, file: BinaryIO, name: str, size: int) -> None:
    """Make a member's picture of the file they chose, in place of the one they had.

    `name` is what their file is called, `size` its length in bytes; neither is kept. The old files are deleted once the
    new ones are in use. Raises `NotAllowed`, and `Invalid` with words when the file is no good.
    """
    _check_owner(actor, profile)
    photo = make_photo(file, name=name, size=size)
    # The name of the folder is random: it tells nothing of the person, and a new picture has a new one.
    largest = f"photos/{uuid.uuid4().hex}/{LARGEST}.webp"
    storage = private_storage()
    try:
        for key, content in photo.files.items():
            storage.save(photo_file(largest, key), ContentFile(content))
        _replace_photo(profile, largest)
    except BaseException:
        delete_photo_files(largest)
        raise


def remove_photo(*, actor: Viewer, profile: Profile) -> None:
    """Delete a member's picture. Raises `NotAllowed`. Without a picture it does nothing."""
    _check_owner(actor, profile)
    _replace_photo(profile, "")


def delete_photo_files(largest: str) -> None:
    """Delete the files of a picture that is no longer in use; what is gone already does not matter."""
    for size in PHOTO_SIZES:
        private_storage().delete(photo_file(largest, size))


def _check_owner(actor: Viewer, profile: Profile) -> None:
    if not can_edit_profile(actor, profile):
        raise NotAllowed(_("You can only change your own picture."))


@transaction.atomic
def _replace_photo(profile: Profile, largest: str) -> None:
    locked = Profile.objects.select_for_update().get(pk=profile.pk)
    old = locked.photo.name
    if old == largest:
        return
    locked.photo.name = largest
    locked.save(update_fields=["photo", "updated_at"])
    profile.photo.name = largest
    if old:
        transaction.on_commit(lambda: delete_photo_files(old))
