"""Brings every change into the search index: reads the outbox, builds the documents anew, hands them to the engine, and
removes the rows once the engine has them. The only writer of the index in use.

Killed anywhere, it leaves rows that the next one does again; doing them twice is harmless. Rows are removed by their own
numbers, never "up to here": on PostgreSQL a lower number may become visible after a higher one.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.db import DatabaseError

from alumni_site.core.errors import Conflict
from alumni_site.core.indexing import document_sources, on_index_change
from alumni_site.core.models import IndexChange
from profiles.documents import PEOPLE
from search.engines import get_engine
from search.engines.base import SearchUnavailable
from search.locks import BUILDER, WRITER, exclusive, is_held
from search.rebuild import REPLAY, rebuild_index

logger = structlog.get_logger(__name__)

# The name of the service that runs this.
DRAINER = "drainer"
# Objects in one go: few enough that the next change does not wait long, many enough that committing does not cost most.
BATCH = 500
SECONDS_BETWEEN_LOOKS = 0.5
# Between batches while an index is built, so that whoever builds it gets in to swap.
_SECONDS_FOR_THE_BUILDER = 0.1
_SHORTEST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_SECONDS_BEFORE_A_FAILED_OBJECT_IS_TRIED_AGAIN = 60.0

_wake = threading.Event()
on_index_change(_wake.set)


def drain_once(*, wait: float = 5.0) -> int:
    """Bring everything that waits into the index, building it first if there is none. Returns how many objects were done.

    Raises `SearchUnavailable` when the engine does not answer, and `Conflict` when another process has been writing for
    `wait` seconds: then that one does it.
    """
    if not get_engine().has_index():
        rebuild_index()
    drain = _Drain()
    done = 0
    with exclusive(WRITER, wait=wait) as mine:
        if not mine:
            raise Conflict("Another process is writing to the search index.", code="busy")
        try:
            get_engine().take_over()
            while count := drain.one_batch():
                done += count
        finally:
            get_engine().release()
    return done


def drain_forever(stop: threading.Event) -> None:
    """Keep the index true until `stop` is set. While another process does it, wait to take over."""
    wait = _SHORTEST_WAIT
    drain = _Drain()
    while not stop.is_set():
        try:
            if not get_engine().has_index():
                _build_first(stop)
            with exclusive(WRITER) as mine:
                if mine:
                    _drain_while_mine(drain, stop)
            wait = _SHORTEST_WAIT
            stop.wait(_SECONDS_FOR_THE_BUILDER if mine else SECONDS_BETWEEN_LOOKS)
        except (SearchUnavailable, Conflict, DatabaseError) as error:
            logger.warning("index_not_drained", error=type(error).__name__, again_after_seconds=wait)
            stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)


def _build_first(stop: threading.Event) -> None:
    """There is no index, or none any more, or one of an older version of the code. Whoever else builds it, we wait for."""
    if is_held(BUILDER):
        raise SearchUnavailable("The search index is being built.")
    logger.info("index_built", people=rebuild_index(stop=stop))


def _drain_while_mine(drain: "_Drain", stop: threading.Event) -> None:
    try:
        get_engine().take_over()
        while not stop.is_set():
            _wake.clear()
            if not drain.one_batch():
                _wake.wait(SECONDS_BETWEEN_LOOKS)
            if is_held(BUILDER) or not get_engine().has_index():
                return
    finally:
        get_engine().release()


@dataclass
class _Drain:
    """Reads and applies batches. Remembers objects whose documents cannot be made, so that they hold up no others; their
    rows stay, and so they stay withheld if they were."""

    failed: dict[int, float] = field(default_factory=dict)

    def one_batch(self) -> int:
        """Do the oldest changes; returns how many objects, none when nothing waits. For the holder of the writer's lock."""
        waiting = IndexChange.objects.filter(kind=PEOPLE).exclude(object_id__in=self._not_now()).order_by("pk")
        ids = list(dict.fromkeys(waiting.values_list("object_id", flat=True)[:BATCH]))
        if not ids:
            return 0
        # Read before the documents are built: what is written from now on has rows of its own.
        rows = list(IndexChange.objects.filter(kind=PEOPLE, object_id__in=ids).values_list("pk", "object_id"))
        is_replayed = is_held(BUILDER)
        done = self._index(ids)
        seen = IndexChange.objects.filter(pk__in=[pk for pk, object_id in rows if object_id in done])
        if is_replayed:
            # The index that is being built has yet to get them.
            seen.update(kind=REPLAY, withhold=False)
        else:
            seen.delete()
        return len(ids)

    def _index(self, ids: list[int]) -> set[int]:
        """Build and apply; returns what is done. One object that cannot be made is found by halving."""
        try:
            documents = document_sources()[PEOPLE].build(ids)
            get_engine().apply({object_id: documents.get(object_id, {}) for object_id in ids})
        except (SearchUnavailable, DatabaseError):
            raise
        except Exception as error:
            if len(ids) > 1:
                middle = len(ids) // 2
                return self._index(ids[:middle]) | self._index(ids[middle:])
            # Not its message: that may quote the person.
            logger.error("document_not_made", kind=PEOPLE, object_id=ids[0], error=type(error).__name__)
            self.failed[ids[0]] = time.monotonic()
            return set()
        return set(ids)

    def _not_now(self) -> list[int]:
        oldest = time.monotonic() - _SECONDS_BEFORE_A_FAILED_OBJECT_IS_TRIED_AGAIN
        self.failed = {object_id: at for object_id, at in self.failed.items() if at > oldest}
        return list(self.failed)
