"""An Elasticsearch node: the one that ELASTICSEARCH_URL names, or one started from ../shared/elasticsearch-node."""

import os
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.debian import ensure_program
from tests.services.ports import free_port
from tests.services.programs import running

ROOT = Path(__file__).resolve().parent.parent.parent
NODE = ROOT.parent / "shared" / "elasticsearch-node"
SOURCES = ("pom.xml", "src", "start", "README.md")
WHY = "Elasticsearch needs a Java development kit and Maven."
# Java's second compiler works for a long time to make long work quick. In the minutes of a test run it takes more than it gives.
BRIEF = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}


class NoNode(Exception):
    """There is no node to start, and none was named."""


@contextmanager
def running_elasticsearch(folder: Path, *, briefly: bool = False) -> Iterator[str]:
    """Yield an ELASTICSEARCH_URL: the one already given, or that of a node with no data, which ends with the block.

    `folder` keeps the built node, so that it is built once. `briefly` makes it cost less in all, and each question more: for
    tests, not for figures. Raises NoNode where there is nothing to start.
    """
    given = os.environ.get("ELASTICSEARCH_URL")
    if given:
        yield given
        return
    start = _built_node(folder)
    data = Path(tempfile.mkdtemp(prefix="elasticsearch-", dir=folder))
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    try:
        # The first start builds the node, which fetches its parts from Maven's registry.
        with running(
            [start, data, str(port)],
            answers=lambda: _answers(address),
            log=data / "log",
            environment=BRIEF if briefly else {},
            seconds=300,
        ):
            yield address
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _built_node(folder: Path) -> Path:
    """A copy that can be written to: the node builds itself where it stands, and shared/ may be read-only."""
    if not (NODE / "start").exists():
        raise NoNode(f"Set ELASTICSEARCH_URL to a node to test on: there is none to start at {NODE}.")
    ensure_program("javac", package="default-jdk-headless", why=WHY)
    ensure_program("mvn", package="maven", why=WHY)
    copy = folder / "elasticsearch-node"
    copy.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        _refresh(NODE / name, copy / name)
    return copy / "start"


def _refresh(source: Path, target: Path) -> None:
    """Copy a file or folder when it is not what the copy holds; its times go along, so that nothing is built twice."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copy2)
    elif source.exists():
        shutil.copy2(source, target)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_cluster/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
