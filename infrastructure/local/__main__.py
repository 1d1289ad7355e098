"""`python -m infrastructure.local up|down|env|seed|world|status|pushes|reindex`; see the package's docstring."""

import argparse
import json
import os
import sys
from collections.abc import Callable

from infrastructure.local import console, servers, shell, stack, state
from infrastructure.local.aws import NoEmulator
from infrastructure.local.deploy import DeployFailed
from infrastructure.local.guide import welcome
from infrastructure.local.pages import builds
from infrastructure.local.phones import take_pushes
from infrastructure.local.ports import PortTaken
from infrastructure.local.reindex import RebuildFailed, rebuild
from infrastructure.local.seed import SeedFailed, credentials, seed
from infrastructure.local.servers import ServerFailed
from infrastructure.local.warm import warm
from infrastructure.restoring import NotRestored

EXPECTED = (
    DeployFailed,
    NoEmulator,
    NotRestored,
    PortTaken,
    RebuildFailed,
    SeedFailed,
    ServerFailed,
    stack.NoAnswer,
    stack.UpAlready,
)


def up() -> int:
    with builds.start() as building:
        running = stack.up()
        if building.titles:
            with console.step(f"build {' and '.join(building.titles)}"):
                building.wait()
    for failure in building.failures:
        console.note(failure)
    with console.step("warm what the first minute needs"):
        warm(running)
    print(f"\nParley is up after {console.total_seconds():.0f} s." + welcome(running))
    return 0


def down() -> int:
    print("Parley is down." if stack.down() else "Nothing was running.")
    return 0


def seed_again() -> int:
    current = state.load(stack.HOME)
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    seed(stack.HOME, current.endpoint, current.api_url)
    print(f"Seeded; tokens are in {current.tokens_file}.")
    return 0


def world() -> int:
    # The client, Pillow and FFmpeg's libraries: for this alone.
    from infrastructure.local.world import making  # noqa: PLC0415
    from parley_client import ParleyError  # noqa: PLC0415

    current = state.load(stack.HOME)
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    try:
        made = making.make(stack.HOME, current, os.environ.get("SIZE") or "full")
    except (making.UnknownSize, ParleyError) as failed:
        print(f"\n{failed}", file=sys.stderr)
        return 1
    print(
        f"The world is there after {console.total_seconds():.0f} s: {made.there} things, of which {made.new} are new."
    )
    return 0


def status() -> int:
    current = state.load(stack.HOME)
    if current is None or not servers.answers(f"{current.api_url}{stack.HEALTH}"):
        alive = current is not None and servers.are_alive(current)
        print("Parley runs, but does not answer: it is busy, or coming up." if alive else "Parley is not running.")
        return 1
    print(f"Parley answers on {current.api_url}")
    return 0


def pushes() -> int:
    current = state.load(stack.HOME)
    if current is None or not servers.answers(f"{current.api_url}{stack.HEALTH}", servers.BUSY_SECONDS):
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    for each in take_pushes(current.endpoint):
        print(json.dumps(each, indent=2, ensure_ascii=False))
    return 0


def env() -> int:
    current = state.load(shell.directory())
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    print(shell.exports(current, credentials(shell.directory())))
    return 0


def reindex(source: str) -> int:
    current = state.load(stack.HOME)
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    print(f"Rebuilt: {', '.join(rebuild(current, credentials(stack.HOME).operator_key, source))}")
    return 0


def restore_rehearsal() -> int:
    from infrastructure.local.rehearsal import rehearse  # noqa: PLC0415 - it needs the library, `make up` does not

    current = state.load(stack.HOME)
    if current is None or not current.api_id:
        print("Nothing is running: `make up` first.", file=sys.stderr)
        return 1
    print(f"The backup holds.\n{rehearse(current, stack.HOME)}")
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "up": up,
    "down": down,
    "env": env,
    "seed": seed_again,
    "world": world,
    "status": status,
    "pushes": pushes,
    "restore-rehearsal": restore_rehearsal,
    "reindex": lambda: reindex("index"),
    "reindex-from-table": lambda: reindex("table"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.local", description="Parley's local stack")
    parser.add_argument("command", choices=COMMANDS)
    try:
        return COMMANDS[parser.parse_args().command]()
    except EXPECTED as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: what was started is stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
