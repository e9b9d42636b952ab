"""`python -m tests.services.ready`: make ahead what the tests begin with, a migrated database and the Elasticsearch node.

They make it themselves where it is not there; one of them then works while the others wait.
"""

import os
from contextlib import suppress
from pathlib import Path

from tests.services.elasticsearch import NoNode, running_elasticsearch
from tests.services.migrated import ROOT, migrated_file


def main() -> None:
    migrated_file()
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "services"
    # Its first start builds it.
    with suppress(NoNode), running_elasticsearch(folder):
        pass


if __name__ == "__main__":
    main()
