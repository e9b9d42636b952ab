"""The embedded engine: a tantivy index in a folder. Many processes read it; one at a time writes."""

import os
import shutil
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import Document, Index, IndexWriter, Query, Schema, SchemaBuilder, Searcher

from search.analysis import folded_words
from search.engines.base import (
    NO_INDEX,
    Documents,
    EngineResults,
    RawSuggestion,
    SearchUnavailable,
    SuggestionKind,
    collected_suggestions,
    results_of,
)
from search.engines.tantivy_search import AUDIENCES, Base, Search, people_named
from search.indexed import FIELD_WEIGHTS, SEPARATOR, IndexedDocument, indexed
from search.queries import FACETS, PeopleQuery

# Part of a folder's name: an index of another version is none, and is built anew.
VERSION = 1
_POINTER = "CURRENT"
_WRITER_HEAP = 64_000_000
_BUILDER_HEAP = 256_000_000


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_integer_field("pid", indexed=True, fast=True)
    builder.add_integer_field("audience", indexed=True, fast=True)
    builder.add_integer_field("rank", fast=True)
    builder.add_integer_field("digest", fast=True)
    builder.add_text_field("name_key", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("suggestions", tokenizer_name="raw", index_option="basic")
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    for facet in FACETS:
        builder.add_text_field(f"f_{facet}", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


class TantivyEngine:
    """An index in the folder that the file CURRENT names, so that a new one is put in its place by one rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Looked at in each search: as text, which is quicker than to put a path together.
        self._pointer = str(folder / _POINTER)
        self._reading = threading.Lock()
        self._open: _OpenIndex | None = None
        self._writer: IndexWriter | None = None
        self._writer_name = ""

    def search(
        self,
        query: PeopleQuery,
        audience: str,
        exclude_ids: Collection[int],
        *,
        facets: Collection[str] = FACETS,
        whole: Collection[str] = (),
    ) -> EngineResults:
        if query.finds_nobody:
            return results_of(query, 0, [], {}, facets=facets)
        return Search(self._searcher(), _schema_once(), query, audience, exclude_ids, facets=facets, whole=whole).results()

    def suggest(self, prefix: str, audience: str, exclude_ids: Collection[int], limit: int) -> list[RawSuggestion]:
        words = folded_words(prefix)
        if not words:
            return []
        searcher, schema = self._searcher(), _schema_once()
        base = Base(schema, audience, exclude_ids)
        people = people_named(searcher, schema, base, prefix, limit)
        everybody = Query.boolean_query(base.parts)
        found = []
        for kind in (SuggestionKind.SKILL, SuggestionKind.PLACE, SuggestionKind.ORGANISATION):
            beginning = SEPARATOR.join((kind, " ".join(words)))
            found += collected_suggestions(kind, searcher.terms_with_prefix("suggestions", beginning, everybody), limit)
        return [*people, *found]

    def has_index(self) -> bool:
        try:
            self._searcher()
        except SearchUnavailable:
            return False
        return True

    def apply(self, documents: Documents) -> None:
        name = self._current_name()
        made = _made(documents)
        try:
            if self._writer is None or self._writer_name != name:
                self.release()
                self._writer = _writer_over(self.folder / name)
                self._writer_name = name
            _write(self._writer, made)
            self._writer.commit()
        except BaseException as error:
            # What it has taken in and not committed goes with it.
            self._writer = None
            if isinstance(error, OSError | ValueError):
                # Not the documents' fault: somebody removed the folder, or the disk is full.
                raise SearchUnavailable("The search index cannot be written to.") from error
            raise

    def take_over(self) -> None:
        """Nothing goes on after its process is gone."""

    def release(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.wait_merging_threads()

    def begin_build(self) -> "TantivyBuild":
        self.folder.mkdir(parents=True, exist_ok=True)
        current = self._pointed_name()
        for left_behind in self.folder.glob("index-*"):
            if left_behind.name != current:
                shutil.rmtree(left_behind, ignore_errors=True)
        return TantivyBuild(self.folder, f"index-{VERSION}-{time.time_ns()}")

    def digests(self) -> Iterator[tuple[int, str, int]]:
        searcher = self._searcher()
        if not searcher.num_docs:
            return
        addresses = [address for _, address in searcher.search(Query.all_query(), searcher.num_docs).hits]
        columns = [searcher.fast_field_values(field, addresses) for field in ("pid", "audience", "digest")]
        for pid, audience, digest in zip(*columns, strict=True):
            yield int(pid), AUDIENCES[int(audience)], int(digest)  # type: ignore[arg-type]

    def _pointed_name(self) -> str:
        try:
            return (self.folder / _POINTER).read_text().strip()
        except FileNotFoundError:
            return ""

    def _current_name(self) -> str:
        name = self._pointed_name()
        if not name.startswith(f"index-{VERSION}-"):
            raise SearchUnavailable(NO_INDEX)
        return name

    def _searcher(self) -> Searcher:
        """A searcher that sees every commit made before this call, in this process and in others."""
        for _ in range(5):
            try:
                return self._fresh_searcher()
            except (OSError, ValueError):
                # It was swapped, or tidied up, between a look at the files and opening them.
                self._open = None
                time.sleep(0.01)
        raise SearchUnavailable("The search index cannot be read.")

    def _fresh_searcher(self) -> Searcher:
        signature = _signature(self._pointer)
        known = self._open
        if known is None or known.pointer != signature:
            with self._reading:
                known = self._open = _OpenIndex.of(self.folder / self._current_name(), signature)
        meta = _signature(known.meta_file)
        if known.meta != meta:
            with self._reading:
                known.index.reload()
                known.meta = meta
        return known.index.searcher()


class TantivyBuild:
    """A folder beside the one in use. Nothing is in the way of searching until `swap` renames the pointer."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        path = folder / name
        path.mkdir()
        self._writer = Index(_schema(), str(path)).writer(_BUILDER_HEAP, 1)

    def apply(self, documents: Documents, *, fresh: bool = False) -> None:
        _write(self._writer, _made(documents), fresh=fresh)

    def swap(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        new = self.folder / f"{_POINTER}.new"
        with new.open("w") as file:
            file.write(self.name)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.folder / _POINTER)
        for old in self.folder.glob("index-*"):
            if old.name != self.name:
                shutil.rmtree(old, ignore_errors=True)

    def discard(self) -> None:
        self._writer.rollback()
        shutil.rmtree(self.folder / self.name, ignore_errors=True)


_Signature = tuple[int, int, int]


@dataclass
class _OpenIndex:
    """An index as this process has it open, and what the files looked like then."""

    meta_file: str
    index: Index
    pointer: _Signature
    meta: _Signature

    @classmethod
    def of(cls, folder: Path, pointer: _Signature) -> "_OpenIndex":
        meta_file = str(folder / "meta.json")
        meta = _signature(meta_file)
        index = Index.open(str(folder))
        index.config_reader("manual")
        index.reload()
        return cls(meta_file, index, pointer, meta)


def _signature(path: str) -> _Signature:
    """Changes whenever the file is replaced. Of a file that is not there, too."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)


_SCHEMA: list[Schema] = []


def _schema_once() -> Schema:
    """Making it takes longer than many a search."""
    if not _SCHEMA:
        _SCHEMA.append(_schema())
    return _SCHEMA[0]


def _writer_over(folder: Path) -> IndexWriter:
    """A writer that goes on where another one, perhaps killed, left off. Commits nothing before anything is written.

    A writer gives its first operation the number that the last commit had. Segments that a killed writer has not merged
    are merged as soon as this one adds a document, "up to that commit": the merger then takes the first deletion as done
    in all of them, but leaves out those the last commit deleted from, and a person stays in the index twice. After a
    commit of its own each operation has a number of its own. It also clears away files that were not finished, which
    would be in the way of those that get the same name.
    """
    writer = Index.open(str(folder)).writer(_WRITER_HEAP, 1)
    writer.commit()
    return writer


def _made(documents: Documents) -> list[tuple[int, list[Document]]]:
    """Each id with what is to be in the index of it. Raises ValueError when a document is not one."""
    schema = _schema_once()
    found = []
    for pid, by_audience in documents.items():
        made: dict[int, dict[str, Any]] = {}
        of_one = []
        for audience, document in by_audience.items():
            fields = made.get(id(document))
            if fields is None:
                fields = made[id(document)] = _fields(pid, indexed(document))
            fields["audience"] = AUDIENCES.index(audience)
            of_one.append(Document.from_dict(fields, schema))
        found.append((pid, of_one))
    return found


def _write(writer: IndexWriter, made: list[tuple[int, list[Document]]], *, fresh: bool = False) -> None:
    for pid, documents in made:
        if not fresh:
            writer.delete_documents_by_term("pid", pid)
        for document in documents:
            writer.add_document(document)


def _fields(pid: int, document: IndexedDocument) -> dict[str, Any]:
    return {
        "pid": pid,
        "rank": document.rank,
        "digest": document.digest,
        "name_key": f"{document.name_key}\x00{pid:012}",
        "suggestions": document.suggestions,
        **document.texts,
        **{f"f_{facet}": values for facet, values in document.facets.items()},
    }
