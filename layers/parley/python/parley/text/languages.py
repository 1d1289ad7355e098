"""Which languages a text may be in, judged by its script, its letters and how common its words are in each."""

import math
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import islice

from parley.text.vocabulary import ARABIC, CYRILLIC, DEVANAGARI, HEBREW, LATIN, vocabulary

MAX_JUDGED_WORDS = 100
MAX_LANGUAGES = 3
"""A text is in one language; where two or three are as likely, it counts as written in each."""
_MARGIN = math.log(20)
_PRIOR = math.log(20)
"""What a language gains by being expected: what a common word in it would."""
_UNKNOWN = math.log(2e-6)
"""The likelihood of a word that is on no list."""
_ZIPF = 0.1
_OTHER_LETTER = 4.0
"""What a letter that a language does not have takes from its likelihood."""
_CACHED_WORDS = 50_000

_SCRIPTS = {
    "latin": (re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff]"), LATIN),
    "cyrillic": (re.compile("[\u0400-\u04ff]"), CYRILLIC),
    "arabic": (re.compile("[\u0620-\u064a]"), ARABIC),
    "devanagari": (re.compile("[\u0900-\u097f]"), DEVANAGARI),
    "hebrew": (re.compile("[\u05d0-\u05ea]"), HEBREW),
}
_LETTERS = {
    "en": "",
    "de": "äöüß",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "it": "àèéìòù",
    "es": "áéíóúüñ¿¡",
    "pt": "áâãàçéêíóôõú",
    "nl": "éëïöü",
    "da": "æøåé",
    "no": "æøåéô",
    "sv": "åäöé",
    "fi": "äöå",
    "tr": "çğıöşüâî",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "ru": "ыэъё",
    "uk": "іїєґ",
    "ar": "",
    "hi": "",
    "he": "",
}
"""The letters that a language has beyond those that all of its script have."""
_TELLING = re.compile(f"[{''.join(sorted(set(''.join(_LETTERS.values()))))}]")
_NOT_ARABIC = re.compile("[\u0679\u067e\u0686\u0688\u0691\u0698\u06af\u06ba\u06be\u06c1\u06c3\u06d2]")
"""Letters of Persian and Urdu."""


def script_of(term: str) -> str | None:
    """The script of a folded word, where it is one of a known language."""
    return _script_of_letter(term[:1])


@lru_cache(_CACHED_WORDS)
def _script_of_letter(letter: str) -> str | None:
    return next((name for name, (letters, _) in _SCRIPTS.items() if letters.match(letter)), None)


def languages_written_in(script: str) -> tuple[str, ...]:
    """The known languages of a script."""
    return _SCRIPTS[script][1]


def judge(text: str, terms: Iterable[str], expected: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """The languages that a text with these folded words may be in, by script, the likeliest first.

    `expected` languages are likelier beforehand. Words on no list say nothing: a text of such words alone is taken for
    one in those, or in English where its script is Latin and none is expected.
    """
    judged: dict[str, tuple[str, ...]] = {}
    by_script: dict[str, list[str]] = {}
    for term in islice(dict.fromkeys(terms), MAX_JUDGED_WORDS):
        script = script_of(term)
        if script is not None:
            by_script.setdefault(script, []).append(term)
    for script, words in by_script.items():
        languages = languages_written_in(script)
        if script == "arabic" and _NOT_ARABIC.search(text):
            continue
        judged[script] = languages if len(languages) == 1 else _likeliest(text, words, languages, expected)
    return judged


def plausible(term: str, languages: tuple[str, ...], expected: Collection[str] = ()) -> tuple[str, ...]:
    """Those of these languages that a single word may be meant in: where it is common, all where it is on no list.

    `expected` languages are likelier beforehand.
    """
    known = _known_likelihoods(term, languages)
    if not known:
        return languages
    scores = {one: known.get(one, _UNKNOWN) + _PRIOR * (one in expected) for one in languages}
    least = max(scores.values()) - _MARGIN
    return tuple(language for language in languages if scores[language] >= least)


def _likeliest(text: str, words: list[str], languages: tuple[str, ...], expected: Collection[str]) -> tuple[str, ...]:
    known = [of_word for word in words if (of_word := _likelihoods(word, languages)) is not None]
    is_any_known = bool(known)
    prior = [_PRIOR * (language in expected) + _UNKNOWN * (len(words) - len(known)) for language in languages]
    totals = (math.fsum(scores) for scores in zip(prior, *known, strict=True))
    scores = dict(zip(languages, totals, strict=True))
    letters = set() if text.isascii() else set(_TELLING.findall(text.lower()))
    if not is_any_known and not letters:
        return tuple(language for language in languages if language in expected)[:MAX_LANGUAGES] or languages[:1]
    for language in languages:
        scores[language] -= _OTHER_LETTER * len(letters.difference(_LETTERS[language]))
    ordered = sorted(languages, key=lambda language: -scores[language])
    best = scores[ordered[0]]
    return tuple(language for language in ordered[:MAX_LANGUAGES] if scores[language] >= best - _MARGIN)


@lru_cache(_CACHED_WORDS)
def _likelihoods(word: str, languages: tuple[str, ...]) -> tuple[float, ...] | None:
    """How likely a word is in each language, None where it is on no list."""
    known = _known_likelihoods(word, languages)
    return tuple(known.get(language, _UNKNOWN) for language in languages) if known else None


@lru_cache(_CACHED_WORDS)
def _known_likelihoods(word: str, languages: tuple[str, ...]) -> dict[str, float]:
    """How likely a word is in each language that lists it: its rank, by Zipf's law."""
    ranks = ((language, vocabulary(language).ranks.get(word)) for language in languages)
    return {language: math.log(_ZIPF / (rank + 3)) for language, rank in ranks if rank is not None}
