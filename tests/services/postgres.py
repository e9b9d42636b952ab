"""A PostgreSQL server of Debian's on a loopback port, with its data in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services.debian import install
from tests.services.ports import free_port
from tests.services.programs import running

WHY = "The service tests need PostgreSQL."
USER = "network"
# Its data is thrown away, so nothing need reach the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


@contextmanager
def running_postgres(folder: Path) -> Iterator[str]:
    """Run a server with a fresh, empty database below `folder`; yields its DATABASE_URL. The data is removed at the end."""
    binaries = _binaries()
    with _private_folder(folder) as data:
        as_user = _unprivileged(data)
        initdb = [*as_user, str(binaries / "initdb"), "-D", str(data / "db"), "-U", USER, "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        port = free_port()
        options = {**FAST, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
        command = [*as_user, str(binaries / "postgres"), "-D", str(data / "db")]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        address = f"postgres://{USER}@127.0.0.1:{port}/postgres"
        # SIGINT is PostgreSQL's own word for "stop now, in good order".
        with running(command, answers=lambda: _answers(address), log=data / "log", stop_with=signal.SIGINT):
            yield address


def postgres_program(name: str) -> str:
    """The path of one of the programs that come with the server, such as pg_dump."""
    return str(_binaries() / name)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path:
    found = _newest()
    if found is None:
        # Debian's package would start a server of its own at once; tests want theirs.
        install("postgresql", why=WHY)
        found = _newest()
    if found is None:
        raise FileNotFoundError("Debian's PostgreSQL is installed, but initdb is not to be found.")
    return found


def _newest() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _unprivileged(data: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user that Debian's package made, or as nobody."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(data, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--pdeathsig", "INT"]


@contextmanager
def _private_folder(folder: Path) -> Iterator[Path]:
    """A new folder below `folder`, or in the temporary folder where another user could not get there."""
    folder.mkdir(parents=True, exist_ok=True)
    reachable = os.geteuid() != 0 or all(part.stat().st_mode & 0o001 for part in [folder.resolve(), *folder.resolve().parents])
    data = Path(tempfile.mkdtemp(prefix="postgres-", dir=folder if reachable else None))
    data.chmod(0o755)
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)
