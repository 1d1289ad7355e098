"""Two users over real WebSockets on the deployed stack."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from websockets.exceptions import InvalidStatus

from infrastructure.local.stack import RunningStack
from tests.support.aws.local_stack import client
from tests.support.clients.socket_client import SocketClient


@pytest.fixture
def sockets(local_stack: RunningStack) -> Iterator[tuple[SocketClient, SocketClient]]:
    """Alice's and bob's."""
    url, tokens = local_stack.state.socket_url, local_stack.credentials
    opened = SocketClient.open(url, tokens.alice), SocketClient.open(url, tokens.bob)
    yield opened
    for each in opened:
        each.close()


@pytest.fixture
def group(alice: httpx.Client) -> str:
    return str(
        made(alice.post("/v1/conversations", json={"type": "group", "name": "realtime", "members": ["bob"]}))["id"]
    )


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def test_who_has_no_token_is_refused(local_stack: RunningStack) -> None:
    with pytest.raises(InvalidStatus) as refused:
        SocketClient.open(local_stack.state.socket_url, "nonsense")
    assert refused.value.response.status_code in (401, 403)


def test_a_message_arrives_and_is_read(
    alice: httpx.Client, sockets: tuple[SocketClient, SocketClient], group: str
) -> None:
    hers, his = sockets
    sent = made(alice.post("/v1/messages", json={"conversation_id": group, "text": "Hello, Bob!"}))
    event = his.wait_for("message.created", id=sent["id"])
    assert (event["data"]["text"], event["seq"]) == ("Hello, Bob!", 1)
    assert his.act("read", conversation_id=group)["unread_count"] == 0
    hers.wait_for("read.updated", user_id="bob", read_seq=1)


def test_typing_and_presence_are_seen_by_who_watches(
    local_stack: RunningStack, sockets: tuple[SocketClient, SocketClient], group: str
) -> None:
    hers, his = sockets
    shown = hers.act("watch", conversation_id=group)
    assert [(each["user_id"], each["online"]) for each in shown["presence"]] == [("bob", True)]
    his.act("typing.start", conversation_id=group)
    hers.wait_for("typing.started", user_id="bob")
    his.act("typing.stop", conversation_id=group)
    hers.wait_for("typing.stopped", user_id="bob")
    his.close()
    hers.wait_for("presence.changed", user_id="bob", online=False)
    again = SocketClient.open(local_stack.state.socket_url, local_stack.credentials.bob)
    hers.wait_for("presence.changed", user_id="bob", online=True)
    again.close()


def test_a_ping_is_answered(sockets: tuple[SocketClient, SocketClient]) -> None:
    assert sockets[0].act("ping")["type"] == "pong"
    assert sockets[0].act("dance")["code"] == "bad_request"


def test_removal_stops_delivery_at_once(
    alice: httpx.Client, sockets: tuple[SocketClient, SocketClient], group: str
) -> None:
    hers, his = sockets
    made(alice.post("/v1/messages", json={"conversation_id": group, "text": "for both"}))
    his.wait_for("message.created", text="for both")
    assert alice.delete(f"/v1/conversations/{group}/members/bob").status_code == 204
    last = made(alice.post("/v1/messages", json={"conversation_id": group, "text": "for alice alone"}))
    hers.wait_for("message.created", id=last["id"])
    his.wait_for("member.removed", user_id="bob")
    other = made(alice.post("/v1/conversations", json={"type": "group", "name": "other", "members": ["bob"]}))["id"]
    made(alice.post("/v1/messages", json={"conversation_id": other, "text": "for both again"}))
    his.wait_for("message.created", conversation_id=other)
    assert not [event for event in his.events if event.get("data", {}).get("text") == "for alice alone"]


def test_a_lost_socket_is_made_up_for_by_a_replay(
    alice: httpx.Client, bob: httpx.Client, sockets: tuple[SocketClient, SocketClient], group: str
) -> None:
    hers, his = sockets
    cursor = bob.get("/v1/events").json()["next_cursor"]
    his.close()
    ids = [
        made(alice.post("/v1/messages", json={"conversation_id": group, "text": f"{number}"}))["id"]
        for number in range(5)
    ]
    hers.wait_for("message.created", id=ids[-1])
    seen: set[str] = set()
    deadline = time.monotonic() + 20
    while not seen >= set(ids) and time.monotonic() < deadline:
        page = bob.get("/v1/events", params={"after": cursor}).json()
        gaps = [event["conversation_id"] for event in page["data"] if event["type"] == "gap"]
        seen |= {event["data"]["id"] for event in page["data"] if event["type"] == "message.created"}
        if group in gaps:
            seen |= {each["id"] for each in bob.get(f"/v1/conversations/{group}/messages").json()["data"]}
        cursor = page["next_cursor"]
    assert seen >= set(ids)


def test_a_revoked_token_loses_its_connection(
    local_stack: RunningStack, sockets: tuple[SocketClient, SocketClient]
) -> None:
    _, his = sockets
    with client(local_stack, local_stack.credentials.server) as server:
        minted = made(server.post("/v1/tokens", json={"user_id": "dave"}))
        dave = SocketClient.open(local_stack.state.socket_url, minted["token"])
        time.sleep(1.1)  # the token's iat has whole seconds
        assert server.post("/v1/users/dave/revoke-tokens").status_code == 200
    assert dave.closed.wait(30)
    assert not his.closed.is_set()


def test_an_expired_token_loses_its_connection_within_a_minute(local_stack: RunningStack) -> None:
    """Nothing happens but the clock: the sweep of each minute closes it."""
    key, now = local_stack.credentials.signing_key, time.time()
    expires = int(now) + 4
    token = jwt.encode(
        {"sub": "alice", "iat": now, "exp": expires}, key.secret, algorithm="HS256", headers={"kid": key.kid}
    )
    brief = SocketClient.open(local_stack.state.socket_url, token)
    assert brief.act("ping")["type"] == "pong"
    assert brief.closed.wait(75)
    assert time.time() > expires
