"""`make bench`: cost, CPU, cold start and throughput, as tables, and at the end all of it against its goals.

`python -m tests.benchmarks cpu` runs one of them, `make bench ONLY="cpu cold_start"` some.
"""

import importlib
import subprocess
import sys

from tests.benchmarks import goals

BENCHMARKS = (
    "cost",
    "cpu",
    "consumers",
    "cold_start",
    "media",
    "large_upload",
    "realtime",
    "sockets",
    "search",
    "search_cpu",
    "search_engine",
    "search_lag",
    "search_quality",
    "moderation",
    "importing",
    "local",
    "web_page",
    "typescript_client",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all, each in a process of its own; 1 where a budget is exceeded."""
    if len(names) == 1:
        print(f"\n=== {names[0]}", flush=True)
        importlib.import_module("tests.conftest")  # an environment without real credentials
        try:
            importlib.import_module(f"tests.benchmarks.{names[0]}").main()
        except AssertionError as error:
            print(f"\nFAILED {names[0]}: {error}")
            return 1
        return 0
    commands = [[sys.executable, "-m", "tests.benchmarks", name] for name in names or BENCHMARKS]
    with goals.noted():
        return max([subprocess.run(command, check=False).returncode for command in commands])  # noqa: S603 - ourselves


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
