"""A migrated database, made once and kept, for tests to take copies of: migrating takes most of a minute, copying a moment.

It is made on whatever the tests run on: PostgreSQL when DATABASE_URL names one, else SQLite. SQLite's is a file; of PostgreSQL's,
whose server is a new one each time, a dump is kept.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.services.commands import ROOT, manage
from tests.services.postgres import postgres_program

FOLDER = ROOT / "var" / "tests"
PACKAGES = ("alumni_site", "profiles", "messaging", "search", "notifications", "privacy")
# What a migrated database follows from.
SOURCES = (
    "requirements.txt",
    "alumni_site/settings/*.py",
    "alumni_site/home/**/*.py",
    *(f"{package}/**/{of_models}.py" for package in PACKAGES for of_models in ("migrations/*", "models/*", "models", "apps")),
)


class Migrated(Protocol):
    """A migrated database."""

    def copy_to(self, data_dir: Path) -> AbstractContextManager[dict[str, str]]:
        """A copy of one's own until the end of the block; yields the environment that names it."""

    def copy_as(self, name: str) -> None:
        """Put a copy where the settings of the tests will look for it, in place of what is there."""


def migrated() -> Migrated:
    """The migrated database of today's migrations; made now where nobody has yet."""
    given = os.environ.get("DATABASE_URL", "")
    return migrated_on_postgres(given) if given.startswith("postgres") else _OnSqlite(migrated_file())


def migrated_file() -> Path:
    """The file of a migrated SQLite database, whatever the tests run on. Copy it; it is everybody's."""
    with _alone("sqlite"):
        file = FOLDER / f"migrated-{_digest()}.sqlite3"
        if not file.exists():
            for older in FOLDER.glob("migrated-*.sqlite3"):
                older.unlink()
            with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
                _migrate({"DATA_DIR": folder, "DATABASE_URL": ""})
                (Path(folder) / "db.sqlite3").rename(file)
        return file


def _digest() -> str:
    said = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            said.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return said.hexdigest()[:16]


@dataclass(frozen=True)
class _OnSqlite:
    file: Path

    @contextmanager
    def copy_to(self, data_dir: Path) -> Iterator[dict[str, str]]:
        shutil.copy(self.file, data_dir / "db.sqlite3")
        yield {}

    def copy_as(self, name: str) -> None:
        shutil.copy(self.file, name)


@dataclass(frozen=True)
class _OnPostgres:
    server: str
    template: str

    @contextmanager
    def copy_to(self, data_dir: Path) -> Iterator[dict[str, str]]:
        with _new_database(self.server, template=self.template) as url:
            yield {"DATABASE_URL": url}

    def copy_as(self, name: str) -> None:
        _execute(self.server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(self.server, "CREATE DATABASE {} TEMPLATE {}", name, self.template)


def migrated_on_postgres(server: str) -> Migrated:
    """The migrated database on a PostgreSQL server, whatever the tests run on."""
    with _alone("postgresql"):
        name = f"migrated-{_digest()}"
        with psycopg.connect(server) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not there:
            dump = FOLDER / f"{name}.sql"
            with _new_database(server) as url:
                if dump.exists():
                    _run_postgres("psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(dump), url)
                else:
                    _migrate_and_dump(url, dump)
                _execute(server, "ALTER DATABASE {} RENAME TO {}", urlsplit(url).path.lstrip("/"), name)
        return _OnPostgres(server, name)


def _migrate_and_dump(url: str, dump: Path) -> None:
    for older in FOLDER.glob("migrated-*.sql"):
        older.unlink()
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        _migrate({"DATA_DIR": folder, "DATABASE_URL": url})
        written = Path(folder) / "dump.sql"
        _run_postgres("pg_dump", "--no-owner", "--no-privileges", "-f", str(written), url)
        written.rename(dump)


def _run_postgres(program: str, *arguments: str) -> None:
    command = [postgres_program(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{done.stderr[-2000:]}")


@contextmanager
def _new_database(server: str, template: str = "template1") -> Iterator[str]:
    name = f"tests_{uuid.uuid4().hex[:12]}"
    _execute(server, "CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def _alone(kind: str) -> Iterator[None]:
    """Workers that begin together make it once; the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"migrating-{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _execute(server: str, statement: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL(statement).format(*map(Identifier, names)))


def _migrate(own: dict[str, str]) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "alumni_site.settings.dev", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **settings, **own}
    done = manage(["migrate", "-v0"], {name: value for name, value in environment.items() if value})
    if done.returncode:
        raise RuntimeError(f"The database could not be migrated:\n{done.stderr[-2000:]}")
