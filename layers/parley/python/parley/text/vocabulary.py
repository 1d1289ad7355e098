"""The commonest words of each language: how common each is, and which word it is a form of.

`tests/tools/word_lists.py` writes the lists. They are read when a language is first needed, 10 ms each.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LATIN = ("en", "de", "fr", "it", "es", "pt", "nl", "da", "no", "sv", "fi", "tr", "pl", "cs")
CYRILLIC = ("ru", "uk")
ARABIC = ("ar",)
DEVANAGARI = ("hi",)
HEBREW = ("he",)
LANGUAGES = (*LATIN, *CYRILLIC, *ARABIC, *DEVANAGARI, *HEBREW)
"""The languages whose inflections are known."""

STEMMERS = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "it": "italian",
    "es": "spanish",
    "pt": "portuguese",
    "nl": "dutch",
    "da": "danish",
    "no": "norwegian",
    "sv": "swedish",
    "fi": "finnish",
    "tr": "turkish",
    "pl": "polish",
    "cs": "czech",
    "ru": "russian",
    "ar": "arabic",
    "hi": "hindi",
}
"""Snowball's names, for words that are on no list. Ukrainian and Hebrew have no stemmer."""

FUNCTION_WORDS = 20
"""As many of a language's commonest words have no inflections in search: `is` does not find `were`."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`ranks` by word, from 0; `lemmas` of each word, its own first. All are folded."""

    ranks: dict[str, int]
    lemmas: dict[str, tuple[str, ...]]


@lru_cache(maxsize=len(LANGUAGES))
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of one of `LANGUAGES`."""
    ranks: dict[str, int] = {}
    lemmas: dict[str, tuple[str, ...]] = {}
    text = (Path(__file__).with_name("data") / f"{language}.txt").read_text("utf-8")
    for rank, line in enumerate(text.splitlines()):
        word, *of = line.split(" ")
        ranks[word] = rank
        lemmas[word] = () if rank < FUNCTION_WORDS else tuple(of) or (word,)
    return Vocabulary(ranks, lemmas)
