"""What is put to tantivy, and how its answer is put in order."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from tantivy import Occur, Order, Query, Schema, Searcher, SearchResult

from profiles.audiences import Audience
from search.engines.base import Counts, EngineResults, RawSuggestion, SuggestionKind, results_of
from search.indexed import BEGINNING, EXACT, FIELD_WEIGHTS, NEAR
from search.queries import Clause, PeopleQuery, Sort, parse_text

# Numbers of the audiences in the index.
AUDIENCES = tuple(audience.value for audience in Audience)
# More values than any facet has: counts must be whole before they are cut, or the engines cut differently.
_ALL_VALUES = 65_000
# With as many hits as this, it is quicker to look at all of them than to ask again.
_FEW = 256


class Base:
    """What every search of an audience begins with: its documents alone, less those left out."""

    def __init__(self, schema: Schema, audience: str, exclude_ids: Collection[int]) -> None:
        number = AUDIENCES.index(audience)
        self.parts = [(Occur.Must, _for_nothing(Query.term_query(schema, "audience", number)))]
        if exclude_ids:
            self.parts.append((Occur.MustNot, Query.term_set_query(schema, "pid", sorted(exclude_ids))))


_Level = tuple[int, Query]


class _Clauses:
    """Clauses as queries. Scores are sums of constants, so that nothing a viewer may not see can weigh in."""

    def __init__(self, schema: Schema, clauses: Sequence[Clause], *, forgiving: bool, fields: Iterable[str]) -> None:
        self.levels = [list(_levels(schema, clause, forgiving, fields)) for clause in clauses]

    @property
    def parts(self) -> list[tuple[Occur, Query]]:
        return [(Occur.Must, _best_of(levels)) for levels in self.levels]

    def worth_at_least(self, score: float) -> Query:
        """What these clauses find and score so much. For one clause or two."""
        if len(self.levels) == 1:
            return _any_worth(self.levels[0], score)
        first, second = self.levels
        best_of_second = max(worth for worth, _ in second)
        steps = sorted({worth for worth, _ in first if worth + best_of_second >= score})
        return _any(
            Query.boolean_query([(Occur.Must, _any_worth(first, worth)), (Occur.Must, _any_worth(second, score - worth))])
            for worth in steps
        )


def _levels(schema: Schema, clause: Clause, forgiving: bool, fields: Iterable[str]) -> Iterator[_Level]:
    for field in fields:
        weight = FIELD_WEIGHTS[field]
        for words in clause.spellings:
            yield (
                weight * EXACT,
                Query.term_query(schema, field, words[0], index_option="basic")
                if len(words) == 1
                else Query.phrase_query(schema, field, list(words)),
            )
        if clause.is_half_typed or (forgiving and clause.beginning):
            # No slip, and the beginning of a word: the same as the pattern "beginning.*", and ready many times as fast.
            yield weight * BEGINNING, Query.fuzzy_term_query(schema, field, clause.beginning, 0, prefix=True)
        if forgiving and clause.slips:
            yield weight * NEAR, Query.fuzzy_term_query(schema, field, clause.word, clause.slips)


def _best_of(levels: list[_Level]) -> Query:
    return Query.disjunction_max_query([Query.const_score_query(query, float(worth)) for worth, query in levels])


def _any_worth(levels: list[_Level], worth: float) -> Query:
    return _any(query for level, query in levels if level >= worth)


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _for_nothing(query: Query) -> Query:
    """A condition that adds nothing to the score."""
    return Query.const_score_query(query, 0.0)


class Search:
    """One question put to one state of the index."""

    def __init__(
        self,
        searcher: Searcher,
        schema: Schema,
        query: PeopleQuery,
        audience: str,
        exclude_ids: Collection[int],
        *,
        facets: Collection[str],
        whole: Collection[str],
    ) -> None:
        self.searcher, self.query, self.facets, self.whole_facets = searcher, query, facets, whole
        self.schema = schema
        self.base = Base(schema, audience, exclude_ids).parts
        self.filters = {
            facet: (Occur.Must, _for_nothing(Query.term_set_query(schema, f"f_{facet}", list(values))))
            for facet, values in query.filters.items()
            if values
        }

    def results(self) -> EngineResults:
        """The answer to the text as it is typed; if nobody at all has it so, to what comes near."""
        clauses = _Clauses(self.schema, self.query.clauses, forgiving=False, fields=FIELD_WEIGHTS)
        whole = self._whole(clauses)
        total, ids = self._page(whole, clauses)
        forgiven = not total and self._is_to_be_forgiven(clauses)
        if forgiven:
            clauses = _Clauses(self.schema, self.query.clauses, forgiving=True, fields=FIELD_WEIGHTS)
            whole = self._whole(clauses)
            total, ids = self._page(whole, clauses)
        counts = self._counts_of_facets(whole, clauses)
        return results_of(
            self.query, total, ids, counts, facets=self.facets, whole=self.whole_facets, forgiven=forgiven and total > 0
        )

    def _whole(self, clauses: _Clauses) -> Query:
        return Query.boolean_query([*self.base, *clauses.parts, *self.filters.values()])

    def _is_to_be_forgiven(self, clauses: _Clauses) -> bool:
        """Whether nobody has the text as it was typed, with the filters or without."""
        if not any(clause.forgives for clause in self.query.clauses):
            return False
        return not self.filters or not _count(self.searcher.search(Query.boolean_query([*self.base, *clauses.parts]), 1))

    def _page(self, whole: Query, clauses: _Clauses) -> tuple[int, list[int]]:
        first = (self.query.page - 1) * self.query.page_size
        needed = first + self.query.page_size
        if self.query.sort == Sort.NAME:
            found = self.searcher.search(whole, needed, order_by_field="name_key", order=Order.Asc)
            ids = self._pids([address for _, address in found.hits])
            return _count(found), ids[first:]
        if self.query.sort == Sort.LATEST or not clauses.levels:
            total, ranked = self._by_rank(whole, needed)
            return total, [pid for _, pid in ranked][first:needed]
        return self._by_relevance(whole, clauses, first, needed)

    def _by_relevance(self, whole: Query, clauses: _Clauses, first: int, needed: int) -> tuple[int, list[int]]:
        """tantivy orders by score alone. Among equals we order by rank: within the first hits where they hold all that
        score as the last one needed does, else by asking for those by rank."""
        found = self.searcher.search(whole, max(needed, _FEW))
        total, hits = _count(found), found.hits
        if total > len(hits) and hits[needed - 1][0] == hits[-1][0]:
            if len(clauses.levels) > 2:
                hits = self.searcher.search(whole, total).hits
            else:
                return total, self._with_equals_by_rank(hits, clauses, first, needed)
        return total, [pid for _, _, pid in self._ordered(hits)][first:needed]

    def _with_equals_by_rank(self, hits: list[Any], clauses: _Clauses, first: int, needed: int) -> list[int]:
        last_score = hits[needed - 1][0]
        better = [pid for _, _, pid in self._ordered([hit for hit in hits if hit[0] > last_score])]
        at_least = Query.boolean_query(
            [*self.base, *self.filters.values(), (Occur.Must, _for_nothing(clauses.worth_at_least(last_score)))]
        )
        _, ranked = self._by_rank(at_least, needed, count=False)
        known = set(better)
        return [*better, *(pid for _, pid in ranked if pid not in known)][first:needed]

    def _by_rank(self, query: Query, needed: int, *, count: bool = True) -> tuple[int, list[tuple[int, int]]]:
        """How many there are, 0 without `count`, and rank and id of the first so many, in that order; those of equal rank must
        be had whole to be put in order."""
        limit = needed + 16
        while True:
            found = self.searcher.search(query, limit, count=count, order_by_field="rank", order=Order.Asc)
            hits = found.hits
            if len(hits) < limit or hits[-1][0] != hits[needed - 1][0]:
                pids = self._pids([address for _, address in hits])
                return _count(found), sorted(zip([rank for rank, _ in hits], pids, strict=True))[:needed]
            limit *= 4

    def _ordered(self, hits: list[Any]) -> list[tuple[float, int, int]]:
        addresses = [address for _, address in hits]
        ranks = self.searcher.fast_field_values("rank", addresses)
        return sorted(zip([-score for score, _ in hits], ranks, self._pids(addresses), strict=True))  # type: ignore[arg-type]

    def _pids(self, addresses: list[Any]) -> list[int]:
        return self.searcher.fast_field_values("pid", addresses)  # type: ignore[return-value]

    def _counts_of_facets(self, whole: Query, clauses: _Clauses) -> Counts:
        """Counts under all other choices: those of a chosen facet without its own."""
        counts = self._counts(whole, [facet for facet in self.facets if facet not in self.filters])
        for chosen in self.filters:
            if chosen in self.facets:
                others = [part for facet, part in self.filters.items() if facet != chosen]
                counts |= self._counts(Query.boolean_query([*self.base, *clauses.parts, *others]), [chosen])
        return counts

    def _counts(self, query: Query, facets: list[str]) -> dict[str, list[tuple[str, int]]]:
        if not facets:
            return {}
        wanted = {facet: {"terms": {"field": f"f_{facet}", "size": _ALL_VALUES}} for facet in facets}
        answer = self.searcher.aggregate(query, wanted)
        return {facet: [(bucket["key"], bucket["doc_count"]) for bucket in answer[facet]["buckets"]] for facet in facets}


def _count(found: SearchResult) -> int:
    return int(found.count or 0)  # type: ignore[attr-defined]


def people_named(searcher: Searcher, schema: Schema, base: Base, text: str, limit: int) -> list[RawSuggestion]:
    """The first few, by name, whose name has every word, the last of them perhaps half typed."""
    clauses = _Clauses(schema, parse_text(text.strip()), forgiving=False, fields=["name"])
    if not clauses.levels:
        return []
    query = Query.boolean_query([*base.parts, *clauses.parts])
    found = searcher.search(query, limit, count=False, order_by_field="name_key", order=Order.Asc)
    pids = searcher.fast_field_values("pid", [address for _, address in found.hits])
    return [RawSuggestion(SuggestionKind.PERSON, str(pid), 1) for pid in pids]
