"""The running network for browser tests and pictures: the real server in a process of its own, with a small demo."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60


@contextmanager
def running_network(data_dir: Path, *, people: int = 60) -> Iterator[str]:
    """Serve a new network with `people` demo members from `data_dir`; yields its address. All of it stops at the end."""
    port = free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "alumni_site.settings.dev",
    }
    for command in (["migrate", "-v0"], ["load_vocabulary"], ["seed_demo", "--people", str(people)], ["rebuild_index"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True, capture_output=True)
    log = (data_dir / "server.log").open("wb")
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://localhost:{port}"
        _wait_until_ready(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"The server ended with {server.returncode} before it answered.")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"The server at {address} was not ready after {SECONDS_TO_START} s.")
