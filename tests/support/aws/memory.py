"""What processes take of a machine's memory, as Linux tells it in `/proc`."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")


def is_told() -> bool:
    """Whether this machine tells the proportional share of a process (PSS)."""
    return (PROC / "self" / "smaps_rollup").exists()


def descendants(roots: Iterable[int]) -> set[int]:
    """These processes and all that they have started, and those in turn."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it has ended meanwhile
                continue
            children[int(stat.rpartition(")")[2].split()[1])].append(int(entry.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        process = waiting.pop()
        if process not in found:
            found.add(process)
            waiting += children[process]
    return found


def proportional_bytes(processes: Iterable[int]) -> int:
    """The memory of processes, what several share counted once (PSS)."""
    return sum(map(_pss, processes))


def _pss(process: int) -> int:
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
