"""Runs a manage.py command with the settings of production, both ways it can be run: all in one process, and at scale.

`python -m tests.services.production check --deploy` needs none of the services it names.
"""

import os
import subprocess
import sys
import tempfile

ONE_PROCESS = {
    "DJANGO_SETTINGS_MODULE": "alumni_site.settings.production",
    "SECRET_KEY": "an-example-that-is-long-enough-and-random-looking-q8Zx4Lw0pT7v",
    "ALLOWED_HOSTS": "network.example.no",
    "SITE_URL": "https://network.example.no",
    "EMAIL_URL": "smtp+tls://network:example@mail.example.no:587",
    "DEFAULT_FROM_EMAIL": "Norec Network <network@example.no>",
}
AT_SCALE = {
    **ONE_PROCESS,
    "PROCESSES": "6",
    "MACHINES": "2",
    "DATABASE_URL": "postgres://network:example@db.example.no:5432/network",
    "REDIS_URL": "redis://redis.example.no:6379/0",
    "ELASTICSEARCH_URL": "http://search.example.no:9200",
    "AWS_STORAGE_BUCKET_NAME": "network",
    "TRUSTED_PROXY_COUNT": "1",
    # 32 bytes that are nobody's key.
    "VAPID_PRIVATE_KEY": "bm8tcHVzaC1pcy1zZW50LXdpdGgtdGhpcy1rZXktMDE",
}
WAYS = {"in one process": ONE_PROCESS, "at scale": AT_SCALE}
# Of the machine this runs on; nothing else of its environment may decide.
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


def environment(values: dict[str, str], data_dir: str) -> dict[str, str]:
    """The environment of a production process with these settings and nothing else."""
    return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, "DATA_DIR": data_dir, **values}


def main(arguments: list[str]) -> int:
    """Run the command both ways; returns the first exit code that is not 0."""
    for way, values in WAYS.items():
        print(f"manage.py {' '.join(arguments)} with production's settings, {way}:", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "manage.py", *arguments]
            done = subprocess.run(command, env=environment(values, folder), check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
