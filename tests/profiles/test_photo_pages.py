"""A picture on its way in and out: chosen on a page, kept out of sight, shown to whom it is shown."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from profiles.audiences import Audience
from profiles.models import Block, Profile, User
from profiles.photos import PHOTO_SIZES, photo_file
from profiles.storage import private_storage
from tests.profiles.accounts_helpers import member, signed_in
from tests.profiles.pictures import jpeg, moving

pytestmark = pytest.mark.django_db


def upload(client: Client, content: bytes, name: str = "me.jpg"):
    return client.post(reverse("edit_photo"), {"photo": SimpleUploadedFile(name, content)})


def with_photo(**profile: object) -> tuple[User, Profile]:
    user = member(**profile)
    assert upload(signed_in(user), jpeg()).status_code == 302
    return user, Profile.objects.get(user=user)


def address(profile: Profile, size: str = "small") -> str:
    return reverse("profile_photo", args=[profile.uuid, size])


def test_picture_is_kept_in_three_sizes_under_a_name_that_tells_nothing() -> None:
    _user, profile = with_photo(first_name="Grace")
    assert profile.photo.name.startswith("photos/")
    assert "grace" not in profile.photo.name.lower()
    assert str(profile.uuid) not in profile.photo.name
    assert all(private_storage().exists(photo_file(profile.photo.name, size)) for size in PHOTO_SIZES)


def test_old_files_are_deleted_when_the_picture_changes(django_capture_on_commit_callbacks) -> None:
    user, profile = with_photo()
    old = profile.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        upload(signed_in(user), jpeg())
    profile.refresh_from_db()
    assert profile.photo.name != old
    assert not any(private_storage().exists(photo_file(old, size)) for size in PHOTO_SIZES)
    assert private_storage().exists(profile.photo.name)


def test_files_stay_until_the_change_is_committed(django_capture_on_commit_callbacks) -> None:
    user, profile = with_photo()
    with django_capture_on_commit_callbacks(execute=False):
        signed_in(user).post(reverse("delete_photo"))
    assert private_storage().exists(profile.photo.name)


def test_removed_picture_is_gone_from_disk_and_page(django_capture_on_commit_callbacks) -> None:
    user, profile = with_photo()
    name = profile.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(user).post(reverse("delete_photo"))
    assert Profile.objects.get(pk=profile.pk).photo.name == ""
    assert not private_storage().exists(name)
    assert signed_in(user).get(address(profile)).status_code == 404


def test_refused_file_leaves_the_picture_and_says_why() -> None:
    user, profile = with_photo()
    answer = upload(signed_in(user), moving("PNG"), "me.png")
    assert answer.status_code == 422
    assert "The picture moves." in answer.content.decode()
    assert Profile.objects.get(pk=profile.pk).photo.name == profile.photo.name


def test_no_file_says_so() -> None:
    answer = signed_in(member()).post(reverse("edit_photo"), {})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


@pytest.mark.parametrize("size", PHOTO_SIZES)
def test_picture_is_served_as_what_it_is_and_asked_for_again(size: str) -> None:
    _user, profile = with_photo(shown_to=["members"])
    viewer = signed_in(member())
    answer = viewer.get(address(profile, size))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    again = viewer.get(address(profile, size), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_hidden_picture_is_a_404_from_the_next_request_even_when_the_browser_has_it() -> None:
    _user, profile = with_photo(shown_to=["members"])
    viewer = signed_in(member())
    etag = viewer.get(address(profile))["ETag"]
    profile.audiences_photo = frozenset({Audience.MISSIONS})
    profile.save()
    assert viewer.get(address(profile), headers={"If-None-Match": etag}).status_code == 404


def test_picture_of_somebody_who_blocks_is_a_404() -> None:
    user, profile = with_photo(shown_to=["members"])
    other = member()
    Block.objects.create(blocker=user, blocked=other)
    assert signed_in(other).get(address(profile)).status_code == 404


def test_paused_member_sees_the_own_picture_and_nobody_else_does() -> None:
    user, profile = with_photo(shown_to=["public"])
    Profile.objects.update(is_paused=True)
    assert signed_in(user).get(address(profile)).status_code == 200
    assert signed_in(member()).get(address(profile)).status_code == 404
    assert Client().get(address(profile)).status_code == 404


def test_unknown_size_and_missing_file_are_404() -> None:
    user, profile = with_photo(shown_to=["public"])
    assert Client().get(address(profile, "huge")).status_code == 404
    private_storage().delete(photo_file(profile.photo.name, "small"))
    assert signed_in(user).get(address(profile)).status_code == 404


def test_no_address_of_the_site_hands_out_the_file_itself() -> None:
    _user, profile = with_photo(shown_to=["public"])
    for path in (f"/media/{profile.photo.name}", f"/private/{profile.photo.name}", f"/{profile.photo.name}"):
        assert Client().get(path).status_code == 404
    with pytest.raises(ValueError, match="no address"):
        _ = profile.photo.url
