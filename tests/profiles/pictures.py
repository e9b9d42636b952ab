"""Real picture files for tests, made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 30), (30, 30, 200)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(size: tuple[int, int] = (800, 400), left: Any = RED, right: Any = BLUE, mode: str = "RGB") -> Image.Image:
    """Left half one colour, right half another: so that turning and cutting can be seen."""
    image = Image.new(mode, size, left)
    image.paste(right, (size[0] // 2, 0, size[0], size[1]))
    return image


def jpeg(**options: Any) -> bytes:
    return saved(halves(), "JPEG", quality=95, **options)


def turned_jpeg_with_place() -> bytes:
    """A picture held on its side, with what a phone writes into it: where it was taken, by whom, and how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the picture is on the right of the file: turn a quarter clockwise
    exif[0x010F] = "SECRETCAMERA"
    exif[0x9286] = "SECRETCOMMENT"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (2.0, 46.0, 30.0)
    gps[3], gps[4] = "E", (32.0, 17.0, 56.0)
    return saved(halves(), "JPEG", exif=exif, quality=95, comment=b"SECRETJPEGCOMMENT")


def one_colour_png(width: int, height: int) -> bytes:
    """A PNG of any size that is small on disk, written some rows at a time so that making it takes no memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = b"\0" + b"\0" * ((width + 7) // 8)
    at_a_time = 1 + 2**20 // len(row)
    pixels = b"".join(packer.compress(row * min(at_a_time, height - done)) for done in range(0, height, at_a_time))
    pixels += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    frames = [halves((200, 200), left=colour) for colour in (RED, GREEN, BLUE)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
