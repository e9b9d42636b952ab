"""One benchmark, in a process of its own: `python -m tests.bench.one NAME FOLDER`."""

import importlib
import sys
from pathlib import Path

import django

from alumni_site.core.garbage import collect_less_often
from tests.bench.results import Bench


def main(name: str, folder: Path) -> int:
    django.setup()
    bench = Bench(name)
    module = importlib.import_module(f"tests.bench.bench_{name}")
    collect_less_often()  # as every server does, see alumni_site/asgi.py
    module.run(bench)
    path = bench.write(folder)
    print(bench.table())
    print(f"Written to {path}")
    return 0 if bench.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
