"""What becomes of the files people choose, with real files."""

import io
from collections.abc import Callable

import pytest
from PIL import Image

from alumni_site.core.errors import Invalid
from profiles.photos import LARGEST_FILE_BYTES, PHOTO_SIZES, Photo, make_photo
from tests.profiles.pictures import BLUE, RED, halves, jpeg, moving, one_colour_png, saved, turned_jpeg_with_place


def made(content: bytes, name: str = "me.jpg") -> Photo:
    return make_photo(io.BytesIO(content), name=name, size=len(content))


def opened(photo: Photo, size: str = "large") -> Image.Image:
    return Image.open(io.BytesIO(photo.files[size]))


def near(pixel: tuple[int, ...], colour: tuple[int, ...], by: int = 14) -> bool:
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


def test_three_square_webp_pictures_come_of_one_file() -> None:
    photo = made(jpeg())
    assert set(photo.files) == set(PHOTO_SIZES)
    for size, side in PHOTO_SIZES.items():
        picture = opened(photo, size)
        assert (picture.format, picture.size, picture.mode) == ("WEBP", (side, side), "RGB")


def test_the_middle_is_kept() -> None:
    picture = opened(made(jpeg()))
    assert near(picture.getpixel((40, 320)), RED)
    assert near(picture.getpixel((600, 320)), BLUE)


def test_place_time_and_owner_are_gone_and_the_picture_is_upright() -> None:
    content = turned_jpeg_with_place()
    assert b"SECRETCAMERA" in content
    photo = made(content)
    for file in photo.files.values():
        assert b"SECRET" not in file
        assert b"EXIF" not in file
        assert not Image.open(io.BytesIO(file)).getexif()
    picture = opened(photo)
    # Turned a quarter clockwise, the left half is on top.
    assert near(picture.getpixel((320, 40)), RED)
    assert near(picture.getpixel((320, 600)), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_words_in_the_head_of_a_file_do_not_come_along(kind: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", "SECRETAUTHOR")
    options = {"PNG": {"pnginfo": words}, "JPEG": {"comment": b"SECRET"}, "WEBP": {"xmp": b"<x>SECRET</x>"}}[kind]
    photo = made(saved(halves(), kind, **options), f"me.{kind.lower()}")
    assert all(b"SECRET" not in file and b"XMP" not in file for file in photo.files.values())


def test_print_colours_become_screen_colours() -> None:
    photo = made(saved(halves().convert("CMYK"), "JPEG", quality=95))
    assert near(opened(photo).getpixel((40, 320)), RED, by=30)


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    grey = Image.new("I;16", (200, 200), 128 * 257)
    assert near(opened(made(saved(grey, "PNG"), "me.png")).getpixel((320, 320)), (128, 128, 128))


def test_see_through_parts_become_white() -> None:
    image = Image.new("RGBA", (200, 200), (200, 30, 30, 0))
    image.paste((30, 30, 200, 255), (0, 0, 200, 60))
    picture = opened(made(saved(image, "PNG"), "me.png"))
    assert near(picture.getpixel((320, 600)), (255, 255, 255))
    assert near(picture.getpixel((320, 40)), BLUE)


def test_a_palette_with_see_through_colour_becomes_white() -> None:
    image = Image.new("P", (200, 200), 0)
    image.putpalette([200, 30, 30, 30, 30, 200] + [0] * 762)
    image.paste(1, (0, 0, 200, 60))
    picture = opened(made(saved(image, "PNG", transparency=0), "me.png"))
    assert near(picture.getpixel((320, 600)), (255, 255, 255))
    assert near(picture.getpixel((320, 40)), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert opened(made(saved(halves().convert(mode), "PNG"), "me.PNG")).mode == "RGB"


def test_colours_with_a_profile_and_with_a_broken_one_are_read() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for each in (profile, b"no profile at all"):
        assert near(opened(made(jpeg(icc_profile=each))).getpixel((40, 320)), RED)


def test_a_phone_picture_with_two_views_is_read_as_one() -> None:
    content = saved(halves(), "MPO", save_all=True, append_images=[halves()])
    assert opened(made(content)).size == (640, 640)


def test_a_large_phone_picture_is_read() -> None:
    content = saved(Image.new("RGB", (4000, 3000), RED), "JPEG")
    assert near(opened(made(content)).getpixel((320, 320)), RED)


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "fifty megapixels": (lambda: one_colour_png(8660, 5780), "me.png", "photo_too_many_pixels"),
    "a bomb": (lambda: one_colour_png(40_000, 20_000), "me.png", "photo_too_many_pixels"),
    "a line of pixels": (lambda: one_colour_png(30_000, 1), "me.png", "photo_too_small"),
    "truncated JPEG": (lambda: jpeg()[:-2000], "me.jpg", "photo_damaged"),
    "truncated PNG": (lambda: saved(halves(), "PNG")[:-400], "me.png", "photo_damaged"),
    "truncated WebP": (lambda: saved(halves(), "WEBP")[:-200], "me.webp", "photo_not_a_picture"),
    "moving PNG": (lambda: moving("PNG"), "me.png", "photo_animated"),
    "moving WebP": (lambda: moving("WEBP"), "me.webp", "photo_animated"),
    "moving GIF": (lambda: moving("GIF"), "me.gif", "photo_not_a_picture"),
    "PNG called JPEG": (lambda: saved(halves(), "PNG"), "me.jpg", "photo_mislabelled"),
    "JPEG without an ending": (jpeg, "me", "photo_mislabelled"),
    "GIF called PNG": (lambda: saved(halves(), "GIF"), "me.png", "photo_not_a_picture"),
    "a drawing": (
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "me.svg",
        "photo_not_a_picture",
    ),
    "a drawing called PNG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "me.png", "photo_not_a_picture"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "me.jpg", "photo_not_a_picture"),
    "text": (lambda: b"no picture", "me.jpg", "photo_not_a_picture"),
    "nothing": (lambda: b"", "me.jpg", "photo_not_a_picture"),
    "only a head": (lambda: jpeg()[:40], "me.jpg", "photo_not_a_picture"),
    "a picture for the press": (lambda: saved(halves(), "TIFF"), "me.tiff", "photo_not_a_picture"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "me.jpg", "photo_not_a_picture"),
    "too small": (lambda: saved(halves((95, 400)), "PNG"), "me.png", "photo_too_small"),
    "too heavy": (lambda: jpeg() + b"\0" * LARGEST_FILE_BYTES, "me.jpg", "photo_file_too_large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_good_is_refused_with_words(case: str) -> None:
    make, name, code = REFUSED[case]
    with pytest.raises(Invalid) as refused:
        made(make(), name)
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_fifty_megapixels_are_refused_before_a_pixel_is_read() -> None:
    import tracemalloc

    content = one_colour_png(8660, 5780)
    assert len(content) < 100_000
    tracemalloc.start()
    with pytest.raises(Invalid):
        made(content, "me.png")
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
