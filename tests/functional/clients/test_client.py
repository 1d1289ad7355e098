"""The Python client over the real handlers: what it sends, sends again, and says of what went wrong."""

import asyncio
import inspect
import json
from typing import Any

import httpx
import jwt
import pytest

from infrastructure.contract import python_client
from infrastructure.routes import ROUTES
from parley_client import (
    AsyncClient,
    Client,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    TenantKey,
    Unauthenticated,
    Unavailable,
    Unreachable,
    VersionConflict,
)
from parley_client.generated.async_operations import AsyncOperations
from parley_client.generated.operations import Operations
from tests.support.clients.in_process import Gateway, Once, problem
from tests.support.people.people import Person, Workspace


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited."""
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("parley_client.client.time.sleep", waited.append)
    monkeypatch.setattr("parley_client.client.asyncio.sleep", pause)
    return waited


def _client(gateway: Gateway) -> Client:
    return Client("http://parley", "token", transport=gateway.transport)


def test_the_generated_files_are_current() -> None:
    for name, text in python_client.files(python_client.DOCUMENT).items():
        assert (python_client.GENERATED / name).read_text() == text, "run `make clients`"


def test_every_route_is_a_method_of_both_clients() -> None:
    documented = json.loads(python_client.DOCUMENT.read_text())["paths"].values()
    names = {each["operationId"] for path in documented for each in path.values() if "operationId" in each}
    assert len(names) == len(ROUTES)
    for kind in (Operations, AsyncOperations):
        assert names <= {name for name, _ in inspect.getmembers(kind, inspect.isfunction)}


def test_a_message_is_sent_listed_and_marked_read(alice: Person, bob: Person, general: str) -> None:
    with _client(Gateway(alice)) as hers, _client(Gateway(bob)) as his:
        sent = hers.send_message(conversation_id=general, text="Hello")
        assert his.count_unread()["total"] == 1
        (shown,) = his.list_messages(general, order="asc")["data"]
        assert (shown["id"], shown["text"]) == (sent["id"], "Hello")
        assert his.mark_read(general)["unread_count"] == 0
        assert hers.delete_message(sent["id"]) is not None
        hers.archive_conversation(general)
        assert his.get_conversation(general)["archived_at"] is not None


def test_the_other_client_is_awaited(alice: Person, general: str) -> None:
    async def chat() -> list[str | None]:
        gateway = Gateway(alice, before=Once("/v1/messages", problem(503, "unavailable", retryable=True)))
        async with AsyncClient("http://parley", "token", transport=gateway.transport) as parley:
            for number in range(3):
                await parley.send_message(conversation_id=general, text=f"{number}")
            return [one["text"] async for one in _texts(parley)]

    def _texts(parley: AsyncClient) -> Any:
        return parley.iterate_messages(general, limit=1, order="asc")

    assert asyncio.run(chat()) == ["0", "1", "2"]


def test_pages_follow_each_other(alice: Person, general: str) -> None:
    gateway = Gateway(alice)
    for number in range(5):
        alice.send(general, f"{number}")
    listed = _client(gateway).iterate_messages(general, limit=2, order="asc")
    assert [one["text"] for one in listed] == [f"{number}" for number in range(5)]
    assert len(gateway.requests) == 3


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize(
    "failure",
    [
        problem(503, "unavailable", retryable=True, retry_after=1),
        httpx.Response(502, content=b"<html>"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("nothing answers"),
        httpx.RemoteProtocolError("half an answer"),
    ],
    ids=["503", "gateway", "refused", "silence", "half"],
)
def test_a_send_whose_answer_is_lost_is_one_message(
    alice: Person, general: str, failure: httpx.Response | Exception, lost: str
) -> None:
    gateway = Gateway(alice)
    once = Once("/v1/messages", failure)
    setattr(gateway, lost, once)
    sent = _client(gateway).send_message(conversation_id=general, text="once")
    keys = {request.headers["Idempotency-Key"] for request in gateway.requests}
    assert (len(gateway.requests), len(keys)) == (2, 1)
    assert [each["id"] for each in alice.get(f"/v1/conversations/{general}/messages")["data"]] == [sent["id"]]


def test_two_sends_have_two_keys_unless_one_is_given(alice: Person, general: str) -> None:
    parley = _client(Gateway(alice))
    first, second = (parley.send_message(conversation_id=general, text="same") for _ in range(2))
    assert first["id"] != second["id"]
    third, again = (parley.send_message(conversation_id=general, text="k", idempotency_key="k-1") for _ in range(2))
    assert third["id"] == again["id"]


def test_a_change_of_a_version_is_not_sent_again_when_its_answer_is_lost(alice: Person, general: str) -> None:
    """The second would be refused as somebody else's change, though it was our own."""
    gateway = Gateway(alice, after=Once("/v1/conversations", httpx.ReadTimeout("lost")))
    with pytest.raises(Unreachable):
        _client(gateway).update_conversation(general, name="new", if_match=1)
    assert len(gateway.requests) == 1
    gateway.after = lambda _: None
    with pytest.raises(VersionConflict) as refused:
        _client(gateway).update_conversation(general, name="newer", if_match=1)
    assert refused.value.code == "version_conflict"


def test_retry_after_is_waited_for_and_nobody_waits_for_a_day(alice: Person, general: str, pauses: list[float]) -> None:
    limited = problem(429, "rate_limited", retryable=True, retry_after=7)
    gateway = Gateway(alice, before=Once("/v1/messages", limited))
    _client(gateway).send_message(conversation_id=general, text="later")
    assert 7 <= pauses[0] < 8
    gateway = Gateway(alice, before=lambda _: problem(429, "rate_limited", retryable=True, retry_after=3600))
    with pytest.raises(RateLimited) as refused:
        _client(gateway).send_message(conversation_id=general, text="never")
    assert (refused.value.retry_after, len(gateway.requests)) == (3600, 1)


def test_it_gives_up_in_the_end(alice: Person) -> None:
    gateway = Gateway(alice, before=lambda _: httpx.Response(503))
    with pytest.raises(Unavailable):
        _client(gateway).count_unread()
    assert len(gateway.requests) == 6


def test_a_refusal_says_what_it_is(alice: Person, bob: Person, general: str) -> None:
    his, hers = _client(Gateway(bob)), _client(Gateway(alice))
    with pytest.raises(NotFound) as missing:
        hers.get_message("nothing")
    assert (missing.value.code, missing.value.status) == ("message_not_found", 404)
    assert missing.value.request_id
    with pytest.raises(Forbidden):
        his.archive_conversation(general)
    with pytest.raises(Invalid) as invalid:
        hers.send_message(conversation_id=general, text="x" * 20_001)
    assert invalid.value.code == "validation_failed"
    assert invalid.value.document["errors"]
    hers.archive_conversation(general)
    with pytest.raises(Conflict):
        hers.send_message(conversation_id=general, text="late")
    for failure in (httpx.Response(200, content=b"<html>"), httpx.Response(404, content=b"[]")):
        with pytest.raises(Refused):
            _client(Gateway(alice, before=lambda _, failure=failure: failure)).count_unread()  # type: ignore[misc]


def test_a_refused_token_is_asked_for_anew_once(alice: Person) -> None:
    given: list[str] = []

    def token() -> str:
        given.append(f"token-{len(given)}")
        return given[-1]

    expired = problem(401, "token_expired")
    gateway = Gateway(alice, before=Once("/v1/unread", expired))
    parley = Client("http://parley", token, transport=gateway.transport)
    parley.count_unread()
    parley.count_unread()
    assert given == ["token-0", "token-1"]
    assert [each.headers["Authorization"] for each in gateway.requests] == [
        f"Bearer token-{number}" for number in (0, 1, 1)
    ]
    gateway.before = lambda _: expired
    with pytest.raises(Unauthenticated):
        parley.count_unread()
    assert len(given) == 3
    with pytest.raises(Unauthenticated):
        _client(gateway).count_unread()
    assert len(gateway.requests) == 6, "a token that is all there is, is not tried twice"


def test_an_awaited_token_may_be_awaited_too(alice: Person) -> None:
    given: list[str] = []

    async def token() -> str:
        given.append("fresh")
        return "fresh"

    async def ask() -> None:
        gateway = Gateway(alice, before=Once("/v1/unread", problem(401, "token_expired")))
        async with AsyncClient("http://parley", token, transport=gateway.transport) as parley:
            await parley.count_unread()

    asyncio.run(ask())
    assert len(given) == 2


def test_a_back_end_acts_for_a_user(acme: Workspace, alice: Person, general: str) -> None:
    gateway = Gateway(acme.server)
    parley = _client(gateway)
    sent = parley.acting_as("alice").send_message(conversation_id=general, text="for her")
    assert sent["author_id"] == "alice"
    assert gateway.requests[-1].headers["X-Acting-User"] == "alice"
    parley.get_user("alice")
    assert "X-Acting-User" not in gateway.requests[-1].headers


def test_values_go_as_the_document_says(alice: Person) -> None:
    gateway = Gateway(alice, before=lambda _: httpx.Response(200, json={"data": [], "next_cursor": None}))
    parley = _client(gateway)
    parley.list_conversations(archived=False, q="a b&c", limit=3)
    assert dict(gateway.requests[-1].url.params) == {"archived": "false", "q": "a b&c", "limit": "3"}
    parley.get_user("a/b?c")
    assert gateway.requests[-1].url.raw_path == b"/v1/users/a%2Fb%3Fc"
    parley.search_messages(q="x", from_="2026-01-01T00:00:00Z")
    assert gateway.requests[-1].url.params["from"] == "2026-01-01T00:00:00Z"
    parley.send_message(conversation_id="c", text="é\ud83d\ude00")
    assert "parent_id" not in json.loads(gateway.requests[-1].content)


def test_a_tenants_key_signs_what_the_authorizer_takes() -> None:
    key = TenantKey("acme.first", "s" * 48)
    said = jwt.decode(key.user_token("ada", ttl_seconds=60), "s" * 48, algorithms=["HS256"])
    assert said["sub"] == "ada"
    assert 60 <= said["exp"] - said["iat"] < 61
    server = key.server_token()
    assert jwt.get_unverified_header(server)["kid"] == "acme.first"
    assert jwt.decode(server, "s" * 48, algorithms=["HS256"])["scope"] == "server"
