"""Listed words and phrases, found as whole words in one pass: a text's words are looked up, not searched for.

A text is cut into tokens: a run of letters and digits with their marks, or one other character that is no white space.
Chinese, Japanese, Thai, Lao, Khmer and Burmese put no spaces between words, so there each character is a token. A word
is listed as the tokens that it consists of, in a tree; `class` is found in `a class!` and not in `classic`, a phrase
across any white space. From each token of a text the tree is walked down at most `MAX_TOKENS` steps, so the work is
linear in the text, whatever is listed.

Tokens are compared as search compares words (`parley.text`), but for accents: without them it is another word (`ano`,
`año`), which a search may find and nobody may mask.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from parley.moderation.folding import Span, fold
from parley.text.folding import unified

MAX_TOKENS = 32
_ASCII_TOKEN = re.compile(r"[a-z0-9_]+|[^a-z0-9_\s]")
_UNSPACED = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Burmese
    range(0x1780, 0x1800),  # Khmer
    range(0x3005, 0x3008),
    range(0x3040, 0x3100),  # Hiragana, Katakana
    range(0x31F0, 0x3200),
    range(0x3400, 0x4DC0),  # Han
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a folded text, and where in it."""

    text: str
    span: Span


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text, in order."""
    if text.isascii():
        return [Token(found.group(), Span(*found.span())) for found in _ASCII_TOKEN.finditer(text)]
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    start, inside = 0, False
    for index, character in enumerate(text):
        kind = _kind(character)
        if kind == "mark" or (kind == "word" and inside):
            continue
        if inside or (index > start and not text[start].isspace()):
            yield Token(unified(text[start:index]), Span(start, index))
        start, inside = index, kind == "word"
    if text and not text[start].isspace():
        yield Token(unified(text[start:]), Span(start, len(text)))


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if unicodedata.category(character)[0] == "M":
        return "mark"
    if any(ord(character) in script for script in _UNSPACED):
        return "alone"
    return "word" if character.isalnum() or character == "_" else "alone"


@dataclass(slots=True)
class _Node:
    """Where the tokens so far lead: further tokens, and the entries that end here."""

    children: "dict[str, _Node]" = field(default_factory=dict)
    entries: list[int] = field(default_factory=list)


class Words:
    """Listed words by the number of their entry. `steps` counts the tokens that were looked up, for measurements."""

    def __init__(self, words: Iterable[tuple[int, str]]) -> None:
        self._root = _Node()
        self.steps = 0
        for entry, word in words:
            node = self._root
            for token in tokens(fold(word).text):
                node = node.children.setdefault(token.text, _Node())
            node.entries.append(entry)

    def find(self, text: str) -> Iterator[tuple[int, Span]]:
        """Every listed word of a folded text with its place there, also where two overlap."""
        if not self._root.children:
            return
        found = tokens(text)
        for first, token in enumerate(found):
            node = self._root.children.get(token.text)
            self.steps += 1
            last = first
            while node is not None:
                for entry in node.entries:
                    yield entry, Span(token.span.start, found[last].span.end)
                last += 1
                if last == len(found) or not node.children:
                    break
                node = node.children.get(found[last].text)
                self.steps += 1
