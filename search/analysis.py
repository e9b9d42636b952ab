"""From text to words, once, for both engines, for queries and for highlights alike.

Engines get words that are folded already and only split them at spaces, so that they cannot differ. Two words that fold
to the same are the same word to a searcher. See docs/decisions/one-analysis-in-python.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_WORD_LENGTH = 64
_LONGEST_NAME = 150

# Between two letters these belong to the word and are not written when folded: Ng'ang'a is Nganga, O’Brien is Obrien.
_APOSTROPHES = "'’‘ʼʻ`´＇"
_HYPHENS = "-‐‑‒–"
# Over the shape of a text (`_Shapes`). Signs that nobody sees, such as soft hyphens, are in a word and are not kept.
_WORD = re.compile(r"w+(?:'w+)*")
_HYPHENATED = re.compile(r"w+(?:'w+)*(?:-w+(?:'w+)*)+")

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

# A letter is allowed one slip in a short word, two in a long one, as people make them.
_LETTERS_FOR_ONE_SLIP = 4
_LETTERS_FOR_TWO_SLIPS = 8


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
    for match in _WORD.finditer(text.translate(_SHAPES)):
        start, end = match.span()
        if folded := _fold_known(text[start:end]):
            yield Word(start, end, folded)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, and its hyphenated ones joined, each with its place; `folded` are all of them for a first look."""

    single: tuple[Word, ...]
    joined: tuple[Word, ...]
    folded: frozenset[str]


def analysed(text: str) -> Words:
    """Every word of a text. Names of skills, countries and organisations are met again and again, and remembered."""
    return _analysed_name(text) if len(text) <= _LONGEST_NAME else _analysed(text)


def _analysed(text: str) -> Words:
    single, joined = tuple(words_of(text)), tuple(hyphenated_words_of(text))
    return Words(single, joined, frozenset(word.folded for word in (*single, *joined)))


_analysed_name = lru_cache(maxsize=20_000)(_analysed)


def folded_words(text: str) -> list[str]:
    """Every word of a text, folded, in order."""
    spans = (match.span() for match in _WORD.finditer(text.translate(_SHAPES)))
    return [folded for start, end in spans if (folded := _fold_known(text[start:end]))]


def hyphenated_words_of(text: str) -> Iterator[Word]:
    """Every hyphenated word of a text as one, with its place: Anne-Marie is also Annemarie."""
    for match in _HYPHENATED.finditer(text.translate(_SHAPES)):
        start, end = match.span()
        if folded := "".join(folded_words(text[start:end]))[:MAX_WORD_LENGTH]:
            yield Word(start, end, folded)


def joined_words(text: str) -> list[str]:
    """Every hyphenated word of a text as one, in order."""
    return [word.folded for word in hyphenated_words_of(text)]


def index_values(text: str) -> list[str]:
    """What an engine is given for a text: its words with spaces between, and hyphenated words joined, each by itself so
    that no phrase goes across."""
    words = " ".join(folded_words(text))
    return [words, *joined_words(text)] if words else []


def slips_allowed(word: str) -> int:
    """How many letters of a folded word may be wrong, missing, too many or swapped with the next. None where digits are:
    2018 is no mistake for 2019."""
    if any(sign.isdigit() for sign in word) or len(word) < _LETTERS_FOR_ONE_SLIP:
        return 0
    return 1 if len(word) < _LETTERS_FOR_TWO_SLIPS else 2


def sort_key(name: str) -> str:
    """What to order names by: accents and case do not count; æ, ø and å come after z, as both written forms have it."""
    letters = unicodedata.normalize("NFC", name).casefold().replace("æ", "{").replace("ø", "|").replace("å", "}")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w{|}]+", " ", plain).split())


class _Table(dict[int, str]):
    """For `str.translate`: what each letter folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFKD", chr(code))
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


_SHAPES = _Shapes({**{ord(sign): "'" for sign in _APOSTROPHES}, **{ord(sign): "-" for sign in _HYPHENS}})
