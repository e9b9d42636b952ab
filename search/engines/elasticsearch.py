"""Elasticsearch, where one machine is outgrown. It gets words that are folded already, and constants to score by.

Edge n-grams are its own (`index_prefixes`); folding and the vocabulary's synonyms are in the documents, as for tantivy.
"""

import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, ParamSpec, TypeVar

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers
from elasticsearch.dsl import Index, Mapping, MultiSearch, Search, analyzer

from search.analysis import folded_words
from search.engines.base import (
    NO_INDEX,
    Counts,
    Documents,
    EngineResults,
    RawSuggestion,
    SearchUnavailable,
    SuggestionKind,
    collected_suggestions,
    results_of,
)
from search.indexed import BEGINNING, EXACT, FIELD_WEIGHTS, NEAR, SEPARATOR, IndexedDocument, indexed
from search.queries import FACETS, MAX_PAGE_SIZE, MAX_RESULTS_TO_PAGE_THROUGH, Clause, PeopleQuery, Sort, parse_text

# Part of an index's name: one of another version is none, and is built anew.
VERSION = 1
# More values than any facet has: counts must be whole before they are cut, or the engines cut differently.
_ALL_VALUES = 10_000
_SECONDS_TO_ANSWER = 10
_SECONDS_TO_WRITE = 120
_DOCUMENTS_IN_A_REQUEST = 2000

Body = dict[str, Any]
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _answered(ask: Callable[_P, _R]) -> Callable[_P, _R]:
    """What the client raises, in the words of `SearchEngine`."""

    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return ask(*args, **kwargs)
        except NotFoundError as error:
            raise SearchUnavailable(NO_INDEX) from error
        except (ApiError, TransportError) as error:
            raise SearchUnavailable("Elasticsearch does not answer as it should.") from error

    return wrapper


class ElasticsearchEngine:
    """An index behind an alias, so that a new one is put in its place at once."""

    def __init__(self, url: str, prefix: str) -> None:
        self.alias = f"{prefix}-people"
        self.client = Elasticsearch(url, request_timeout=_SECONDS_TO_ANSWER, max_retries=1, retry_on_timeout=False)
        self._writing = self.client.options(request_timeout=_SECONDS_TO_WRITE)
        # For what may not be carried out a second time, later.
        self._asking_once = self._writing.options(max_retries=0)

    @_answered
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
        asked = Asked(query, audience, exclude_ids, facets, whole)
        found = self._results(asked, forgiving=False)
        if found.total or not any(clause.forgives for clause in query.clauses):
            return found
        if asked.filters and self.client.count(index=self.alias, query=asked.query(forgiving=False))["count"]:
            return found
        return self._results(asked, forgiving=True)

    @_answered
    def suggest(self, prefix: str, audience: str, exclude_ids: Collection[int], limit: int) -> list[RawSuggestion]:
        words = folded_words(prefix)
        if not words:
            return []
        base = base_query(audience, exclude_ids)
        searches = MultiSearch(using=self.client, index=self.alias)
        searches = searches.add(self._search(people_named(base, prefix, limit)))
        searches = searches.add(self._search(things_named(base, " ".join(words))))
        people, things = searches.execute()
        found = [RawSuggestion(SuggestionKind.PERSON, str(_pid(hit)), 1) for hit in _hits(people.to_dict())]
        for kind in _SUGGESTED_KINDS:
            buckets = things.to_dict()["aggregations"][kind]["entries"]["buckets"]
            found += collected_suggestions(kind, ((bucket["key"], bucket["doc_count"]) for bucket in buckets), limit)
        return found

    @_answered
    def has_index(self) -> bool:
        return any(name.startswith(f"{self.alias}-v{VERSION}-") for name in self._current_names())

    @_answered
    def apply(self, documents: Documents) -> None:
        _write(self._writing, self.alias, _actions(documents, fresh=False), require_alias=True, refresh=True)

    @_answered
    def take_over(self) -> None:
        """A builder that was killed may have asked for the alias to be moved. From here on that is done, or refused."""
        self.begin_turn()

    def begin_turn(self) -> list[Body]:
        """Put a mark of our own on the index in use, in the place of the one before. Returns what a request to move the alias
        must begin with, so that it is refused as soon as somebody else has begun theirs. Only for the holder of the writer's
        lock."""
        mark = f"{self.alias}-turn-{uuid.uuid4().hex}"
        marked = sorted(self._current_names())[:1]
        if not marked:
            # Nobody can write, and whoever builds next removes what a late request would put in place.
            return []
        others = {"index": f"{self.alias}-v*", "alias": f"{self.alias}-turn-*", "must_exist": False}
        self._asking_once.indices.update_aliases(
            actions=[{"remove": others}, {"add": {"index": marked[0], "alias": mark}}],
        )
        return [{"remove": {"index": marked[0], "alias": mark, "must_exist": True}}]

    def release(self) -> None:
        """Nothing is held on to between two writes."""

    @_answered
    def begin_build(self) -> "ElasticsearchBuild":
        current = self._current_names()
        for name in self._index_names():
            if name not in current:
                self.client.indices.delete(index=name, ignore_unavailable=True)
        return ElasticsearchBuild(self, f"{self.alias}-v{VERSION}-{time.time_ns()}")

    def digests(self) -> Iterator[tuple[int, str, int]]:
        wanted = {"query": {"match_all": {}}, "_source": False, "docvalue_fields": ["pid", "audience", "digest"]}
        try:
            for hit in helpers.scan(self._writing, index=self.alias, query=wanted, size=5000):
                fields = hit["fields"]
                yield int(fields["pid"][0]), str(fields["audience"][0]), int(fields["digest"][0])
        except (ApiError, TransportError) as error:
            raise SearchUnavailable("Elasticsearch does not answer as it should.") from error

    def delete_everything(self) -> None:
        """Remove every index of this prefix. For tests, which make one each."""
        for name in self._index_names():
            self.client.indices.delete(index=name, ignore_unavailable=True)

    def _results(self, asked: "Asked", *, forgiving: bool) -> EngineResults:
        answer = self._search(asked.body(forgiving=forgiving)).execute().to_dict()
        total = answer["hits"]["total"]["value"]
        return results_of(
            asked.people_query,
            total,
            [_pid(hit) for hit in _hits(answer)],
            asked.counts(answer.get("aggregations", {})),
            facets=asked.facets,
            whole=asked.whole,
            forgiven=forgiving and total > 0,
        )

    def _search(self, body: Body) -> Search:
        return Search(using=self.client, index=self.alias).update_from_dict(body)

    def _current_names(self) -> set[str]:
        try:
            return set(self.client.indices.get_alias(name=self.alias))
        except NotFoundError:
            return set()

    def _index_names(self) -> list[str]:
        return list(self.client.indices.get(index=f"{self.alias}-v*", features="aliases"))


class ElasticsearchBuild:
    """An index beside the one behind the alias. Nobody searches it until `swap` moves the alias."""

    def __init__(self, engine: ElasticsearchEngine, name: str) -> None:
        self.engine, self.name = engine, name
        self.client = engine._writing
        index = Index(name, using=self.client)
        index.settings(**_SETTINGS)
        index.analyzer(analyzer("words", tokenizer="whitespace"))
        mapping = Mapping()
        mapping._update_from_dict(_MAPPING)
        index.mapping(mapping)
        index.create()

    @_answered
    def apply(self, documents: Documents, *, fresh: bool = False) -> None:
        _write(self.client, self.name, _actions(documents, fresh=fresh))

    @_answered
    def swap(self) -> None:
        self.client.indices.refresh(index=self.name)
        self.client.indices.put_settings(index=self.name, settings={"refresh_interval": "1s", "auto_expand_replicas": "0-1"})
        self.move_alias(self.actions_to_move_alias())
        # Also what a killed builder had asked for, and came after we looked.
        for name in self.engine._index_names():
            if name != self.name:
                self.client.indices.delete(index=name, ignore_unavailable=True)

    def actions_to_move_alias(self) -> list[Body]:
        """To be carried out while it is our turn, or never."""
        alias = self.engine.alias
        return [
            *self.engine.begin_turn(),
            *({"remove": {"index": name, "alias": alias}} for name in self.engine._current_names()),
            {"add": {"index": self.name, "alias": alias}},
        ]

    def move_alias(self, actions: list[Body]) -> None:
        """All of these at once, or none."""
        try:
            self.engine._asking_once.indices.update_aliases(actions=actions)
        except NotFoundError as error:
            raise SearchUnavailable("Another process has begun to write to the search index.") from error

    def discard(self) -> None:
        try:
            if self.name not in self.engine._current_names():
                self.client.indices.delete(index=self.name, ignore_unavailable=True)
        except (ApiError, TransportError):
            # It does not answer: the next build removes what is left.
            return


_SETTINGS: Body = {
    # One, so that counts are whole: several would each send only their own greatest.
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "refresh_interval": "-1",
    "max_result_window": MAX_RESULTS_TO_PAGE_THROUGH + MAX_PAGE_SIZE,
}
_TEXT: Body = {
    "type": "text",
    "analyzer": "words",
    "norms": False,
    "index_prefixes": {"min_chars": 2, "max_chars": 12},
}
_MAPPING: Body = {
    "dynamic": "strict",
    # Nothing is read back but ids, so nothing else is kept.
    "_source": {"enabled": False},
    "properties": {
        "pid": {"type": "long"},
        "audience": {"type": "keyword"},
        "rank": {"type": "long", "index": False},
        "digest": {"type": "long", "index": False},
        "name_key": {"type": "keyword", "index": False},
        "suggestions": {"type": "keyword"},
        **dict.fromkeys(FIELD_WEIGHTS, _TEXT),
        **{f"f_{facet}": {"type": "keyword"} for facet in FACETS},
    },
}


def _actions(documents: Documents, *, fresh: bool) -> Iterator[Body]:
    """What a killed writer had sent may be carried out after what the next one sends: by its version it then is refused.
    Should another machine's clock have been ahead, so are ours, and the drainer tries again until they are not."""
    from profiles.audiences import Audience

    version = {"version": time.time_ns() // 1000, "version_type": "external_gte"}
    for pid, by_audience in documents.items():
        made: dict[int, Body] = {}
        for audience in Audience:
            key = f"{pid}:{audience.value}"
            document = by_audience.get(audience.value)
            if document is not None:
                if id(document) not in made:
                    made[id(document)] = _fields(pid, indexed(document))
                yield {"_op_type": "index", "_id": key, **version, **made[id(document)], "audience": audience.value}
            elif not fresh:
                yield {"_op_type": "delete", "_id": key, **version}


def _fields(pid: int, document: IndexedDocument) -> Body:
    return {
        "pid": pid,
        "rank": document.rank,
        "digest": document.digest,
        "name_key": document.name_key,
        "suggestions": document.suggestions,
        **document.texts,
        **{f"f_{facet}": values for facet, values in document.facets.items()},
    }


def _write(client: Elasticsearch, index: str, actions: Iterable[Body], **options: Any) -> None:
    """Raises ValueError when a document is refused for what it is. A document that is deleted need not be there."""
    for is_done, result in helpers.streaming_bulk(
        client, actions, index=index, chunk_size=_DOCUMENTS_IN_A_REQUEST, raise_on_error=False, **options
    ):
        action, outcome = next(iter(result.items()))
        if is_done or (action == "delete" and outcome.get("result") == "not_found"):
            continue
        if outcome["status"] == 400:
            raise ValueError(f"Elasticsearch refuses a document: {outcome['error']['type']}")
        raise SearchUnavailable("Elasticsearch does not take what is written to it.")


_SUGGESTED_KINDS = (SuggestionKind.SKILL, SuggestionKind.PLACE, SuggestionKind.ORGANISATION)


class Asked:
    """A question as the body of a request."""

    def __init__(
        self,
        query: PeopleQuery,
        audience: str,
        exclude_ids: Collection[int],
        facets: Collection[str],
        whole: Collection[str] = (),
    ) -> None:
        self.people_query, self.facets, self.whole = query, facets, whole
        self.base = base_query(audience, exclude_ids)
        self.filters = {facet: {"terms": {f"f_{facet}": list(values)}} for facet, values in query.filters.items() if values}

    def query(self, *, forgiving: bool) -> Body:
        clauses = [clause_query(clause, forgiving=forgiving, fields=FIELD_WEIGHTS) for clause in self.people_query.clauses]
        return {"bool": {**self.base, "must": clauses}}

    def body(self, *, forgiving: bool) -> Body:
        query = self.people_query
        return {
            "query": self.query(forgiving=forgiving),
            "sort": _SORTS[query.sort],
            "from": (query.page - 1) * query.page_size,
            "size": query.page_size,
            "track_total_hits": True,
            "_source": False,
            "stored_fields": "_none_",
            **({"post_filter": {"bool": {"filter": list(self.filters.values())}}} if self.filters else {}),
            **({"aggs": self._counts_wanted()} if self.facets else {}),
        }

    def counts(self, answer: Body) -> Counts:
        """From the aggregations of the answer."""
        counts: dict[str, list[tuple[str, int]]] = {}
        for facet in self.facets:
            inside = answer if not self.filters else answer[facet if facet in self.filters else "_others"]
            counts[facet] = [(bucket["key"], bucket["doc_count"]) for bucket in inside[f"f_{facet}"]["buckets"]]
        return counts

    def _counts_wanted(self) -> Body:
        """Counts under all other choices: those of a chosen facet without its own."""
        wanted = {f"f_{facet}": {"terms": {"field": f"f_{facet}", "size": _ALL_VALUES}} for facet in self.facets}
        if not self.filters:
            return wanted
        free = {name: terms for name, terms in wanted.items() if name.removeprefix("f_") not in self.filters}
        by_all = {"bool": {"filter": list(self.filters.values())}}
        counts: Body = {"_others": {"filter": by_all, "aggs": free}} if free else {}
        for chosen in (facet for facet in self.filters if facet in self.facets):
            others = [condition for facet, condition in self.filters.items() if facet != chosen]
            counts[chosen] = {
                "filter": {"bool": {"filter": others}},
                "aggs": {f"f_{chosen}": wanted[f"f_{chosen}"]},
            }
        return counts


_SORTS: dict[Sort, list[Body]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, {"rank": "asc"}, {"pid": "asc"}],
    Sort.LATEST: [{"rank": "asc"}, {"pid": "asc"}],
    Sort.NAME: [{"name_key": "asc"}, {"pid": "asc"}],
}


def base_query(audience: str, exclude_ids: Collection[int]) -> Body:
    """What every search of an audience begins with: its documents alone, less those left out."""
    excluded = {"must_not": [{"terms": {"pid": sorted(exclude_ids)}}]} if exclude_ids else {}
    return {"filter": [{"term": {"audience": audience}}], **excluded}


def clause_query(clause: Clause, *, forgiving: bool, fields: Iterable[str]) -> Body:
    """The best field a clause is found in gives a constant. All terms of an automaton are taken: a constant score has no
    use for the best so many, which terms of other audiences could push out."""
    found: list[Body] = []
    for field in fields:
        weight = FIELD_WEIGHTS[field]
        for words in clause.spellings:
            exact = {"term": {field: words[0]}} if len(words) == 1 else {"match_phrase": {field: " ".join(words)}}
            found.append(_worth(weight * EXACT, exact))
        if clause.is_half_typed or (forgiving and clause.beginning):
            found.append(
                _worth(weight * BEGINNING, {"prefix": {field: {"value": clause.beginning, "rewrite": "constant_score"}}})
            )
        if forgiving and clause.slips:
            near = {"value": clause.word, "fuzziness": clause.slips, "transpositions": True, "rewrite": "constant_score"}
            found.append(_worth(weight * NEAR, {"fuzzy": {field: near}}))
    return {"dis_max": {"queries": found, "tie_breaker": 0.0}}


def people_named(base: Body, text: str, limit: int) -> Body:
    """The first few, by name, whose name has every word, the last of them perhaps half typed."""
    clauses = [clause_query(clause, forgiving=False, fields=["name"]) for clause in parse_text(text.strip())]
    return {
        "query": {"bool": {"filter": [*base["filter"], *clauses], "must_not": base.get("must_not", [])}},
        "sort": _SORTS[Sort.NAME],
        "size": limit,
        "track_total_hits": False,
        "_source": False,
        "stored_fields": "_none_",
    }


def things_named(base: Body, words: str) -> Body:
    """Entries of `search.indexed` that begin with these words, counted, by kind."""
    wanted = {}
    for kind in _SUGGESTED_KINDS:
        beginning = SEPARATOR.join((kind.value, words))
        wanted[kind.value] = {
            "filter": {"prefix": {"suggestions": beginning}},
            # Nothing in folded words means anything in a pattern.
            "aggs": {"entries": {"terms": {"field": "suggestions", "include": f"{beginning}.*", "size": _ALL_VALUES}}},
        }
    return {"query": {"bool": base}, "size": 0, "track_total_hits": False, "aggs": wanted}


def _worth(worth: int, query: Body) -> Body:
    return {"constant_score": {"filter": query, "boost": worth}}


def _hits(answer: Body) -> list[Body]:
    return list(answer["hits"]["hits"])


def _pid(hit: Body) -> int:
    """The last thing hits are ordered by."""
    return int(hit["sort"][-1])
