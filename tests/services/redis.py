"""A Redis server on a loopback port, that keeps nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.services.debian import ensure_program
from tests.services.ports import free_port
from tests.services.programs import running


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Run an empty server; yields its REDIS_URL."""
    program = ensure_program("redis-server", package="redis-server", why="The service tests need Redis.")
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(tempfile.mkdtemp(prefix="redis-", dir=folder))
    port = free_port()
    # A database for each process of the tests, see alumni_site/settings/test.py.
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", "64"]
    try:
        with running([*command, "--dir", data], answers=lambda: _answers(port), log=data / "log"):
            yield f"redis://127.0.0.1:{port}/0"
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _answers(port: int) -> bool:
    try:
        with redis.Redis(port=port, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
