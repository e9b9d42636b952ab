"""Reads a picture from whatever file somebody chose, and writes it anew, so that nothing but the pixels is left.

Where a camera has written place, time and owner into the file, that is gone. Words for the person are made by those who call:
they know what the picture is for.
"""

import io
from collections.abc import Callable, Sequence
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

_BACKGROUND = "white"
_QUALITY = 80
# Everything Pillow's readers raise on a file that is broken or made to do harm.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class UnusablePicture(Exception):
    """`code` is "not_a_picture", "animated", "too_many_pixels" or "damaged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def open_picture(file: BinaryIO, *, formats: Sequence[str]) -> Image.Image:
    """The picture, with its head read and its pixels not yet. Raises `UnusablePicture`."""
    file.seek(0)
    try:
        return Image.open(file, formats=tuple(formats))
    except _BOMB as error:
        raise UnusablePicture("too_many_pixels") from error
    except _UNREADABLE as error:
        raise UnusablePicture("not_a_picture") from error


def check_picture(image: Image.Image, *, most_pixels: int) -> None:
    """Refuse what moves, and what has more pixels than memory is worth. Raises `UnusablePicture`."""
    # MPO is a JPEG with a second view, as many phones make them.
    try:
        is_moving = image.format != "MPO" and getattr(image, "is_animated", False)
    except _UNREADABLE as error:
        raise UnusablePicture("damaged") from error
    if is_moving:
        raise UnusablePicture("animated")
    if image.width * image.height > most_pixels:
        raise UnusablePicture("too_many_pixels")


def upright_picture(image: Image.Image, *, side: int, whole: bool = False) -> Image.Image:
    """The picture in plain RGB, turned as it was held. Raises `UnusablePicture` when not all of it can be read.

    It is made smaller on the way, to save memory: not below twice `side` in pixels on its shorter side, with `whole` on its
    longer.
    """
    try:
        return _upright(image, side, max if whole else min)
    except _BOMB as error:
        raise UnusablePicture("too_many_pixels") from error
    except _UNREADABLE as error:
        raise UnusablePicture("damaged") from error


def webp(image: Image.Image) -> bytes:
    """The pixels as a WebP file, and nothing else of what the picture carries."""
    image.info = {}
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _upright(image: Image.Image, side: int, measured: Callable[[tuple[int, int]], int]) -> Image.Image:
    # A JPEG can be read at an eighth of its size, which saves nearly all of the memory.
    image.draft(image.mode, (2 * side, 2 * side))
    image.load()
    profile = image.info.get("icc_profile")
    turned = ImageOps.exif_transpose(image)
    if turned.mode == "P":
        turned = turned.convert("RGBA" if "transparency" in turned.info else "RGB")
    elif turned.mode.startswith("I") or turned.mode == "F":
        turned = _eight_bits(turned)
    shrink = measured(turned.size) // (2 * side)
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
