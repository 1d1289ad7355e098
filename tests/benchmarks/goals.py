"""What the benchmarks of one run say against their goals, as ratios, with the peers' last figures.

A benchmark runs in a process of its own and notes what it found; the run prints all of it at its end. Times are never
asserted: what else the machine does decides about them too.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.tables import print_table, verdict

NOTES = "PARLEY_BENCHMARK_NOTES"
"""The file that the benchmarks of one run note in."""
PEERS = Path(__file__).parent / "peers.json"


def note(what: str, value: float, goal: float, unit: str = "") -> None:
    """Say what was measured, to whoever runs several benchmarks."""
    if path := os.environ.get(NOTES):
        with Path(path).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps([what, value, goal, unit]) + "\n")


@contextmanager
def noted() -> Iterator[None]:
    """Print what the benchmarks inside noted, and the peers' figures, at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notes"
        path.touch()
        os.environ[NOTES] = os.fspath(path)
        try:
            yield
        finally:
            del os.environ[NOTES]
            _print([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def _print(notes: list[tuple[str, float, float, str]]) -> None:
    rows = [
        [what, f"{value:.2f}{unit}", f"≤ {goal:g}{unit}", verdict(value, goal)] for what, value, goal, unit in notes
    ]
    print("\n=== against the goals")
    print_table("What this run measured", ["what", "measured", "goal", ""], rows)
    peers = json.loads(PEERS.read_text(encoding="utf-8"))
    rows = [
        [what, *("" if each is None else f"{each:g}" for each in figures)] for what, figures in peers["rows"].items()
    ]
    print_table(f"Peers, measured {peers['measured']}. {peers['how']}", ["what", *peers["servers"]], rows)
