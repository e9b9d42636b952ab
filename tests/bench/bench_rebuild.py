"""Building the index of 50 000 people, and bringing one change into it."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from tantivy import Document, Index

from alumni_site.core.indexing import document_sources
from profiles.documents import PEOPLE as KIND
from profiles.models import Profile
from search.checking import compare_index
from search.drainer import drain_once
from search.engines.tantivy import _BUILDER_HEAP, _fields, _schema
from search.engines.tantivy_search import AUDIENCES
from search.indexed import indexed
from search.rebuild import batched, rebuild_index
from tests.bench.results import Bench, percentile
from tests.bench.timing import Times

PEOPLE = 50000
CHANGES = 20


def run(bench: Bench) -> None:
    """The baseline is what tantivy takes by itself: the same documents, ready-made, into an index of the same schema."""
    reading, straight, documents = read_and_index_straight()
    building = Times()
    people = 0

    def build() -> None:
        nonlocal people
        people = rebuild_index()

    building.take(build)
    for clock in ("wall", "processor"):
        ours, least, read = (sum(getattr(times, clock)) / 1000 for times in (building, straight, reading))
        said = "" if clock == "wall" else ", processor"
        case = f"build {people} people, {documents} documents{said}"
        bench.note(case, ours, "s", baseline=least, baseline_name="s tantivy straight")
        bench.note(f"of it reading them through the gate{said}", read, "s")
    bench.note("people a second", people / (sum(building.wall) / 1000), "people/s")
    bench.note("size of the index", size_of(Path(settings.DATA_DIR) / "search") / 2**20, "MB")

    changes = Times()
    for profile in Profile.objects.order_by("?")[:CHANGES]:
        profile.save()
        changes.take(drain_once)
    bench.note("one change into the index, p50", percentile(changes.wall, 0.5), "ms")
    bench.note("one change into the index, p95", percentile(changes.wall, 0.95), "ms", at_most=1500)

    started = time.perf_counter()
    differences = compare_index().count
    bench.note("compare index and database", time.perf_counter() - started, "s")
    bench.note("differences found", differences, "documents", at_most=0)


def read_and_index_straight() -> tuple[Times, Times, int]:
    """What it takes to read everybody through the gate, and what tantivy takes for the documents; and how many they are."""
    reading, straight = Times(), Times()
    folder = tempfile.mkdtemp(dir=settings.DATA_DIR)
    schema = _schema()
    writer = Index(schema, folder).writer(_BUILDER_HEAP, 1)
    source = document_sources()[KIND]
    count = 0
    try:
        for ids in batched(iter(list(source.all_ids()))):
            found: dict[int, dict[str, Any]] = {}
            reading.take(lambda ids=ids, found=found: found.update(source.build(ids)))  # type: ignore[misc]
            ready = list(ready_made(found, schema))
            straight.take(lambda ready=ready: [writer.add_document(document) for document in ready])  # type: ignore[misc]
            count += len(ready)
        straight.take(writer.commit)
        straight.take(writer.wait_merging_threads)
    finally:
        shutil.rmtree(folder)
    return reading, straight, count


def ready_made(found: dict[int, dict[str, Any]], schema: Any) -> Any:
    for pid, by_audience in found.items():
        for audience, document in by_audience.items():
            fields = {**_fields(pid, indexed(document)), "audience": AUDIENCES.index(audience)}
            yield Document.from_dict(fields, schema)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
