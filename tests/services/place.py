"""A place for processes that tests start: everything they keep is their own, on whatever the tests run on."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from elasticsearch import Elasticsearch

from tests.services.commands import ROOT
from tests.services.migrated import migrated
from tests.services.redis import running_redis


@dataclass(frozen=True)
class Place:
    """`environment` is what a process needs to work here."""

    folder: Path
    environment: dict[str, str]

    def query(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        """Ask the database, or change it, from outside. Values stand as %s."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("postgres"):
            with psycopg.connect(url) as connection:
                cursor = connection.execute(sql, values or None)  # type: ignore[call-overload]
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as file, file:
            return file.execute(sql.replace("%s", "?"), values).fetchall()


@contextmanager
def own_place(folder: Path, *, settings: str = "alumni_site.settings.dev") -> Iterator[Place]:
    """A migrated database, and where the tests run on Redis and Elasticsearch, a Redis and names of indices: until the end
    of the block."""
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("SITE_URL", None)
    with ExitStack() as own:
        environment |= own.enter_context(migrated().copy_to(folder))
        if environment.get("REDIS_URL"):
            environment["REDIS_URL"] = own.enter_context(running_redis(folder))
        if environment.get("ELASTICSEARCH_URL"):
            environment["ELASTICSEARCH_PREFIX"] = own.enter_context(_own_indices(environment["ELASTICSEARCH_URL"]))
        yield Place(folder, environment)


@contextmanager
def _own_indices(url: str) -> Iterator[str]:
    prefix = f"place-{uuid.uuid4().hex[:12]}"
    try:
        yield prefix
    finally:
        with Elasticsearch(url) as client:
            for name in client.indices.get(index=f"{prefix}-*", features="aliases"):
                client.indices.delete(index=name, ignore_unavailable=True)
