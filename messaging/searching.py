"""How messages are searched: folded as everywhere in the network, so that what is written oe, ø or Ø is found by each."""

import re

from alumni_site.core.folding import folded_words, words_of

# A search of many words is a text somebody has pasted by mistake.
_MOST_WORDS = 12


def folded(text: str) -> str:
    """A text as it is kept beside itself for searching: each word after a space, so that a word is found by its beginning."""
    return "".join(f" {word}" for word in folded_words(text))


def words_asked_for(text: str) -> list[str]:
    """The words of what somebody searches for, each once."""
    return list(dict.fromkeys(folded_words(text)))[:_MOST_WORDS]


def places_of(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where in a text words that begin so stand."""
    beginnings = tuple(words)
    return [(word.start, word.end) for word in words_of(text) if word.folded.startswith(beginnings)] if beginnings else []


# Control characters but newline and tab, and halves of surrogate pairs, which no database takes.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def without_control_characters(text: str) -> str:
    """What somebody wrote, without what no keyboard writes."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cleaned(text: str) -> str:
    """The same without empty lines around it."""
    return without_control_characters(text).strip()
