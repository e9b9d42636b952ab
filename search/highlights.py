"""Why a person was found: the words of a disclosed profile that a query asked for, marked.

Made from what the viewer may see and from nothing else, with the same folding as the index.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from rapidfuzz.distance import OSA

from alumni_site.core.countries import country_name, language_name
from alumni_site.core.languages import foreign_language
from profiles.countries import languages_of_country_name, languages_of_language_name, names_of_country, names_of_language
from profiles.disclosure import DisclosedOrganisation, DisclosedProfile, DisclosedTerm
from profiles.documents import OtherNames
from search.analysis import Word, analysed
from search.queries import Clause

_LETTERS_OF_AN_EXCERPT = 180
_LETTERS_BEFORE_THE_FIRST_MATCH = 60


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `marked` is what the viewer searched for. `language` is set when it is in another than the page.
    Cards put `<mark>` and `lang` around it and escape as ever."""

    text: str
    marked: bool = False
    language: str = ""


Segments = tuple[Segment, ...]
# The name to show, every name, and which languages one of them is in.
Names = tuple[str, Iterable[str], Callable[[str], Iterable[str]]]
Highlights = dict[str, list[Segments]]


@dataclass(frozen=True)
class Highlighter:
    """Marks what `clauses` ask for. `forgiving` when near misses were taken; `language` is the reader's."""

    clauses: tuple[Clause, ...]
    forgiving: bool
    language: str
    other_names: OtherNames = field(default_factory=OtherNames)

    def highlights(self, person: DisclosedProfile) -> Highlights:
        """Marked texts by field; only fields in which something is. See `search.people.Hit`."""
        if not self.clauses:
            return {}
        return {key: texts for key, texts in (*self._texts(person), *self._named(person)) if texts}

    def mark(self, text: str) -> Segments | None:
        """The whole text, what is asked for marked in it; nothing when nothing is."""
        spans = self._spans(text)
        return _segments(text, spans) if spans else None

    def excerpt(self, text: str) -> Segments | None:
        """A piece of a long text, from a little before the first match on."""
        spans = self._spans(text)
        if not spans:
            return None
        start = _start_of_word(text, max(0, spans[0][0] - _LETTERS_BEFORE_THE_FIRST_MATCH))
        end = _end_of_word(text, max(spans[0][1], start + _LETTERS_OF_AN_EXCERPT))
        inside = [(first - start, last - start) for first, last in spans if last <= end]
        segments = _segments(text[start:end], inside)
        before, after = (Segment("…"),) * (start > 0), (Segment("…"),) * (end < len(text))
        return (*before, *segments, *after)

    def mark_name(self, shown: str, names: Iterable[str], languages_of: Callable[[str], Iterable[str]]) -> Segments | None:
        """Something with many names: the one shown, marked, else with the name that was searched for after it.

        `languages_of` says in which languages a name is one.
        """
        if marked := self.mark(shown):
            return marked
        for name in names:
            if name != shown and (other := self.mark(name)):
                language = foreign_language(languages_of(name), self.language)
                return (Segment(f"{shown} ("), *_in_language(other, language), Segment(")"))
        return None

    def _texts(self, person: DisclosedProfile) -> Iterator[tuple[str, list[Segments]]]:
        roles = dict.fromkeys(text for trip in person.exchanges for text in (trip.role, trip.programme))
        yield "name", _those_marked(self.mark, [person.name])
        yield "name_then", _those_marked(self.mark, [person.name_then])
        yield "headline", _those_marked(self.mark, [person.headline])
        yield "about", self._own_words(person)
        yield "work", _those_marked(self.mark, [person.work_title, person.workplace])
        yield "roles", _those_marked(self.mark, roles)
        yield "place", _those_marked(self.mark, [person.place])

    def _own_words(self, person: DisclosedProfile) -> list[Segments]:
        """Of the text about oneself the language is known, of notes on skills it is not."""
        about = _those_marked(self.excerpt, [person.about])
        language = foreign_language([person.about_language], self.language)
        notes = _those_marked(self.excerpt, [skill.note for skill in person.skills])
        return [*(_in_language(segments, language) for segments in about), *notes]

    def _named(self, person: DisclosedProfile) -> Iterator[tuple[str, list[Segments]]]:
        trips = person.exchanges
        countries = dict.fromkeys(code for trip in trips for code in (trip.from_country, trip.to_country) if code)
        organisations = {
            organisation.uuid: organisation
            for trip in trips
            for organisation in (trip.sending_organisation, trip.host_organisation)
            if organisation
        }

        def organisation(item: DisclosedOrganisation) -> Segments | None:
            names = self.other_names.of_organisation
            return self._once("organisation", str(item.uuid), lambda: (item.name, names(item), _in_no_known_language))

        def language(code: str) -> Segments | None:
            languages_of = partial(languages_of_language_name, code)
            return self._once(
                "language", code, lambda: (language_name(code, self.language), names_of_language(code), languages_of)
            )

        yield "skills", self._terms("skill", person.skills)
        yield "sectors", self._terms("sector", person.sectors)
        yield "sdgs", self._terms("sdg", person.sdgs)
        yield "organisations", _known(map(organisation, organisations.values()))
        yield "country", self._countries([person.country] if person.country else [])
        yield "countries", self._countries(countries)
        yield "languages", _known(language(item.code) for item in person.languages)

    def _terms(self, kind: str, terms: Iterable[DisclosedTerm]) -> list[Segments]:
        def name(term: DisclosedTerm) -> Segments | None:
            others = self.other_names
            return self._once(
                kind,
                term.code,
                lambda: (term.name_in(self.language), others.of_term(kind, term), partial(others.languages_of_term, kind, term)),
            )

        return _known(map(name, terms))

    def _countries(self, codes: Iterable[str]) -> list[Segments]:
        def name(code: str) -> Segments | None:
            languages_of = partial(languages_of_country_name, code)
            return self._once("country", code, lambda: (country_name(code, self.language), names_of_country(code), languages_of))

        return _known(map(name, codes))

    def _once(self, kind: str, code: str, names: Callable[[], Names]) -> Segments | None:
        """`mark_name` for what several people of a page have: a country, a skill, a host."""
        if (kind, code) not in self._marked:
            self._marked[kind, code] = self.mark_name(*names())
        return self._marked[kind, code]

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Places of what is asked for, in order, none within another."""
        words = analysed(text)
        asked_for = {word for word in words.folded if self._is_asked_for(word)}
        phrases = [phrase for phrase in self._phrases if words.folded.issuperset(phrase)]
        if not asked_for and not phrases:
            return []
        spans = [(word.start, word.end) for word in (*words.single, *words.joined) if word.folded in asked_for]
        for phrase in phrases:
            spans += _places_of_phrase(words.single, phrase)
        return _without_overlaps(spans)

    def _is_asked_for(self, word: str) -> bool:
        if word in self._words or word.startswith(self._beginnings):
            return True
        return self.forgiving and any(clause.slips and is_near(word, clause.word, clause.slips) for clause in self.clauses)

    @cached_property
    def _marked(self) -> dict[tuple[str, str], Segments | None]:
        return {}

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(spelling[0] for clause in self.clauses for spelling in clause.spellings if len(spelling) == 1)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(clause.beginning for clause in self.clauses if clause.beginning and (clause.is_half_typed or self.forgiving))

    @cached_property
    def _phrases(self) -> list[tuple[str, ...]]:
        return [spelling for clause in self.clauses for spelling in clause.spellings if len(spelling) > 1]


def is_near(word: str, typed: str, slips: int) -> bool:
    """Whether two folded words are at most so many letters apart, two swapped ones counted as one: as the engines do."""
    return OSA.distance(word, typed, score_cutoff=slips) <= slips


def _those_marked(mark: Callable[[str], Segments | None], texts: Iterable[str]) -> list[Segments]:
    return _known(mark(text) for text in texts if text)


def _known(found: Iterable[Segments | None]) -> list[Segments]:
    return list(dict.fromkeys(segments for segments in found if segments))


def _in_no_known_language(name: str) -> tuple[str, ...]:
    """An organisation is called what it is called."""
    return ()


def _in_language(segments: Segments, language: str) -> Segments:
    return tuple(Segment(segment.text, segment.marked, language) for segment in segments) if language else segments


def _places_of_phrase(words: Sequence[Word], phrase: tuple[str, ...]) -> list[tuple[int, int]]:
    folded = [word.folded for word in words]
    starts = (at for at in range(len(words) - len(phrase) + 1) if tuple(folded[at : at + len(phrase)]) == phrase)
    return [(words[at].start, words[at + len(phrase) - 1].end) for at in starts]


def _without_overlaps(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def _segments(text: str, spans: list[tuple[int, int]]) -> Segments:
    segments: list[Segment] = []
    at = 0
    for start, end in spans:
        segments += [Segment(text[at:start])] if start > at else []
        segments.append(Segment(text[start:end], marked=True))
        at = end
    return (*segments, Segment(text[at:])) if at < len(text) else tuple(segments)


def _start_of_word(text: str, at: int) -> int:
    """Where the next word begins, unless it is a long way."""
    if at == 0:
        return 0
    space = text.find(" ", at, at + 20)
    return space + 1 if space >= 0 else at


def _end_of_word(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, at - 20), at)
    return space if space > 0 else at
