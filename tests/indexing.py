"""A search index for one test."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from alumni_site.core.indexing import document_sources, register_documents
from profiles.documents import PEOPLE
from search.drainer import drain_once
from search.engines import get_engine
from search.engines.base import SearchEngine


class SearchIndex:
    """`search_index.refresh()` does what the drainer would do: what was saved before can be found after."""

    def refresh(self) -> int:
        return drain_once()

    @property
    def engine(self) -> SearchEngine:
        return get_engine()


@pytest.fixture
def search_index(settings: LazySettings, tmp_path: Path, db: None) -> Iterator[SearchIndex]:
    """An index of its own for this test, of everybody who is there when it is first refreshed, or asked for."""
    settings.DATA_DIR = tmp_path
    settings.ELASTICSEARCH_PREFIX = f"{settings.ELASTICSEARCH_PREFIX}-{uuid.uuid4().hex[:8]}"
    index = SearchIndex()
    index.refresh()
    yield index
    if settings.ELASTICSEARCH_URL:
        from search.engines.elasticsearch import ElasticsearchEngine

        ElasticsearchEngine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX).delete_everything()


@contextmanager
def building(build: Callable[[list[int], Callable[[list[int]], Any]], dict[int, dict[str, Any]]]) -> Iterator[None]:
    """For the block, people's documents are built by `build(object_ids, as_ever)`."""
    source = document_sources()[PEOPLE]
    register_documents(replace(source, build=lambda object_ids: build(object_ids, source.build)))
    try:
        yield
    finally:
        register_documents(source)
