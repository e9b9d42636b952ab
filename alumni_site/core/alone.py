"""Makes sure of being the only process where two would lose data: a lock on a file under DATA_DIR."""

import fcntl
from pathlib import Path
from typing import IO

_held: IO[str] | None = None


class NotAlone(Exception):
    """Another process has the lock."""


def claim_data_dir(folder: Path) -> None:
    """Hold the lock of this DATA_DIR until the process ends, however it ends. Claiming it again does nothing.

    Raises NotAlone when another process has it.
    """
    global _held
    if _held is not None:
        return
    lock = (folder / "serving.lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise NotAlone(f"The network is already being served from {folder}. Stop it, or give another DATA_DIR.") from error
    _held = lock
