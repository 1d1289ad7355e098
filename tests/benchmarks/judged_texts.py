"""Texts, queries and which of the texts a person who asks so wants, in fifteen languages: `judged/<language>.txt`.

A line with a number is a text, one with `?` a query and the numbers of the texts that it shall find: every query is
judged against every text of its language.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "judged"


@dataclass(frozen=True)
class Judged:
    """One language: its texts by number, and the numbers that each query shall find."""

    language: str
    texts: dict[int, str]
    queries: dict[str, frozenset[int]]

    @property
    def pairs(self) -> int:
        """How many pairs of a query and a text are judged."""
        return len(self.texts) * len(self.queries)


def every() -> list[Judged]:
    """All languages, by their codes."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Judged:
    texts: dict[int, str] = {}
    queries: dict[str, frozenset[int]] = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("? "):
            query, _, numbers = line[2:].rpartition(" = ")
            queries[query] = frozenset(map(int, numbers.split()))
        else:
            number, _, text = line.partition(" ")
            texts[int(number)] = text
    return Judged(path.stem, texts, queries)
