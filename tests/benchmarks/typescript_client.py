"""What the TypeScript client adds to bare requests and frames, in Node: a message, a reconnect after 1,000 missed ones.

Client, bare requests and the server that both talk to are in one process (`clients/typescript/tests/overhead.ts`), in
turns: the server's part is in both figures.
"""

import json

from infrastructure.layers import ROOT
from tests.benchmarks.tables import print_table
from tests.support.clients.generators import run


def main() -> None:
    """Print CPU, time and requests, with the client and without."""
    found = json.loads(run("node", ROOT / "clients" / "typescript" / "tools" / "overhead.mjs", folder=ROOT))
    rows = []
    for each in found:
        client, bare = each["client"], each["bare"]
        cpu = (client["cpu"], bare["cpu"], client["cpu"] - bare["cpu"])
        times = (client["time"], bare["time"])
        requests = (client["requests"], bare["requests"])
        figures = [f"{value:.2f}" for value in (*cpu, *times)]
        rows.append((each["name"], *figures, *(f"{count:g}" for count in requests)))
    header = ("median, ms", "CPU", "bare", "the client's", "time", "bare", "requests", "bare")
    print_table("The TypeScript client in Node, a message and a reconnect", header, rows)
