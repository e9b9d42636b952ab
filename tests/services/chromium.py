"""The browser of the browser tests, Debian's Chromium. `python -m tests.services.chromium` makes sure of it and prints where."""

import shutil

from tests.services.debian import ensure_program


def whole_chromium() -> str:
    """The path of Chromium as people have it."""
    return ensure_program("chromium", package="chromium", why="The browser tests need Chromium.")


def headless_chromium() -> str:
    """The path of the same without windows and menus of its own, which nobody sees in a test and which cost more than the pages.
    Where it is not installed, that of Chromium as people have it."""
    return shutil.which("chromium-headless-shell") or whole_chromium()


if __name__ == "__main__":
    print(f"Browser: {headless_chromium()}, {whole_chromium()}")
