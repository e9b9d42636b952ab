"""Building the index of 50 000 people, and bringing one change into it."""

import time
from pathlib import Path

from django.conf import settings

from alumni_site.core.indexing import document_sources
from profiles.documents import PEOPLE as KIND
from profiles.models import Profile
from search.checking import compare_index
from search.drainer import drain_once
from search.rebuild import batched, rebuild_index
from tests.bench.results import Bench, percentile

PEOPLE = 50000
CHANGES = 20


def run(bench: Bench) -> None:
    """The baseline is what it takes at least: reading everybody through the gate, with nothing written."""
    started = time.perf_counter()
    documents = 0
    source = document_sources()[KIND]
    for ids in batched(source.all_ids()):
        documents += sum(len(found) for found in source.build(ids).values())
    reading = time.perf_counter() - started

    started = time.perf_counter()
    people = rebuild_index()
    building = time.perf_counter() - started
    bench.note(f"build {people} people, {documents} documents", building, "s", baseline=reading, baseline_name="s reading them")
    bench.note("people a second", people / building, "people/s")
    bench.note("size of the index", size_of(Path(settings.DATA_DIR) / "search") / 2**20, "MB")

    times = []
    for profile in Profile.objects.order_by("?")[:CHANGES]:
        profile.save()
        started = time.perf_counter()
        drain_once()
        times.append((time.perf_counter() - started) * 1000)
    bench.note("one change into the index, p50", percentile(times, 0.5), "ms")
    bench.note("one change into the index, p95", percentile(times, 0.95), "ms", at_most=1500)

    started = time.perf_counter()
    differences = compare_index().count
    bench.note("compare index and database", time.perf_counter() - started, "s")
    bench.note("differences found", differences, "documents", at_most=0)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
