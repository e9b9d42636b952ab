"""Makes the three pictures of a person from whatever file they chose: re-encoded, so that nothing but the pixels is left.

Where a camera has written place, time and owner into the file, that is gone. What is no good as a picture is refused in
words that say what to do instead.
"""

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from alumni_site.core.errors import Invalid

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
_BACKGROUND = "white"
_QUALITY = 80
# Everything Pillow's readers raise on a file that is broken or made to do harm.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError)


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
    image = _opened(file)
    _check(image, name)
    try:
        upright = _upright(image)
        return Photo({key: _encoded(upright, side) for key, side in PHOTO_SIZES.items()})
    except _UNREADABLE as error:
        raise Invalid(
            _("The file is damaged: we could not read the whole picture. Save it again, or choose another."),
            code="photo_damaged",
        ) from error


def _opened(file: BinaryIO) -> Image.Image:
    """The picture, with its head read and its pixels not yet."""
    file.seek(0)
    try:
        return Image.open(file, formats=_READABLE)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _UNREADABLE as error:
        raise Invalid(
            _("We cannot read this file as a picture. Choose one that is saved as JPEG, PNG or WebP."),
            code="photo_not_a_picture",
        ) from error


def _check(image: Image.Image, name: str) -> None:
    ending = PurePath(name).suffix.lower()
    if ending not in _ENDINGS[image.format or "JPEG"]:
        raise Invalid(
            _("The file is called “%(name)s”, but what is in it is %(format)s. Save the picture again, or choose another.")
            % {"name": PurePath(name).name, "format": "JPEG" if image.format == "MPO" else image.format},
            code="photo_mislabelled",
        )
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise Invalid(_("The picture moves. Choose one that stands still."), code="photo_animated")
    if image.width * image.height > LARGEST_PIXELS:
        raise _too_many_pixels()
    if min(image.size) < SMALLEST_SIDE:
        raise Invalid(
            _("The picture is too small. It must be at least %(side)s pixels wide and high.") % {"side": SMALLEST_SIDE},
            code="photo_too_small",
        )


def _too_many_pixels() -> Invalid:
    return Invalid(
        _("The picture has more than %(pixels)s million pixels. Make it smaller, or choose another.")
        % {"pixels": LARGEST_PIXELS // 1_000_000},
        code="photo_too_many_pixels",
    )


def _upright(image: Image.Image) -> Image.Image:
    """The picture in plain RGB, turned as it was held, and no larger than three good copies need."""
    # A JPEG can be read at an eighth of its size, which saves nearly all of the memory.
    image.draft(image.mode, (2 * PHOTO_SIZES[LARGEST], 2 * PHOTO_SIZES[LARGEST]))
    image.load()
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "P":
        turned = turned.convert("RGBA" if "transparency" in turned.info else "RGB")
    elif turned.mode.startswith("I") or turned.mode == "F":
        turned = _eight_bits(turned)
    shrink = min(turned.size) // (2 * PHOTO_SIZES[LARGEST])
    if shrink > 1:
        turned = turned.reduce(shrink)
    return _on_background(_in_srgb(turned, profile))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits of grey in eight: plain conversion would cut off everything brighter than 255."""
    return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen shows them. A colour profile that cannot be used is left out."""
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
    return image


def _on_background(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        see_through = image.convert("RGBA")
        ground = Image.new("RGB", see_through.size, _BACKGROUND)
        ground.paste(see_through, mask=see_through.getchannel("A"))
        return ground
    return image.convert("RGB")


def _encoded(image: Image.Image, side: int) -> bytes:
    square = ImageOps.fit(image, (side, side), method=Image.Resampling.LANCZOS)
    # `fit` hands on what stood in the head of the file: place, time, owner. Only the pixels go on.
    square.info = {}
    out = io.BytesIO()
    square.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def photo_file(largest: str, size: str) -> str:
    """The name in storage of one size of a person's picture, from the name of its largest."""
    return str(PurePath(largest).with_name(f"{size}.webp"))


def photo_version(largest: str) -> str:
    """What changes whenever the picture does: the name of its folder, which is random."""
    return PurePath(largest).parent.name
