"""Engines to test, each filled from documents out of thin air."""

import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine
from tests.search.generated import generate_people

ENGINES = ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@contextmanager
def engine_named(name: str, folder: Path) -> Iterator[SearchEngine]:
    """An engine without an index, removed afterwards."""
    if name == "tantivy":
        yield TantivyEngine(folder)
        return
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        pytest.skip("ELASTICSEARCH_URL names no node")
    engine = ElasticsearchEngine(url, f"test-{uuid.uuid4().hex[:12]}")
    try:
        yield engine
    finally:
        engine.delete_everything()


def fill(engine: SearchEngine, people: Mapping[int, Mapping[str, Any]]) -> None:
    """Build the engine's index from these documents."""
    build = engine.begin_build()
    build.apply(people, fresh=True)
    build.swap()


def remove_index(engine: SearchEngine) -> None:
    """As somebody might who tidies up."""
    if isinstance(engine, TantivyEngine):
        for folder in engine.folder.glob("index-*"):
            shutil.rmtree(folder)
    elif isinstance(engine, ElasticsearchEngine):
        engine.delete_everything()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """An engine with an index that is empty."""
    with engine_named(request.param, tmp_path) as made:
        fill(made, {})
        yield made


@pytest.fixture(scope="module")
def people() -> dict[int, dict[str, Any]]:
    """Six hundred people, enough to have many equal scores and more than one page."""
    return dict(generate_people(600, seed=7))


@pytest.fixture(scope="module", params=ENGINES)
def filled_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, people: dict[int, dict[str, Any]]
) -> Iterator[SearchEngine]:
    """An engine with all of `people`, some of whom were changed or removed since it was built."""
    with engine_named(request.param, tmp_path_factory.mktemp("index")) as made:
        before = {pid: people[pid + 1 if pid % 7 == 0 and pid + 1 in people else pid] for pid in people}
        fill(made, {**before, **{pid + 10_000: people[pid] for pid in range(1, 30)}})
        for first in range(0, 200, 50):
            made.apply({pid: people[pid] for pid in people if first <= pid % 200 < first + 50})
        made.apply({pid + 10_000: {} for pid in range(1, 30)})
        yield made
