"""What a file is taken for, with real files, and with five hundred that were spoilt on purpose."""

import io
import random
import tracemalloc

import pytest
from PIL import Image

from messaging.attachments.making import LARGEST_SIDE, SMALL_SIDE, Made, make
from messaging.attachments.names import LONGEST_NAME, clean_name, named_as_what_it_is
from messaging.attachments.problems import WORDS, Refused, problem_in_words
from messaging.models import AttachmentKind
from tests.messaging.samples import REFUSED, VALID, docx, ogg, wav
from tests.profiles.pictures import BLUE, RED, halves, one_colour_png, saved, turned_jpeg_with_place


@pytest.mark.parametrize("name", VALID)
def test_file_is_what_is_in_it(name: str) -> None:
    content, kind, content_type = VALID[name]
    made = make(content, name)
    assert (made.kind, made.content_type) == (kind, content_type)
    assert (made.content == content) is (kind != "image")


@pytest.mark.parametrize("case", REFUSED)
def test_file_is_refused_with_a_reason(case: str) -> None:
    name, content, code = REFUSED[case]
    with pytest.raises(Refused) as refused:
        make(content, name)
    assert refused.value.code == code
    assert problem_in_words(code) == str(WORDS[code])


@pytest.mark.parametrize("name", ["cat", "cat.jpg", "cat.png", "CAT.JPEG", "cat.gif"])
def test_picture_of_any_format_is_a_webp_by_name_too(name: str) -> None:
    made = make(VALID["png.png"][0], name)
    assert made.name.lower() == "cat.webp"
    assert Image.open(io.BytesIO(made.content)).format == "WEBP"


def test_picture_is_upright_and_tells_nothing_of_its_camera() -> None:
    made = make(turned_jpeg_with_place(), "IMG_1.jpg")
    for content in (made.content, made.small):
        assert b"SECRET" not in content
        assert b"EXIF" not in content
        assert b"Exif" not in content
        image = Image.open(io.BytesIO(content)).convert("RGB")
        assert image.height > image.width
        top, bottom = image.getpixel((image.width // 2, 5)), image.getpixel((image.width // 2, image.height - 5))
        assert _near(top, RED)
        assert _near(bottom, BLUE)
    assert (made.width, made.height) == Image.open(io.BytesIO(made.content)).size


def test_large_picture_is_made_smaller() -> None:
    made = make(saved(halves((4000, 1000)), "JPEG"), "wide.jpg")
    assert (made.width, made.height) == (LARGEST_SIDE, LARGEST_SIDE // 4)
    assert Image.open(io.BytesIO(made.small)).size == (SMALL_SIDE, SMALL_SIDE // 4)


def test_small_picture_is_not_made_larger() -> None:
    made = make(saved(halves((20, 10)), "PNG"), "dot.png")
    assert (made.width, made.height) == (20, 10)
    assert Image.open(io.BytesIO(made.small)).size == (20, 10)


@pytest.mark.parametrize(("width", "height"), [(10_000, 5_001), (1, 50_000_001)])
def test_fifty_megapixels_are_refused_and_take_no_memory(width: int, height: int) -> None:
    content = one_colour_png(width, height)
    tracemalloc.start()
    with pytest.raises(Refused) as refused:
        make(content, "huge.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "too_many_pixels"
    assert peak < 20_000_000


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    content = docx({"word/media/a.bin": b"\0" * 100_000_000})
    tracemalloc.start()
    with pytest.raises(Refused):
        make(content, "cv.docx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_length_of_a_sound_is_read_where_its_head_says() -> None:
    assert make(wav(2), "a.wav").seconds == 2
    assert make(ogg(3), "a.ogg").seconds == 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\amina\\cv.pdf", "cv.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x=y.txt", "aSet-Cookie x=y.txt"),
        ("\u200bhid\u2066den\u2069.txt", "hidden.txt"),
        ("", "file"),
        ("....", "file"),
        ("/", "file"),
        ('<img src="x">.png', "img src=x.png"),
        ("e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"),
        ("फोटो.jpg", "फोटो.jpg"),
        ("x\0y.txt", "xy.txt"),
        ("  spaced   out .txt ", "spaced out.txt"),
    ],
)
def test_name_is_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_long_name_keeps_its_ending() -> None:
    name = clean_name("å" * 500 + ".pdf")
    assert len(name) == LONGEST_NAME
    assert name.endswith(".pdf")
    assert len(named_as_what_it_is(name, (".webp",))) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("page.html", "page.html.txt"),
        ("run.bat", "run.bat.txt"),
        ("notes", "notes.txt"),
        ("list.csv", "list.csv"),
        ("N.TXT", "N.TXT"),
    ],
)
def test_text_never_has_the_name_of_something_that_runs(given: str, kept: str) -> None:
    assert make(b"hello there", given).name == kept


def _spoilt(chance: random.Random) -> bytes:
    """One of the valid files with some of it changed, cut, doubled or joined to another; or bytes of no kind at all."""
    contents = [content for content, _kind, _type in VALID.values()]
    how = chance.randrange(7)
    content = bytearray(chance.choice(contents))
    if how == 0:
        return chance.randbytes(chance.randrange(1, 3000))
    if how == 1:
        return bytes(content[: chance.randrange(len(content))])
    if how == 2:
        return bytes(content) + chance.choice(contents)
    if how == 3:
        return bytes(content[:64]) + chance.randbytes(chance.randrange(1, 2000))
    for _ in range(chance.choice((1, 3, 20, 200))):
        at = chance.randrange(len(content))
        if how == 4:
            content[at] = chance.randrange(256)
        elif how == 5:
            del content[at : at + chance.randrange(1, 5)]
            if not content:
                return b"\0"
        else:
            content[at:at] = chance.randbytes(chance.randrange(1, 5))
    return bytes(content)


def test_five_hundred_spoilt_files_are_refused_or_what_they_are_taken_for() -> None:
    chance = random.Random(20261126)
    names = [*VALID, "x", "page.html", "a.svg", "b.exe"]
    taken = 0
    for number in range(500):
        content, name = _spoilt(chance), chance.choice(names)
        made = _made_or_code(content, name)
        if isinstance(made, str):
            assert made in WORDS, number
        else:
            taken += 1
            _check_is_what_it_is_taken_for(made, content, number)
    # Some stay readable, or the files were spoilt too much to try anything.
    assert 20 < taken < 480


def _made_or_code(content: bytes, name: str) -> Made | str:
    try:
        return make(content, name)
    except Refused as refused:
        return refused.code


def _check_is_what_it_is_taken_for(made: Made, content: bytes, number: int) -> None:
    if made.kind == AttachmentKind.IMAGE:
        # The only kind that is shown as it is: it must be our own picture, whatever came in.
        for picture in (made.content, made.small):
            image = Image.open(io.BytesIO(picture))
            image.load()
            assert (image.format, made.content_type) == ("WEBP", "image/webp"), number
            # Nothing stands behind it.
            assert len(picture) == 8 + int.from_bytes(picture[4:8], "little"), number
        return
    assert made.content == content
    heads = {
        AttachmentKind.PDF: (b"%PDF-",),
        AttachmentKind.OFFICE: (b"PK\x03\x04",),
        AttachmentKind.AUDIO: (b"RIFF", b"OggS", b"\x1a\x45\xdf\xa3", b"ID3", b"\xff"),
    }
    if made.kind in heads:
        assert content.startswith(heads[made.kind]) or content[4:8] == b"ftyp", number
    else:
        assert content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in content, number
        assert made.name.lower().endswith((".txt", ".csv", ".md", ".log")), number


def _near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))
