"""`python -m tests.services COMMAND ...`: run a command with all three services up, and stop them when it ends.

The command finds them in DATABASE_URL, REDIS_URL and ELASTICSEARCH_URL. Where there is no node to start and none is named, it
says so and goes without Elasticsearch.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.services.elasticsearch import NoNode, running_elasticsearch
from tests.services.postgres import running_postgres
from tests.services.redis import running_redis

ROOT = Path(__file__).resolve().parent.parent.parent


def main(command: list[str]) -> int:
    """Run the command; returns its exit code."""
    # Ends the blocks below, and with them the services.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "services"
    with ExitStack() as services:
        environment = dict(os.environ)
        try:
            environment["ELASTICSEARCH_URL"] = services.enter_context(running_elasticsearch(folder, briefly=True))
        except NoNode as error:
            # At the end, where it is read.
            services.callback(print, f"WITHOUT ELASTICSEARCH, whose tests were left out. {error}", file=sys.stderr, flush=True)
        environment["DATABASE_URL"] = services.enter_context(running_postgres(folder))
        environment["REDIS_URL"] = services.enter_context(running_redis(folder))
        for name in ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"):
            print(f"{name}={environment.get(name, '')}", flush=True)
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
