"""What a block list costs a send: work counted, which grows with the text alone, and CPU time beside it.

Words are counted in lookups, patterns in bytes that RE2 may have read; texts and lists are the worst that we know of.
"""

import random
import time
from collections.abc import Callable, Sequence
from itertools import pairwise

from parley.moderation.block_list_matching import Entry, Matcher
from parley.moderation.patterns import MAX_MATCHES, MAX_PROGRAM
from parley.moderation.patterns import check as program_size
from parley.moderation.words import MAX_TOKENS
from tests.benchmarks.tables import print_table

LENGTHS = (2_500, 5_000, 10_000, 20_000)
"""Characters; the last is the longest text that a message may have."""
CHAT = "Lunch at noon, or shall we say half past? I'll bring the café's menu. "
COIN_FLIPS = "".join(random.Random(1).choices("ab", k=LENGTHS[-1]))  # noqa: S311 - the same in every run
WORDS: dict[str, tuple[list[str], str]] = {
    "10 words, chat": ([f"word{n}" for n in range(10)], CHAT),
    "2,000 words, chat": ([f"word{n}" for n in range(2_000)], CHAT),
    "2,000 words, ASCII chat": ([f"word{n}" for n in range(2_000)], CHAT.replace("é", "e")),
    "phrases of which all but the end is there": ([" ".join(["a"] * n + ["b"]) for n in range(1, MAX_TOKENS)], "a "),
    "every character a token": (["ばか" * 10 + "だ"], "ばか"),
}
PATTERNS: dict[str, tuple[list[str], str]] = {
    "one, chat": ([r"\bf+r+e+e+\s+money\b"], CHAT),
    "100, chat": ([rf"\bw+o+r+d+{n}\b" for n in range(100)], CHAT),
    "a nest of stars": ([r"(a*)*b", r"(a|aa)+$b?c"], "a"),
    "each search reads to the end": ([r"a|.*z"], "a"),
    "more states than the DFA holds": ([r"(a|b)*a(a|b){300}c"], COIN_FLIPS),
    "any letters": ([r"(\pL+\s)+x"], "é a "),
}


def main() -> None:
    """Print both tables; fail where work grows faster than the text."""
    _measure("Listed words", "lookups", WORDS, is_pattern=False, bound=MAX_TOKENS + 1)
    _measure("Listed patterns", "bytes read, at most", PATTERNS, is_pattern=True, bound=2 * (MAX_MATCHES + 1) * 100)
    sizes = [[pattern, str(program_size(pattern))] for entries, _ in PATTERNS.values() for pattern in entries[:1]]
    print_table(f"Programs of patterns, in instructions; at most {MAX_PROGRAM:,}", ["pattern", "size"], sizes)


def _measure(title: str, unit: str, cases: dict[str, tuple[list[str], str]], *, is_pattern: bool, bound: int) -> None:
    rows = []
    for name, (entries, unit_of_text) in cases.items():
        matcher = Matcher([Entry(entry, is_pattern=is_pattern, action="mask") for entry in entries])
        counts, times = [], []
        for length in LENGTHS:
            text = (unit_of_text * length)[:length]
            count, milliseconds = _examine(matcher, text)
            counts.append(count)
            times.append(milliseconds)
        rows.append([name, *(f"{count:,}" for count in counts), *(f"{each:.1f}" for each in times)])
        _check_linear(name, counts, bound)
    header = [*(f"{length:,}" for length in LENGTHS), *(f"ms of {length:,}" for length in LENGTHS)]
    print_table(f"{title}: {unit} by the length of the text, and CPU", ["list, text", *header], rows)


def _examine(matcher: Matcher, text: str) -> tuple[int, float]:
    """Lookups and bytes of one examination, and the best of three times."""
    before = _work(matcher)
    best = min(_time(lambda: matcher.examine(text)) for _ in range(3))
    return (_work(matcher) - before) // 3, best


def _work(matcher: Matcher) -> int:
    return matcher.words.steps + matcher.patterns.scanned


def _time(function: Callable[[], object]) -> float:
    started = time.process_time()
    function()
    return (time.process_time() - started) * 1000


def _check_linear(name: str, counts: Sequence[int], bound: int) -> None:
    for length, count in zip(LENGTHS, counts, strict=True):
        assert count <= bound * length, f"{name}: {count} for {length} characters"
    for shorter, longer in pairwise(counts):
        assert longer <= 2.2 * shorter, f"{name}: {shorter} grew to {longer} in a text twice as long"
