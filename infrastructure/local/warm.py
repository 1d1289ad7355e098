"""Calls what a newcomer calls in the first minute, so that their functions' processes run before they are needed."""

from concurrent.futures import ThreadPoolExecutor

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from infrastructure.local.guide import conversation_of_alice_and_bob
from infrastructure.local.seed import SECONDS
from infrastructure.local.stack import RunningStack

FIRST = (
    "POST /v1/messages",
    "GET /v1/conversations",
    "GET /v1/conversations/{conversation_id}",
    "GET /v1/conversations/{conversation_id}/messages",
    "POST /v1/conversations/{conversation_id}/read",
    "GET /v1/users/{user_id}",
    "GET /v1/search/messages",
)
"""None of these calls changes anything: what writes gets no body and refuses it."""
AT_ONCE = 4


def warm(stack: RunningStack) -> None:
    """Make the calls, and open a WebSocket connection. A call that fails leaves its function cold, and no more."""
    conversation = conversation_of_alice_and_bob(stack)
    headers = {"Authorization": f"Bearer {stack.credentials.alice}"}
    with (
        httpx.Client(base_url=stack.state.api_url, headers=headers, timeout=SECONDS, trust_env=False) as api,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        pool.submit(_connect, f"{stack.state.socket_url}?token={stack.credentials.alice}")
        for call in FIRST:
            method, path = call.format(conversation_id=conversation, user_id="bob").split()
            pool.submit(api.request, method, path)


def _connect(url: str) -> None:
    try:
        with connect(url, open_timeout=SECONDS, proxy=None):
            pass
    except (OSError, WebSocketException):
        return
