"""Searching among 50 000 people: our engines against the same questions put to tantivy and Elasticsearch straight, and the page.

Ours and the straight one take turns, so that whatever else the machine does hits both. Processor time stands beside the
wall's, and on a busy machine it alone is held against the goals.
"""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.test.utils import override_settings
from elasticsearch import Elasticsearch
from tantivy import Index, Occur, Order, Query, Searcher

from profiles.models import Organisation
from search.engines import get_engine
from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy_search import AUDIENCES
from search.queries import PAGE_SIZE, PeopleQuery, Sort
from search.rebuild import rebuild_index
from tests.bench.pages import browser, publish_files, queries_of
from tests.bench.results import Bench, percentile
from tests.bench.timing import Times, in_turns
from tests.services.elasticsearch import NoNode, running_elasticsearch

PEOPLE = 50000
ROUNDS = 100
PAGE_ROUNDS = 20
MOST_MILLISECONDS = 60
AUDIENCE = "missions"
FIVE_FACETS = ("country_to", "direction", "host_organisation", "skill", "year")
FIELDS = {"name": 6, "skills": 5, "headline": 4, "work": 3, "place": 2, "about": 1}


@dataclass(frozen=True)
class Shape:
    """A question as ours, and its words as the straight queries need them: exact, begun, near (word and slips), phrase."""

    name: str
    query: PeopleQuery
    words: Sequence[tuple[str, str]] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)


def shapes() -> list[Shape]:
    """Ten, from everybody to nobody as typed. The words are such as the demo has many of, and few."""
    host = str(Organisation.objects.filter(exchanges_hosted__isnull=False).order_by("pk").values_list("uuid", flat=True)[0])
    country = {"country_to": ["KE", "UG"]}
    return [
        Shape("everybody", PeopleQuery()),
        Shape("one common word", PeopleQuery("norway "), [("begun", "norway")]),
        Shape("one rarer word", PeopleQuery("beekeeping"), [("begun", "beekeeping")]),
        Shape("half a word", PeopleQuery("sol"), [("begun", "sol")]),
        Shape("two words", PeopleQuery("health kenya"), [("exact", "health"), ("begun", "kenya")]),
        Shape("three words", PeopleQuery("solar energy nepal"), [("exact", "solar"), ("exact", "energy"), ("begun", "nepal")]),
        Shape("a phrase", PeopleQuery('"public health"'), [("phrase", "public health")]),
        Shape("mistyped", PeopleQuery("enginering"), [("near2", "enginering")]),
        Shape("a word and a filter", PeopleQuery("nurse", {"country_to": ("KE", "UG")}), [("begun", "nurse")], country),
        Shape("filters, by name", PeopleQuery("", {"host_organisation": (host,)}, Sort.NAME), [], {"host_organisation": [host]}),
    ]


def run(bench: Bench) -> None:
    logging.disable(logging.INFO)
    publish_files()
    if not get_engine().has_index():
        rebuild_index()
    asked = shapes()
    against_tantivy(bench, asked)
    pages(bench, asked)
    with ExitStack() as services:
        try:
            url = services.enter_context(running_elasticsearch(Path(settings.DATA_DIR).parent / "elasticsearch"))
        except NoNode as error:
            print(f"Elasticsearch is left out. {error}", file=sys.stderr)
            return
        engine = ElasticsearchEngine(url, "bench")
        with override_settings(ELASTICSEARCH_URL=url, ELASTICSEARCH_PREFIX="bench"):
            rebuild_index()
            against_elasticsearch(bench, asked, engine)
        engine.delete_everything()


def against_tantivy(bench: Bench, asked: list[Shape]) -> None:
    folder = Path(settings.DATA_DIR) / "search"
    index = Index.open(str(folder / (folder / "CURRENT").read_text()))
    searcher = index.searcher()
    for shape in asked:
        compare(bench, "tantivy", shape, get_engine(), partial(ask_tantivy, searcher, index.schema, shape))


def against_elasticsearch(bench: Bench, asked: list[Shape], engine: ElasticsearchEngine) -> None:
    client: Elasticsearch = engine.client
    for shape in asked:
        body = elasticsearch_body(shape)
        compare(bench, "elasticsearch", shape, engine, partial(client.search, index=engine.alias, **body))


def compare(bench: Bench, name: str, shape: Shape, engine: SearchEngine, ask_straight: Callable[[], Any]) -> None:
    """Both, in turns; p50 and p95 of each, and how many times as long ours takes.

    tantivy works in this process, so its processor time can be told; where the machine is busy, that alone is held against
    the goal. Elasticsearch works in its own.
    """

    def ask_ours() -> None:
        engine.search(shape.query, AUDIENCE, (), facets=FIVE_FACETS)

    ours, straight = in_turns(ask_ours, ask_straight, rounds=ROUNDS)
    is_ours = name == "tantivy"
    limit = 1.5 if is_ours else 1.3
    for share in (0.5, 0.95):
        case = f"{name}: {shape.name}, p{round(share * 100)}"
        wall_counts = not is_ours or (ours.is_quiet and straight.is_quiet)
        note = partial(bench.note, unit="ms", baseline_name=f"{name} straight")
        note(
            case,
            percentile(ours.wall, share),
            baseline=percentile(straight.wall, share),
            at_most_times=limit if wall_counts else None,
        )
        if is_ours:
            note(
                f"{case}, processor",
                percentile(ours.processor, share),
                baseline=percentile(straight.processor, share),
                at_most_times=limit,
            )


def ask_tantivy(searcher: Searcher, schema: Any, shape: Shape) -> None:
    """The same question with nothing of ours: query, first page, five facets."""
    base = [(Occur.Must, Query.const_score_query(Query.term_query(schema, "audience", AUDIENCES.index(AUDIENCE)), 0.0))]
    base += [(Occur.Must, Query.disjunction_max_query(list(tantivy_levels(schema, *word)))) for word in shape.words]
    filters = {
        facet: (Occur.Must, Query.const_score_query(Query.term_set_query(schema, f"f_{facet}", values), 0.0))
        for facet, values in shape.filters.items()
    }
    whole = Query.boolean_query([*base, *filters.values()])
    order = "name_key" if shape.query.sort == Sort.NAME else None if shape.words else "rank"
    found = searcher.search(whole, PAGE_SIZE, order_by_field=order, order=Order.Asc)
    searcher.fast_field_values("pid", [address for _, address in found.hits])
    free = [facet for facet in FIVE_FACETS if facet not in filters]
    searcher.aggregate(whole, {facet: {"terms": {"field": f"f_{facet}", "size": 1000}} for facet in free})
    for chosen in filters:
        others = Query.boolean_query([*base, *(part for facet, part in filters.items() if facet != chosen)])
        searcher.aggregate(others, {chosen: {"terms": {"field": f"f_{chosen}", "size": 1000}}})


def tantivy_levels(schema: Any, kind: str, word: str) -> Iterator[Query]:
    for name, weight in FIELDS.items():
        if kind == "phrase":
            yield Query.const_score_query(Query.phrase_query(schema, name, list(word.split())), weight * 4.0)
            continue
        yield Query.const_score_query(Query.term_query(schema, name, word), weight * 4.0)
        if kind in ("begun", "near2"):
            yield Query.const_score_query(Query.fuzzy_term_query(schema, name, word, 0, prefix=True), weight * 3.0)
        if kind == "near2":
            yield Query.const_score_query(Query.fuzzy_term_query(schema, name, word, 2), weight * 2.0)


def elasticsearch_body(shape: Shape) -> dict[str, Any]:
    """The same question with nothing of ours, as somebody would write it by hand."""
    words = [{"dis_max": {"queries": list(elasticsearch_levels(*word))}} for word in shape.words]
    filters = {facet: {"terms": {f"f_{facet}": values}} for facet, values in shape.filters.items()}
    free = {facet: {"terms": {"field": f"f_{facet}", "size": 1000}} for facet in FIVE_FACETS if facet not in filters}
    aggregations: dict[str, Any] = free
    if filters:
        aggregations = {"rest": {"filter": {"bool": {"filter": list(filters.values())}}, "aggs": free}}
        for chosen in filters:
            others = [condition for facet, condition in filters.items() if facet != chosen]
            terms = {"counts": {"terms": {"field": f"f_{chosen}", "size": 1000}}}
            aggregations[chosen] = {"filter": {"bool": {"filter": others}}, "aggs": terms}
    by_name = [{"name_key": "asc"}, {"pid": "asc"}]
    by_score = [{"_score": "desc"}, {"rank": "asc"}, {"pid": "asc"}]
    return {
        "query": {"bool": {"must": words, "filter": [{"term": {"audience": AUDIENCE}}]}},
        "sort": by_name if shape.query.sort == Sort.NAME else by_score,
        "size": PAGE_SIZE,
        "track_total_hits": True,
        "source": False,
        "aggs": aggregations,
        **({"post_filter": {"bool": {"filter": list(filters.values())}}} if filters else {}),
    }


def elasticsearch_levels(kind: str, word: str) -> Iterator[dict[str, Any]]:
    for name, weight in FIELDS.items():
        exact = {"match_phrase": {name: word}} if kind == "phrase" else {"term": {name: word}}
        yield {"constant_score": {"filter": exact, "boost": weight * 4}}
        if kind in ("begun", "near2"):
            yield {"constant_score": {"filter": {"prefix": {name: word}}, "boost": weight * 3}}
        if kind == "near2":
            near = {"fuzzy": {name: {"value": word, "fuzziness": 2, "rewrite": "constant_score"}}}
            yield {"constant_score": {"filter": near, "boost": weight * 2}}


def pages(bench: Bench, asked: list[Shape]) -> None:
    """The whole page as an officer gets it: from the request to the last byte, and what it asks the database."""
    client = browser("officer@example.org")
    costs = set()
    everything = Times()
    for shape in asked:
        address = f"/people/?{urlencode(shape.query.to_params())}"
        status = client.get(address).status_code
        if status != 200:
            raise RuntimeError(f"{address} answers {status}")
        costs.add(queries_of(client, address))
        (times,) = in_turns(partial(client.get, address), rounds=PAGE_ROUNDS, warm_up=2)
        everything += times
        for share in (0.5, 0.95):
            case = f"page: {shape.name}, p{round(share * 100)}"
            bench.note(case, percentile(times.wall, share), "ms")
            bench.note(f"{case}, processor", percentile(times.processor, share), "ms")
    limit = MOST_MILLISECONDS if everything.is_quiet else None
    bench.note("page: all shapes, p95", percentile(everything.wall, 0.95), "ms", at_most=limit)
    bench.note("page: all shapes, p95, processor", percentile(everything.processor, 0.95), "ms", at_most=MOST_MILLISECONDS)
    bench.note("page: most database queries", max(costs), "queries")
    bench.note("page: kinds of cost", len(costs), "numbers of queries", at_most=1)
