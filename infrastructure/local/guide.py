"""What `make up` prints at the end: addresses, tokens, and requests to paste."""

import json
from pathlib import Path

import httpx

from infrastructure.local.pages import FOLDER
from infrastructure.local.seed import SECONDS
from infrastructure.local.stack import RunningStack
from infrastructure.local.state import StackState


def welcome(stack: RunningStack) -> str:
    """The text. Every command in it can be pasted into a shell as it is."""
    url, tokens = stack.state.api_url, stack.credentials
    conversation = conversation_of_alice_and_bob(stack)
    lines = "\n".join(f"  {name:<13}{address}" for name, address in addresses(stack.state).items())
    body = json.dumps({"conversation_id": conversation, "text": "Hello, Bob!"})
    return f"""
{lines}
  WebSocket    {stack.state.socket_url}?token=…
  AWS          {stack.state.endpoint}   (access key and secret: test, region us-east-1)
  OpenSearch   {stack.state.search_endpoint}
  Tokens       {stack.state.tokens_file}   (alice, bob, the tenant's server, the operator; they last 12 hours)

Alice sends a message:

  curl -sS '{url}/v1/messages' \\
    -H 'Authorization: Bearer {tokens.alice}' \\
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" \\
    -d '{body}'

Bob reads it:

  curl -sS '{url}/v1/conversations/{conversation}/messages' \\
    -H 'Authorization: Bearer {tokens.bob}'
"""


def addresses(current: StackState, folder: Path = FOLDER) -> dict[str, str]:
    """What to open first: the pages that are there to be served, and the API."""
    pages = {"Page": "", "Console": "console/", "Docs": "docs/"} if current.pages_url else {}
    built = {name: path for name, path in pages.items() if (folder / path / "index.html").is_file()}
    return {name: f"{current.pages_url}/{path}" for name, path in built.items()} | {"API": current.api_url}


def conversation_of_alice_and_bob(stack: RunningStack) -> str:
    """The id of the direct conversation between the two: the same one however often it is asked for."""
    answer = httpx.post(
        f"{stack.state.api_url}/v1/conversations",
        json={"type": "direct", "members": ["bob"]},
        headers={"Authorization": f"Bearer {stack.credentials.alice}"},
        timeout=SECONDS,
        trust_env=False,
    )
    return str(answer.raise_for_status().json()["id"])
