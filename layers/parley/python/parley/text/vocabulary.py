"""The commonest words of each language: how common each is, and which word it is a form of.

`tests/tools/word_lists.py` writes the lists; `irregular.txt`, which is written by hand, has forms that they do not
relate to their word. They are read when a language is first needed, 10 ms each.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parley.text.folding import fold

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
    for word, forms in irregular(language):
        lemmas[fold(word)] = tuple(dict.fromkeys((fold(word), *lemmas.get(fold(word), ())))) if forms else (fold(word),)
        for form in forms:
            folded = fold(form.removeprefix(ANOTHER))
            own = lemmas.get(folded, (folded,)) if form.startswith(ANOTHER) else ()
            lemmas[folded] = (*own, fold(word))
    return Vocabulary(ranks, lemmas)


ANOTHER = "+"
"""Before a form that is another word too."""


def irregular(language: str) -> list[tuple[str, list[str]]]:
    """The words of a language whose forms are not on its list, with these; none for one that is no form of another."""
    lines = (Path(__file__).with_name("data") / "irregular.txt").read_text("utf-8").splitlines()
    rows = [line.split(" ") for line in lines if line.startswith(f"{language} ")]
    return [(word, forms) for _, word, *forms in rows]
