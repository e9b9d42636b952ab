"""Which engine searches: Elasticsearch where ELASTICSEARCH_URL names one, else tantivy under DATA_DIR."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from alumni_site.core.health import NotReady
from search.engines.base import SearchEngine, SearchUnavailable


def get_engine() -> SearchEngine:
    """The engine of this process. The same one for the same settings, so that what it keeps open stays open."""
    return _engine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_PREFIX, Path(settings.DATA_DIR) / "search")


def engine_answers() -> None:
    """Raises `NotReady` while there is no index, or nobody who answers for it."""
    try:
        is_there = get_engine().has_index()
    except SearchUnavailable:
        is_there = False
    if not is_there:
        raise NotReady("the search index is not there yet, or its engine does not answer")


@lru_cache(maxsize=8)
def _engine(url: str, prefix: str, folder: Path) -> SearchEngine:
    if url:
        from search.engines.elasticsearch import ElasticsearchEngine

        return ElasticsearchEngine(url, prefix)
    from search.engines.tantivy import TantivyEngine

    return TantivyEngine(folder)
