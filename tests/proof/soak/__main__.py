"""`make soak`: chat traffic on a local stack of its own while that is broken in every way, then an audit.

`MINUTES=10` says how long (one unless said, an hour at most), `USERS=20` how many. `SERVERS=real` takes
OpenSearch for the engine, where a JDK and Maven are. `--short` is what CI runs.
"""

import argparse
import os
import sys
import time

from tests.proof.soak.soaking import Plan, soak
from tests.proof.stacks import proof_stack
from tests.real.servers import ServerUnavailable

MOST_MINUTES = 60.0
SHORT = Plan(users=8, seconds=15.0, newcomers_wait=False, pause=0.5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.soak", description="Chat while everything breaks")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES", "1")))
    parser.add_argument("--users", type=int, default=int(os.environ.get("USERS", "20")))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--servers", choices=("emulated", "real"), default=os.environ.get("SERVERS") or "emulated")
    given = parser.parse_args()
    plan = SHORT if given.short else Plan(given.users, min(given.minutes, MOST_MINUTES) * 60)
    began = time.monotonic()
    try:
        with proof_stack("soak", real_engine=given.servers == "real") as found:
            report = soak(found, plan)
    except ServerUnavailable as reason:
        print(f"OpenSearch cannot be had here: {reason}", file=sys.stderr)
        return 2
    print(report.told())
    print(f"  {time.monotonic() - began:.0f} s in all")
    print(
        f"{len(report.checks) - len(report.faults)} passed, {len(report.faults)} failed" if report.faults else "sound"
    )
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
