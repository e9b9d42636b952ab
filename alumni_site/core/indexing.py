"""The registry of what can be searched, and the outbox that keeps the index true.

An app declares a `DocumentSource`; `search` reads the registry. A service that changes something calls `mark_changed` in
its own transaction; the drainer (`search.drainer`) rebuilds those objects' documents and then removes the rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import QuerySet

from alumni_site.core.models import IndexChange
from alumni_site.core.prepared import Text, prepared


class BuildDocuments(Protocol):
    def __call__(self, object_ids: list[int]) -> dict[int, dict[str, Any]]:
        """Documents of these objects: object id -> audience -> document. An object or audience with none is left out."""


class ListIds(Protocol):
    def __call__(self) -> Iterator[int]:
        """Every object id of this kind, ascending."""


@dataclass(frozen=True)
class DocumentSource:
    kind: str
    build: BuildDocuments
    all_ids: ListIds


_sources: dict[str, DocumentSource] = {}


def register_documents(source: DocumentSource) -> None:
    """Declare a kind of document. Called from an app's `ready()`."""
    _sources[source.kind] = source


def document_sources() -> dict[str, DocumentSource]:
    return dict(_sources)


def mark_changed(kind: str, object_ids: Iterable[int], *, withhold: bool = False) -> None:
    """Write outbox rows for these objects. Must run inside the transaction of the change itself.

    `withhold` keeps the objects out of search results until the index has caught up; use it whenever somebody may now
    see less than before.

    Raises `TransactionManagementError` outside a transaction: the change and its row must stand or fall together.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("mark_changed must run in the transaction of the change")
    IndexChange.objects.bulk_create(
        (IndexChange(kind=kind, object_id=object_id, withhold=withhold) for object_id in object_ids), batch_size=1000
    )
    transaction.on_commit(_wake_drainer)


def withheld_ids(kind: str) -> list[int]:
    """Objects to leave out of results until the index has caught up."""
    return _withheld(kind)


@prepared
def _withheld(kind: Text) -> QuerySet[Any]:
    return IndexChange.objects.filter(kind=kind, withhold=True).values_list("object_id", flat=True).distinct()


_drainer_wakers: list[Any] = []


def on_index_change(waker: Any) -> None:
    """Let an embedded drainer in this process know at once when there is something to do. `waker` takes no arguments."""
    _drainer_wakers.append(waker)


def _wake_drainer() -> None:
    for waker in _drainer_wakers:
        waker()
