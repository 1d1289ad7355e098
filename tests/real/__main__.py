"""`make test-real`: tests on the servers that are deployed. `python -m tests.real [opensearch] [dynamodb]` chooses.

Search is tested on OpenSearch, reindexing under load and users above each limit included; what stores and reads is
tested on DynamoDB Local. Where a server cannot be had, its tests are skipped, and why is said. `--short` takes the
files in which the real servers differed from the ones that stand for them: CI has no hour.
"""

import os
import subprocess
import sys

from infrastructure.layers import ROOT
from tests.real import servers
from tests.real.servers import ServerUnavailable

SUITES = {
    "opensearch": ("tests/functional/search", "tests/functional/search/on_two_nodes.py"),
    "dynamodb": (
        "tests/functional/audit",
        "tests/functional/messaging",
        "tests/functional/properties",
        "tests/functional/tenants",
        "tests/functional/usage",
        "tests/functional/users",
        "tests/functional/webhooks",
    ),
}
SEARCH = "tests/functional/search"
SHORT = {
    "opensearch": (
        f"{SEARCH}/engine/test_engine_limits.py",
        f"{SEARCH}/querying/words/test_exact_words.py",
        f"{SEARCH}/querying/names/test_names.py",
        f"{SEARCH}/querying/test_queries.py",
        f"{SEARCH}/querying/test_search_messages.py",
    ),
    "dynamodb": (
        "tests/functional/messaging/members",
        "tests/functional/tenants",
        "tests/functional/usage",
    ),
}


def main(arguments: list[str]) -> int:
    ended = 0
    suites = SHORT if "--short" in arguments else SUITES
    chosen = [each for each in arguments if each != "--short"]
    for server in chosen or list(suites):
        try:
            servers.java()
            servers.fetch(server)
        except ServerUnavailable as reason:
            print(f"• the tests on {server} are skipped: {reason}")
            continue
        print(f"• tests on {server}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *suites[server]]
        environment = os.environ | {"REAL_SERVERS": server}
        ended = subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode or ended  # noqa: S603 - pytest
    return ended


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
