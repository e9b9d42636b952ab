"""Sites to measure on: their own DATA_DIR under DATA_DIR/bench, made once and kept."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
    }
    return {**os.environ, **own}


def make_site(folder: Path, people: int) -> Path:
    """A site with so many people of the demo and a search index, unless it is there already. Returns its folder."""
    done = folder / "made"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for command in (["migrate", "-v0"], ["load_vocabulary"], ["seed_demo", "--people", str(people)], ["rebuild_index"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment_of(folder), check=True)
    done.touch()
    return folder
