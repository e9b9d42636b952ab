"""`python -m tests.services.ready`: make ahead what the tests begin with, migrated databases and the Elasticsearch node.

They make it themselves where it is not there; one of them then works while the others wait.
"""

import os
from contextlib import suppress
from pathlib import Path

from tests.services.elasticsearch import NoNode, running_elasticsearch
from tests.services.migrated import ROOT, migrated_file, migrated_on_postgres
from tests.services.postgres import running_postgres


def main() -> None:
    migrated_file()
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "services"
    # Its first start builds it.
    with suppress(NoNode), running_elasticsearch(folder):
        pass
    with running_postgres(folder) as server:
        migrated_on_postgres(server)


if __name__ == "__main__":
    main()
