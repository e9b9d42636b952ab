"""Sites to measure on: their own DATA_DIR under DATA_DIR/bench, made once and kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.services.production import ONE_PROCESS

ROOT = Path(__file__).resolve().parent.parent.parent


def environment_of(folder: Path) -> dict[str, str]:
    """Settings for a process that works on this site: the embedded parts, as in production, but for what needs a domain."""
    own = {
        "DJANGO_SETTINGS_MODULE": "alumni_site.settings.dev",
        "DEBUG": "false",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "REDIS_URL": "",
        "ELASTICSEARCH_URL": "",
        # One sender of a benchmark stands for many people.
        "MESSAGES_PER_MINUTE": "1000000",
    }
    return {**os.environ, **own}


def environment_to_measure_in(folder: Path) -> dict[str, str]:
    """Production's own settings on this site: cached templates, hashed and compressed files. See tests/bench/settings.py."""
    own = {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "ALLOWED_HOSTS": "localhost"}
    return {**environment_of(folder), **ONE_PROCESS, **own}


def make_site(folder: Path, people: int) -> Path:
    """A site with so many people of the demo and a search index. One that is there is only brought to today's tables.

    Returns its folder.
    """
    done = folder / "made"
    if done.exists():
        _manage(folder, "migrate", "-v0")
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _manage(folder, "migrate", "-v0")
    _manage(folder, "load_vocabulary")
    _manage(folder, "seed_demo", "--people", str(people))
    _manage(folder, "rebuild_index")
    done.touch()
    return folder


def _manage(folder: Path, *command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment_of(folder), check=True)
