"""Compile translations: `python locale/compile.py FILE.po ...` writes FILE.mo beside each. Needs no gettext tools."""

import os
import sys
from pathlib import Path

import polib


def compile_catalogue(source: Path) -> None:
    """Write the catalogue beside its source, in one step, so that a running server never reads half a file."""
    target = source.with_suffix(".mo")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    polib.pofile(str(source)).save_as_mofile(str(fresh))
    fresh.replace(target)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))
