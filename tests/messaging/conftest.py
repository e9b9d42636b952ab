"""A database with all its tables, for tests that start the server."""

from pathlib import Path

import pytest

from tests.messaging.kill_nine import migrated


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated(tmp_path_factory.mktemp("migrated"))
