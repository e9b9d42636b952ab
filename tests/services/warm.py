"""Commands of manage.py in processes that begin with the network loaded.

Starting a command is mostly reading Python files: two seconds of a processor each time. For tests that start one again and again
to kill it, each is here a fork of one process that has read them, with the environment of a place of its own, and has opened
nothing. It runs the same command on the same data, is a process of its own and is killed in the same way. Tests of how a command
starts, of its signals, its memory and of terminals start it from the command line.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Timer

from tests.services.commands import ROOT

_SECONDS_UNTIL_IT_HANGS = 300


class Warm:
    """Starts one command at a time; what they write is kept in `log`. `number` is that of the process that runs now."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.log = log
        self.number: int | None = None
        self._process = process

    def start(self, *arguments: str) -> int:
        """Start `manage.py` with these arguments; returns the number of the process. `wait` for it before the next."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(arguments)}\n")
        self._process.stdin.flush()
        self.number = self._told()
        return self.number

    def wait(self) -> int:
        """Wait until it has ended; returns its exit code, or what killed it as a negative number."""
        code = self._told()
        self.number = None
        return code

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end; returns its exit code and what it wrote."""
        before = self.log.stat().st_size
        self.start(*arguments)
        code = self.wait()
        with self.log.open("rb") as log:
            log.seek(before)
            return code, log.read().decode().strip()

    def _told(self) -> int:
        assert self._process.stdout is not None
        watch = Timer(_SECONDS_UNTIL_IT_HANGS, self._process.kill)
        watch.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            said = self.log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"The process that starts others has ended, or a command hung:\n{said}")
        return int(line)


@contextmanager
def warm(environment: Mapping[str, str], log: Path, *modules: str) -> Iterator[Warm]:
    """Within the block commands begin with the network and these modules loaded. One that still runs at its end is killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.warm", *modules],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    with process:
        started = Warm(process, log)
        try:
            yield started
        finally:
            process.kill()
            if started.number is not None:
                with suppress(ProcessLookupError):
                    os.kill(started.number, signal.SIGKILL)


def _serve(modules: list[str]) -> None:
    """Fork for each line, which holds the arguments; write its number, and when it has ended its exit code."""
    import django

    django.setup()
    for name in modules:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(_run(json.loads(line)))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(arguments: list[str]) -> int:
    """What manage.py does. Our own ends of the pipes are not the command's."""
    from django.core.management import execute_from_command_line

    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    code: object = 0
    try:
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    _serve(sys.argv[1:])
