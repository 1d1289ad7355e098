"""Folding a text for comparison: NFKC, case folded, without what cannot be seen, and where each part of it comes from.

A *cluster* is a character with the marks, joiners and invisible characters that follow it. A text is folded cluster by
cluster, since composition never reaches over their borders; so whatever is found in the folded text is found at whole
clusters of the text itself, however the folding changed their lengths (`ß` → `ss`, `ﬀ` → `ff`, `e` + U+0301 → `é`).
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from parley.text.folding import IGNORABLE

_IGNORABLE = re.compile(f"[{IGNORABLE}]")
_JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD7FC))
"""Hangul vowels and finals, which compose with what stands before them though they are no marks."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one position of a text to another, in code points; the end is exclusive."""

    start: int
    end: int


class Folded:
    """A text as it is compared. `text` is the folded one; `source` says where in the original something was.

    `starts` are where its clusters begin in the folded text, `sources` where in the original; None where both are the
    same.
    """

    def __init__(self, text: str, starts: Sequence[int] | None, sources: Sequence[int] | None, length: int) -> None:
        self.text = text
        self._starts, self._sources, self._length = starts, sources, length

    def source(self, span: Span) -> Span:
        """The clusters of the original that a span of the folded text came from."""
        if self._starts is None or self._sources is None:
            return span
        first, after = self._clusters(self._starts, span)
        return Span(self._sources[first], self._sources[after] if after < len(self._sources) else self._length)

    def widened(self, span: Span) -> Span:
        """A span of the folded text, widened to whole clusters."""
        if self._starts is None:
            return span
        first, after = self._clusters(self._starts, span)
        return Span(self._starts[first], self._starts[after] if after < len(self._starts) else len(self.text))

    @staticmethod
    def _clusters(starts: Sequence[int], span: Span) -> tuple[int, int]:
        """The cluster in which a span begins, and the one after that in which it ends."""
        return bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1)

    @cached_property
    def encoded(self) -> bytes:
        """The folded text in UTF-8, in which patterns are looked for."""
        return self.text.encode()

    def decoded(self, span: Span) -> Span:
        """The characters that a span of bytes touches."""
        if len(self.encoded) == len(self.text):
            return span
        offsets = self._offsets
        return Span(bisect_right(offsets, span.start) - 1, bisect_right(offsets, span.end - 1))

    @cached_property
    def _offsets(self) -> list[int]:
        """Where in the bytes each character begins."""
        offsets, position = [], 0
        for character in self.text:
            offsets.append(position)
            code = ord(character)
            position += 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)  # noqa: PLR2004 - UTF-8's lengths
        return offsets


def fold(text: str) -> Folded:
    """Fold a text: linear in its length."""
    if text.isascii():
        return Folded(text.lower(), None, None, len(text))
    parts: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    position = 0
    for span in clusters(text):
        part = _fold_cluster(text[span.start : span.end])
        if part:
            parts.append(part)
            starts.append(position)
            sources.append(span.start)
            position += len(part)
    return Folded("".join(parts), starts, sources, len(text))


def clusters(text: str) -> list[Span]:
    """The clusters of a text, in order, without gaps. What cannot be seen belongs to what stands before it."""
    borders = [index for index, character in enumerate(text) if index == 0 or not continues(character)]
    return [Span(start, end) for start, end in pairwise([*borders, len(text)])]


@lru_cache(maxsize=4096)
def continues(character: str) -> bool:
    """Whether a character belongs to the one before it, also after it is decomposed."""
    if character.isascii():
        return False
    if _IGNORABLE.match(character):
        return True
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or any(ord(first) in jamo for jamo in _JAMO)


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    visible = _IGNORABLE.sub("", cluster)
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return _IGNORABLE.sub("", unicodedata.normalize("NFKC", folded))
