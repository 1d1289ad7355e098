"""Clients that public generators make of the document talk to the deployed product."""

import json
import sys
from pathlib import Path

import httpx

from infrastructure.local.stack import RunningStack
from tests.support.clients import generators
from tests.support.clients.generators import TOOLS, run

TEXT = "Hello from a generated client"


def open_group(alice: httpx.Client) -> str:
    opened = alice.post("/v1/conversations", json={"type": "group", "name": "Generated", "members": ["bob"]})
    assert opened.status_code == 201, opened.text
    return str(opened.json()["id"])


def test_a_python_client_sends_and_lists(local_stack: RunningStack, alice: httpx.Client, tmp_path: Path) -> None:
    generators.python(tmp_path)
    place = open_group(alice)
    code = "import json, sys; from calls import hello; print(json.dumps(hello(*sys.argv[1:])))"
    said = run(
        sys.executable, "-c", code, local_stack.state.api_url, local_stack.credentials.alice, place, folder=tmp_path
    )
    (line,) = json.loads(said)
    assert line.startswith(f"1 {TEXT} 20")


def test_a_typescript_client_sends_and_lists(local_stack: RunningStack, alice: httpx.Client, tmp_path: Path) -> None:
    generators.typescript(tmp_path)
    place = open_group(alice)
    bundled = ("--bundle", "--platform=node", "--outfile=out/calls_sdk.js")
    run(TOOLS / "esbuild", "calls_sdk.ts", *bundled, folder=tmp_path)
    told = "then((said) => console.log(JSON.stringify(said)))"
    code = f'require("./out/calls_sdk.js").hello(...process.argv.slice(1)).{told}'
    said = run("node", "-e", code, local_stack.state.api_url, local_stack.credentials.alice, place, folder=tmp_path)
    sent, listed = json.loads(said)
    assert sent == listed
    assert sent.startswith(f"1 {TEXT} 20")
