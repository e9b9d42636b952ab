"""A search index for one test."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

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
