"""Sounds, by their heads: what phones and browsers record, and what people have. Films in the same packing are refused."""

import struct
from dataclasses import dataclass

from messaging.attachments.problems import Refused

_WEBM_FILM = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")
_M4A_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp42", b"mp41", b"isom", b"iso2", b"iso5", b"iso6", b"dash"})
_OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_OPUS_RATE = 48_000
_MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_MP3_BITS_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_BITS_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


@dataclass(frozen=True, slots=True)
class Sound:
    content_type: str
    endings: tuple[str, ...]
    seconds: int | None = None


def sound_type(content: bytes) -> Sound | None:
    """The sound in the file, or None when it is none. Raises `Refused` for a film, and for a sound cut short in its head."""
    return next((found for reader in (_wav, _ogg, _webm, _m4a, _mp3) if (found := reader(content)) is not None), None)


def _wav(content: bytes) -> Sound | None:
    if not content.startswith(b"RIFF") or content[8:12] != b"WAVE":
        return None
    if content[12:16] != b"fmt " or len(content) < 44:
        raise Refused("damaged")
    per_second = struct.unpack_from("<I", content, 28)[0]
    return Sound("audio/wav", (".wav",), _rounded(len(content) - 44, per_second))


def _ogg(content: bytes) -> Sound | None:
    if not content.startswith(b"OggS"):
        return None
    head = content[28:64]
    if not head.startswith(_OGG_SOUND):
        raise Refused("video" if b"theora" in content[:512] else "damaged")
    last = content.rfind(b"OggS")
    seconds = None
    if head.startswith(b"OpusHead") and last + 14 <= len(content):
        seconds = _rounded(struct.unpack_from("<Q", content, last + 6)[0], _OPUS_RATE)
    return Sound("audio/ogg", (".ogg", ".oga", ".opus"), seconds)


def _webm(content: bytes) -> Sound | None:
    if not content.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    if b"webm" not in content[:64]:
        raise Refused("not_taken")
    if any(codec in content for codec in _WEBM_FILM):
        raise Refused("video")
    if b"A_OPUS" not in content and b"A_VORBIS" not in content:
        raise Refused("damaged")
    return Sound("audio/webm", (".weba", ".webm"))


def _m4a(content: bytes) -> Sound | None:
    if content[4:8] != b"ftyp" or content[8:12] not in _M4A_BRANDS:
        return None
    if b"vide" in _handlers(content):
        raise Refused("video")
    if b"soun" not in _handlers(content):
        raise Refused("damaged")
    return Sound("audio/mp4", (".m4a", ".mp4"))


def _handlers(content: bytes) -> set[bytes]:
    """What the tracks hold: "soun", "vide". The head may stand at the end of the file."""
    found, at = set(), content.find(b"hdlr")
    while at != -1:
        found.add(content[at + 12 : at + 16])
        at = content.find(b"hdlr", at + 4)
    return found


def _mp3(content: bytes) -> Sound | None:
    start = 0
    if content.startswith(b"ID3") and len(content) > 10:
        size = content[6:10]
        if any(byte > 127 for byte in size):
            return None
        start = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    first = _mp3_frame(content, start)
    # Two frames in a row: by chance bytes look like one.
    if first is None or _mp3_frame(content, start + first[0]) is None:
        return None
    return Sound("audio/mpeg", (".mp3",), _rounded((len(content) - start) * 8, first[1]))


def _mp3_frame(content: bytes, at: int) -> tuple[int, int] | None:
    """Length of the frame in bytes, and its bits a second; None when there is no frame of layer III here."""
    if at + 4 > len(content):
        return None
    one, two, three = content[at], content[at + 1], content[at + 2]
    version, layer, bits, rate = two >> 3 & 3, two >> 1 & 3, three >> 4, three >> 2 & 3
    if one != 0xFF or two & 0xE0 != 0xE0 or version == 1 or layer != 1 or bits in (0, 15) or rate == 3:
        return None
    per_second = (_MP3_BITS_V1 if version == 3 else _MP3_BITS_V2)[bits] * 1000
    samples = 144 if version == 3 else 72
    return samples * per_second // _MP3_RATES[version][rate] + (three >> 1 & 1), per_second


def _rounded(amount: int, per_second: int) -> int | None:
    seconds = amount // per_second if per_second else None
    # A head can say anything; longer than a day is not so.
    return seconds if seconds is not None and seconds <= 86_400 else None
