"""What a file is called: the sender's own name for it, made harmless, with the ending of what it really is."""

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
_FALLBACK = "file"
# Not "." and " ", which people put into names; these are what paths, shells and headers take for more than a sign.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f]')


def clean_name(name: str) -> str:
    """A name without a path, signs that steer (line ends, direction of writing), or more length than a page has room for."""
    last = re.split(r"[\\/]", name)[-1]
    # Cf: marks that turn the direction of writing, so that "exe.cod" reads "doc.exe"; joiners nobody sees.
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in _STEERING)
    seen = re.sub(r"\s+", " ", _UNSAFE.sub("", seen)).strip(" .")
    path = PurePosixPath(seen or _FALLBACK)
    ending = path.suffix[:12]
    stem = (path.name[: -len(path.suffix)] if path.suffix else path.name)[: LONGEST_NAME - len(ending)].rstrip(" .")
    return f"{stem or _FALLBACK}{ending}"


_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def ending_of(name: str) -> str:
    """The ending in small letters, with its dot; empty when there is none."""
    return PurePosixPath(name).suffix.lower()


def named_as_what_it_is(name: str, endings: tuple[str, ...], *, replace: bool = False) -> str:
    """The name with one of these endings. Where it has another, the first is put behind it, or in its place."""
    if ending_of(name) in endings and not replace:
        return name
    stem = name[: -len(ending_of(name))] if replace and ending_of(name) else name
    return f"{stem[: LONGEST_NAME - len(endings[0])]}{endings[0]}"
