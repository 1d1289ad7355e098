"""The TypeScript client talks to the deployed product, and its README's code runs as it is written."""

import os
import subprocess
from pathlib import Path

from infrastructure.layers import ROOT
from infrastructure.local.stack import RunningStack

TOOLS = ROOT / "clients" / "typescript" / "tools"


def node(stack: RunningStack, *command: str | Path) -> str:
    """What a tool of the client printed; it fails as an assertion, with all of that."""
    named = {
        "PARLEY_URL": stack.state.api_url,
        "PARLEY_SOCKETS_URL": stack.state.socket_url,
        "PARLEY_TOKEN": stack.credentials.alice,
        "PARLEY_OTHER_TOKEN": stack.credentials.bob,
    }
    words = ["node", *(str(part) for part in command)]
    done = subprocess.run(words, env=os.environ | named, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own tools
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_two_users_chat_through_a_lost_connection(local_stack: RunningStack) -> None:
    assert "# pass 3" in node(local_stack, TOOLS / "test.mjs", "stack.test.ts")


def test_the_code_of_the_readme_runs(local_stack: RunningStack) -> None:
    said = node(local_stack, TOOLS / "readme.mjs")
    assert "alice Hello, Bob" in said
    assert "16 of 16" in said
    assert "ready" in said
