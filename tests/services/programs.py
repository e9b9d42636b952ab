"""Runs a server program for as long as a block lasts."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class DidNotStart(Exception):
    """A server program ended, or did not answer in time. The message holds the end of what it wrote."""


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    answers: Callable[[], bool],
    log: Path,
    seconds: float = 60,
    environment: Mapping[str, str] | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` until the end of the block; enter when `answers()` is true. The process and all it started then end.

    Raises DidNotStart when it ends, or does not answer within `seconds`.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*_die_with_us(), *(str(part) for part in command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            # A group of its own: Ctrl-C reaches the tests, and they stop it in good order.
            start_new_session=True,
        )
        try:
            _wait(process, answers, log, seconds)
            yield process
        finally:
            _end(process, stop_with)


def _die_with_us() -> list[str]:
    """However these tests end, killed included, the server ends too."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def _wait(process: subprocess.Popen[bytes], answers: Callable[[], bool], log: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None:
            raise DidNotStart(f"{process.args!r} ended with {process.returncode}:\n{_end_of(log)}")
        if time.monotonic() > deadline:
            raise DidNotStart(f"{process.args!r} did not answer within {seconds:.0f} s:\n{_end_of(log)}")
        time.sleep(0.1)


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _end(process: subprocess.Popen[bytes], stop_with: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop_with)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
