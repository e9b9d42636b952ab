"""What is marked, and what is not."""

import pytest

from search.highlights import Highlighter, Segment, Segments
from search.queries import parse_text


def shown(segments: Segments | None) -> str | None:
    """Marked text between brackets."""
    return None if segments is None else "".join(f"[{s.text}]" if s.marked else s.text for s in segments)


def mark(query: str, text: str, *, forgiving: bool = False) -> str | None:
    return shown(Highlighter(parse_text(query), forgiving, "en").mark(text))


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("solar", "A Solar engineer", "A [Solar] engineer"),
        ("sol", "Solar, unsolar", "[Solar], unsolar"),
        ("sol energy", "Solar energy", "Solar [energy]"),
        ("aase", "Åse and Ase", "[Åse] and [Ase]"),
        ("nganga", "Ng'ang'a's", "[Ng'ang'a's]"),
        ("annemarie", "Anne-Marie H", "[Anne-Marie] H"),
        ("anne-marie", "Anne Marie H, Annemarie", "[Anne Marie] H, [Annemarie]"),
        ('"solar energy"', "Energy: solar energy", "Energy: [solar energy]"),
        ('"solar energy"', "Solar and energy", None),
        ("solar", "", None),
        ("<b>", "a <b>bold</b> b", "a <[b]>bold</[b]> [b]"),
        ("solr", "Solar", None),
    ],
)
def test_words_asked_for_are_marked(query: str, text: str, marked: str | None) -> None:
    assert mark(query, text) == marked


def test_near_misses_are_marked_only_where_they_counted() -> None:
    assert mark("solr", "Solar soil", forgiving=True) == "[Solar] soil"
    assert mark("kathmando xx", "Kathmandu", forgiving=True) == "[Kathmandu]"
    assert mark("sol energy", "Solar energy", forgiving=True) == "[Solar] [energy]"
    assert mark('"kathmando"', "Kathmandu", forgiving=True) is None


def test_an_excerpt_begins_a_little_before_the_match() -> None:
    highlighter = Highlighter(parse_text("boreholes"), False, "en")
    text = "word " * 60 + "about boreholes here " + "more " * 60
    found = shown(highlighter.excerpt(text))
    assert found is not None
    assert found.startswith("…word word")
    assert "about [boreholes] here more" in found
    assert found.endswith("more…")
    assert len(found) < 210
    assert shown(highlighter.excerpt("Boreholes.")) == "[Boreholes]."
    assert highlighter.excerpt("Nothing") is None


def test_what_is_marked_is_the_text_and_nothing_is_lost() -> None:
    text = "Åse-Marie O’Brien, नेपाल <script>"
    segments = Highlighter(parse_text("marie नेपाल obrien"), False, "en").mark(text)
    assert segments is not None
    assert "".join(segment.text for segment in segments) == text


def in_no_language(name: str) -> list[str]:
    return []


def test_the_name_that_was_searched_for_is_shown() -> None:
    highlighter = Highlighter(parse_text("solenergi"), False, "en")
    names = ["Solar energy", "Solkraft", "Solenergi"]
    assert shown(highlighter.mark_name("Solar energy", names, in_no_language)) == "Solar energy ([Solenergi])"
    assert highlighter.mark_name("Solar energy", ["Solkraft"], in_no_language) is None


@pytest.mark.parametrize(
    ("page", "languages", "language"),
    [
        ("en", {"nn"}, "nn"),
        ("en", {"nn", "nb"}, "nb"),
        ("nn", {"nb"}, "nb"),
        ("nn", {"nn", "nb"}, ""),
        ("nn", {"nb", "en"}, ""),
        ("en", {"nn", "nb", "en"}, ""),
        ("en", set(), ""),
    ],
)
def test_another_name_says_its_language_where_it_is_foreign_and_known(page: str, languages: set[str], language: str) -> None:
    found = Highlighter(parse_text("solenergi"), False, page).mark_name("Solar", ["Ny solenergi"], lambda name: languages)
    assert found == (
        Segment("Solar ("),
        Segment("Ny ", language=language),
        Segment("solenergi", marked=True, language=language),
        Segment(")"),
    )
