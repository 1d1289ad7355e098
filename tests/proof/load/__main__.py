"""`make load`: what a local stack of this machine bears, by a closed and an open model, with percentiles and pictures.

Closed: so many users, each of whom waits for an answer before asking again. Open: requests arrive by chance at a rate,
whether or not those before them are answered, so waiting in a queue counts. Only loopback is asked, and every run is
bounded. `--short` is what a test runs. A machine's figures say nothing of AWS; they show what changes between commits.
"""

import argparse
import os
import sys
from pathlib import Path

from infrastructure.layers import ROOT
from tests.benchmarks.tables import print_table
from tests.proof.load.charts import closed_chart, open_chart
from tests.proof.load.models import Run, closed, open_model
from tests.proof.load.requests import Crowd
from tests.proof.stacks import proof_stack

PICTURES = ROOT / "docs" / "pictures"
USERS = (1, 2, 4, 8, 16)
RATES = (5.0, 10.0, 20.0, 40.0)
MOST_SECONDS = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.load", description="Load on this machine alone")
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS_EACH", "10")))
    parser.add_argument("--pictures", type=Path, default=PICTURES)
    parser.add_argument("--short", action="store_true", help="two small runs")
    given = parser.parse_args()
    seconds = min(given.seconds, MOST_SECONDS)
    users, rates = ((2,), (4.0,)) if given.short else (USERS, RATES)
    with proof_stack("load") as found:
        crowd = Crowd.of(found.running, max(users))
        crowd.warm_up()
        by_users = [closed(crowd, number, seconds) for number in users]
        by_rate = [open_model(crowd, rate, seconds) for rate in rates]
    given.pictures.mkdir(parents=True, exist_ok=True)
    (given.pictures / "load-closed.svg").write_text(closed_chart(by_users))
    (given.pictures / "load-open.svg").write_text(open_chart(by_rate))
    _print("Closed: users who wait for their answers", "users", by_users)
    _print("Open: requests that arrive by chance", "a second", by_rate)
    print(f"\n  pictures: {given.pictures / 'load-closed.svg'}, {given.pictures / 'load-open.svg'}")
    return 1 if any(run.answered == 0 for run in (*by_users, *by_rate)) else 0


def _print(title: str, offered: str, runs: list[Run]) -> None:
    columns = [offered, "answered", "a second", "p50 ms", "p95 ms", "p99 ms", "errors", "shed"]
    print_table(title, columns, [run.row() for run in runs])


if __name__ == "__main__":
    sys.exit(main())
