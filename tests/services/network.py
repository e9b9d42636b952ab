"""The network itself in a process of its own, on a database of its own."""

import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.commands import ROOT, manage
from tests.services.place import own_place
from tests.services.ports import free_port
from tests.services.programs import running


@dataclass(frozen=True)
class Network:
    """A running network. `environment` is what its commands need; `log` is all it has written."""

    address: str
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a manage.py command on the same data."""
        return manage(arguments, self.environment)


@contextmanager
def running_network(
    data_dir: Path, *, settings: str = "alumni_site.settings.dev", command: Sequence[str] = ("serve",)
) -> Iterator[Network]:
    """Serve a place of its own until the end of the block; enter when `/readyz` says so."""
    port = free_port()
    log = data_dir / "server.log"
    with own_place(data_dir, settings=settings) as place:
        environment = {**place.environment, "PORT": str(port)}
        address = f"http://localhost:{port}"
        with running(
            [sys.executable, ROOT / "manage.py", *command],
            answers=lambda: is_ready(address),
            log=log,
            environment=environment,
            stop_with=signal.SIGINT,
        ) as process:
            yield Network(address, process, environment, log)


def is_ready(address: str) -> bool:
    """Whether the server at `address` says that all its parts answer."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
