"""Comparing the search index with the database, document by document."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from alumni_site.core.indexing import document_sources
from alumni_site.core.models import IndexChange
from profiles.documents import PEOPLE
from search.engines import get_engine
from search.indexed import digest
from search.rebuild import batched

_DIFFERENCES_LISTED = 1000


class Difference(StrEnum):
    """What is wrong with a document of the index."""

    MISSING = "missing"
    OLD = "differs"
    TOO_MANY = "should not be there"
    REPEATED = "is there more than once"


@dataclass
class Comparison:
    """`differences` are of objects nobody has changed lately; those with a change in the outbox wait to be indexed anyway.

    At most a thousand differences are listed, all are counted.
    """

    documents: int = 0
    waiting: int = 0
    count: int = 0
    differences: list[tuple[Difference, int, str]] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return self.count == 0

    def note(self, difference: Difference, object_id: int, audience: str) -> None:
        self.count += 1
        if len(self.differences) < _DIFFERENCES_LISTED:
            self.differences.append((difference, object_id, audience))


def compare_index() -> Comparison:
    """Build every document anew and compare it with the one in the index.

    Raises `SearchUnavailable` when the engine does not answer or has no index.
    """
    comparison = Comparison()
    found: list[tuple[Difference, int, str]] = []
    in_index: dict[tuple[int, str], int] = {}
    for object_id, audience, is_there in get_engine().digests():
        if (object_id, audience) in in_index:
            found.append((Difference.REPEATED, object_id, audience))
        in_index[object_id, audience] = is_there
    for object_id, audience, wanted in _documents_wanted():
        comparison.documents += 1
        there = in_index.pop((object_id, audience), None)
        if there != wanted:
            found.append((Difference.MISSING if there is None else Difference.OLD, object_id, audience))
    found += [(Difference.TOO_MANY, object_id, audience) for object_id, audience in sorted(in_index)]
    # Read last: what was changed while we compared has a row by now.
    waiting = set(IndexChange.objects.filter(kind=PEOPLE).values_list("object_id", flat=True))
    for difference, object_id, audience in found:
        if object_id not in waiting:
            comparison.note(difference, object_id, audience)
    comparison.waiting = len(waiting)
    return comparison


def _documents_wanted() -> Iterator[tuple[int, str, int]]:
    source = document_sources()[PEOPLE]
    for batch in batched(iter(list(source.all_ids()))):
        for object_id, documents in source.build(batch).items():
            known: dict[int, int] = {}
            for audience, document in documents.items():
                if id(document) not in known:
                    known[id(document)] = digest(document)
                yield object_id, audience, known[id(document)]
