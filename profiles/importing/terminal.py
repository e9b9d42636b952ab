"""A progress bar for people at a terminal; scripts and logs get none."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_WIDEST = 40
_ROOM_FOR_NUMBERS = 36


@contextmanager
def progress_bar(stream: Any, total: int, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Draws on `stream` when it is a terminal and `shown`. Yields what is to be told how many of `total` rows are done."""
    if not (shown and total and stream.isatty()):
        yield lambda done: None
        return

    def draw(done: int) -> None:
        width = max(10, min(_WIDEST, shutil.get_terminal_size().columns - _ROOM_FOR_NUMBERS))
        filled = width * min(done, total) // total
        stream.write(f"\r{'█' * filled}{'░' * (width - filled)} {done:,} of {total:,} rows".replace(",", " "), ending="")
        stream.flush()

    draw(0)
    try:
        yield draw
    finally:
        stream.write("\r\x1b[K", ending="")
        stream.flush()
