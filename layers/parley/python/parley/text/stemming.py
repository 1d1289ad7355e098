"""From a word to the word that it is a form of, in a language: by list for the commonest, by a stemmer for the rest.

A stemmer alone takes words for forms of each other that are not: in English `note` for "not", in Spanish `casa` for
"casado". So the words of everyday texts are looked up, and only what is on no list is stemmed. Stems are marked with
their language (`en:child`): they meet only their own.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

import Stemmer

from parley.text.clitics import verb_of
from parley.text.languages import languages_written_in, plausible, script_of
from parley.text.vocabulary import LANGUAGES, STEMMERS, vocabulary

SHORTEST = 2
"""Shorter words have no inflections in search."""
_SHORTEST_STEM = 3
_SHORTEST_STEMMED = 4
_LONGEST_SUFFIX = 3
_AGGLUTINATIVE = {"tr": 10, "fi": 10, "hi": 4}
"""How much longer than its word a form may be, where that is more than usual."""
_CACHED_WORDS = 50_000
_ARTICLE = re.compile("^(?:وال|بال|كال|فال|لل|ال)(?=..)")


def stems_in_text(term: str, judged: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The marked stems of a folded word, in the languages that its text may be in."""
    script = script_of(term)
    if script is None or script not in judged:
        return frozenset()
    return _marked(term, tuple(judged[script]), own=False)


def stems_in_query(
    term: str, languages: Collection[str] | None = None, expected: Collection[str] = ()
) -> frozenset[str]:
    """The marked stems to look for: in the languages that it may be meant in, or in those among `languages`.

    `expected` languages are likelier than others.
    """
    script = script_of(term)
    if script is None:
        return frozenset()
    possible = languages_written_in(script)
    if languages is not None:
        possible = tuple(language for language in possible if language in languages)
    return _marked(term, plausible(term, possible, expected), own=True)


@lru_cache(_CACHED_WORDS)
def _marked(term: str, languages: tuple[str, ...], *, own: bool) -> frozenset[str]:
    stems = ((language, lemmas_of(term, language)) for language in languages)
    return frozenset(f"{language}:{lemma}" for language, lemmas in stems for lemma in (lemmas[:1] if own else lemmas))


def lemmas_of(term: str, language: str) -> tuple[str, ...]:
    """The words that a folded word may be a form of, its own first; none for function words and very short ones."""
    if len(term) < SHORTEST or not _is_word(term):
        return ()
    listed = vocabulary(language).lemmas.get(term)
    if language == "ar" and (bare := _ARTICLE.sub("", term)) != term:
        of_bare = vocabulary("ar").lemmas.get(bare) or (bare,)
        return of_bare if listed is None else tuple(dict.fromkeys((*listed, *(one for one in of_bare if one == bare))))
    if listed != () and (verb := verb_of(term, language)) is not None:
        return tuple(dict.fromkeys((verb, *(listed or ()))))
    if listed is not None:
        return listed
    if len(term) < _SHORTEST_STEMMED or language not in STEMMERS:
        return (term,)
    return (_lemma_by_stem(term, language),)


_INDIC = re.compile("[\u0900-\u0dff]")


def _is_word(term: str) -> bool:
    return term.isalpha() or (_INDIC.search(term) is not None and not any(map(str.isdigit, term)))


def _lemma_by_stem(term: str, language: str) -> str:
    """The commonest word that has the same stem and looks like the beginning of this one; else the stem."""
    stem = str(_stemmer(language).stemWord(term))
    lemma = _lemmas_by_stem(language).get(stem)
    if lemma is not None and term.startswith(lemma[: max(_SHORTEST_STEM, len(lemma) - 2)]):
        suffix = len(term) - len(lemma)
        if suffix <= _AGGLUTINATIVE.get(language, _LONGEST_SUFFIX):
            return lemma
    return stem if len(stem) >= _SHORTEST_STEM else term


@lru_cache(maxsize=len(LANGUAGES))
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(STEMMERS[language])


@lru_cache(maxsize=len(LANGUAGES))
def _lemmas_by_stem(language: str) -> dict[str, str]:
    lemmas = list(dict.fromkeys(lemmas[0] for lemmas in vocabulary(language).lemmas.values() if lemmas))
    by_stem: dict[str, str] = {}
    for stem, lemma in zip(_stemmer(language).stemWords(lemmas), lemmas, strict=True):
        by_stem.setdefault(str(stem), lemma)
    return by_stem
