# ruff: noqa: RUF001 - letters that look alike are what it is about
"""From a text to its words, with places in the text.

Scripts written without spaces (Chinese, Japanese, Korean, Thai, …) become single characters. A symbol that belongs to a
word stays with it (`C++`, `.NET`, `AT&T`); an elided article before an apostrophe is a word of its own (`l'homme`).
`parley.text.forms` tells how else the same may be written.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from parley.text.folding import APOSTROPHES, IGNORABLE, fold, fold_dense

_DENSE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0eff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u1100-\u115e\u1161-\u11ff\u3005-\u3007\u3021-\u3029\u3040-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_MARKS = (
    "\u0300-\u034e\u0350-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u0900-\u0963"
    "\u0966-\u0dff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
"""Marks within words, and the blocks of South Asian scripts, whose vowel signs Python's `\\w` does not know."""
_PICTURE = "\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
_PICTURE += "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
_MODIFIERS = "\ufe0f\U0001f3fb-\U0001f3ff"
_LETTER = rf"(?:(?![{_DENSE}])[^\W_{IGNORABLE}]|[{_MARKS}])"
_RUN = rf"{_LETTER}(?:[{IGNORABLE}]*{_LETTER})*"
_WITHIN = rf"(?:[{APOSTROPHES}]|(?<=[\u05d0-\u05ea])[\"”“״׳](?=[\u05d0-\u05ea]))"

_NAME = (
    r"(?P<name>(?<![^\W_])[A-Za-z](?:\+\+|\#)(?![^\W\d])"  # C++, C#
    r"|(?<![^\W_])[A-Za-z][A-Za-z0-9]*\+{1,2}(?![\w+=])"  # Notepad++, Disney+
    r"|(?<![\w&=])[A-Za-z]{1,4}&[A-Za-z]{1,4}(?![\w=;])"  # AT&T
    r"|(?<![^\s(\[{<\"',;/\\])\.[A-Za-z][A-Za-z0-9]*(?!\w))"  # .NET
)

_TOKEN_IN_ASCII = re.compile(rf"{_NAME}|(?P<word>[A-Za-z0-9]+(?:['`][A-Za-z0-9]+)*)")
"""The same of a text that is plain ASCII, at a third of the time."""
_MODIFIER = re.compile(f"[{_MODIFIERS}]")
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")

ELIDED = frozenset(
    (
        *("l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu", "presqu"),
        *("dell", "nell", "all", "dall", "sull", "coll", "un", "quest", "quell", "sant", "bell", "tutt", "nessun"),
        *("ciascun", "gl", "v", "mezz", "quant", "com", "dov", "anch", "senz"),
    )
)
"""What French, Italian and Catalan leave of a word before a vowel."""
CONTRACTED = frozenset(["s", "t", "d", "m", "ll", "re", "ve", "em"])
"""What English leaves of a word after another."""

_OTHERWISE = frozenset(["ill", "hell", "shell", "well", "were", "wed", "shed", "id"])
"""Other words than what English contracts to the same letters: `I'll` is not `ill`, nor `we're` `were`."""


@cache
def _token() -> re.Pattern[str]:
    """A token of any script: it takes milliseconds to compile, and most functions never read one."""
    return re.compile(
        rf"(?P<dense>[{_DENSE}][\u3099\u309a\uff9e\uff9f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e{IGNORABLE}]*)"
        rf"|(?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3"
        rf"|[{_PICTURE}][{_MODIFIERS}]*(?:\u200d[{_PICTURE}][{_MODIFIERS}]*)*)"
        rf"|{_NAME}"
        rf"|(?P<word>{_RUN}(?:{_WITHIN}{_RUN})*)"
    )


class Token(NamedTuple):
    """A term and where in the text it stands (`start` to `end`, in code points)."""

    term: str
    start: int
    end: int
    dense: bool = False
    """A character of a script without spaces."""


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    tokens: list[Token] = []
    for match in (_TOKEN_IN_ASCII if text.isascii() else _token()).finditer(text):
        kind, raw, start = match.lastgroup, match.group(), match.start()
        if kind == "word" and not raw.isalnum():
            tokens += _of_word(raw, start)
            continue
        term = fold_dense(raw) if kind == "dense" else _MODIFIER.sub("", raw) if kind == "emoji" else fold(raw)
        if term:
            tokens.append(Token(term, start, match.end(), dense=kind == "dense"))
    return tokens


def _of_word(raw: str, start: int) -> Iterator[Token]:
    """A word, apart from what is elided before it."""
    cut = APOSTROPHE.search(raw)
    if cut is not None and fold(raw[: cut.start()]) in ELIDED and fold(raw[cut.end() :]) not in CONTRACTED:
        yield Token(fold(raw[: cut.start()]), start, start + cut.start())
        raw, start = raw[cut.end() :], start + cut.end()
    term = fold(raw)
    if term in _OTHERWISE and cut is not None:
        term = APOSTROPHE.sub("'", raw.lower())
    if term:
        yield Token(term, start, start + len(raw))
