"""From text to plain words, once, for everything that is searched: profiles in the index, messages in the database.

Two words that fold to the same are the same word to a searcher. See docs/decisions/one-analysis-in-python.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_WORD_LENGTH = 64

# Between two letters these belong to the word and are not written when folded: Ng'ang'a is Nganga, O’Brien is Obrien.
_APOSTROPHES = "'’‘ʼʻ`´＇"
_HYPHENS = "-‐‑‒–"
# Over the shape of a text (`SHAPES`). Signs that nobody sees, such as soft hyphens, are in a word and are not kept.
WORD = re.compile(r"w+(?:'w+)*")

# Letters that Unicode does not take apart. What stands for them in plain letters is what `_DIGRAPHS` leaves of it.
_LETTERS = {
    "ø": "o",
    "æ": "a",
    "å": "a",
    "ä": "a",
    "ö": "o",
    "œ": "o",
    "đ": "d",
    "ð": "d",
    "ɖ": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "ŋ": "n",
    "ɔ": "o",
    "ɛ": "e",
    "ŧ": "t",
    "þ": "th",
    "ƙ": "k",
    "ɓ": "b",
    "ɗ": "d",
}
# Lucene's ScandinavianFoldingFilter, without its "ao" and "oo": whoever writes oe for ø, ae for æ or aa for å finds the
# same people as who writes o, a and a. Aase, Ase and Åse are one; so are Kjær, Kjaer and Kjar.
_DIGRAPHS = re.compile(r"a[ae]+|oe+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands in a text: `text[start:end]`. A part of a hyphenated word, or a word of its own."""

    start: int
    end: int
    folded: str


def fold(word: str) -> str:
    """A single word in plain small letters and digits, without accents; "" when nothing of it is one."""
    letters = word.casefold().translate(_TABLE)
    return _DIGRAPHS.sub(lambda digraph: digraph[0][0], letters)[:MAX_WORD_LENGTH]


_fold_known = lru_cache(maxsize=100_000)(fold)


def words_of(text: str) -> Iterator[Word]:
    """Every word of a text, folded, in order, with its place."""
    for match in WORD.finditer(text.translate(SHAPES)):
        start, end = match.span()
        if folded := _fold_known(text[start:end]):
            yield Word(start, end, folded)


def folded_words(text: str) -> list[str]:
    """Every word of a text, folded, in order."""
    spans = (match.span() for match in WORD.finditer(text.translate(SHAPES)))
    return [folded for start, end in spans if (folded := _fold_known(text[start:end]))]


class _Table(dict[int, str]):
    """For `str.translate`: what each letter folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        # Taken apart, a letter can be a capital again: 𝐀 is an A.
        letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        plain = "".join(_LETTERS.get(letter, letter) for letter in letters if _is_kept(letter))
        self[code] = plain
        return plain


_TABLE = _Table({ord(letter): plain for letter, plain in _LETTERS.items()})


def _is_kept(letter: str) -> bool:
    """Letters, digits, and the vowel signs that scripts of South Asia write as marks; no accents and no points."""
    category = unicodedata.category(letter)
    if category[0] == "M":
        return not any(first <= letter <= last for first, last in _ACCENTS)
    return category[0] in "LN" and letter.isalnum()


# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic.
_ACCENTS = (
    ("\u0300", "\u036f"),
    ("\u0591", "\u05c7"),
    ("\u0610", "\u061a"),
    ("\u064b", "\u065f"),
    ("\u0670", "\u0670"),
    ("\u06d6", "\u06ed"),
    ("\u1ab0", "\u1aff"),
    ("\u1dc0", "\u1dff"),
    ("\u20d0", "\u20ff"),
    ("\ufe00", "\ufe2f"),
)


class _Shapes(dict[int, str]):
    """For `str.translate`: what part each sign plays, one for one: "w" in a word, "'" and "-" perhaps, else a space."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        category = unicodedata.category(sign)
        shape = "w" if sign.isalnum() or category[0] == "M" or category == "Cf" else " "
        self[code] = shape
        return shape


SHAPES = _Shapes({**{ord(sign): "'" for sign in _APOSTROPHES}, **{ord(sign): "-" for sign in _HYPHENS}})
