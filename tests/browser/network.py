"""The network for browser tests and pictures: the real server in a process of its own, with a small demo in it."""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.commands import ROOT, manage
from tests.services.migrated import migrated
from tests.services.network import Network, is_ready
from tests.services.ports import free_port
from tests.services.programs import running

SETTINGS = "tests.browser.settings"
SECONDS_TO_START = 120


@contextmanager
def demo_network(data_dir: Path, *, people: int = 60, made_in: Path | None = None, settings: str = SETTINGS) -> Iterator[Network]:
    """Serve a new network with `people` demo members from `data_dir`. All of it stops at the end.

    Several that begin together make the demo once, in `made_in`, and each takes a copy; on PostgreSQL each makes its own.
    """
    port = free_port()
    address = f"http://localhost:{port}"
    data_dir.mkdir(parents=True, exist_ok=True)
    with migrated().copy_to(data_dir) as database:
        environment = {
            **os.environ,
            **database,
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "SITE_URL": address,
            "ELASTICSEARCH_PREFIX": f"browser-{port}",
            "DJANGO_SETTINGS_MODULE": settings,
            "PUSH_TEST_ORIGINS": f"http://127.0.0.1:{free_port()}",
            "PYTHONPATH": str(ROOT),
        }
        if made_in is None or database:
            _make_demo(data_dir, people, environment)
        else:
            _make_once(made_in, people, environment)
            shutil.copytree(made_in, data_dir, dirs_exist_ok=True)
        program = [sys.executable, str(ROOT / "manage.py"), "serve"]
        log = data_dir / "server.log"
        with running(
            program, answers=lambda: is_ready(address), log=log, environment=environment, seconds=SECONDS_TO_START
        ) as process:
            yield Network(address, process, environment, log)


def _make_demo(data_dir: Path, people: int, environment: dict[str, str]) -> None:
    for command in (["load_vocabulary"], ["seed_demo", "--people", str(people)], ["rebuild_index"]):
        done = manage(command, {**environment, "DATA_DIR": str(data_dir)})
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"


def _make_once(folder: Path, people: int, environment: dict[str, str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            folder.mkdir()
            with migrated().copy_to(folder):
                _make_demo(folder, people, environment)
            (folder / "made").touch()
