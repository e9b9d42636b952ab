"""The network itself in a process of its own, on a database of its own."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.services.ports import free_port
from tests.services.programs import running

ROOT = Path(__file__).resolve().parent.parent.parent


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


def manage(arguments: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a manage.py command to its end; returns its output and exit code."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


class Migrated(Protocol):
    """A migrated database to copy, which takes a moment where migrating takes many seconds."""

    def copy_to(self, data_dir: Path) -> AbstractContextManager[dict[str, str]]:
        """A copy of one's own until the end of the block; yields the environment that names it."""


@contextmanager
def running_network(
    data_dir: Path, migrated: Migrated, *, settings: str = "alumni_site.settings.dev", command: Sequence[str] = ("serve",)
) -> Iterator[Network]:
    """Serve a copy of a migrated database until the end of the block; enter when `/readyz` says so."""
    port = free_port()
    log = data_dir / "server.log"
    with migrated.copy_to(data_dir) as database:
        environment = _environment(data_dir, {**database, "PORT": str(port), "DJANGO_SETTINGS_MODULE": settings})
        address = f"http://localhost:{port}"
        with running(
            [sys.executable, ROOT / "manage.py", *command],
            answers=lambda: is_ready(address),
            log=log,
            environment=environment,
            stop_with=signal.SIGINT,
        ) as process:
            yield Network(address, process, environment, log)


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """The environment of a new, empty database on whatever the tests run on; nothing for SQLite, which is in DATA_DIR."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield {}
        return
    with _postgres_database(given) as url:
        yield {"DATABASE_URL": url}


@contextmanager
def migrated_database(folder: Path) -> Iterator[Migrated]:
    """Migrate a new database on whatever the tests run on: PostgreSQL when DATABASE_URL names one, else SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        with _postgres_database(given) as url:
            _migrate(_environment(folder, {"DATABASE_URL": url}))
            yield _OnPostgres(given, url)
    else:
        _migrate(_environment(folder, {}))
        yield _OnSqlite(folder / "db.sqlite3")


@dataclass(frozen=True)
class _OnSqlite:
    file: Path

    @contextmanager
    def copy_to(self, data_dir: Path) -> Iterator[dict[str, str]]:
        shutil.copy(self.file, data_dir / self.file.name)
        yield {}


@dataclass(frozen=True)
class _OnPostgres:
    server: str
    template: str

    @contextmanager
    def copy_to(self, data_dir: Path) -> Iterator[dict[str, str]]:
        with _postgres_database(self.server, template=urlsplit(self.template).path.lstrip("/")) as url:
            yield {"DATABASE_URL": url}


@contextmanager
def _postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"served_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _environment(data_dir: Path, more: dict[str, str]) -> dict[str, str]:
    environment = {**os.environ, "DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), **more}
    environment.pop("SITE_URL", None)
    return environment


def _migrate(environment: dict[str, str]) -> None:
    done = manage(["migrate", "-v0"], {**environment, "DJANGO_SETTINGS_MODULE": "alumni_site.settings.dev"})
    if done.returncode:
        raise RuntimeError(f"The database could not be migrated:\n{done.stderr[-2000:]}")


def is_ready(address: str) -> bool:
    """Whether the server at `address` says that all its parts answer."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
