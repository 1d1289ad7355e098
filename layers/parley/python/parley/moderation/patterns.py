"""Patterns that a tenant lists, matched by RE2: its time grows with the text alone, whatever the pattern.

RE2 has no backtracking. What could still grow is bounded: the size of a pattern's program, of all programs of a list,
and how often one pattern is searched for in a text, since each search may read the text to its end. Only functions that
meet a list with patterns load it: 25 ms and 5 MiB.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

from parley.moderation.folding import Folded, Span

MAX_PROGRAM = 2_500
"""Instructions of one pattern; `\\pL` takes some 1,200."""
MAX_PROGRAMS = 10_000
"""Instructions of all patterns of a list."""
MAX_MATCHES = 64
"""How many matches of one pattern in a text are told apart. One with more counts as matching from there to its end."""
_MEMORY = 1 << 19
"""Bytes that one pattern may take, the states that it meets included."""
_AROUND = ("", "a", " ", "\n")
"""What may stand beside an empty match: RE2 tells apart the text's ends, letters, line breaks and all else."""


class PatternRefused(ValueError):
    """A pattern that cannot be listed; the message says why, for its author."""


def check(pattern: str) -> int:
    """The size of a pattern's program. Raises `PatternRefused`."""
    if unicodedata.normalize("NFKC", pattern) != pattern:
        raise PatternRefused("texts are compared in the normal form NFKC: write the pattern in it")
    unmatched = sorted({each for each in pattern if len(each.casefold()) > 1})
    if unmatched:
        raise PatternRefused(f"texts are compared case-folded: write {unmatched[0].casefold()} for {unmatched[0]}")
    try:
        size = int(_compiled(pattern).programsize)
        if any(_fits(f"{before}(?:{pattern}){after}", *sides) for before, after, sides in _empty_places()):
            raise PatternRefused("the pattern matches where nothing is")
    except _re2().error as error:
        reason = error.args[0]
        shown = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise PatternRefused(shown) from None
    if size > MAX_PROGRAM:
        raise PatternRefused("the pattern is too large")
    return size


def _empty_places() -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Every place in which a pattern might match nothing, as what stands before and after it."""
    for before, after in product(_AROUND, repeat=2):
        yield "(?s:.)" if before else "", "(?s:.)" if after else "", (before, after)


def _fits(pattern: str, before: str, after: str) -> bool:
    return _compiled(pattern).fullmatch((before + after).encode()) is not None


@cache
def _re2() -> Any:
    import re2  # noqa: PLC0415 - only where a list has patterns

    return re2


def _compiled(pattern: str) -> Any:
    options = _re2().Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.never_capture = True
    options.case_sensitive = False
    return _re2().compile(pattern, options)


class Patterns:
    """Listed patterns by the number of their entry. `scanned` counts the bytes that searches may have read."""

    def __init__(self, patterns: Iterable[tuple[int, str]]) -> None:
        self._patterns = [(entry, _compiled(pattern)) for entry, pattern in patterns]
        self.scanned = 0

    def find(self, folded: Folded) -> Iterator[tuple[int, Span]]:
        """The leftmost matches of each pattern, in the folded text, that do not overlap."""
        for entry, pattern in self._patterns:
            for span in self._find(pattern, folded.encoded):
                yield entry, folded.decoded(span)

    def _find(self, pattern: Any, text: bytes) -> Iterator[Span]:
        position = 0
        for _ in range(MAX_MATCHES):
            self.scanned += len(text) - position
            found = pattern.search(text, position)
            if found is None:
                return
            start, position = found.span()
            yield Span(start, position)
        if position < len(text) and pattern.search(text, position) is not None:
            yield Span(position, len(text))
