"""Empties the database after a test that commits, as Django does it and much quicker.

Django empties each of a hundred tables, whether anything is in it or not, and then makes anew what migrations end with: content
types, permissions, the first pages. That takes longer than most tests. Here Django does it once for each database, and what the
tables then hold is kept beside them; from then on those that hold something else are emptied and filled from there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

# Where the rows are kept: a schema of PostgreSQL's, and for SQLite a file beside the database's.
_KEPT = "flushed"


def flush_quickly(patch: pytest.MonkeyPatch) -> None:
    """From now on the database is emptied by `flush` after tests that commit, unless they ask for something special."""
    of_django = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(case: TransactionTestCase) -> None:
        if case.available_apps is not None or case.serialized_rollback:
            of_django(case)
        else:
            flush()

    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)


def flush() -> None:
    """Bring every table to what it held after Django's own flush of this database, which the first call does."""
    with _attached():
        if kept := _kept_tables():
            _restore(kept)
        else:
            flush_as_django_does()
            _keep()


def flush_as_django_does() -> None:
    """What `TransactionTestCase` does after a test."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def tables() -> list[str]:
    """Every table that a flush empties."""
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _keep() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE SCHEMA {_KEPT}")
        cursor.execute(" UNION ALL ".join(_named_if(table, *_changes(table, set())) for table in tables()))
        for (table,) in cursor.fetchall():
            cursor.execute(f"CREATE TABLE {_theirs(table)} AS SELECT * FROM {_ours(table)}")  # noqa: S608 - our own tables


def _restore(kept: set[str]) -> None:
    # Foreign keys are looked at when it is all done, so tables need no order.
    with transaction.atomic(), connection.cursor() as cursor:
        emptied = tables()
        if connection.vendor == "postgresql":
            # As TRUNCATE does, wait for whoever still writes: what they write goes, too.
            cursor.execute(f"LOCK TABLE {', '.join(map(_ours, emptied))} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(" UNION ALL ".join(_named_if(table, *_changes(table, kept)) for table in emptied))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {_ours(table)}")  # noqa: S608
            if table in kept:
                cursor.execute(f"INSERT INTO {_ours(table)} SELECT * FROM {_theirs(table)}")  # noqa: S608
    ContentType.objects.clear_cache()


def _changes(table: str, kept: set[str]) -> list[str]:
    """Queries of which one finds something when the table holds anything else than it should."""
    now, then = f"SELECT * FROM {_ours(table)}", f"SELECT * FROM {_theirs(table)}"  # noqa: S608
    return [f"{now} EXCEPT {then}", f"{then} EXCEPT {now}"] if table in kept else [now]


def _named_if(table: str, *queries: str) -> str:
    return f"SELECT '{table}' WHERE {' OR '.join(f'EXISTS ({query})' for query in queries)}"


def _ours(table: str) -> str:
    return f"{'main' if connection.vendor == 'sqlite' else 'public'}.{connection.ops.quote_name(table)}"


def _theirs(table: str) -> str:
    return f"{_KEPT}.{connection.ops.quote_name(table)}"


def _kept_tables() -> set[str]:
    of_sqlite, of_postgresql = (
        f"SELECT name FROM {_KEPT}.sqlite_master WHERE type = 'table'",  # noqa: S608
        f"SELECT tablename FROM pg_tables WHERE schemaname = '{_KEPT}'",  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(of_sqlite if connection.vendor == "sqlite" else of_postgresql)
        return {name for (name,) in cursor.fetchall()}


@contextmanager
def _attached() -> Iterator[None]:
    """SQLite's file within reach."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"ATTACH DATABASE %s AS {_KEPT}", [f"{connection.settings_dict['NAME']}.{_KEPT}"])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DETACH DATABASE {_KEPT}")
