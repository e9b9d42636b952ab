"""Programs from Debian's packages: finds them, and installs them when it may.

`python -m tests.services.debian PROGRAM PACKAGE WHY` makes sure of one.
"""

import os
import shutil
import subprocess
import sys

_updated = False


def ensure_program(name: str, *, package: str, why: str) -> str:
    """Return the path of a program. Where it is missing, root gets its Debian package installed.

    Raises SystemExit in plain words when that cannot be done.
    """
    found = shutil.which(name)
    if found:
        return found
    install(package, why=why)
    found = shutil.which(name)
    if not found:
        sys.exit(f"Debian's {package} is there, but {name} is not to be found.")
    return found


def install(package: str, *, why: str) -> None:
    """Install a Debian package. Raises SystemExit in plain words when that cannot be done."""
    global _updated
    command = f"apt-get install -y --no-install-recommends {package}"
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(f"{why} Please install it; on Debian, as root: {command}")
    print(f"{why} Installing Debian's {package} ...", flush=True)
    if not _updated:
        _run("apt-get update -q")
        _updated = True
    _run(command)


def _run(command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command.split(), check=True, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    ensure_program(sys.argv[1], package=sys.argv[2], why=sys.argv[3])
