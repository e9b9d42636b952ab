"""Backup and restore of one installation: the database, and the uploaded files where they are on this machine.

A backup is a compressed tar file: `manifest.json`, the database (`database.sqlite3`, or `database.dump` of pg_dump), and the
folders `media` and `private`. The search index is not in it; it is made anew from the database.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection, connections
from django.utils import timezone

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE_FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# Name in the backup, and alias of the storage.
_FILES = {"media": "default", "private": "private"}


class BackupFailed(Exception):
    """Nothing was changed. The message says why, and what to do."""


def write_backup(target: Path) -> int:
    """Write a backup of what is there now, while the network goes on. Returns its size in bytes.

    The file appears only when it is complete, and only its owner can read it. Raises BackupFailed.
    """
    if not target.parent.is_dir():
        raise BackupFailed(f"There is no folder {target.parent}.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            database = Path(folder) / _database_file()
            _dump_database(database)
            descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as output, tarfile.open(fileobj=output, mode="w:gz", compresslevel=6) as archive:
                _add_manifest(archive, Path(folder))
                archive.add(database, database.name)
                for name, path in _local_folders().items():
                    if path.is_dir():
                        archive.add(path, name)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def read_backup(source: Path) -> None:
    """Put back what a backup holds, in place of what is there. Nobody may serve from this DATA_DIR meanwhile.

    What was there is kept until all of the backup has been unpacked and read. Raises BackupFailed.
    """
    with _unpacked(source) as folder:
        database = folder / _database_file()
        if not database.is_file():
            raise BackupFailed(f"The backup holds no {database.name}: it is of another kind of database than DATABASE_URL names.")
        _load_database(database)
        for name, path in _local_folders().items():
            _replace_folder(folder / name, path)


def has_people() -> bool:
    """Whether there is anything in the database that a restore would throw away."""
    from django.contrib.auth import get_user_model

    table = get_user_model()._meta.db_table
    return table in connection.introspection.table_names() and get_user_model().objects.exists()


def _database_file() -> str:
    return _DATABASE_FILES[connection.vendor]


def _local_folders() -> dict[str, Path]:
    found = {}
    for name, alias in _FILES.items():
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            found[name] = Path(storage.location)
    return found


def _add_manifest(archive: tarfile.TarFile, folder: Path) -> None:
    manifest = folder / _MANIFEST
    content = {"format": FORMAT, "database": connection.vendor, "written_at": timezone.now().isoformat()}
    manifest.write_text(json.dumps(content))
    archive.add(manifest, _MANIFEST)


def _dump_database(target: Path) -> None:
    if connection.vendor == "sqlite":
        # SQLite's own backup: a whole and consistent copy, whoever writes meanwhile.
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _load_database(source: Path) -> None:
    if connection.vendor == "sqlite":
        _check_sqlite(source)
        connection.ensure_connection()
        with closing(sqlite3.connect(source)) as backup:
            # Into the file that is there, in one transaction: nobody sees half of it, nor the old one's log beside the new.
            backup.backup(connection.connection)
        return
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    connections.close_all()
    _run("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(source))


def _check_sqlite(source: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as database:
            answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"The database in the backup cannot be read: {error}") from error
    if answer != "ok":
        raise BackupFailed(f"The database in the backup is damaged: {answer}")


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is missing. Install PostgreSQL's client programs (on Debian: postgresql-client).")
    database = connection.settings_dict
    # By the environment, where no list of processes shows the password.
    environment = {
        **os.environ,
        "PGHOST": database["HOST"],
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()[-500:]}")


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    # Beside the data, so that folders are moved and not copied.
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA_DIR) as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                _extract(archive, Path(folder).resolve())
            manifest: dict[str, Any] = json.loads((Path(folder) / _MANIFEST).read_text())
        except (OSError, EOFError, tarfile.TarError, ValueError) as error:
            raise BackupFailed(f"{source} is not a backup that can be read: {error}") from error
        if manifest.get("format") != FORMAT:
            raise BackupFailed(f"{source} was written by another version of backup: format {manifest.get('format')}.")
        yield Path(folder)


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Files and folders, and nothing that leads out. Not by tarfile's own filter: the Python of Debian 12 has none."""
    for member in archive:
        target = (folder / member.name).resolve()
        if not target.is_relative_to(folder) or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name} is neither a file nor a folder of a backup")
        if member.isdir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(member)
        if content is not None:
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)


def _replace_folder(fresh: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.before-restore")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    target.parent.mkdir(parents=True, exist_ok=True)
    if fresh.is_dir():
        fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)
