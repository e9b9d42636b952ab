"""Building the search index anew, beside the one in use.

Meanwhile searching goes on, and so does the drainer: what it does to the old index it leaves in the outbox under another
kind, to be replayed into the new one. The swap comes last, while nobody else writes.
"""

import threading
from collections.abc import Callable, Iterator
from itertools import islice

from alumni_site.core.errors import Conflict
from alumni_site.core.indexing import document_sources
from alumni_site.core.models import IndexChange
from profiles.documents import PEOPLE
from search.engines import get_engine
from search.engines.base import IndexBuild, SearchUnavailable
from search.locks import BUILDER, WRITER, exclusive

# The kind of outbox rows that are in the index in use and not yet in the one being built.
REPLAY = f"{PEOPLE}:replay"
BATCH = 500
_SECONDS_TO_GET_THE_BUILDERS_LOCK = 2.0
_SECONDS_TO_GET_THE_WRITERS_LOCK = 60.0

Progress = Callable[[int, int], None]


def rebuild_index(*, progress: Progress | None = None, stop: threading.Event | None = None) -> int:
    """Build a new index of everything and put it in the place of the old one. Returns how many objects it was built from.

    `progress` is called with how many are done and how many there are. Setting `stop` gives it up. Killed or given up, the
    old index stays, and the next build removes what is left.

    Raises `Conflict` when another process is building one, and `SearchUnavailable` when the engine does not answer.
    """
    with exclusive(BUILDER, wait=_SECONDS_TO_GET_THE_BUILDERS_LOCK) as mine:
        if not mine:
            raise Conflict("Another process is building the search index.", code="busy")
        # From here on the drainer keeps what it does for us. What an earlier build has left is in the database by now.
        IndexChange.objects.filter(kind=REPLAY).delete()
        # Changes until now are in what is read from now on.
        covered = list(IndexChange.objects.filter(kind=PEOPLE).values_list("pk", flat=True))
        build = get_engine().begin_build()
        try:
            count = _fill(build, progress, stop)
            while IndexChange.objects.filter(kind=REPLAY).count() > BATCH:
                _replay_batch(build)
            with exclusive(WRITER, wait=_SECONDS_TO_GET_THE_WRITERS_LOCK) as alone:
                if not alone:
                    raise Conflict("Another process does not stop writing to the search index.", code="busy")
                while _replay_batch(build):
                    pass
                build.swap()
                for batch in batched(iter(covered)):
                    IndexChange.objects.filter(pk__in=batch).delete()
        except BaseException:
            build.discard()
            raise
    return count


def batched(ids: Iterator[int]) -> Iterator[list[int]]:
    """Ids in lists of `BATCH`."""
    while batch := list(islice(ids, BATCH)):
        yield batch


def _fill(build: IndexBuild, progress: Progress | None, stop: threading.Event | None) -> int:
    source = document_sources()[PEOPLE]
    # All at once: an open cursor would keep SQLite from seeing later changes.
    ids = list(source.all_ids())
    done = 0
    for batch in batched(iter(ids)):
        if stop is not None and stop.is_set():
            raise SearchUnavailable("Building the search index was stopped.")
        build.apply(source.build(batch), fresh=True)
        done += len(batch)
        if progress is not None:
            progress(done, len(ids))
    return done


def _replay_batch(build: IndexBuild) -> int:
    rows = list(IndexChange.objects.filter(kind=REPLAY).order_by("pk").values_list("pk", "object_id")[:BATCH])
    if rows:
        ids = list({object_id for _, object_id in rows})
        documents = document_sources()[PEOPLE].build(ids)
        build.apply({object_id: documents.get(object_id, {}) for object_id in ids})
        IndexChange.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)
