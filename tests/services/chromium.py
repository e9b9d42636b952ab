"""The browser of the browser tests. `python -m tests.services.chromium` makes sure there is one and prints where."""

import os
import shutil

from tests.services.debian import ensure_program

# No request but those of the page under test, and no sandbox: tests may run as root in a container.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def ensure_chromium() -> str:
    """Return the path of Chromium; CHROMIUM names another than the one on the path."""
    named = os.environ.get("CHROMIUM") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if named:
        return named
    return ensure_program("chromium", package="chromium", why="The browser tests need Chromium.")


if __name__ == "__main__":
    print(f"Browser: {ensure_chromium()}")
