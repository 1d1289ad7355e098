# ruff: noqa: RUF001 - letters that look alike are what it is about
"""Folding: the one spelling by which words are compared, whatever people leave out or write differently."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Unicode's Default_Ignorable_Code_Point, from DerivedCoreProperties: what is written to be seen by nobody."""
APOSTROPHES = "'’‘ʼʹ`´′＇՚‛"
MAX_TERM = 64
"""A longer word is cut: nobody searches for more, and Lucene takes no term above 32 KiB."""
_CACHED = 50_000

_IGNORED = re.compile(f"[{IGNORABLE}]")
_LEFT_OUT = re.compile(f'[{APOSTROPHES}"״׳”“]')
_DROPPED_MARKS = re.compile(
    "(?<!и)\u0306|[\u0300-\u0305\u0307-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Accents, vowel points, nuqta and the Arabic tatweel; the breve of й stays, since it is another letter than и."""
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
        "ґ": "г",
    }
)
"""Letters that people write for each other and that Unicode does not decompose."""
_INDIC = tuple(range(0x0900, 0x0D00, 0x80))
"""The blocks of the Indic scripts, which have the same letter at the same place."""
_CLASSES = ((0x15, 0x18, 0x19), (0x1A, 0x1D, 0x1E), (0x1F, 0x22, 0x23), (0x24, 0x27, 0x28), (0x2A, 0x2D, 0x2E))
"""First and last stop consonant of each place of articulation, and its nasal."""
_WITHOUT_ANUSVARA = 0x0B80
"""Tamil writes the nasal."""
_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""What people write for a letter that their keyboard lacks."""
_UMLAUT = re.compile("[äöüøå]")
SPELLED_OUT = re.compile("([aou])e|(a)a")
"""What `spelled_out` may have made, after folding; `\\1\\2` is what folding makes of the letter."""


def _nasals() -> dict[re.Pattern[str], str]:
    rules: dict[re.Pattern[str], str] = {}
    for block in _INDIC:
        if block == _WITHOUT_ANUSVARA:
            continue
        anusvara, virama = chr(block + 0x02), chr(block + 0x4D)
        groups = [
            f"{chr(block + nasal)}{virama}(?=[{chr(block + first)}-{chr(block + last)}])"
            for first, last, nasal in _CLASSES
        ]
        rules[re.compile("|".join([*groups, chr(block + 0x01)]))] = anusvara
    return rules


_NASALS = _nasals()
_FIRST_INDIC, _LAST_INDIC = "\u0900", "\u0cff"


@lru_cache(_CACHED)
@lru_cache(_CACHED)
def fold(word: str) -> str:
    """A word without case, accents, ligatures, apostrophes, digit forms and what cannot be seen."""
    if word.isascii():
        return _LEFT_OUT.sub("", word.lower())[:MAX_TERM]
    decomposed = unicodedata.normalize("NFKD", _LEFT_OUT.sub("", _IGNORED.sub("", word)).casefold())
    folded = unicodedata.normalize("NFC", _DROPPED_MARKS.sub("", decomposed)).translate(_ALIKE)
    if any(_FIRST_INDIC <= character <= _LAST_INDIC for character in folded):
        folded = _with_anusvara(folded)
    return "".join(map(_digit, folded))[:MAX_TERM]


def _with_anusvara(word: str) -> str:
    """A nasal before a consonant of its place is written as a letter or as a dot: हिन्दी, हिंदी."""
    for nasal, anusvara in _NASALS.items():
        word = nasal.sub(anusvara, word)
    return word


def _digit(character: str) -> str:
    value = None if character.isascii() else unicodedata.decimal(character, None)
    return character if value is None else str(value)


def spelled_out(word: str) -> str | None:
    """A word with two letters for each umlaut (`mueller` for `Müller`); None for a word that has none."""
    if word.isascii():
        return None
    composed = unicodedata.normalize("NFC", word).lower()
    return (
        fold(_UMLAUT.sub(lambda letter: _TWO_LETTERS[letter.group()], composed)) if _UMLAUT.search(composed) else None
    )


_UNMARKED_SCRIPTS = re.compile("[\u0590-\u06ff\u0900-\u0dff]")
"""Hebrew, Arabic and the Indic scripts: their marks are left out at will and tell no words apart."""


def unified(word: str) -> str:
    """A case-folded word in the spelling that all ways to write it share: accents stay, since they tell words apart."""
    if word.isascii():
        return word
    return (fold(word) if _UNMARKED_SCRIPTS.search(word) else fold_dense(word)) or word


_KATAKANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}


@lru_cache(1)
def _variants() -> dict[int, int]:
    """Katakana to hiragana, and traditional and Japanese forms of Han characters to the simplified one."""
    variants, simplified = (Path(__file__).with_name("data") / "han.txt").read_text("utf-8").split()
    return _KATAKANA | {ord(one): ord(other) for one, other in zip(variants, simplified, strict=True)}


@lru_cache(_CACHED)
def fold_dense(character: str) -> str:
    """A character of a script without spaces: half-width forms, kana and variants of Han characters alike."""
    return unicodedata.normalize("NFKC", _IGNORED.sub("", character)).translate(_variants())
