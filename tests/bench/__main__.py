"""`python -m tests.bench [NAME ...]`: run benchmarks, print a table for each and write DATA_DIR/bench/NAME.json.

Each runs in a process of its own, so that none finds what another has warmed up. BENCH_PEOPLE makes the sites smaller or
larger, for a quick look. Exit code 1 when a goal is not met, 2 when there is no such benchmark.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.site import ROOT, environment_to_measure_in, make_site

_HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all. Returns the exit code."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(_HERE.glob("bench_*.py"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(known)}.", file=sys.stderr)
        return 2
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "bench"
    return max(_run(name, known[name], folder) for name in names or known)


def _run(name: str, path: Path, folder: Path) -> int:
    people = _people_needed(path)
    site = make_site(folder / f"site-{people}", people) if people else folder / "scratch"
    site.mkdir(parents=True, exist_ok=True)
    print(f"\n{name}", flush=True)
    command = [sys.executable, "-m", "tests.bench.one", name, str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment_to_measure_in(site), check=False).returncode


def _people_needed(path: Path) -> int:
    """The constant PEOPLE of the file, read without running it: its imports need a site."""
    for statement in ast.parse(path.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and [ast.unparse(target) for target in statement.targets] == ["PEOPLE"]:
            return int(os.environ.get("BENCH_PEOPLE") or json.loads(ast.unparse(statement.value)))
    return 0


if __name__ == "__main__":
    sys.exit(main([name for argument in sys.argv[1:] for name in argument.split()]))
