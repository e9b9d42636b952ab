"""kill -9 anywhere, and after a restart the index equals the database."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.search.conftest import ENGINES
from tests.search.kill_nine import KILLS, PEOPLE
from tests.services.commands import ROOT
from tests.services.place import own_place

# One worker for both tests: what they look at takes minutes to come about.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]


@pytest.fixture(scope="module", params=ENGINES)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `kill_nine` found, on an empty site of its own."""
    with own_place(tmp_path_factory.mktemp("killed")) as place:
        environment = {**place.environment, **({"ELASTICSEARCH_URL": ""} if request.param == "tantivy" else {})}
        if request.param == "elasticsearch" and not environment.get("ELASTICSEARCH_URL"):
            pytest.skip("ELASTICSEARCH_URL names no node")
        command = [sys.executable, "-m", "tests.search.kill_nine", "7"]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_index_is_whole_after_twenty_drainers_were_killed(outcome: dict[str, Any]) -> None:
    after = outcome["drainer"]
    assert after["differences"] == []
    assert after["waiting"] == 0
    assert after["documents"] >= PEOPLE
    # Else they were killed with nothing to do, or had done nothing, and this proves little.
    assert len(after["left_waiting"]) == KILLS
    assert max(after["left_waiting"]) > 0
    assert sum(after["done_before"]) >= KILLS / 2


def test_searching_goes_on_after_twenty_builds_were_killed(outcome: dict[str, Any]) -> None:
    after = outcome["rebuild"]
    assert after["answers"] == [PEOPLE] * KILLS
    assert after["differences"] == []
    assert after["waiting"] == 0
    assert not all(after["finished"])
    # Nothing is left of those that were killed.
    assert after["indices"] == 1
