"""What an engine must answer, worked out the slow and simple way: look at every document."""

from collections.abc import Collection, Mapping
from typing import Any

from rapidfuzz.distance import OSA

from search.analysis import index_values
from search.engines.base import EngineResults, results_of
from search.indexed import BEGINNING, EXACT, FIELD_WEIGHTS, NEAR, indexed
from search.queries import FACETS, Clause, PeopleQuery, Sort

Fields = dict[str, list[list[str]]]


class Model:
    """Documents of one audience in a list, and the rules."""

    def __init__(self, people: Mapping[int, Mapping[str, Mapping[str, Any]]], audience: str) -> None:
        self.documents = {pid: found[audience] for pid, found in people.items() if audience in found}
        self.words = {pid: _words(document) for pid, document in self.documents.items()}
        self.order = {pid: indexed(document) for pid, document in self.documents.items()}

    def search(self, query: PeopleQuery, exclude_ids: Collection[int], *, whole: Collection[str] = ()) -> EngineResults:
        if query.finds_nobody:
            return results_of(query, 0, [], {}, whole=whole)
        here = [pid for pid in self.documents if pid not in exclude_ids]
        scores, forgiven = self._scores(query, here, forgiving=False), False
        if not scores and any(clause.forgives for clause in query.clauses):
            scores = self._scores(query, here, forgiving=True)
            forgiven = True
        hits = [pid for pid in scores if self._passes(pid, query, without="")]
        hits.sort(key=lambda pid: self._key(query, pid, scores[pid]))
        first = (query.page - 1) * query.page_size
        facets = {facet: self._count(query, facet, scores) for facet in FACETS}
        page = hits[first : first + query.page_size]
        return results_of(query, len(hits), page, facets, whole=whole, forgiven=forgiven and bool(hits))

    def _scores(self, query: PeopleQuery, here: list[int], *, forgiving: bool) -> dict[int, int]:
        found = {}
        for pid in here:
            worths = [_worth(clause, self.words[pid], forgiving) for clause in query.clauses]
            if all(worths):
                found[pid] = sum(worths)
        return found

    def _passes(self, pid: int, query: PeopleQuery, without: str) -> bool:
        facets = self.documents[pid]["facets"]
        return all(
            set(values) & set(facets.get(facet, ())) for facet, values in query.filters.items() if values and facet != without
        )

    def _count(self, query: PeopleQuery, facet: str, scores: Collection[int]) -> list[tuple[str, int]]:
        counts: dict[str, int] = {}
        for pid in scores:
            if self._passes(pid, query, without=facet):
                for value in self.documents[pid]["facets"].get(facet, ()):
                    counts[value] = counts.get(value, 0) + 1
        return list(counts.items())

    def _key(self, query: PeopleQuery, pid: int, score: int) -> tuple[Any, ...]:
        document = self.order[pid]
        if query.sort == Sort.NAME:
            return (document.name_key.encode(), pid)
        return (-score if query.sort == Sort.RELEVANCE else 0, document.rank, pid)


def _words(document: Mapping[str, Any]) -> Fields:
    return {
        field: [value.split() for text in texts for value in index_values(text)] for field, texts in document["texts"].items()
    }


def _worth(clause: Clause, fields: Fields, forgiving: bool) -> int:
    worths = [0]
    for field, values in fields.items():
        weight = FIELD_WEIGHTS[field]
        if any(_stands_in(spelling, value) for spelling in clause.spellings for value in values):
            worths.append(weight * EXACT)
        words = {word for value in values for word in value}
        may_begin = clause.beginning and (clause.is_half_typed or forgiving)
        if may_begin and any(word.startswith(clause.beginning) for word in words):
            worths.append(weight * BEGINNING)
        if forgiving and clause.slips and any(_is_near(clause, word) for word in words):
            worths.append(weight * NEAR)
    return max(worths)


def _stands_in(spelling: tuple[str, ...], words: list[str]) -> bool:
    length = len(spelling)
    return any(tuple(words[at : at + length]) == spelling for at in range(len(words) - length + 1))


def _is_near(clause: Clause, word: str) -> bool:
    return OSA.distance(clause.word, word, score_cutoff=clause.slips) <= clause.slips
