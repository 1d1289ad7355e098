# ruff: noqa: RUF001 - letters that look alike are what it is about
"""The analysis of mapping version 1, with which `search_quality` compares: three stems for each word of a query."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import Stemmer

_DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3040-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963\u0966-\u0dff\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
"""Marks within words, and the blocks of South Asian scripts, whose vowel signs Python's `\\w` does not know."""
_PICTURE = "\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
_PICTURE += "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
_MODIFIERS = "\ufe0f\U0001f3fb-\U0001f3ff"
_LETTER = rf"(?:(?![{_DENSE}])[^\W_]|[{_MARKS}])"

_TOKEN = re.compile(
    rf"(?P<dense>[{_DENSE}][\u3099\u309a\uff9e\uff9f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]*)"
    rf"|(?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
    rf"|[{_PICTURE}][{_MODIFIERS}]*(?:\u200d[{_PICTURE}][{_MODIFIERS}]*)*)"
    rf"|(?P<word>(?<![^\W_])[A-Za-z](?:\+\+|\#)(?!\w)|{_LETTER}+(?:['’ʼ]{_LETTER}+)*)"
)
_MODIFIER = re.compile(f"[{_MODIFIERS}]")
_APOSTROPHE = re.compile("['’ʼ]")
_DROPPED_MARKS = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Accents, vowel points and the Arabic tatweel; the breve of й stays, since it is another letter than и."""

_ALIKE = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ħ": "h",
        "ŋ": "n",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ى": "ي",
        "ی": "ي",
        "ة": "ه",
        "ٱ": "ا",
        "ک": "ك",
    }
)
"""Letters that people write for each other and that Unicode does not decompose."""

MAX_TERM = 64
"""A longer word is cut: nobody searches for more, and Lucene takes no term above 32 KiB."""
GAP = "|"
"""Stands between runs in `bigrams`, so that no phrase matches across two of them."""
_SHORTEST_STEM = 3
_CACHED_TERMS = 50_000
_CACHED_STEMMERS = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A term and where in the text it stands (`start` to `end`, in code points)."""

    term: str
    start: int
    end: int
    dense: bool = False
    """A character of a script without spaces."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the engine indexes of a text, terms separated by spaces."""

    words: str
    stems: str
    bigrams: str


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, raw = match.lastgroup, match.group()
        term = fold_dense(raw) if kind == "dense" else _MODIFIER.sub("", raw) if kind == "emoji" else fold(raw)
        if term:
            tokens.append(Token(term, match.start(), match.end(), dense=kind == "dense"))
    return tokens


@lru_cache(_CACHED_TERMS)
def fold(word: str) -> str:
    """A word without what people leave out or write differently: case, accents, ligatures, apostrophes, digit forms."""
    if word.isascii():
        return word.lower().replace("'", "")[:MAX_TERM]
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", word).casefold())
    folded = unicodedata.normalize("NFC", _DROPPED_MARKS.sub("", decomposed)).translate(_ALIKE)
    return "".join(map(_digit, folded))[:MAX_TERM]


def _digit(character: str) -> str:
    value = None if character.isascii() else unicodedata.decimal(character, None)
    return character if value is None else str(value)


def fold_dense(character: str) -> str:
    """Half-width and full-width forms alike."""
    return unicodedata.normalize("NFKC", character)


@lru_cache(_CACHED_STEMMERS)
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language)


def _stem(language: str, term: str) -> str:
    stem = str(_stemmer(language).stemWord(term))
    return stem if len(stem) >= _SHORTEST_STEM else term


_GERMAN_LETTERS = re.compile("[äöüßÄÖÜ]")
_TURKISH_LETTERS = re.compile("[ığşİĞŞ]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC = re.compile("[\u0600-\u06ff]")


@lru_cache(_CACHED_TERMS)
def stems_of(term: str, languages: tuple[str, ...] = ("english", "german", "turkish")) -> frozenset[str]:
    """The term and its stems: Russian and Arabic by their script, else in each of these languages."""
    if not term.isalpha():
        return frozenset({term})
    if term.isascii():
        return frozenset({term, *(_stem(language, term) for language in languages)})
    if _CYRILLIC.search(term):
        return frozenset({term, _stem("russian", term)})
    if _ARABIC.search(term):
        return frozenset({term, _stem("arabic", term), *_without_article(term)})
    return frozenset({term})


_ARTICLE = re.compile("^(?:وال|بال|كال|فال|لل|ال)(?=..)")


def _without_article(term: str) -> tuple[str, ...]:
    bare = _ARTICLE.sub("", term)
    return () if bare == term else (bare, _stem("arabic", bare))


def languages_of(text: str) -> tuple[str, ...]:
    """The languages whose stems a text gets: English always, German and Turkish where its letters say so."""
    languages = ["english"]
    if not text.isascii():
        if _GERMAN_LETTERS.search(text):
            languages.append("german")
        if _TURKISH_LETTERS.search(text):
            languages.append("turkish")
    return tuple(languages)


def token_stems(token: Token, text: str, languages: tuple[str, ...]) -> frozenset[str]:
    """The stems of a token, and for one with an apostrophe (İstanbul'da) those of what stands before it."""
    stems = stems_of(token.term, languages)
    cut = _APOSTROPHE.search(text, token.start, token.end)
    if cut is None or cut.start() - token.start < _SHORTEST_STEM:
        return stems
    return stems | stems_of(fold(text[token.start : cut.start()]), languages)


def analyze(text: str) -> Terms:
    """The terms of a text in any script, by its tokens."""
    tokens = tokenize(text)
    languages = languages_of(text)
    stems: dict[str, None] = {}
    for token in tokens:
        if not token.dense:
            stems.update(dict.fromkeys(token_stems(token, text, languages)))
    return Terms(
        words=" ".join(token.term for token in tokens),
        stems=" ".join(sorted(stems)),
        bigrams=" ".join(bigrams(tokens)),
    )


def bigrams(tokens: list[Token]) -> list[str]:
    """The overlapping pairs within each run of dense tokens."""
    pairs: list[str] = []
    for first, second in pairwise(tokens):
        if first.dense and second.dense and first.end == second.start:
            pairs.append(first.term + second.term)
        elif pairs and pairs[-1] != GAP:
            pairs.append(GAP)
    return pairs[:-1] if pairs and pairs[-1] == GAP else pairs
