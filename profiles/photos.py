"""Makes the three pictures of a person from whatever file they chose: re-encoded, so that nothing but the pixels is left.

How that is done is in `alumni_site.core.pictures`; here is what a picture of a person must be, and what is said when it is not.
"""

from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from alumni_site.core.errors import Invalid
from alumni_site.core.pictures import UnusablePicture, check_picture, open_picture, upright_picture, webp

# Side of the square, in pixels, by the name that stands in addresses.
PHOTO_SIZES: dict[str, int] = {"small": 96, "medium": 256, "large": 640}
LARGEST = "large"

LARGEST_FILE_BYTES = 10 * 1024 * 1024
# A phone's picture has 12 million; what is much larger takes more memory than a picture of a face is worth.
LARGEST_PIXELS = 40_000_000
SMALLEST_SIDE = PHOTO_SIZES["small"]

# Formats we read, and the endings their files have. MPO is a JPEG with a second view, as many phones make them.
_ENDINGS: dict[str, frozenset[str]] = {
    "JPEG": frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}),
    "MPO": frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}),
    "PNG": frozenset({".png"}),
    "WEBP": frozenset({".webp"}),
}
_READABLE = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Photo:
    """The pictures of one person, as WebP files by the name of their size."""

    files: dict[str, bytes]


def make_photo(file: BinaryIO, *, name: str, size: int) -> Photo:
    """The three pictures made of an uploaded file: upright, square, cut around the middle, in WebP.

    `name` is what the person's file is called, `size` its length in bytes. Raises `Invalid` with words for the person
    when the file is too large, no picture, animated, damaged, or something else than its name says.
    """
    if size > LARGEST_FILE_BYTES:
        raise Invalid(
            _("The file is larger than %(size)s MB. Choose a smaller picture.") % {"size": LARGEST_FILE_BYTES // 1024**2},
            code="photo_file_too_large",
        )
    try:
        image = open_picture(file, formats=_READABLE)
        _check_ending(image, name)
        check_picture(image, most_pixels=LARGEST_PIXELS)
        _check_side(image)
        upright = upright_picture(image, side=PHOTO_SIZES[LARGEST])
    except UnusablePicture as problem:
        raise _in_words(problem) from problem
    return Photo({key: _encoded(upright, side) for key, side in PHOTO_SIZES.items()})


def _check_ending(image: Image.Image, name: str) -> None:
    ending = PurePath(name).suffix.lower()
    if ending not in _ENDINGS[image.format or "JPEG"]:
        raise Invalid(
            _("The file is called “%(name)s”, but what is in it is %(format)s. Save the picture again, or choose another.")
            % {"name": PurePath(name).name, "format": "JPEG" if image.format == "MPO" else image.format},
            code="photo_mislabelled",
        )


def _check_side(image: Image.Image) -> None:
    if min(image.size) < SMALLEST_SIDE:
        raise Invalid(
            _("The picture is too small. It must be at least %(side)s pixels wide and high.") % {"side": SMALLEST_SIDE},
            code="photo_too_small",
        )


def _in_words(problem: UnusablePicture) -> Invalid:
    words = {
        "not_a_picture": _("We cannot read this file as a picture. Choose one that is saved as JPEG, PNG or WebP."),
        "animated": _("The picture moves. Choose one that stands still."),
        "too_many_pixels": _("The picture has more than %(pixels)s million pixels. Make it smaller, or choose another.")
        % {"pixels": LARGEST_PIXELS // 1_000_000},
        "damaged": _("The file is damaged: we could not read the whole picture. Save it again, or choose another."),
    }
    return Invalid(words[problem.code], code=f"photo_{problem.code}")


def _encoded(image: Image.Image, side: int) -> bytes:
    return webp(ImageOps.fit(image, (side, side), method=Image.Resampling.LANCZOS))


def photo_file(largest: str, size: str) -> str:
    """The name in storage of one size of a person's picture, from the name of its largest."""
    return str(PurePath(largest).with_name(f"{size}.webp"))


def photo_version(largest: str) -> str:
    """What changes whenever the picture does: the name of its folder, which is random."""
    return PurePath(largest).parent.name
